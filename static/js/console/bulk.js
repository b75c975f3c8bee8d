// Several tickets dispatched together: the ordinary page of it, in a dialog. First it only says what
// would happen; nothing is done before its own button is pressed.

import { words, say } from "./words.js";

const dialog = document.getElementById("bulk-sheet");
const form = () => document.getElementById("bulk");
const boxes = () => [...document.querySelectorAll('#rows input[name="number"]')];

export function count() {
  const chosen = boxes().filter((box) => box.checked).length;
  const place = form()?.querySelector("[data-chosen]");
  if (place) place.textContent = chosen ? `(${chosen})` : "";
}

export function choose(number) {
  const box = boxes().find((one) => one.value === number);
  if (!box) return false;
  box.checked = !box.checked;
  count();
  return true;
}

export function chosen() {
  return boxes().filter((box) => box.checked).map((box) => box.value);
}

// After the list was put anew: what was chosen is chosen still.
export function again(numbers) {
  for (const box of boxes()) box.checked = numbers.includes(box.value);
  count();
}

export function look() {
  return form() ? send(form(), new FormData(form())) : undefined;
}

async function send(from, body) {
  const token = /(?:^|; )(?:__Host-csrf|csrftoken)=([^;]+)/.exec(document.cookie)?.[1];
  if (token) body.set("csrfmiddlewaretoken", token);
  try {
    const answer = await fetch(from.action, { method: "POST", body, headers: { "HX-Request": "true" } });
    if (!answer.ok) {
      say(answer.status === 401 ? words.signedOut : words.fault);
      return;
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const main = page.querySelector("main");
    for (const inner of main.querySelectorAll("form")) if (!inner.getAttribute("action")) inner.action = from.action;
    dialog.replaceChildren(...main.childNodes);
    if (!dialog.open) dialog.showModal();
    (dialog.querySelector("[data-errors]") || dialog.querySelector(".button-main") || dialog).focus();
  } catch {
    say(words.unsent);
  }
}

// done(): something may have changed
export function start(done) {
  document.addEventListener("change", (event) => event.target.closest("#rows") && count());
  dialog.addEventListener("close", () => {
    dialog.replaceChildren();
    done();
  });
  dialog.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link || !new URL(link.href).pathname.match(/^\/tickets\/$/)) return;
    event.preventDefault();
    dialog.close();
  });
  dialog.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopPropagation();
    const from = event.target;
    const back = new URL(from.action).pathname.endsWith("/undo/");
    if (!back) send(from, new FormData(from, event.submitter));
    else {
      fetch(from.action, { method: "POST", body: new FormData(from), headers: { Accept: "application/json" } })
        .then((answer) => answer.json())
        .then(({ rows }) => {
          dialog.close();
          const refused = rows.filter((row) => row.refused).map((row) => row.refused);
          if (refused.length) say(refused[0]);
        })
        .catch(() => say(words.unsent));
    }
  });
}

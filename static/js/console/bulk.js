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
    // All taken back: nothing is left to read. What was refused is named, one by one.
    const back = main.querySelector("[data-all-back]") || (answer.redirected && page.querySelector(".messages"));
    if (back) {
      dialog.close();
      say(back.textContent.trim());
      return;
    }
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
    send(from, new FormData(from, event.submitter));
  });
}

// The console: puts its parts together. Every address also works without us; see docs/console.md.

import * as forms from "./forms.js";
import { listen } from "./keys.js";
import * as list from "./list.js";
import { Live } from "./live.js";
import { ask, home, put, withParts } from "./parts.js";
import { passBy, say, words } from "./words.js";

const panes = document.getElementById("panes");
const by = (id) => document.getElementById(id);
const OPENED = ["ticket", "do", "context"];
const DESK = ["queues", "list"];
const live = new Live(panes.dataset.socket);
let asking = new AbortController();
let sending = false;

document.documentElement.classList.add("js");

// --- What is opened

const here = () => by("pane-ticket").dataset.address || panes.dataset.console;
const desk = () => new URL(location.search, new URL(panes.dataset.console, location.href));

function settle(push = false) {
  const address = here() === panes.dataset.console ? desk() : here();
  history[push ? "pushState" : "replaceState"](null, "", address);
  const { title } = by("pane-ticket").dataset;
  if (title) document.title = [title, ...document.title.split(" · ").slice(-2)].join(" · ");
  list.mark(list.opened());
}

async function open(link, { focus = true, read = false } = {}) {
  list.mark(link.closest("[data-number]")?.dataset.number ?? "");
  if (focus) link.focus({ preventScroll: true });
  link.scrollIntoView({ block: "nearest" });
  forms.keep();
  asking.abort();
  asking = new AbortController();
  const answer = await ask(withParts(link.href, ...OPENED), { signal: asking.signal });
  if (answer.status < 0) return;
  if (!take(answer)) return;
  panes.dataset.at = "ticket";
  settle();
  if (read) by("pane-ticket").focus();
}

// Another queue, page, look or search; the opened ticket stays where it is.
async function turn(address, push = true) {
  const asked = new URL(address, location.href);
  const answer = await ask(withParts(asked, ...DESK));
  if (!take(answer)) return;
  history[push ? "pushState" : "replaceState"](null, "", asked);
  panes.dataset.at = "list";
  const rows = by("rows");
  if (rows) rows.scrollTop = 0;
  const first = document.querySelector("#pane-list [data-row]");
  if (first && by("pane-list").dataset.look === "list") await open(first, { focus: document.activeElement !== by("id_search") });
  panes.dataset.at = "list";
}

// Puts an answer in place; else says what went wrong. True if it was put.
function take(answer) {
  if (answer.text) put(answer.text);
  if (answer.text && answer.status < 400) {
    live.revive();
    return true;
  }
  if (answer.status === 401) live.become("signedOut");
  const said = { 0: words.unsent, 401: words.signedOut, 403: words.notYours, 404: words.gone }[answer.status];
  say(said || words.fault);
  return false;
}

// --- What is done

async function begin(address, next = false) {
  forms.keep();
  const answer = await ask(address);
  if (!take(answer)) return;
  forms.restore();
  forms.greet(next);
}

async function send(form, submitter, then) {
  if (sending) return;
  sending = true;
  const following = then ? list.following() : undefined;
  const next = following?.closest("[data-number]").dataset.number;
  const body = forms.bodyOf(form, submitter, next);
  const address = new URL(form.dataset.inline || form.action, location.href);
  address.search = new URL(here(), location.href).search || location.search;
  const buttons = form.querySelectorAll("button");
  buttons.forEach((button) => button.setAttribute("aria-disabled", "true"));
  forms.keep();
  const answer = await ask(address, { body });
  sending = false;
  buttons.forEach((button) => button.removeAttribute("aria-disabled"));
  if (!take(answer)) {
    if (answer.text) forms.greet();
    return;
  }
  if (forms.form()) {
    forms.greet();
    return;
  }
  forms.forget(form);
  passBy();
  settle();
  home()?.focus({ preventScroll: true });
  home()?.scrollIntoView({ block: "nearest" });
  if (then && !next) say(`${by("pane-said").textContent.trim()} ${words.last}`);
}

function press(button, then = false) {
  const form = button.closest("form[data-inline]");
  if (form) return send(form, button, then);
  return begin(button.dataset.inline, then);
}

async function close() {
  if (!forms.form()) return;
  forms.keep();
  take(await ask(withParts(here(), "do"), {}));
  home()?.focus({ preventScroll: true });
}

function likely() {
  const form = forms.form();
  if (form) return send(form, form.querySelector("[data-then-next], [data-submit]"), true);
  const main = document.querySelector("#pane-do [data-main]");
  if (main) return press(main, true);
  const next = list.following();
  return next ? open(next) : say(words.last);
}

// --- What comes by itself

async function refresh(ids) {
  if (sending) return;
  const answer = await ask(withParts(here() === panes.dataset.console ? desk() : here(), ...DESK), { unattended: true });
  if (answer.text && live.state === "stale") live.become("polling");
  if (sending || !answer.text) {
    if (answer.status === 401) live.become("signedOut");
    else if (answer.status === 0 && live.state === "polling") live.become("stale");
    else if (answer.status === 404) await again();
    return;
  }
  const look = by("pane-list").dataset.look;
  let changed = ids.has(Number(by("pane-ticket").dataset.id));
  put(answer.text.slice(0, answer.text.indexOf("</nav>") + 6));
  if (look === "list" && by("rows")) changed = list.patch(answer.text) || changed;
  else if (document.activeElement !== by("id_search")) put(answer.text);
  if (changed) await again();
}

// The opened ticket as it is by now. A form that is open stays, and says that things have moved.
async function again() {
  const number = list.opened();
  if (!number) return;
  const open = forms.form();
  const parts = open ? ["ticket", "context"] : OPENED;
  const before = by("pane-ticket").dataset.version;
  const answer = await ask(withParts(here(), ...parts), { unattended: true });
  if (list.opened() !== number || sending) return;
  if (answer.status === 404) say(words.gone);
  if (!answer.text) return;
  put(answer.text);
  const note = forms.form()?.querySelector("[data-meanwhile]");
  if (note) note.hidden = note.hidden && before === by("pane-ticket").dataset.version;
}

async function showFresh() {
  take(await ask(withParts(here() === panes.dataset.console ? desk() : here(), ...DESK)));
}

function showState() {
  by("live").dataset.state = live.state;
  const text = words[live.state];
  const link = document.createElement("a");
  link.href = panes.dataset.signin;
  link.target = "_blank";
  link.textContent = text;
  by("live-words").replaceChildren(live.state === "signedOut" ? link : text);
}

// --- Mouse, fingers, keys

document.addEventListener("click", (event) => {
  const target = event.target.closest("a, button");
  if (!target || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  if (target.matches("a[data-row]")) open(target);
  else if (target.matches("a[data-queue], a[data-desk]")) turn(target.href);
  else if (target.matches("a[data-inline]")) press(target);
  else if (target.matches("[data-back]")) {
    panes.dataset.at = "list";
    home()?.focus();
  } else if (target.matches("[data-next]")) likely();
  else if (target.matches("[data-cancel]")) close();
  else if (target.matches("#fresh")) showFresh();
  else if (target.matches("#show-keys")) by("keys").showModal();
  else if (target.matches("[data-errors] a")) by(target.hash.slice(1))?.focus();
  else return;
  event.preventDefault();
});

// On the document: before the page's own rule that a form is sent once.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("[data-search]")) {
    const asked = new URL(panes.dataset.console, location.href);
    asked.search = new URLSearchParams([...new FormData(form), ["queue", "all"]]);
    turn(asked).then(() => home()?.focus());
  } else if (form.matches("[data-send], [data-inline]")) {
    send(form, event.submitter, Boolean(event.submitter?.matches("[data-then-next]")));
  } else return;
  event.preventDefault();
});

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  ArrowDown: (event) => event.target.closest("[data-row]") && step(1),
  ArrowUp: (event) => event.target.closest("[data-row]") && step(-1),
  Enter: (event) => (event.target.closest("[data-row]") ? open(event.target.closest("[data-row]"), { read: true }) : by("pane-ticket").focus()),
  e: likely,
  l: () => by("look").click(),
  ".": () => by("fresh").hidden || showFresh(),
  "/": () => by("id_search").select(),
  "?": () => by("keys").showModal(),
  "Ctrl+Enter": () => forms.form() && send(forms.form(), forms.form().querySelector("[data-then-next], [data-submit]"), true),
  Escape: () => (forms.form() ? close() : home()?.focus()),
};

function step(by) {
  const link = list.step(by);
  if (link) open(link);
}

listen({
  form: forms.form,
  dialog: by("keys"),
  does(key, event) {
    const button = document.querySelector(`#pane-do [data-key="${CSS.escape(key.toUpperCase())}"]`);
    if (KEYS[key]) return KEYS[key](event) !== undefined || true;
    if (button) press(button);
    return Boolean(button);
  },
  go(letter) {
    const link = document.querySelector(`[data-queue="${CSS.escape(letter.toUpperCase())}"]`);
    if (link) turn(link.href);
    return Boolean(link);
  },
});

addEventListener("popstate", () => location.reload());
addEventListener("beforeunload", (event) => forms.dirty() && event.preventDefault());
live.addEventListener("state", showState);
live.addEventListener("changed", (event) => refresh(event.detail.ids));
passBy();
live.start();

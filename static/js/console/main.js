// The console: puts its parts together. Every address also works without us; see docs/console.md.

import * as bulk from "./bulk.js";
import * as forms from "./forms.js";
import { listen } from "./keys.js";
import * as list from "./list.js";
import { Live } from "./live.js";
import { ask, home, put, withParts } from "./parts.js";
import { Presence } from "./presence.js";
import { passBy, say, words } from "./words.js";

const panes = document.getElementById("panes");
const by = (id) => document.getElementById(id);
const OPENED = ["ticket", "do", "context"];
const DESK = ["queues", "list"];
const live = new Live(panes.dataset.socket);
let query = location.search; // which list: queue, filters, page, look
let asking = new AbortController();
let turning = new AbortController();
let sending = false;
let sent = null; // its end: who has sent a form and opens another ticket sees that one at last
const presence = new Presence(by("others"), {
  number: list.opened,
  editing: () => Boolean(forms.form()),
  heard(version) {
    if (version <= Number(by("pane-ticket").dataset.version)) return;
    live.ids.add(Number(by("pane-ticket").dataset.id));
    live.soon();
  },
});
let working = null; // what is on its way; keys wait for it

// Its end is awaited by who presses a key meanwhile.
function work(doing) {
  const mine = doing.finally(() => {
    if (working === mine) working = null;
  });
  working = mine;
  return mine;
}

document.documentElement.classList.add("js");

// --- What is opened

const here = () => (by("pane-ticket").dataset.path || panes.dataset.console) + query;

function settle(push = false) {
  history[push ? "pushState" : "replaceState"](null, "", here());
  const { title } = by("pane-ticket").dataset;
  if (title) document.title = [title, ...document.title.split(" · ").slice(-2)].join(" · ");
  list.mark(list.opened());
}

async function open(link, { focus = true, read = false } = {}) {
  const number = link.closest("[data-number]")?.dataset.number ?? "";
  list.mark(number);
  if (sending) {
    await sent;
    link = list.link(number) ?? link;
    list.mark(number);
  }
  if (focus) link.focus({ preventScroll: true });
  link.scrollIntoView({ block: "nearest" });
  forms.keep();
  asking.abort();
  asking = new AbortController();
  const address = new URL(link.href).pathname + query;
  const answer = await ask(withParts(address, ...OPENED), { signal: asking.signal });
  if (answer.status < 0 || !take(answer)) return;
  panes.dataset.at = "ticket";
  settle();
  if (read) by("pane-ticket").focus();
}

// Another queue, page, look or search; the opened ticket stays where it is.
async function turn(address) {
  const asked = new URL(address, location.href);
  turning.abort();
  asking.abort();
  turning = new AbortController();
  const answer = await ask(withParts(asked, ...DESK), { signal: turning.signal });
  if (answer.status < 0 || !take(answer)) return;
  query = asked.search;
  settle(true);
  const rows = by("rows");
  if (rows) rows.scrollTop = 0;
  const first = document.querySelector("#pane-list [data-row]");
  if (first && by("pane-list").dataset.look === "list") await open(first);
  panes.dataset.at = "list";
}

// Puts an answer in place; else says what went wrong. True if it was put.
function take(answer) {
  const chosen = bulk.chosen();
  if (answer.text) put(answer.text);
  if (answer.text && answer.status < 400) {
    bulk.again(chosen);
    presence.soon();
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
  asking.abort();
  asking = new AbortController();
  const answer = await ask(address, { signal: asking.signal });
  if (answer.status < 0 || !take(answer)) return;
  forms.restore();
  forms.greet(next);
}

function send(form, submitter, then) {
  if (!sending) sent = deliver(form, submitter, then);
  return sent;
}

async function deliver(form, submitter, then) {
  sending = true;
  const following = then ? list.following() : undefined;
  const next = following?.closest("[data-number]").dataset.number;
  const body = forms.bodyOf(form, submitter, next);
  const address = new URL(form.dataset.inline || form.action, location.href);
  address.search = query;
  const buttons = form.querySelectorAll("button");
  buttons.forEach((button) => button.setAttribute("aria-disabled", "true"));
  forms.keep();
  by("pane-do").setAttribute("aria-busy", "true");
  const answer = await ask(address, { body });
  by("pane-do").removeAttribute("aria-busy");
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
  return work(form ? send(form, button, then) : begin(button.dataset.inline, then));
}

async function close() {
  if (!forms.form()) return;
  forms.keep();
  asking.abort();
  asking = new AbortController();
  const answer = await ask(withParts(here(), "do"), { signal: asking.signal });
  if (answer.status < 0) return;
  take(answer);
  home()?.focus({ preventScroll: true });
}

function likely() {
  const form = forms.form();
  if (form) return work(send(form, form.querySelector("[data-submit]"), true));
  const main = document.querySelector("#pane-do [data-main]");
  if (main) return press(main, true);
  const next = list.following();
  return next ? work(open(next)) : say(words.last);
}

// --- What comes by itself

async function refresh(ids) {
  if (sending) return;
  const asked = here();
  const answer = await ask(withParts(asked, ...DESK), { unattended: true });
  if (asked !== here()) return;
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
  const chosen = bulk.chosen();
  if (look === "list" && by("rows")) changed = list.patch(answer.text) || changed;
  else if (document.activeElement !== by("id_search")) put(answer.text);
  bulk.again(chosen);
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
  // A form was opened or closed meanwhile: the answer would undo that.
  if (Boolean(forms.form()) !== Boolean(open)) {
    await again();
    return;
  }
  if (answer.status === 404) say(words.gone);
  if (!answer.text) return;
  put(answer.text);
  const note = forms.form()?.querySelector("[data-meanwhile]");
  if (!note) return;
  note.hidden = note.hidden && before === by("pane-ticket").dataset.version;
  note.querySelector("[data-faster]").textContent = by("pane-ticket").dataset.faster || "";
}

async function showFresh() {
  take(await ask(withParts(here(), ...DESK)));
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
  if (target.matches("a[data-row]")) work(open(target));
  else if (target.matches("a[data-queue], a[data-desk]")) work(turn(target.href));
  else if (target.matches("a[data-inline]")) press(target);
  else if (target.matches("[data-back]")) {
    panes.dataset.at = "list";
    home()?.focus();
  } else if (target.matches("[data-next]")) likely();
  else if (target.matches("[data-cancel]")) work(close());
  else if (target.matches("#fresh")) work(showFresh());
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
    // At once: the next letter is a key, and waits for the list.
    document.activeElement.blur();
    work(turn(asked));
  } else if (form.matches("[data-bulk]")) {
    work(bulk.look());
  } else if (form.matches("[data-send], [data-inline]")) {
    work(send(form, event.submitter, Boolean(event.submitter?.matches("[data-then-next]"))));
  } else return;
  event.preventDefault();
});

const row = ({ target }) => target.closest("[data-row]");

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  ArrowDown: () => step(1),
  ArrowUp: () => step(-1),
  Enter: (event) => (row(event) ? work(open(row(event), { read: true })) : by("pane-ticket").focus()),
  e: likely,
  l: () => by("look").click(),
  x: () => bulk.choose(list.opened()),
  "Shift+d": () => work(bulk.look() ?? Promise.resolve()),
  ".": () => by("fresh").hidden || work(showFresh()),
  "/": () => by("id_search").select(),
  "?": () => by("keys").showModal(),
  "Ctrl+Enter": () => forms.form() && likely(),
  Escape: () => (forms.form() ? work(close()) : home()?.focus()),
};

function step(by) {
  const link = list.step(by);
  if (link) work(open(link));
}

listen({
  form: forms.form,
  dialogs: [by("keys"), by("bulk-sheet")],
  busy: () => working,
  does(key, event) {
    const button = document.querySelector(`:is(#pane-do, #pane-said:not([hidden])) [data-key="${CSS.escape(key.toUpperCase())}"]`);
    if (key.startsWith("Arrow") && !row(event)) return false;
    if (KEYS[key]) {
      KEYS[key](event);
      return true;
    }
    if (button) press(button);
    return Boolean(button);
  },
  go(letter) {
    const link = document.querySelector(`[data-queue="${CSS.escape(letter.toUpperCase())}"]`);
    if (link) work(turn(link.href));
    return Boolean(link);
  },
});

addEventListener("popstate", () => location.reload());
addEventListener("beforeunload", (event) => forms.dirty() && event.preventDefault());
live.addEventListener("state", showState);
live.addEventListener("changed", (event) => refresh(event.detail.ids));
bulk.start(() => live.soon());
passBy();
presence.soon();
live.start();

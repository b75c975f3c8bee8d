// The list: which ticket is opened, which comes next, what is new, without anything moving.

import { hold, parse } from "./parts.js";
import { fill, words } from "./words.js";

const all = () => [...document.querySelectorAll("#rows > li:not(.gone) [data-row], #map [data-row]")];

export function row(number) {
  return document.querySelector(`#pane-list [data-number="${CSS.escape(number)}"]`)?.closest("li, a");
}

export function opened() {
  return document.getElementById("pane-ticket").dataset.number || "";
}

const numberOf = (link) => link.closest("[data-number]").dataset.number;

// The link of the ticket with this number.
export function link(number) {
  return all().find((one) => numberOf(one) === number);
}

// The link of the ticket that many steps away; past either end there is none.
export function step(by) {
  const links = all();
  const at = links.findIndex((link) => numberOf(link) === marked());
  if (at >= 0) return links[at + by];
  return by > 0 ? links[0] : links.at(-1);
}

// Whose turn it is after the opened one: below it, else from the top; undefined if it is alone.
export function following() {
  const links = all();
  const at = links.findIndex((link) => numberOf(link) === opened());
  const turn = [...links.slice(at + 1), ...links.slice(0, Math.max(at, 0))];
  return turn.find((link) => numberOf(link) !== opened());
}

function marked() {
  const link = document.querySelector("#pane-list [data-row][aria-current]");
  return link ? numberOf(link) : "";
}

export function mark(number) {
  for (const link of document.querySelectorAll("#pane-list [data-row]")) {
    if (numberOf(link) === number) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

// Takes a newer list in: rows change where they stand, what left is dimmed, what is new waits.
// Gives true if the opened ticket is another version by now.
export function patch(text) {
  const made = parse(text);
  const now = rowsOf(document);
  const then = rowsOf(made);
  const give = hold();
  let changed = false;
  for (const [number, item] of now) {
    const fresh = then.get(number);
    const before = item.dataset.version;
    if (!fresh) changed = leave(item) && number === opened() || changed;
    else if (item.classList.contains("gone") || item.innerHTML !== fresh.innerHTML) {
      item.className = fresh.className;
      item.dataset.version = fresh.dataset.version;
      item.replaceChildren(...fresh.childNodes);
      changed ||= number === opened() && before !== fresh.dataset.version;
    }
  }
  give();
  mark(opened());
  announce([...then.keys()].filter((number) => !now.has(number)).length);
  return changed;
}

function rowsOf(page) {
  return new Map([...page.querySelectorAll("#rows > li")].map((item) => [item.dataset.number, item]));
}

function leave(item) {
  if (item.classList.contains("gone")) return false;
  item.classList.add("gone");
  const note = document.createElement("span");
  note.className = "mark";
  note.textContent = words.moved;
  item.querySelector("a").append(note);
  return true;
}

function announce(count) {
  const bar = document.getElementById("fresh");
  bar.hidden = count === 0;
  bar.querySelector("[data-fresh-words]").textContent =
    count === 1 ? words.freshOne : fill(words.fresh, { n: count });
}

// Canned sentences in a field of words: "/" where a word would begin, or the link below the field,
// opens the list; what is typed narrows it, Enter puts one in. Without us the link leads to their page.

const LIST = "phrases-list";
// Also as a Chinese keyboard types it; "、" only where no list of things can have begun.
const BEGUN = /(?:^|[\s，。；：、！？,;])[/／]([^\s/／]{0,20})$|(?:^|\n)、([^\s]{0,20})$/;

let kept; // a promise of the sentences
let open; // {field, from, shown, at}: the list is open over what was typed since `from`
let left = null; // where "/" was typed and the list closed: it does not open there again

const linkOf = (field) => field.id && document.querySelector(`a[data-phrases="${CSS.escape(field.id)}"]`);
const box = () => document.getElementById("phrases-box");

function sentences(link) {
  kept ??= fetch(link.href, { headers: { Accept: "application/json" } }).then(async (answer) => {
    if (!answer.ok) throw new Error(`sentences: ${answer.status}`);
    return (await answer.json()).phrases;
  });
  return kept;
}

function element(name, text, attributes = {}) {
  const made = Object.assign(document.createElement(name), { textContent: text });
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function begun(field) {
  const before = field.value.slice(0, field.selectionStart);
  const found = BEGUN.exec(before);
  if (!found) return null;
  const query = found[1] ?? found[2];
  return { from: before.length - query.length - 1, query };
}

async function show(field, from, query, asked = false) {
  const link = linkOf(field);
  let all;
  try {
    all = await sentences(link);
  } catch {
    kept = undefined;
    if (asked) draw(link, element("p", link.dataset.fault, { role: "alert" }));
    return;
  }
  if (document.activeElement !== field) return;
  const wanted = query.toLowerCase();
  const shown = all.filter((one) => `${one.name}\n${one.words}`.toLowerCase().includes(wanted));
  // A slash is also just a slash.
  if (!shown.length && !asked) return close();
  open = { field, from, shown, at: 0, asked };
  draw(link, status(link, shown), list(link, shown));
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", LIST);
  choose(0);
}

function status(link, shown) {
  const words = shown.length ? link.dataset.many.replace("{n}", shown.length) : link.dataset.none;
  const said = element("p", words, { role: "status", class: "quiet small" });
  said.append(" ", element("a", link.dataset.all, { href: link.href, target: "_blank" }));
  return said;
}

function list(link, shown) {
  const all = element("ul", "", { role: "listbox", id: LIST, tabindex: "0", "aria-label": link.firstChild.textContent.trim() });
  all.hidden = !shown.length;
  shown.forEach((one, nth) => {
    const line = element("li", "", { role: "option", id: `phrase-${nth}`, "aria-selected": "false" });
    line.append(element("b", one.name), " ", element("span", one.words), " ", element("small", one.unit));
    all.append(line);
  });
  return all;
}

function draw(link, ...parts) {
  const drawn = element("div", "", { id: "phrases-box", class: "phrases-box" });
  drawn.append(...parts);
  box()?.remove();
  link.closest("p").after(drawn);
  drawn.scrollIntoView({ block: "nearest" });
}

function close() {
  box()?.remove();
  for (const name of ["autocomplete", "controls", "activedescendant"]) open?.field.removeAttribute(`aria-${name}`);
  open = undefined;
}

function choose(nth) {
  const lines = [...document.getElementById(LIST).children];
  if (!lines.length) return;
  open.at = (nth + lines.length) % lines.length;
  lines.forEach((line, place) => line.setAttribute("aria-selected", String(place === open.at)));
  lines[open.at].scrollIntoView({ block: "nearest" });
  open.field.setAttribute("aria-activedescendant", lines[open.at].id);
}

function put(nth) {
  const { field, from, shown } = open;
  const until = field.selectionStart;
  close();
  field.focus();
  field.setSelectionRange(from, until);
  // As if it was typed: so that it can be taken back with the keyboard.
  if (!document.execCommand("insertText", false, shown[nth].words)) {
    field.setRangeText(shown[nth].words, from, until, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

const KEYS = {
  ArrowDown: () => choose(open.at + 1),
  ArrowUp: () => choose(open.at - 1),
  Enter: () => put(open.at),
  Tab: () => put(open.at),
  Escape: () => {
    left = open.from;
    close();
  },
};

function typed({ target: field, isComposing }) {
  if (isComposing || !field.matches?.("textarea") || !linkOf(field)) return;
  const { from, asked } = open ?? {};
  const now = asked && field.selectionStart >= from ? { from, query: field.value.slice(from, field.selectionStart) } : begun(field);
  if (now?.from !== left) left = null;
  if (!now || now.from === left || /\s/.test(now.query)) close();
  else show(field, now.from, now.query, asked);
}

document.addEventListener("input", typed);
document.addEventListener("compositionend", typed);
document.addEventListener("focusin", ({ target }) => target.matches("textarea") && linkOf(target) && sentences(linkOf(target)).catch(() => (kept = undefined)));
document.addEventListener("focusout", () => close());
// Before the page's own keys: Enter, Esc and the arrows are the list's while it is open.
document.addEventListener("keydown", (event) => {
  if (!open || event.target !== open.field || event.isComposing || event.ctrlKey || event.metaKey) return;
  if (!KEYS[event.key] || (!open.shown.length && event.key !== "Escape")) return;
  event.preventDefault();
  event.stopPropagation();
  KEYS[event.key]();
}, true);
// The field keeps the focus.
document.addEventListener("mousedown", (event) => event.target.closest("#phrases-box, a[data-phrases]") && event.preventDefault());
document.addEventListener("click", (event) => {
  const line = event.target.closest(`#${LIST} > li`);
  const link = event.target.closest("a[data-phrases]");
  if (line) put([...line.parentElement.children].indexOf(line));
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const field = document.getElementById(link.dataset.phrases);
  field.focus();
  show(field, field.selectionStart, "", true);
});

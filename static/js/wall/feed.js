// The two lists on the right: what just happened, and what needs a leader's eye.

import { element, fill, fullTime, shortTime, spanWords, typeName, without, words } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";
const KEPT = 60;
const FRESH = 20000;
const narrow = matchMedia("(max-aspect-ratio: 11/10), (max-width: 800px)"); // there the page scrolls
const ROW = 2.2; // rem, as in the style sheet

export class Feed {
  constructor(boxes, { store, open, shapes }) {
    Object.assign(this, boxes, { store, open, shapes });
    this.lines = [];
    this.watching = [];
    this.alarmed = new Map(); // ticket -> when it became one
    this.names = {};
    this.home = "";
    store.addEventListener("news", ({ detail }) => this.hear(detail));
    store.addEventListener("changed", () => this.soon());
  }

  // The first answer of the figures, and each later one: the truth of the database.
  take(lines, watching) {
    this.lines = merged(this.lines, lines);
    this.watching = watching;
    this.soon();
  }

  // As many rows as are seen whole: what nobody sees must not be reached by a key either.
  fitting(box) {
    if (narrow.matches) return 40;
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    return Math.max(3, Math.floor((box.clientHeight || Infinity) / (ROW * rem)));
  }

  // New alarms stand out for a while, as news do.
  alarm(ids) {
    for (const id of ids) this.alarmed.set(id, Date.now());
    this.soon();
    setTimeout(() => this.soon(), FRESH + 100);
  }

  hear({ dot, events }) {
    const heard = events.map((event) => ({
      ...event, ticket: dot.id, area: dot.area, type: dot.type, light: dot.light, arrived: Date.now(),
    }));
    this.lines = merged(heard, this.lines);
    this.soon();
    setTimeout(() => this.soon(), FRESH + 100);
  }

  soon() {
    this.due ||= requestAnimationFrame(() => {
      this.due = null;
      this.paint();
    });
  }

  // Where, as far as it tells something here: on a district's wall the town, on a town's the village.
  place(code) {
    const length = { 6: 9, 9: 12, 12: 15 }[this.home.length] || 12;
    const name = this.names[code.slice(0, length)] || this.names[code.slice(0, 12)] || "";
    return without(name, this.names[this.home]);
  }

  light(line) {
    const dot = this.store.dots.get(line.ticket);
    return dot ? this.store.lightOf(dot) : line.light;
  }

  shape(line, star) {
    const dot = this.store.dots.get(line.ticket);
    const image = document.createElementNS(SVG, "svg");
    image.setAttribute("class", `shape light-${this.light(line)}`);
    image.setAttribute("aria-hidden", "true");
    const use = document.createElementNS(SVG, "use");
    use.setAttribute("href", `${this.shapes}#${star || dot?.star ? "star" : dot?.stage || "closed"}`);
    image.append(use);
    return image;
  }

  row(line, time, text, small, star) {
    const button = element("button", { type: "button" }, time, this.shape(line, star), element("p", { title: text }, text), small);
    button.addEventListener("click", () => this.open(line.ticket));
    return element("li", {}, button);
  }

  paint() {
    const now = this.store.now();
    const shown = this.lines.slice(0, this.fitting(this.feed)).map((line) => {
      const at = new Date(line.at);
      const time = element("time", { datetime: line.at, title: fullTime(at) }, shortTime(at, now));
      const text = `${this.place(line.area)} · ${typeName(line.type)}`;
      const row = this.row(line, time, text, element("small", {}, what(line)), false);
      if (line.arrived && Date.now() - line.arrived < FRESH) row.className = "fresh";
      return row;
    });
    this.feed.replaceChildren(...(shown.length ? shown : [said(words.nothing_yet)]));
    const watched = this.watching.map((line) => this.alarmRow(line, now));
    this.watched.replaceChildren(...(watched.length ? watched : [said(words.all_well)]));
  }

  alarmRow(line, now) {
    const due = line.due ? new Date(line.due) : null;
    const late = due && due <= now;
    const span = due ? fill(late ? words.over : words.left, { time: spanWords(Math.abs(now - due)) }) : "";
    const why = line.supervision ? fill(words.supervised, { grade: words.grades[line.supervision] }) : line.climbs ? words.passed_up : "";
    const time = element("time", due ? { datetime: line.due, title: fullTime(due) } : {}, due ? shortTime(due, now) : "");
    const text = `${this.place(line.area)} · ${typeName(line.type)}${why ? ` · ${why}` : ""}`;
    const small = element("small", { class: `light-${this.light(line)}` }, span);
    const row = this.row(line, time, text, small, Boolean(line.supervision || line.climbs));
    if (Date.now() - (this.alarmed.get(line.ticket) || 0) < FRESH) row.className = "fresh";
    return row;
  }
}

function what(line) {
  return line.kind === "moved" ? words.moves[line.move] : words.kinds[line.kind];
}

function said(text) {
  return element("li", { class: "said" }, text);
}

// Newest first, each once; of several lines that a ticket got in one moment, the last.
function merged(one, other) {
  const known = new Map();
  for (const line of [...other, ...one]) known.set(line.sequence, { ...known.get(line.sequence), ...line });
  const all = [...known.values()].sort((a, b) => Date.parse(b.at) - Date.parse(a.at) || b.sequence - a.sequence);
  return all.filter((line, i) => !all.slice(0, i).some((l) => l.ticket === line.ticket && l.at === line.at)).slice(0, KEPT);
}

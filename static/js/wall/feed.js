// The two lists on the right: what just happened, and what needs a leader's eye.

import { element, fill, fullTime, shortTime, spanWords, typeName, without, words } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";
const KEPT = 60;
const BREATH = 250; // milliseconds between two paintings
const FRESH = 20000;
const narrow = matchMedia("(max-aspect-ratio: 11/10), (max-width: 800px)"); // there the page scrolls
const ROW = 2.2; // rem, as in the style sheet

export class Feed {
  constructor(boxes, { store, open, shapes }) {
    Object.assign(this, boxes, { store, open, shapes });
    this.lines = [];
    this.watching = [];
    this.rows = new Map(); // key -> its row, and how that looks
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
    for (const [id, at] of this.alarmed) if (Date.now() - at > FRESH) this.alarmed.delete(id);
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

  // At once after a pause; in a rush of news four times a second.
  soon() {
    this.due ||= setTimeout(() => {
      this.due = null;
      this.paintedAt = performance.now();
      this.paint();
    }, Math.max(0, (this.paintedAt ?? -BREATH) + BREATH - performance.now()));
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

  shapeOf(line, star) {
    const dot = this.store.dots.get(line.ticket);
    return star || dot?.star ? "star" : dot?.stage || "closed";
  }

  shape(line, star) {
    const image = document.createElementNS(SVG, "svg");
    image.setAttribute("class", `shape light-${this.light(line)}`);
    image.setAttribute("aria-hidden", "true");
    const use = document.createElementNS(SVG, "use");
    use.setAttribute("href", `${this.shapes}#${this.shapeOf(line, star)}`);
    image.append(use);
    return image;
  }

  // The row of a line: the one that stands there already, if it would look the same.
  row(line, key, { time, title, datetime, text, small, tone = "", star, fresh }) {
    const looks = JSON.stringify([time, text, small, tone, this.light(line), this.shapeOf(line, star), fresh]);
    const kept = this.rows.get(key);
    if (kept?.looks === looks) return kept.row;
    const when = element("time", datetime ? { datetime, title } : {}, time);
    const says = element("small", tone ? { class: tone } : {}, small);
    const button = element("button", { type: "button" }, when, this.shape(line, star), element("p", { title: text }, text), says);
    button.addEventListener("click", () => this.open(line.ticket));
    const row = element("li", fresh ? { class: "fresh" } : {}, button);
    this.rows.set(key, { looks, row });
    return row;
  }

  paint() {
    const now = this.store.now();
    const shown = this.lines.slice(0, this.fitting(this.feed)).map((line) => this.newsRow(line, now));
    put(this.feed, shown.length ? shown : [said(words.nothing_yet)]);
    const watched = this.watching.map((line) => this.alarmRow(line, now));
    put(this.watched, watched.length ? watched : [said(words.all_well)]);
    const seen = new Set([...shown, ...watched]);
    for (const [key, { row }] of this.rows) if (!seen.has(row)) this.rows.delete(key);
  }

  newsRow(line, now) {
    const at = new Date(line.at);
    return this.row(line, `news ${line.sequence}`, {
      time: shortTime(at, now), datetime: line.at, title: fullTime(at), small: what(line), star: false,
      text: `${this.place(line.area)} · ${typeName(line.type)}`,
      fresh: Boolean(line.arrived && Date.now() - line.arrived < FRESH),
    });
  }

  alarmRow(line, now) {
    const due = line.due ? new Date(line.due) : null;
    const late = due && due <= now;
    const why = line.supervision ? fill(words.supervised, { grade: words.grades[line.supervision] }) : line.climbs ? words.passed_up : "";
    return this.row(line, `alarm ${line.ticket}`, {
      time: due ? shortTime(due, now) : "", datetime: line.due, title: due && fullTime(due),
      text: `${this.place(line.area)} · ${typeName(line.type)}${why ? ` · ${why}` : ""}`,
      small: due ? fill(late ? words.over : words.left, { time: spanWords(Math.abs(now - due)) }) : "",
      tone: `light-${this.light(line)}`, star: Boolean(line.supervision || line.climbs),
      fresh: Date.now() - (this.alarmed.get(line.ticket) || 0) < FRESH,
    });
  }
}

// Put the rows into the box; who stands in the right place is not touched.
function put(box, rows) {
  rows.forEach((row, i) => box.children[i] === row || box.insertBefore(row, box.children[i] || null));
  while (box.children.length > rows.length) box.lastElementChild.remove();
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

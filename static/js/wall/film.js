// The last day, as it was: a store of dots that can be asked to be what it was at any moment.

import { Store } from "./store.js";

export class Film extends Store {
  constructor() {
    super();
    this.loaded = false;
    this.time = 0; // seconds since 1970
  }

  // answer: of /api/v1/wall/film/
  load(answer) {
    this.from = Date.parse(answer.from) / 1000;
    this.to = Date.parse(answer.to) / 1000;
    this.begun = rows(answer.start);
    this.changes = rows(answer.changes);
    this.loaded = true;
    this.rewind();
    this.seek(this.from);
  }

  now() {
    return new Date(this.time * 1000);
  }

  rewind() {
    this.dots = new Map(this.begun.map((dot) => [dot.id, dot]));
    this.next = 0;
  }

  // Be what it was at this moment; says which dots changed on the way, if it was a short one.
  seek(time) {
    const back = time < this.time;
    if (back) this.rewind();
    const changed = [];
    while (this.next < this.changes.length && this.changes[this.next].at <= time) {
      const change = this.changes[this.next];
      if (change.gone) this.dots.delete(change.id);
      else this.dots.set(change.id, change);
      changed.push(change.id);
      this.next += 1;
    }
    this.time = time;
    this.tell("changed", { ids: back || changed.length > 40 ? [] : changed });
  }

  // How many came in and were closed since the film's beginning, and how it stood.
  counts() {
    const found = { dots: this.dots.size, green: 0, yellow: 0, orange: 0, red: 0, grey: 0, blue: 0 };
    for (const dot of this.dots.values()) found[this.lightOf(dot, this.time)] += 1;
    return found;
  }
}

// A table of columns as rows.
function rows(columns) {
  const names = Object.keys(columns);
  const length = names.length ? columns[names[0]].length : 0;
  return Array.from({ length }, (_, i) => Object.fromEntries(names.map((name) => [name, columns[name][i]])));
}

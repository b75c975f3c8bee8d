// The dots that this screen knows. An older version never replaces a newer one, whatever order
// frames, snapshots and repeats arrive in.

import { dotsOf } from "./columns.js";

export class Store extends EventTarget {
  constructor() {
    super();
    this.dots = new Map();
    this.gone = new Map(); // id -> the version at which it went
    this.sequence = 0; // everything up to here is in
    this.offset = 0; // the server's clock minus ours, in milliseconds
  }

  now() {
    return new Date(Date.now() + this.offset);
  }

  setClock(iso) {
    if (iso) this.offset = Date.parse(iso) - Date.now();
  }

  // The server says the light at one moment; as time passes the dot turns by itself.
  lightOf(dot, seconds = this.now().getTime() / 1000) {
    if (!dot.turns) return dot.light;
    const [yellow, orange, red] = dot.turns;
    if (red !== null && red <= seconds) return "red";
    if (orange !== null && orange <= seconds) return "orange";
    if (yellow !== null && yellow <= seconds) return "yellow";
    return "green";
  }

  put(dot, sequence) {
    const known = this.dots.get(dot.id);
    if (known && known.version > dot.version) return false;
    if ((this.gone.get(dot.id) ?? -1) > dot.version) return false;
    this.gone.delete(dot.id);
    const same = known && known.version === dot.version;
    this.dots.set(dot.id, { ...dot, heard: Math.max(sequence, known?.heard ?? 0) });
    return !same;
  }

  remove(id, version) {
    const known = this.dots.get(id);
    if (known && known.version > version) return false;
    this.gone.set(id, Math.max(version, this.gone.get(id) ?? -1));
    return this.dots.delete(id);
  }

  // One frame of the socket.
  hear(frame) {
    this.sequence = Math.max(this.sequence, frame.sequence || 0);
    if (frame.dot && this.put(frame.dot, frame.sequence)) {
      this.tell("changed", { ids: [frame.dot.id] });
    } else if (frame.gone && this.remove(frame.gone, frame.version)) {
      this.tell("changed", { ids: [] });
    }
    if (frame.dot && frame.events?.length) {
      this.tell("news", { dot: frame.dot, events: frame.events });
    }
  }

  // An answer of the dots' address: all there are, or what changed.
  take(answer) {
    this.setClock(answer.at);
    const first = this.dots.size === 0;
    const dots = answer.columns ? dotsOf(answer.columns) : answer.dots;
    const changed = dots.filter((dot) => this.put(dot, answer.sequence)).map((d) => d.id);
    let fewer = false;
    for (const { id, version } of answer.gone) fewer = this.remove(id, version) || fewer;
    if (answer.complete) {
      const all = new Set(dots.map((dot) => dot.id));
      for (const [id, dot] of this.dots) {
        // A frame that came while the answer was on its way knows more than the answer.
        if (!all.has(id) && dot.heard <= answer.sequence) {
          this.dots.delete(id);
          fewer = true;
        }
      }
    }
    this.sequence = Math.max(this.sequence, answer.sequence);
    // A whole wall does not pulse.
    if (changed.length || fewer || first) this.tell("changed", { ids: first ? [] : changed });
  }

  tell(kind, detail) {
    this.dispatchEvent(new CustomEvent(kind, { detail }));
  }
}

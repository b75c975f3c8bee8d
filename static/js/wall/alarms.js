// What needs an eye now: a report that has become overdue, or was supervised or passed up.

export class Alarms extends EventTarget {
  constructor(store) {
    super();
    this.store = store;
    this.known = null;
    store.addEventListener("changed", () => this.look());
  }

  // Looks again: lights turn by themselves. The first look is no alarm.
  look() {
    const now = new Map();
    for (const [id, dot] of this.store.dots) {
      const reason = `${dot.star ? "star" : ""}${this.store.lightOf(dot) === "red" ? "red" : ""}`;
      if (reason) now.set(id, reason);
    }
    const fresh = [...now].filter(([id, reason]) => this.known && !(this.known.get(id) || "").includes(reason));
    if (this.known || this.store.sequence) this.known = now;
    if (fresh.length) this.dispatchEvent(new CustomEvent("alarm", { detail: fresh.map(([id]) => id) }));
  }
}

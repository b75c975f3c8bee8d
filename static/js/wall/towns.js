// How it stands in each part of this wall's land, from the dots themselves; each opens its own wall.

import { element, fill, number, without, words } from "./words.js";

const LIGHTS = ["green", "yellow", "orange", "red", "grey"];

export class Towns {
  constructor(box, { store, lift, address }) {
    Object.assign(this, { box, store, lift, address });
    this.rows = new Map();
    store.addEventListener("changed", () => this.soon());
  }

  // areas: the answer of /wall/areas.json
  show(areas) {
    this.rows = new Map(areas.parts.map((part) => [part.code, this.row(part, areas)]));
    this.box.replaceChildren(...this.rows.values());
    this.paint();
  }

  row(part, areas) {
    const name = without(part.name, areas.names[areas.home]);
    const may = areas.reach.some((code) => part.code.startsWith(code));
    const link = may ? element("a", { href: this.address(part.code) }, name) : element("span", {}, name);
    const row = element("li", {}, link, element("span", { class: "track", "aria-hidden": "true" }), element("b", {}, "–"), element("small", {}));
    for (const kind of ["pointerenter", "focusin"]) row.addEventListener(kind, () => this.lift(part.code));
    for (const kind of ["pointerleave", "focusout"]) row.addEventListener(kind, () => this.lift(null));
    return row;
  }

  soon() {
    this.due ||= setTimeout(() => {
      this.due = null;
      this.paint();
    }, 1000);
  }

  counts() {
    const found = new Map([...this.rows.keys()].map((code) => [code, Object.fromEntries([...LIGHTS, "blue"].map((l) => [l, 0]))]));
    const length = this.rows.keys().next().value?.length;
    for (const dot of this.store.dots.values()) {
      const lights = found.get(dot.area.slice(0, length));
      if (lights) lights[this.store.lightOf(dot)] += 1;
    }
    return found;
  }

  paint() {
    const found = this.counts();
    const atWork = (lights) => LIGHTS.reduce((sum, light) => sum + lights[light], 0);
    const most = Math.max(1, ...[...found.values()].map(atWork));
    for (const [code, lights] of found) {
      const [, track, sum, late] = this.rows.get(code).children;
      sum.textContent = number(atWork(lights));
      late.textContent = lights.red ? fill(words.late, { count: number(lights.red) }) : "";
      track.replaceChildren(...bars(lights, most));
    }
  }
}

// A bar of the lights, as long as its share of the most.
export function bars(lights, most) {
  return LIGHTS.filter((light) => lights[light]).map((light) => {
    const bar = element("i", { class: `light-${light}`, title: `${words.lights[light]}: ${lights[light]}` });
    bar.style.setProperty("--part", `${(100 * lights[light]) / most}%`);
    return bar;
  });
}

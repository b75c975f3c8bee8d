// The day, hour by hour, and the lights of all that is in work.

import { element, fill, number, words } from "./words.js";

export class Day {
  constructor({ hours, lights, store }) {
    Object.assign(this, { hours, lights, store });
  }

  // received, closed: 24 numbers each
  show({ received, closed }) {
    const most = Math.max(4, ...received, ...closed);
    this.hours.replaceChildren(...received.map((count, hour) => {
      const said = fill(words.hour, { hour, received: number(count), closed: number(closed[hour]) });
      const bar = (kind, value) => {
        const made = element("i", { class: kind, "data-count": value || "" });
        made.style.setProperty("--part", `${(100 * value) / most}%`);
        return made;
      };
      return element("li", { title: said }, element("span", { class: "visually-hidden" }, said),
        element("span", { class: "pair", "aria-hidden": "true" }, bar("came", count), bar("went", closed[hour])),
        element("small", { "aria-hidden": "true" }, String(hour)));
    }));
  }

  count() {
    const found = { green: 0, yellow: 0, orange: 0, red: 0, grey: 0 };
    for (const dot of this.store.dots.values()) {
      const light = this.store.lightOf(dot);
      if (light in found) found[light] += 1;
    }
    for (const [light, count] of Object.entries(found)) {
      this.lights.querySelector(`[data-light=${light}] b`).textContent = number(count);
    }
  }
}

// The card of one dot: who has it, how it is handled, how far it is. Or of a part of the land.

import { element, fill, fullTime, number, shortTime, typeName, words } from "./words.js";

export class Card {
  constructor(box, { link, store, map, address }) {
    Object.assign(this, { box, link, store, map, address });
    this.id = null;
    store.addEventListener("changed", (event) => event.detail.ids.includes(this.id) && this.fetch());
  }

  open(id) {
    this.id = id;
    this.map.choose(id);
    const dot = this.store.dots.get(id);
    if (dot) this.show({ type: typeName(dot.type), number: dot.number, light: this.store.lightOf(dot) });
    this.fetch();
  }

  // A town, a village: how it stands there, and the way to its own wall.
  openPart({ name, lights, address }) {
    this.id = null;
    this.map.choose(null);
    const { box } = this;
    box.className = "card";
    const shut = this.shutter();
    const facts = element("dl");
    for (const [light, count] of Object.entries(lights)) {
      const swatch = element("i", { class: `swatch light-${light}`, "aria-hidden": "true" });
      facts.append(element("dt", {}, swatch, words.lights[light]), element("dd", {}, number(count)));
    }
    box.replaceChildren(shut, element("h3", {}, name), facts);
    if (address) box.append(element("p", { class: "way" }, element("a", { href: address }, fill(words.its_wall, { name }))));
    box.hidden = false;
  }

  shutter() {
    const shut = element("button", { type: "button", class: "close", "aria-label": words.close }, "×");
    shut.addEventListener("click", () => this.close());
    return shut;
  }

  close() {
    if (this.box.hidden) return;
    this.id = null;
    this.map.choose(null);
    this.box.hidden = true;
  }

  async fetch() {
    const { id } = this;
    const card = await this.link.get(this.link.to(`${this.address}${id}/`));
    if (id !== this.id) return;
    if (card) this.show(card);
    else if (card === undefined) this.show({ type: words.gone, light: "grey" });
  }

  show(card) {
    const { box } = this;
    const had = box.contains(document.activeElement);
    box.className = `card light-${card.light}`;
    const shut = this.shutter();
    const title = element("h3", {}, card.type || words.unknown_type);
    const facts = element("dl");
    const row = (name, value) => value && facts.append(element("dt", {}, name), element("dd", {}, value));
    row(words.number, card.url ? element("a", { href: card.url }, card.number) : card.number);
    row(words.place, card.place);
    row(words.who, card.who || (card.centre && fill(words.waiting_centre, { centre: card.centre })));
    row(words.how, card.how);
    row(words.how_far, this.progress(card));
    box.replaceChildren(shut, title, facts);
    if (card.steps?.length) box.append(this.steps(card.steps));
    if (card.demonstration) box.append(element("p", { class: "demonstration" }, words.demonstration));
    box.hidden = false;
    if (had) shut.focus();
  }

  progress(card) {
    if (!card.state) return "";
    const said = [card.state];
    if (card.supervision) said.push(fill(words.supervised, { grade: card.supervision }));
    if (!card.left) return said.join(" · ");
    const left = element("time", { datetime: card.due, class: `light-${card.light}` }, card.left);
    left.title = fullTime(new Date(card.due));
    return element("span", {}, `${said.join(" · ")} · `, left);
  }

  steps(steps) {
    const now = this.store.now();
    return element("ul", { class: "steps" }, ...steps.map((step) => {
      const at = new Date(step.at);
      return element("li", {}, element("time", { datetime: step.at, title: fullTime(at) }, shortTime(at, now)), step.title);
    }));
  }
}

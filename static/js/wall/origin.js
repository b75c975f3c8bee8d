// What a figure means, when and from how many rows it was reckoned, and the way to the tickets.

import { fill, fullTime, number, words } from "./words.js";

export class Origin {
  constructor(dialog, { address, figures }) {
    Object.assign(this, { dialog, address, figures });
    for (const button of document.querySelectorAll("[data-figure]")) {
      button.addEventListener("click", () => this.open(button.dataset.figure));
    }
  }

  open(key) {
    const { dialog } = this;
    const found = this.figures.found[key];
    if (!found) return;
    const part = (name) => dialog.querySelector(`#origin-${name}`);
    part("title").textContent = words.titles[key];
    part("words").textContent = words.definitions[key];
    part("facts").textContent = fill(words.provenance, {
      time: fullTime(this.figures.at), rows: number(found.rows), ms: found.ms,
    });
    const link = part("link");
    const base = dialog.dataset.behind;
    // Behind the land there are no tickets; visitors and walls without a person see none.
    if (link) link.parentElement.hidden = key === "land";
    if (link) link.href = this.address(base.replace("received", key));
    dialog.showModal();
  }
}

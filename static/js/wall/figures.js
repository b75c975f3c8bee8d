// The figures on the left, at the foot and in the scene of figures.

import { bars } from "./towns.js";
import { element, fill, fullTime, number, percent, typeName, words } from "./words.js";

const EVERY = 15000;
const AFTER_NEWS = 2000;
const LIGHTS = ["green", "yellow", "orange", "red", "grey"];

export class Figures extends EventTarget {
  constructor({ link, store, address, target }) {
    super();
    Object.assign(this, { link, store, address, target });
    this.found = {};
    document.getElementById("gauge").style.setProperty("--target", `${target}%`);
    store.addEventListener("news", () => this.soon());
  }

  start() {
    this.ask();
    setInterval(() => this.ask(), EVERY);
  }

  // Many changes in a row are one question.
  soon() {
    this.waiting ||= setTimeout(() => this.ask(), AFTER_NEWS);
  }

  async ask() {
    clearTimeout(this.waiting);
    this.waiting = null;
    const turn = (this.asked = (this.asked ?? 0) + 1);
    const answer = await this.link.get(this.link.to(this.address));
    if (!answer || turn < this.shown) return; // late: what was asked after it is shown
    this.shown = turn;
    this.show(answer);
    this.dispatchEvent(new CustomEvent("answer", { detail: answer }));
  }

  show({ at, figures, demonstration }) {
    this.at = new Date(at);
    this.found = figures;
    for (const key of ["received", "closed", "near", "overdue"]) {
      const button = document.querySelector(`[data-figure="${key}"]`);
      set(button, number(figures[key].value));
      button.toggleAttribute("data-zero", figures[key].value === 0);
    }
    this.satisfaction(figures.satisfaction.value);
    const spot = figures.on_the_spot.value.percent;
    set(document.querySelector('[data-figure="on_the_spot"]'), spot === null ? "–" : `${percent(spot)}%`);
    this.tiers(figures.tiers.value);
    this.types(figures.types.value);
    for (const place of document.querySelectorAll("[data-land]")) {
      const count = figures.land.value[place.dataset.land];
      place.textContent = number(count);
      // A village has no towns.
      place.parentElement.hidden = count === 0;
    }
    document.getElementById("at-work").textContent = number(figures.at_work.value);
    document.getElementById("as-of").textContent = fullTime(this.at).slice(11, 16);
    document.getElementById("demonstration").hidden = !demonstration;
  }

  satisfaction({ answered, rated, percent: part }) {
    const button = document.querySelector('[data-figure="satisfaction"]');
    set(button, part === null ? "–" : percent(part), part === null ? "" : "%");
    const gauge = document.getElementById("gauge");
    gauge.style.setProperty("--part", `${part ?? 0}%`);
    gauge.toggleAttribute("data-below", part !== null && part < this.target);
    document.getElementById("rated").textContent = part === null ? words.no_rating
      : fill(words.rated, { rated: number(rated), answered: number(answered), share: `${percent((100 * rated) / answered)}%` });
  }

  tiers(tiers) {
    const sum = (lights) => LIGHTS.reduce((total, light) => total + lights[light], 0);
    const most = Math.max(1, ...Object.values(tiers).map(sum));
    for (const [tier, lights] of Object.entries(tiers)) {
      const row = document.querySelector(`[data-tier="${tier}"]`);
      row.querySelector("b").textContent = number(sum(lights));
      row.querySelector(".track").replaceChildren(...bars(lights, most));
    }
  }

  types(rows) {
    const most = Math.max(1, ...rows.map((row) => row.count));
    const box = document.getElementById("types");
    box.replaceChildren(...rows.map(({ type, count }) => {
      const bar = element("i", { class: "light-blue" });
      bar.style.setProperty("--part", `${(100 * count) / most}%`);
      const name = typeName(type);
      return element("li", {}, element("span", { title: name }, name), element("span", { class: "track" }, bar), element("b", {}, number(count)));
    }));
    // What would not be seen whole is not there.
    const left = box.firstElementChild?.offsetLeft;
    for (const row of [...box.children]) if (row.offsetLeft !== left) row.remove();
  }
}

function set(button, text, unit = "") {
  const place = button.querySelector("b");
  const before = place.textContent;
  if (before === text + unit) return;
  place.replaceChildren(text, ...(unit ? [element("small", {}, unit)] : []));
  if (before === "–") return;
  button.classList.add("changed");
  setTimeout(() => button.classList.remove("changed"), 150);
}

// The player of the film: play, stop, seek, faster. What it shows is marked: it is not live.

import { Film } from "./film.js";
import { fill, fullTime, number, words } from "./words.js";

const AGAIN = 120000; // a film older than this is fetched anew

export class Player extends EventTarget {
  // box: the bar; show(store | null): the maps' dots, null for the live ones
  constructor(box, { link, store, address, show, fitted }) {
    super();
    Object.assign(this, { box, link, store, address, show, fitted });
    this.film = new Film();
    this.playing = false;
    this.open = false;
    this.part = (name) => box.querySelector(`[data-film=${name}]`);
    this.part("play").addEventListener("click", () => this.play(!this.playing));
    this.part("seek").addEventListener("input", () => {
      this.play(false);
      this.at(Number(this.part("seek").value));
    });
  }

  get done() {
    return !this.film.loaded || this.film.time >= this.film.to;
  }

  async enter(andPlay) {
    this.open = true;
    this.box.hidden = false;
    document.body.dataset.film = "loading";
    this.say(words.film_loading);
    this.fitted();
    if (!this.film.loaded || performance.now() - this.fetchedAt > AGAIN) await this.fetch();
    if (!this.open) return;
    if (!this.film.loaded) {
      this.say(words.film_missing);
      document.body.dataset.film = "missing";
      return;
    }
    document.body.dataset.film = "shown";
    this.show(this.film);
    this.at(this.film.from);
    if (andPlay) this.play(true);
  }

  leave() {
    if (!this.open) return;
    this.open = false;
    this.play(false);
    this.box.hidden = true;
    delete document.body.dataset.film;
    this.show(null);
    this.fitted();
  }

  async fetch() {
    const to = this.store.now();
    const address = this.link.to(this.address);
    address.searchParams.set("from", new Date(to - 86400000).toISOString());
    address.searchParams.set("to", to.toISOString());
    const answer = await this.link.get(address);
    if (!answer) return;
    this.film.load(answer);
    this.fetchedAt = performance.now();
    const seek = this.part("seek");
    seek.min = this.film.from;
    seek.max = this.film.to;
  }

  play(on) {
    if (on && this.done) this.at(this.film.from);
    this.playing = on && this.film.loaded;
    this.part("play").setAttribute("aria-pressed", this.playing);
    this.part("play").setAttribute("aria-label", this.playing ? words.film_stop : words.film_play);
    cancelAnimationFrame(this.due);
    this.last = null;
    if (this.playing) this.due = requestAnimationFrame((now) => this.step(now));
  }

  step(now) {
    const speed = Number(this.part("speed").value); // minutes of the day in a second
    if (this.last !== null) this.at(Math.min(this.film.to, this.film.time + ((now - this.last) / 1000) * speed * 60));
    this.last = now;
    if (this.done) {
      this.play(false);
      this.dispatchEvent(new Event("end"));
    } else if (this.playing) this.due = requestAnimationFrame((next) => this.step(next));
  }

  at(time) {
    this.film.seek(time);
    const seek = this.part("seek");
    seek.value = time;
    const moment = fullTime(this.film.now()).slice(0, 16);
    seek.setAttribute("aria-valuetext", moment);
    this.say(fill(words.film_at, { time: moment }));
    for (const [key, count] of Object.entries(this.film.counts())) {
      const place = document.querySelector(`[data-then=${key}]`);
      if (place) place.textContent = number(count);
    }
  }

  say(text) {
    document.getElementById("not-live").textContent = text;
  }
}

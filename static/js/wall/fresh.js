// How fresh the wall is: in words, as a watermark, and grey when it can no longer be trusted.

import { element, fill, fullTime, number, words } from "./words.js";

const OLD = 60000;
const DEAD = 300000;
const by = (id) => document.getElementById(id);

export class Fresh {
  constructor(link, { signin, store }) {
    Object.assign(this, { link, signin, store });
    this.loadedAt = performance.now();
  }

  get age() {
    return performance.now() - (this.link.heardAt ?? this.loadedAt);
  }

  show() {
    const { link, age } = this;
    const state = link.state === "polling" && age > OLD ? "stale" : link.state;
    const lost = state === "signed_out" || state === "no_right";
    by("live").dataset.state = state;
    this.say(state, {
      live: words.live,
      connecting: words.connecting,
      polling: fill(words.polling, { seconds: 20 }),
      stale: fill(words.stale, { minutes: number(Math.max(1, Math.floor(age / 60000))) }),
      signed_out: words.signed_out,
      no_right: words.no_right,
    }[state]);
    const seconds = (age / 1000).toFixed(age < 9950 ? 1 : 0);
    by("live-age").textContent = state === "live" ? fill(words.age, { seconds }) : "";
    document.body.dataset.stale = age > DEAD || lost ? "dead" : age > OLD ? "old" : "";
    this.mark(age > OLD || lost);
  }

  say(state, text) {
    const place = by("live-words");
    if (place.dataset.text === text) return;
    place.dataset.text = text;
    place.replaceChildren(state === "signed_out" ? element("a", { href: this.signin }, text) : text);
  }

  // Across the map: nobody shall take old dots for today's.
  mark(on) {
    const place = by("watermark");
    place.hidden = !on;
    if (!on) return;
    const time = fullTime(new Date(this.store.now() - this.age)).slice(5, 16);
    const text = fill(words.stopped, { time });
    if (place.textContent !== text) place.textContent = text;
  }
}

// What lets a wall hang for months: a new version is loaded when nobody looks, once a day the page
// starts afresh, a page that grows too heavy too; and a clock that is wrong is told.

import { fill, spanWords, words } from "./words.js";

const WRONG = 30000; // milliseconds by which this screen's clock may differ
const QUIET_MINUTE = "04:10"; // of the district's day
const LONG_ENOUGH = 6 * 3600000;
const TOO_HEAVY = 0.7; // of what the browser gives a page
const STILL = 5000;

export class Keeper {
  // calm(): nobody has touched the wall; time(): "04:10"; reload: what to do
  constructor({ store, version, calm, time, clock, reload = () => location.reload() }) {
    Object.assign(this, { store, version, calm, time, clock, reload });
    this.since = performance.now();
    this.idle();
    setInterval(() => this.look(), 15000);
  }

  // The figures say which version the server gives now.
  hear(version) {
    if (version && version !== this.version) this.newer = version;
    this.look();
  }

  get weight() {
    const { memory } = performance;
    return memory ? memory.usedJSHeapSize / memory.jsHeapSizeLimit : 0;
  }

  // Why the page should be loaded again, "" if it should not.
  get reason() {
    if (this.newer) return "version";
    if (this.weight > TOO_HEAVY) return "weight";
    const aged = performance.now() - this.since > LONG_ENOUGH;
    return aged && this.time() === QUIET_MINUTE ? "daily" : "";
  }

  async look() {
    const { reason } = this;
    if (!reason || this.leaving || (reason !== "weight" && !this.calm())) return;
    this.leaving = true;
    // Never from a wall that works into a page of errors.
    const answer = await fetch(location.href, { redirect: "manual" }).catch(() => null);
    this.leaving = false;
    if (answer?.ok) this.reload();
  }

  // The server's clock counts; whoever set this one should know.
  checkClock() {
    const { offset } = this.store;
    const wrong = Math.abs(offset) > WRONG;
    this.clock.hidden = !wrong;
    if (wrong) {
      const text = fill(offset > 0 ? words.clock_slow : words.clock_fast, { time: spanWords(Math.abs(offset)) });
      if (this.clock.textContent !== text) this.clock.textContent = text;
    }
  }

  // Nobody moves the mouse: no arrow on the wall.
  idle() {
    const move = () => {
      document.body.removeAttribute("data-idle");
      clearTimeout(this.resting);
      this.resting = setTimeout(() => document.body.setAttribute("data-idle", ""), STILL);
    };
    addEventListener("pointermove", move, { passive: true });
    move();
  }
}

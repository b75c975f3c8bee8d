// The alarm's sound: two soft tones. A browser gives no sound before somebody has touched the page,
// so the button says what is true: off, waiting for a touch, on, or silent for the quiet hours.

import { words } from "./words.js";

const TONES = [[660, 0], [880, 0.22]]; // hertz, seconds from the start
const GAP = 10000; // many alarms at once are one sound

export class Sound {
  constructor(button, choices, isQuiet) {
    Object.assign(this, { button, choices, isQuiet });
    this.rungAt = -GAP;
    this.rung = 0;
    button.addEventListener("click", () => {
      choices.set({ sound: !choices.get("sound") });
      if (choices.get("sound")) this.wake(true);
    });
    for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, () => this.wake());
    choices.addEventListener("change", () => this.show());
    this.show();
  }

  get state() {
    if (!this.choices.get("sound")) return "off";
    if (this.isQuiet()) return "quiet";
    return this.context?.state === "running" ? "on" : "waiting";
  }

  async wake(heard = false) {
    if (!this.choices.get("sound")) return;
    this.context ||= new AudioContext();
    await this.context.resume();
    this.show();
    if (heard && this.state === "on") this.play();
  }

  ring() {
    if (this.state !== "on" || performance.now() - this.rungAt < GAP) return;
    this.play();
  }

  play() {
    this.rungAt = performance.now();
    this.rung += 1;
    const { context } = this;
    for (const [pitch, after] of TONES) {
      const at = context.currentTime + after;
      const tone = new OscillatorNode(context, { frequency: pitch });
      const loudness = new GainNode(context, { gain: 0 });
      loudness.gain.setValueAtTime(0, at);
      loudness.gain.linearRampToValueAtTime(0.25, at + 0.03);
      loudness.gain.exponentialRampToValueAtTime(0.001, at + 0.6);
      tone.connect(loudness).connect(context.destination);
      tone.start(at);
      tone.stop(at + 0.65);
    }
  }

  show() {
    const { state } = this;
    if (this.button.dataset.state === state) return;
    this.button.dataset.state = state;
    this.button.setAttribute("aria-pressed", state !== "off");
    this.button.textContent = words[`sound_${state}`];
  }
}

// The scenes of the wall, in turn. Whoever touches the wall has it for a minute.

const HANDS_OFF = 60000;
const narrow = matchMedia("(max-aspect-ratio: 11/10), (max-width: 800px)");

export class Scenes extends EventTarget {
  constructor(choices, { buttons, pause }) {
    super();
    Object.assign(this, { choices, buttons, pause });
    this.now = "overview";
    this.since = performance.now();
    this.touchedAt = -HANDS_OFF;
    this.held = () => false; // whether something on the wall wants to be finished first
    for (const kind of ["pointerdown", "keydown", "wheel"]) {
      addEventListener(kind, () => this.touch(), { passive: true, capture: true });
    }
    for (const button of buttons) button.addEventListener("click", () => this.go(button.dataset.scene));
    pause.addEventListener("click", () => this.turn());
    choices.addEventListener("change", () => this.show());
    this.show();
    setInterval(() => this.tick(), 1000);
  }

  touch() {
    this.touchedAt = performance.now();
  }

  get calm() {
    return performance.now() - this.touchedAt >= HANDS_OFF;
  }

  // Those that this wall has: a village has no urban towns.
  get there() {
    return this.buttons.filter((button) => !button.hidden).map((button) => button.dataset.scene);
  }

  turn(on = !this.choices.get("rotate")) {
    this.since = performance.now();
    this.choices.set({ rotate: on });
  }

  go(name) {
    if (!this.there.includes(name)) return;
    this.since = performance.now();
    if (name !== this.now) {
      this.now = name;
      this.show();
      this.dispatchEvent(new Event("scene"));
    }
  }

  show() {
    document.body.dataset.scene = this.now;
    for (const button of this.buttons) button.setAttribute("aria-pressed", button.dataset.scene === this.now);
    this.pause.setAttribute("aria-pressed", this.choices.get("rotate"));
  }

  tick() {
    const { choices } = this;
    const rests = !choices.get("rotate") || narrow.matches || document.hidden;
    if (rests || !this.calm || this.held()) return;
    if (performance.now() - this.since < 1000 * choices.get("every")) return;
    const turns = this.there.filter((name) => choices.get("scenes").includes(name));
    this.go(turns[(turns.indexOf(this.now) + 1) % turns.length] || "overview");
  }
}

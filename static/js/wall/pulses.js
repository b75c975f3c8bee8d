// One ring for a change. Each is a small element that the browser moves by itself, in a few steps:
// painting the map anew for each picture of a ring halves the frames of a screen without a graphics card.

const SHOWN = 900; // milliseconds, as in the style sheet
const STILL = 3600; // without motion the ring stands a while instead
const MOST = 40; // a whole wall does not pulse

export class Pulses {
  constructor(box, calm) {
    Object.assign(this, { box, calm });
    this.waiting = new Set();
  }

  // These dots changed; where they stand is known with the next painting.
  expect(ids) {
    for (const id of ids) if (this.waiting.size < MOST) this.waiting.add(id);
  }

  // placed: [{id, x, y, light}]
  show(placed) {
    if (!this.waiting.size) return;
    for (const { id, x, y, light } of placed) if (this.waiting.has(id)) this.ring(x, y, light);
    this.waiting.clear();
  }

  ring(x, y, light) {
    const ring = document.createElement("span");
    ring.className = `pulse light-${light}`;
    ring.style.left = `${x}px`;
    ring.style.top = `${y}px`;
    this.box.append(ring);
    setTimeout(() => ring.remove(), this.calm.matches ? STILL : SHOWN);
  }

  // The land moved beneath them.
  clear() {
    this.waiting.clear();
    for (const ring of this.box.querySelectorAll(".pulse")) ring.remove();
  }
}

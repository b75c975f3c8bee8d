// The names on a map: none lies on another, and where there is a choice, none on a dot.

import { svg } from "./plane.js";

// Where a name may stand, from its place: shifts by its own half width and its height. The near ones
// first; the far ones only as long as they lie in the part that they name.
const NEAR = [[0, 0.5], [0, -0.5], [1.1, 0], [-1.1, 0]];
const FAR = [1.3, -1.3, 2.1, -2.1, 2.9, -2.9, 3.7, -3.7].flatMap((dy) => [0, 0.7, -0.7, 1.4, -1.4].map((dx) => [dx, dy]));

// Write the parts [{name, x, y, holds(x, y)}], at points of the screen, the weightier first.
export function write(layer, parts, { rem, width, height, dots }) {
  layer.replaceChildren();
  const taken = [];
  for (const part of parts) {
    const half = (widthOf(part.name) * rem) / 2 + 2;
    const tall = 1.25 * rem;
    let best = null;
    for (const [dx, dy] of [...NEAR, ...FAR]) {
      const x = part.x + dx * half;
      const y = part.y + dy * tall;
      const box = [x - half, y - tall / 2, x + half, y + tall / 2];
      if (box[0] < 0 || box[1] < 0 || box[2] > width || box[3] > height) continue;
      if (Math.abs(dy) > 1 && !part.holds(x, y)) continue;
      if (taken.some((b) => box[0] < b[2] && box[2] > b[0] && box[1] < b[3] && box[3] > b[1])) continue;
      const cost = 2 * dots.filter((dot) => within(dot, box, 0.35 * rem)).length + Math.abs(dy) / 2;
      if (!best || cost < best.cost) best = { box, x, y, cost };
    }
    if (!best) continue;
    taken.push(best.box);
    svg("text", { class: "name", x: best.x.toFixed(1), y: (best.y + 0.36 * rem).toFixed(1) }, layer).textContent = part.name;
  }
}

const within = ({ x, y }, box, reach) =>
  x > box[0] - reach && x < box[2] + reach && y > box[1] - reach && y < box[3] + reach;

// In ems: a Chinese character is one, a Latin letter about half.
function widthOf(text) {
  return [...text].reduce((sum, letter) => sum + (letter > "\u2000" ? 1 : 0.54), 0);
}

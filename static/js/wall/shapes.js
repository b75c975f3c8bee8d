// What a dot looks like: the shape is the stage, the colour is the time left. Each is drawn once
// and then copied.

const style = getComputedStyle(document.documentElement);
export const colour = (light) => style.getPropertyValue(`--light-${light}`).trim();

// Later ones lie on top.
export const ORDER = ["blue", "green", "grey", "yellow", "orange", "red"];

export class Shapes {
  constructor(radius, ratio) {
    this.radius = radius; // in CSS pixels
    this.ratio = ratio; // device pixels for each
    this.drawn = new Map();
  }

  of(stage, light, star) {
    const key = `${star ? "star" : stage} ${light}`;
    if (!this.drawn.has(key)) this.drawn.set(key, this.draw(star ? "star" : stage, light));
    return this.drawn.get(key);
  }

  draw(shape, light) {
    const r = this.radius * this.ratio;
    const side = Math.ceil(r * 4);
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = side;
    const ink = canvas.getContext("2d");
    ink.translate(side / 2, side / 2);
    ink.strokeStyle = ink.fillStyle = colour(light);
    // A dark rim keeps neighbours apart.
    ink.shadowColor = "#071722";
    ink.shadowBlur = r * 0.35;
    PAINT[shape](ink, r);
    ink.shadowBlur = 0;
    if (light === "red") {
      ink.lineWidth = r * 0.2;
      ink.globalAlpha = 0.6;
      circle(ink, r * 1.7);
      ink.stroke();
    }
    return canvas;
  }
}

function circle(ink, r) {
  ink.beginPath();
  ink.arc(0, 0, r, 0, 2 * Math.PI);
}

const PAINT = {
  new(ink, r) {
    ink.lineWidth = r * 0.42;
    circle(ink, r * 0.82);
    ink.stroke();
  },
  dispatched(ink, r) {
    ink.lineWidth = r * 0.3;
    circle(ink, r * 0.88);
    ink.stroke();
    ink.beginPath();
    ink.arc(0, 0, r * 0.88, Math.PI / 2, -Math.PI / 2);
    ink.fill();
  },
  handling(ink, r) {
    circle(ink, r);
    ink.fill();
  },
  resolved(ink, r) {
    ink.lineWidth = r * 0.26;
    circle(ink, r * 0.9);
    ink.stroke();
    ink.lineCap = ink.lineJoin = "round";
    ink.beginPath();
    ink.moveTo(-r * 0.42, 0);
    ink.lineTo(-r * 0.1, r * 0.34);
    ink.lineTo(r * 0.46, -r * 0.36);
    ink.stroke();
  },
  closed(ink, r) {
    circle(ink, r * 0.5);
    ink.fill();
  },
  star(ink, r) {
    ink.beginPath();
    for (let i = 0; i < 10; i += 1) {
      const angle = -Math.PI / 2 + (i * Math.PI) / 5;
      const reach = r * (i % 2 ? 0.52 : 1.25);
      ink.lineTo(reach * Math.cos(angle), reach * Math.sin(angle));
    }
    ink.closePath();
    ink.fill();
  },
};

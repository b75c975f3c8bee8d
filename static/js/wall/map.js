// The map: outlines as SVG, dots on a canvas above them. Our own, since all it shows is ours.

import { ORDER, Shapes, colour } from "./shapes.js";
import { without } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";
const PULSE = 900; // milliseconds, one ring for a change
const FARTHEST = 60; // times closer than the whole
const GOLDEN = Math.PI * (3 - Math.sqrt(5));
const calm = matchMedia("(prefers-reduced-motion: reduce)");

function svg(name, attributes, parent) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  parent?.append(made);
  return made;
}

// Degrees to a flat plane in which a degree is as long eastwards as northwards.
export class Plane {
  constructor(latitude) {
    this.shrink = Math.cos((latitude * Math.PI) / 180);
  }

  at(lng, lat) {
    return [lng * this.shrink, -lat];
  }

  path(geometry) {
    if (!geometry) return "";
    const rings = geometry.type === "Polygon" ? geometry.coordinates : geometry.coordinates.flat();
    return rings
      .map((ring) => `M${ring.map(([x, y]) => this.at(x, y).map((n) => n.toFixed(6)).join(",")).join("L")}Z`)
      .join("");
  }
}

export class LiveMap {
  constructor(box, store, { names = true, padding = [2, 2, 2, 2] } = {}) {
    this.box = box;
    this.store = store;
    this.names = names;
    this.padding = padding; // top, right, bottom, left, in rem
    this.lean = 0.5; // which share of the free width lies on the left
    this.svg = svg("svg", { "aria-hidden": "true" }, box);
    this.ground = svg("g", {}, this.svg);
    this.labels = svg("g", {}, this.svg);
    this.canvas = document.createElement("canvas");
    box.append(this.canvas);
    this.ink = this.canvas.getContext("2d");
    this.pulses = new Map(); // id -> when it began
    this.placed = []; // what was drawn last: {id, x, y}
    this.chosen = null;
    this.view = null;
    this.home = null;
    new ResizeObserver(() => this.fit()).observe(box);
    store.addEventListener("changed", (event) => this.changed(event.detail.ids));
    calm.addEventListener("change", () => this.draw());
  }

  // areas: the answer of /wall/areas.json; bounds: [west, south, east, north], else all of it
  show(areas, bounds) {
    const edges = bounds || boundsOf(areas);
    this.plane = new Plane((edges[1] + edges[3]) / 2);
    this.bounds = edges;
    this.parts = areas.parts.map((part) => ({ ...part, name: without(part.name, areas.names[areas.home]) }));
    this.ground.replaceChildren();
    svg("path", { class: "outline", d: this.plane.path(areas.outline) }, this.ground);
    for (const part of areas.parts) {
      svg("path", { class: "part", d: this.plane.path(part.outline) }, this.ground);
    }
    this.fit();
  }

  frame(bounds) {
    const [west, north] = this.plane.at(bounds[0], bounds[3]);
    const [east, south] = this.plane.at(bounds[2], bounds[1]);
    svg("rect", { class: "window", x: west, y: north, width: east - west, height: south - north }, this.ground);
  }

  fit() {
    if (!this.bounds) return;
    const { clientWidth: width, clientHeight: height } = this.box;
    if (!width || !height) return;
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    const [top, right, , left] = this.padding.map((n) => n * rem);
    // What is written below the map stays free of it.
    const bottom = this.padding[2] * rem + (this.below?.offsetHeight || 0);
    const [west, north] = this.plane.at(this.bounds[0], this.bounds[3]);
    const [east, south] = this.plane.at(this.bounds[2], this.bounds[1]);
    const inner = [Math.max(width - left - right, 50), Math.max(height - top - bottom, 50)];
    const scale = Math.min(inner[0] / (east - west || 1e-3), inner[1] / (south - north || 1e-3));
    this.home = {
      scale,
      x: left + (inner[0] - scale * (east - west)) * this.lean - scale * west,
      y: top + inner[1] / 2 - (scale * (north + south)) / 2,
    };
    const ratio = Math.min(devicePixelRatio || 1, 3);
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    this.ratio = ratio;
    this.rem = rem;
    this.shapes = new Shapes(0.42 * rem, ratio);
    this.look({ ...this.home });
  }

  look(view) {
    this.view = view;
    this.ground.setAttribute("transform", `translate(${view.x} ${view.y}) scale(${view.scale})`);
    this.write();
    this.draw();
  }

  zoom(factor, x = this.box.clientWidth / 2, y = this.box.clientHeight / 2) {
    if (!this.view) return;
    const scale = Math.min(Math.max(this.view.scale * factor, this.home.scale), this.home.scale * FARTHEST);
    if (scale === this.home.scale) return this.look({ ...this.home });
    const by = scale / this.view.scale;
    this.look({ scale, x: x - (x - this.view.x) * by, y: y - (y - this.view.y) * by });
  }

  pan(dx, dy) {
    if (this.view) this.look({ ...this.view, x: this.view.x + dx, y: this.view.y + dy });
  }

  point(lng, lat) {
    const [x, y] = this.plane.at(lng, lat);
    return [x * this.view.scale + this.view.x, y * this.view.scale + this.view.y];
  }

  // Names, as far as they do not lie on one another.
  write() {
    this.labels.replaceChildren();
    if (!this.names) return;
    const taken = [];
    for (const part of this.parts) {
      if (part.lat === null || part.lng === null) continue;
      const [x, y] = this.point(part.lng, part.lat);
      const half = (part.name.length * this.rem * (/[^\x00-\x7f]/.test(part.name) ? 1 : 0.55)) / 2;
      const box = [x - half, y, x + half, y + 1.2 * this.rem];
      if (taken.some((b) => box[0] < b[2] && box[2] > b[0] && box[1] < b[3] && box[3] > b[1])) continue;
      taken.push(box);
      svg("text", { class: "name", x: x.toFixed(1), y: (y + this.rem).toFixed(1) }, this.labels).textContent =
        part.name;
    }
  }

  changed(ids) {
    const now = performance.now();
    for (const id of ids) this.pulses.set(id, now);
    this.draw();
  }

  choose(id) {
    this.chosen = id;
    this.draw();
  }

  draw() {
    if (!this.due) this.due = requestAnimationFrame(() => this.paint());
  }

  paint() {
    this.due = null;
    if (!this.view || !this.shapes) return;
    const { ink, ratio } = this;
    ink.setTransform(1, 0, 0, 1, 0, 0);
    ink.clearRect(0, 0, this.canvas.width, this.canvas.height);
    const seconds = this.store.now().getTime() / 1000;
    const dots = [...this.store.dots.values()].map((dot) => ({ dot, light: this.store.lightOf(dot, seconds) }));
    dots.sort((a, b) => rank(a) - rank(b) || a.dot.id - b.dot.id);
    this.placed = [];
    const crowd = new Map();
    for (const { dot, light } of dots) {
      const key = `${dot.lat},${dot.lng}`;
      const nth = crowd.get(key) || 0;
      crowd.set(key, nth + 1);
      let [x, y] = this.point(dot.lng, dot.lat);
      // Several at one place stand around it, like seeds in a sunflower.
      const away = nth && this.rem * 0.62 * Math.sqrt(nth);
      x += away * Math.cos(nth * GOLDEN);
      y += away * Math.sin(nth * GOLDEN);
      if (x < -30 || y < -30 || x > this.box.clientWidth + 30 || y > this.box.clientHeight + 30) continue;
      const drawn = this.shapes.of(dot.stage, light, dot.star);
      ink.drawImage(drawn, Math.round(x * ratio - drawn.width / 2), Math.round(y * ratio - drawn.height / 2));
      this.placed.push({ id: dot.id, x, y, light });
    }
    this.rings();
  }

  rings() {
    const { ink, ratio } = this;
    const now = performance.now();
    let moving = false;
    for (const place of this.placed) {
      const begun = this.pulses.get(place.id);
      if (begun === undefined && place.id !== this.chosen) continue;
      const share = begun === undefined ? 0 : (now - begun) / PULSE;
      ink.beginPath();
      ink.strokeStyle = place.id === this.chosen ? "#eaf3fa" : colour(place.light);
      ink.lineWidth = 0.11 * this.rem * ratio;
      if (place.id === this.chosen) ink.arc(place.x * ratio, place.y * ratio, 0.85 * this.rem * ratio, 0, 7);
      if (share > 0 && share < (calm.matches ? 4 : 1)) {
        moving = true;
        // Without motion: a still ring for a few seconds.
        const reach = calm.matches ? 1 : 0.5 + 2 * share;
        ink.globalAlpha = calm.matches ? 1 : 1 - share;
        ink.moveTo((place.x + reach * this.rem) * ratio, place.y * ratio);
        ink.arc(place.x * ratio, place.y * ratio, reach * this.rem * ratio, 0, 7);
      }
      ink.stroke();
      ink.globalAlpha = 1;
    }
    for (const [id, begun] of this.pulses) if (now - begun > 4 * PULSE) this.pulses.delete(id);
    if (moving || this.pulses.size) {
      if (calm.matches) setTimeout(() => this.draw(), 500);
      else this.draw();
    }
  }

  // The dot at a point of the screen, the topmost first; undefined if none is near.
  hit(x, y, reach = Math.max(0.8 * this.rem, 12)) {
    let best, nearest = reach;
    for (const place of this.placed) {
      const distance = Math.hypot(place.x - x, place.y - y);
      if (distance <= nearest) [best, nearest] = [place.id, distance];
    }
    return best;
  }

  // The next dot in a direction: near and straight ahead counts.
  next(dx, dy) {
    const from = this.placed.find((place) => place.id === this.chosen) || {
      x: this.box.clientWidth / 2, y: this.box.clientHeight / 2, id: null,
    };
    let best, least = Infinity;
    for (const place of this.placed) {
      const [x, y] = [place.x - from.x, place.y - from.y];
      const ahead = x * dx + y * dy;
      if (place.id === from.id || ahead <= 0.5) continue;
      const cost = ahead + 3 * Math.abs(x * dy - y * dx);
      if (cost < least) [best, least] = [place.id, cost];
    }
    return best ?? (from.id === null ? this.placed.at(-1)?.id : undefined);
  }
}

const rank = ({ dot, light }) => ORDER.indexOf(light) + (dot.star ? 10 : 0);

export function boundsOf(areas) {
  const edges = [180, 90, -180, -90];
  const take = (x, y) => {
    edges[0] = Math.min(edges[0], x);
    edges[1] = Math.min(edges[1], y);
    edges[2] = Math.max(edges[2], x);
    edges[3] = Math.max(edges[3], y);
  };
  const walk = (item) => (typeof item[0] === "number" ? take(item[0], item[1]) : item.forEach(walk));
  for (const shape of [areas.outline, ...areas.parts.map((part) => part.outline)]) {
    if (shape) walk(shape.coordinates);
  }
  for (const part of areas.parts) if (edges[0] > edges[2] && part.lng !== null) take(part.lng, part.lat);
  return edges[0] > edges[2] ? [0, 0, 1, 1] : edges;
}

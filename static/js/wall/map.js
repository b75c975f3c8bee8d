// The map: outlines as SVG, dots on a canvas above them. Our own, since all it shows is ours.

import { write } from "./labels.js";
import { Plane, boundsOf, holds, svg } from "./plane.js";
import { Pulses } from "./pulses.js";
import { ORDER, Shapes } from "./shapes.js";
import { without } from "./words.js";

const FARTHEST = 60; // times closer than the whole
const GOLDEN = Math.PI * (3 - Math.sqrt(5));
const calm = matchMedia("(prefers-reduced-motion: reduce)");

export class LiveMap {
  // padding: top, right, bottom, left, in rem; only: the codes of the parts that are named, else all
  constructor(box, store, { padding = [2, 2, 2, 2], only = null } = {}) {
    Object.assign(this, { box, padding, only });
    this.elsewhere = []; // codes that an inset names, as long as this map shows the whole
    this.svg = svg("svg", { "aria-hidden": "true" }, box);
    this.ground = svg("g", {}, this.svg);
    this.labels = svg("g", {}, this.svg);
    this.canvas = document.createElement("canvas");
    box.append(this.canvas);
    this.ink = this.canvas.getContext("2d");
    this.pulses = new Pulses(box, calm);
    this.placed = []; // what was drawn last: {id, x, y}
    this.parts = [];
    this.chosen = null;
    this.view = null;
    this.home = null;
    this.heard = (event) => this.changed(event.detail.ids);
    this.watch(store);
    new ResizeObserver(() => this.fit()).observe(box);
  }

  // Show the dots of this store from now on: the live ones, or those of a film.
  watch(store) {
    this.store?.removeEventListener("changed", this.heard);
    this.store = store;
    this.pulses.clear();
    store.addEventListener("changed", this.heard);
    this.draw();
  }

  // areas: the answer of /wall/areas.json; bounds: [west, south, east, north], else all of it
  show(areas, bounds) {
    const edges = bounds || boundsOf(areas);
    this.plane = new Plane((edges[1] + edges[3]) / 2);
    this.whole = boundsOf(areas);
    this.bounds = edges;
    this.parts = areas.parts.map((part) => ({ ...part, name: without(part.name, areas.names[areas.home]) }));
    this.ground.replaceChildren();
    svg("path", { class: "outline", d: this.plane.path(areas.outline) }, this.ground);
    this.shapesOf = new Map(areas.parts.map((part) => {
      const urban = areas.urban?.includes(part.code) ? " urban" : "";
      return [part.code, svg("path", { class: `part${urban}`, d: this.plane.path(part.outline) }, this.ground)];
    }));
    this.fit();
  }

  edges([west, south, east, north]) {
    return [...this.plane.at(west, north), ...this.plane.at(east, south)];
  }

  // Pixels for a degree, if this shall fill the map.
  scaleOf(bounds) {
    const [west, north, east, south] = this.edges(bounds);
    return Math.min(this.inner[0] / (east - west || 1e-3), this.inner[1] / (south - north || 1e-3));
  }

  frame(bounds) {
    const [west, north, east, south] = this.edges(bounds);
    svg("rect", { class: "window", x: west, y: north, width: east - west, height: south - north }, this.ground);
  }

  // Look at a part of the land, or with nothing at all of it.
  lookAt(bounds) {
    this.bounds = bounds || this.whole;
    this.fit();
  }

  fit() {
    if (!this.bounds) return;
    const { clientWidth: width, clientHeight: height } = this.box;
    if (!width || !height) return;
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    const [top, right, , left] = this.padding.map((n) => n * rem);
    // What is written below the map stays free of it.
    const bottom = this.padding[2] * rem + (this.below?.offsetHeight || 0);
    const [west, north, east, south] = this.edges(this.bounds);
    this.inner = [Math.max(width - left - right, 50), Math.max(height - top - bottom, 50)];
    const scale = this.scaleOf(this.bounds);
    // Beside an inset there is room on the left, or the map moves there as far as it can.
    const free = this.inner[0] - scale * (east - west);
    const beside = this.beside?.offsetWidth || 0;
    this.home = {
      scale,
      x: left + Math.max((free - beside) / 2, 0.1 * free) - scale * west,
      y: top + this.inner[1] / 2 - (scale * (north + south)) / 2,
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
    this.pulses.clear();
    this.ground.setAttribute("transform", `translate(${view.x} ${view.y}) scale(${view.scale})`);
    this.seat();
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

  // Longitude and latitude of a point of the screen.
  place(x, y) {
    return [(x - this.view.x) / this.view.scale / this.plane.shrink, -(y - this.view.y) / this.view.scale];
  }

  // Names, as far as they do not lie on one another.
  write() {
    if (!this.view) return;
    const far = this.view.scale < 2 * this.scaleOf(this.whole);
    const named = this.parts.filter((part) => part.lat !== null && part.lng !== null
      && (!this.only || this.only.includes(part.code)) && !(far && this.elsewhere.includes(part.code)));
    const parts = named.map((part) => {
      const [x, y] = this.point(part.lng, part.lat);
      return { name: part.name, x, y, holds: (...at) => holds(part.outline, ...this.place(...at)) };
    });
    write(this.labels, parts, {
      rem: this.rem, width: this.box.clientWidth, height: this.box.clientHeight, dots: this.placed,
    });
    this.written = this.store.dots.size > 0;
  }

  changed(ids) {
    this.pulses.expect(ids);
    this.draw();
  }

  choose(id) {
    this.chosen = id;
    this.draw();
  }

  // Light up one part of the land, or none.
  lift(code) {
    for (const [other, shape] of this.shapesOf || []) shape.classList.toggle("lifted", other === code);
  }

  draw() {
    this.due ||= requestAnimationFrame(() => this.paint());
  }

  paint() {
    this.due = null;
    if (!this.view || !this.shapes || !this.box.clientWidth) return;
    this.seat();
    this.stamp();
    this.pulses.show(this.placed);
    // The first dots are here: now the names know what to stay clear of.
    if (!this.written && this.placed.length) this.write();
  }

  // Where each dot stands on this screen, the gravest last.
  seat() {
    const seconds = this.store.now().getTime() / 1000;
    const dots = [...this.store.dots.values()].map((dot) => ({ dot, light: this.store.lightOf(dot, seconds) }));
    dots.sort((a, b) => rank(a) - rank(b) || a.dot.id - b.dot.id);
    this.placed = [];
    const crowd = new Map();
    const [width, height] = [this.box.clientWidth + 30, this.box.clientHeight + 30];
    for (const { dot, light } of dots) {
      const key = `${dot.lat},${dot.lng}`;
      const nth = crowd.get(key) || 0;
      crowd.set(key, nth + 1);
      let [x, y] = this.point(dot.lng, dot.lat);
      // Several at one place stand around it, like seeds in a sunflower.
      const away = nth && this.rem * 0.62 * Math.sqrt(nth);
      x += away * Math.cos(nth * GOLDEN);
      y += away * Math.sin(nth * GOLDEN);
      if (x < -30 || y < -30 || x > width || y > height) continue;
      this.placed.push({ id: dot.id, x, y, light, dot });
    }
  }

  stamp() {
    const { ink, ratio, rem } = this;
    ink.clearRect(0, 0, this.canvas.width, this.canvas.height);
    for (const { x, y, dot, light } of this.placed) {
      const drawn = this.shapes.of(dot.stage, light, dot.star);
      ink.drawImage(drawn, Math.round(x * ratio - drawn.width / 2), Math.round(y * ratio - drawn.height / 2));
    }
    const chosen = this.placed.find((place) => place.id === this.chosen);
    if (!chosen) return;
    ink.beginPath();
    ink.strokeStyle = "#eaf3fa";
    ink.lineWidth = 0.11 * rem * ratio;
    ink.arc(chosen.x * ratio, chosen.y * ratio, 0.85 * rem * ratio, 0, 7);
    ink.stroke();
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

  // The part of the land at a point of the screen.
  partAt(x, y) {
    if (!this.view) return undefined;
    const [lng, lat] = this.place(x, y);
    return this.parts.find((part) => holds(part.outline, lng, lat));
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

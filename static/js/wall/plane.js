// Geometry of the maps: degrees to a flat plane, outlines to paths.

const SVG = "http://www.w3.org/2000/svg";

export function svg(name, attributes, parent) {
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

// Whether a point lies in an outline; undefined where there is none.
export function holds(geometry, lng, lat) {
  if (!geometry) return undefined;
  const rings = geometry.type === "Polygon" ? geometry.coordinates : geometry.coordinates.flat();
  let inside = false;
  for (const ring of rings) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
      const [x1, y1] = ring[i];
      const [x2, y2] = ring[j];
      if (y1 > lat !== y2 > lat && lng < ((x2 - x1) * (lat - y1)) / (y2 - y1) + x1) inside = !inside;
    }
  }
  return inside;
}

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

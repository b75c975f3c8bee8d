// Draws an area's outline on a map: a text area holds it as GeoJSON, this keeps both the same.
/* global L */

const MINE = { color: "#1d4ed8", weight: 3, fillOpacity: 0.15 };
const STYLES = {
  above: { color: "#111827", weight: 2, dashArray: "6 6", fill: false },
  beside: { color: "#6b7280", weight: 1, fillColor: "#9ca3af", fillOpacity: 0.12 },
};
const DECIMALS = 6;

/** Put the page's words into Leaflet.draw's table: {"draw.toolbar.…": "…"}. */
function useWords(words) {
  for (const [path, text] of Object.entries(words)) {
    const steps = path.split(".");
    const last = steps.pop();
    let place = L.drawLocal;
    for (const step of steps) {
      place[step] ??= {};
      place = place[step];
    }
    place[last] = text;
  }
}

/** The rings of a GeoJSON Polygon or MultiPolygon, one list per part; [] if it cannot be read. */
function partsOf(text) {
  try {
    const shape = JSON.parse(text);
    const geometry = shape.type === "Feature" ? shape.geometry : shape;
    const parts = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
    return parts.map((rings) => L.GeoJSON.coordsToLatLngs(rings, 1));
  } catch {
    return [];
  }
}

class PolygonWidget {
  constructor(box) {
    this.text = document.getElementById(box.dataset.polygonWidget);
    this.words = JSON.parse(document.getElementById(box.dataset.words).textContent);
    useWords(this.words);
    this.map = L.map(box.querySelector(".polygon-widget__map"), {
      zoomControl: false,
      attributionControl: false,
      zoomSnap: 0.25,
    });
    L.control
      .zoom({ zoomInTitle: this.words["zoom.in"], zoomOutTitle: this.words["zoom.out"] })
      .addTo(this.map);
    this.map.setView([0, 0], 2);
    this.around = L.geoJSON(null, {
      interactive: false,
      style: (feature) => STYLES[feature.properties.role],
    }).addTo(this.map);
    this.mine = L.featureGroup().addTo(this.map);
    this.read();
    this.addTools();
    this.text.addEventListener("change", () => this.read());
    this.code = document.getElementById("id_code");
    this.code?.addEventListener("change", () => this.loadAround(box.dataset.around));
    this.loadAround(box.dataset.around);
    // A refused outline stays as typed; its text is what the message speaks of.
    if (box.closest(".form-row")?.querySelector(".errorlist")) {
      box.querySelector("details").open = true;
    }
    box.dataset.ready = "yes";
  }

  addTools() {
    this.map.addControl(
      new L.Control.Draw({
        draw: {
          polygon: { shapeOptions: MINE, showArea: false },
          polyline: false,
          rectangle: false,
          circle: false,
          circlemarker: false,
          marker: false,
        },
        edit: { featureGroup: this.mine, poly: { allowIntersection: true } },
      }),
    );
    this.map.on(L.Draw.Event.CREATED, (event) => {
      this.mine.addLayer(event.layer);
      this.write();
    });
    this.map.on(L.Draw.Event.EDITED, () => this.write());
    this.map.on(L.Draw.Event.DELETED, () => this.write());
  }

  /** Text to map. */
  read() {
    this.mine.clearLayers();
    for (const rings of partsOf(this.text.value)) {
      this.mine.addLayer(L.polygon(rings, MINE));
    }
    this.show();
  }

  /** Map to text. */
  write() {
    const parts = this.mine.getLayers().map((layer) => layer.toGeoJSON(DECIMALS).geometry);
    const coordinates = parts.map((part) => part.coordinates);
    let shape = "";
    if (coordinates.length === 1) {
      shape = JSON.stringify({ type: "Polygon", coordinates: coordinates[0] });
    } else if (coordinates.length > 1) {
      shape = JSON.stringify({ type: "MultiPolygon", coordinates });
    }
    this.text.value = shape;
  }

  show() {
    const above = this.around.getLayers().filter((part) => part.feature.properties.role === "above");
    const drawn = this.mine.getLayers();
    const bounds = L.featureGroup(drawn.length ? drawn : above).getBounds();
    if (bounds.isValid()) {
      this.map.fitBounds(bounds.pad(0.2), { animate: false });
    }
  }

  async loadAround(url) {
    const shown = this.code?.value ?? document.querySelector(".field-code .readonly")?.textContent;
    const code = (shown ?? "").trim();
    if (!url || !/^\d{6,15}$/.test(code)) {
      return;
    }
    const answer = await fetch(`${url}?code=${code}`, { headers: { Accept: "application/json" } });
    if (!answer.ok) {
      return;
    }
    this.around.clearLayers();
    this.around.addData(await answer.json());
    this.around.bringToBack();
    this.show();
  }
}

for (const box of document.querySelectorAll("[data-polygon-widget]")) {
  new PolygonWidget(box);
}

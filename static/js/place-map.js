// The map of the report: the district's outlines and a pin. Fetched only when it is asked for.

// Return {show, outline, look, focus, clear} of a map in the container. `set` hears where the
// person put the pin.
export async function placeMap(container, say, set) {
  const map = await loaded(container, say, set);
  let pin, village;

  function show(lat, lng) {
    const spot = [lat, lng];
    if (pin) pin.setLatLng(spot);
    else pin = makePin(map, spot, say, set);
    if (!map.getBounds().pad(-0.1).contains(spot) || map.getZoom() < 13) map.setView(spot, 15);
  }

  function outline(shape) {
    village?.remove();
    const look = { color: "#0b5aa8", weight: 2, dashArray: "5 4", fillOpacity: 0.06 };
    village = shape ? L.geoJSON(shape, { interactive: false, style: look }).addTo(map) : undefined;
    // Without tiles the outlines are all there is to see: show them around the pin.
    if (village && !say.tileUrl && map.getZoom() > map.getBoundsZoom(village.getBounds())) {
      map.fitBounds(village.getBounds(), { padding: [24, 24] });
    }
  }

  return {
    show,
    outline,
    look: (lat, lng) => map.setView([lat, lng], 13),
    focus: () => container.focus(),
    clear: () => {
      pin?.remove();
      village?.remove();
      pin = village = undefined;
    },
  };
}

function makePin(map, spot, say, set) {
  const made = L.marker(spot, { draggable: true, keyboard: true, autoPan: true, icon: pinIcon() });
  made.addTo(map).on("dragend", () => set(made.getLatLng()));
  const element = made.getElement();
  element.setAttribute("aria-label", say.sayPin);
  element.addEventListener("keydown", (event) => {
    const step = { ArrowUp: [0, -8], ArrowDown: [0, 8], ArrowLeft: [-8, 0], ArrowRight: [8, 0] };
    if (!step[event.key]) return;
    event.preventDefault();
    event.stopPropagation();
    const at = map.latLngToContainerPoint(made.getLatLng()).add(step[event.key]);
    set(map.containerPointToLatLng(at));
  });
  return made;
}

function pinIcon() {
  const html = `<svg viewBox="0 0 34 44" aria-hidden="true"><path d="M17 43C5 27 2 22 2 16a15 15
    0 0 1 30 0c0 6-3 11-15 27z" fill="#b3261e" stroke="#fff" stroke-width="2"/><circle cx="17"
    cy="16" r="5.5" fill="#fff"/></svg>`;
  return L.divIcon({ html, className: "pin", iconSize: [48, 48], iconAnchor: [24, 47] });
}

async function loaded(container, say, set) {
  container.setAttribute("aria-busy", "true");
  await Promise.all([style(say.leafletCss), script(say.leafletJs)]);
  const map = L.map(container, { zoomControl: true, attributionControl: true, keyboard: true });
  map.attributionControl.setPrefix(false);
  if (say.credit) map.attributionControl.addAttribution(text(say.credit));
  container.setAttribute("aria-label", say.sayMap);
  if (say.tileUrl) {
    L.tileLayer(say.tileUrl, { attribution: text(say.tileCredit), maxZoom: 18 }).addTo(map);
  }
  const outlines = await fetch(say.outline).then((answer) => answer.json());
  const english = document.documentElement.lang.startsWith("en");
  const land = L.geoJSON(outlines, {
    interactive: false,
    style: ({ properties }) =>
      properties.level === "district"
        ? { color: "#4b5b69", weight: 2.5, fill: false }
        : { color: "#8fa4b4", weight: 1, fillColor: "#fff", fillOpacity: say.tileUrl ? 0 : 0.7 },
  }).addTo(map);
  map.fitBounds(land.getBounds());
  const names = L.layerGroup(outlines.features.filter(isNamedTown).map(
    ({ properties: town }) => L.tooltip([town.lat, town.lng], {
      permanent: true, direction: "center", className: "town-name",
      content: text(english ? town.name_en : town.name),
    }),
  ));
  const nameTowns = () => (map.getZoom() >= 11 ? names.addTo(map) : names.remove());
  map.on("zoomend", nameTowns);
  nameTowns();
  map.on("click", ({ latlng }) => set(latlng));
  container.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target !== container) return;
    event.preventDefault();
    set(map.getCenter());
  });
  container.removeAttribute("aria-busy");
  return map;
}

const isNamedTown = ({ properties }) => properties.level === "town" && properties.lat !== null;

// Names and credits are text, never markup.
function text(words) {
  const holder = document.createElement("span");
  holder.textContent = words;
  return holder.innerHTML;
}

function script(address) {
  return new Promise((done, failed) => {
    const element = document.createElement("script");
    element.src = address;
    element.onload = done;
    element.onerror = failed;
    document.head.append(element);
  });
}

function style(address) {
  return new Promise((done, failed) => {
    const element = document.createElement("link");
    element.rel = "stylesheet";
    element.href = address;
    element.onload = done;
    element.onerror = failed;
    document.head.append(element);
  });
}

// Where it is: the device's own place, or a pin on the district's outlines. The map comes only
// when it is asked for; the list of villages works without any of this.
const box = document.querySelector("[data-place]");
if (box) place(box);

function place(box) {
  const field = (name) => box.querySelector(`[name="${name}"]`);
  const [lat, lng, list] = [field("lat"), field("lng"), field("area_code")];
  const [mapBox, said] = [box.querySelector("[data-map]"), box.querySelector("[data-said]")];
  const say = box.dataset;
  let map, pin, village, asked = 0;

  box.querySelector("[data-ways]").hidden = false;
  box.querySelector("[data-locate]").addEventListener("click", locate);
  box.querySelector("[data-open-map]").addEventListener("click", () => openMap());
  list.addEventListener("change", () => {
    if (list.value) clear();
  });
  if (lat.value && lng.value) {
    openMap({ lat: Number(lat.value), lng: Number(lng.value) });
  } else if (!list.value) {
    // Allowed before: then the place is found without a tap.
    navigator.permissions?.query({ name: "geolocation" }).then(
      (state) => state.state === "granted" && locate(),
      () => undefined,
    );
  }

  function tell(words, bad = false) {
    said.hidden = !words;
    said.toggleAttribute("data-bad", bad);
    said.querySelector("span").textContent = words;
  }

  function locate() {
    if (!navigator.geolocation) return tell(say.sayDenied, true);
    tell(say.sayLocating);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => openMap({ lat: coords.latitude, lng: coords.longitude }),
      () => tell(say.sayDenied, true),
      { enableHighAccuracy: true, timeout: 10000, maximumAge: 60000 },
    );
  }

  function clear() {
    lat.value = lng.value = "";
    asked += 1;
    pin?.remove();
    village?.remove();
    pin = village = undefined;
    tell("");
  }

  async function openMap(point) {
    if (point) set(point);
    if (!map) {
      mapBox.hidden = false;
      map = loadMap(mapBox, say, set);
    }
    const ready = await map;
    if (lat.value) showPin(ready);
    else {
      tell(say.sayTap);
      ready.getContainer().focus();
    }
  }

  async function set(point) {
    list.value = "";
    lat.value = point.lat.toFixed(6);
    lng.value = point.lng.toFixed(6);
    const turn = ++asked;
    if (map) map.then(showPin);
    try {
      const address = `${say.where}?lat=${lat.value}&lng=${lng.value}`;
      const answer = await fetch(address, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(answer.statusText);
      const found = await answer.json();
      if (turn !== asked) return;
      tell(found.names.join(" · ") || found.sentence, !found.names.length);
      if (map) map.then((ready) => outlineVillage(ready, found.outline));
    } catch {
      if (turn === asked) tell(say.sayOffline);
    }
  }

  function showPin(ready) {
    if (!lat.value) return;
    const spot = [Number(lat.value), Number(lng.value)];
    if (pin) pin.setLatLng(spot);
    else pin = makePin(ready, spot);
    if (!ready.getBounds().pad(-0.1).contains(spot) || ready.getZoom() < 13) ready.setView(spot, 15);
  }

  function makePin(ready, spot) {
    const made = L.marker(spot, { draggable: true, keyboard: true, autoPan: true, icon: pinIcon() });
    made.addTo(ready).on("dragend", () => set(made.getLatLng()));
    const element = made.getElement();
    element.setAttribute("aria-label", say.sayPin);
    element.addEventListener("keydown", (event) => {
      const step = { ArrowUp: [0, -8], ArrowDown: [0, 8], ArrowLeft: [-8, 0], ArrowRight: [8, 0] };
      if (!step[event.key]) return;
      event.preventDefault();
      event.stopPropagation();
      const at = ready.latLngToContainerPoint(made.getLatLng()).add(step[event.key]);
      set(ready.containerPointToLatLng(at));
    });
    return made;
  }

  function outlineVillage(ready, outline) {
    village?.remove();
    const look = { color: "#0b5aa8", weight: 2, dashArray: "5 4", fillOpacity: 0.06 };
    village = outline && L.geoJSON(outline, { interactive: false, style: look }).addTo(ready);
    // Without tiles the outlines are all there is to see: show them around the pin.
    if (village && !say.tileUrl && ready.getZoom() > ready.getBoundsZoom(village.getBounds())) {
      ready.fitBounds(village.getBounds(), { padding: [24, 24] });
    }
  }
}

function pinIcon() {
  const html = `<svg viewBox="0 0 34 44" aria-hidden="true"><path d="M17 43C5 27 2 22 2 16a15 15
    0 0 1 30 0c0 6-3 11-15 27z" fill="#b3261e" stroke="#fff" stroke-width="2"/><circle cx="17"
    cy="16" r="5.5" fill="#fff"/></svg>`;
  return L.divIcon({ html, className: "pin", iconSize: [48, 48], iconAnchor: [24, 47] });
}

async function loadMap(container, say, set) {
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

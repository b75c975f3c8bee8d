// Where it is: the device's own place, a pin on the district's outlines, or the lists of towns and
// villages. The map comes only when it is asked for; the lists work without any of this.
import { hold } from "./hold.js";
import { lists } from "./place-lists.js";

const GOOD_ENOUGH = 500; // metres: a worse guess may lie in another village
const PATIENCE = 10_000; // milliseconds
const DENIED = 1; // GeolocationPositionError.PERMISSION_DENIED

const box = document.querySelector("[data-place]");
if (box) place(box);

function place(box) {
  const field = (name) => box.querySelector(`[name="${name}"]`);
  const find = (name) => box.querySelector(`[data-${name}]`);
  const [lat, lng, list] = [field("lat"), field("lng"), field("area_code")];
  const [mapBox, said, fold] = [find("map"), find("said"), find("lists")];
  const say = box.dataset;
  const { showTown } = lists(box, list, say);
  let map, rough, outline, asked = 0;

  find("ways").hidden = false;
  find("locate").addEventListener("click", locate);
  find("open-map").addEventListener("click", openMap);
  list.addEventListener("change", () => {
    if (list.value) clear();
    changed();
  });
  if (lat.value && lng.value) {
    set({ lat: Number(lat.value), lng: Number(lng.value) });
  } else if (!list.value) {
    // Allowed before: then the place is found without a tap.
    const told = navigator.permissions?.query({ name: "geolocation" }).then(
      (state) => state.state === "granted" && !asked && locate(),
      () => undefined, // a browser that does not tell: the button is there
    );
    // Whoever is quicker than the answer is not sent back to say where.
    if (told) hold(list.form, told);
  }

  function tell(words, { bad = false, more = "" } = {}) {
    said.hidden = !words;
    said.toggleAttribute("data-bad", bad);
    const [main, quiet] = said.querySelectorAll("span");
    main.textContent = words;
    quiet.textContent = more;
  }

  function changed() {
    box.dispatchEvent(new CustomEvent("place", { bubbles: true }));
  }

  function locate() {
    if (!navigator.geolocation) return failed({ code: DENIED });
    const turn = ++asked;
    tell(say.sayLocating);
    const options = { enableHighAccuracy: true, timeout: PATIENCE, maximumAge: 60_000 };
    const position = new Promise((done, fault) =>
      navigator.geolocation.getCurrentPosition(done, fault, options));
    const found = position.then(
      ({ coords }) => turn === asked && located(coords),
      (fault) => turn === asked && failed(fault),
    );
    hold(list.form, found);
    return undefined;
  }

  function located({ latitude, longitude, accuracy }) {
    const point = { lat: latitude, lng: longitude };
    if (accuracy <= GOOD_ENOUGH) return set(point, accuracy);
    // Not taken for the place: it only helps to choose.
    rough = point;
    const far = Math.round(accuracy / 1000) || 1;
    tell(say.sayRough.replace("{km}", far), { bad: true });
    fold.open = true;
    const turn = asked;
    return look(point).then(
      // By now somebody may have chosen it, or another place.
      ({ village }) => village && turn === asked && !list.value && showTown(village),
      () => undefined,
    );
  }

  function failed(fault) {
    fold.open = true;
    tell(fault.code === DENIED ? say.sayDenied : say.sayLost, { bad: true });
  }

  function clear() {
    lat.value = lng.value = "";
    outline = undefined;
    asked += 1;
    map?.then((shown) => shown.clear());
    find("open-map-words").textContent = say.sayPoint;
    tell("");
  }

  async function openMap() {
    if (!map) {
      mapBox.hidden = false;
      map = import("./place-map.js").then(({ placeMap }) => placeMap(mapBox, say, set));
    }
    const turn = asked;
    const shown = await map;
    if (lat.value) {
      shown.show(Number(lat.value), Number(lng.value));
      return shown.outline(outline);
    }
    if (rough) shown.look(rough.lat, rough.lng);
    // It came late: a place was chosen from the list meanwhile.
    if (turn !== asked) return undefined;
    tell(say.sayTap);
    return shown.focus();
  }

  // The point is the place from now on; whose land it is comes from the server.
  async function set(point, accuracy) {
    list.value = "";
    showTown("");
    // At once: by the time the answer is there, somebody may have opened it.
    fold.open = false;
    lat.value = point.lat.toFixed(6);
    lng.value = point.lng.toFixed(6);
    find("open-map-words").textContent = say.sayMove;
    map?.then((shown) => shown.show(point.lat, point.lng));
    const turn = ++asked;
    try {
      const found = await look(point);
      if (turn !== asked) return;
      const near = accuracy ? say.sayNear.replace("{m}", Math.max(5, Math.round(accuracy))) : "";
      if (found.names.length) tell(found.names.join(" · "), { more: near });
      else tell(found.sentence, { bad: true });
      if (!found.names.length) fold.open = true;
      outline = found.outline;
      map?.then((shown) => shown.outline(outline));
    } catch (fault) {
      console.info(fault);
      if (turn === asked) tell(say.sayOffline);
    }
    changed();
  }

  async function look(point) {
    const address = `${say.where}?lat=${point.lat.toFixed(6)}&lng=${point.lng.toFixed(6)}`;
    const answer = await fetch(address, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(answer.statusText);
    return answer.json();
  }
}

// Found and fixed: the device's own place where it may be asked, else the list of one's grids.
const form = document.querySelector("[data-found]");
if (form) found(form);

function found(form) {
  const say = form.dataset;
  const [lat, lng] = ["lat", "lng"].map((name) => form.querySelector(`[name="${name}"]`));
  const said = form.querySelector("[data-said]");
  const [listBox, chooseButton] = [form.querySelector("[data-list]"), form.querySelector("[data-choose]")];
  const chips = [...form.querySelectorAll('[name="event_type"]')];
  const other = form.querySelector('[name="other_type"]');
  const elsewhere = form.querySelector("[data-elsewhere]");
  const grids = say.grids.split(" ");
  let asked = 0;

  // One kind at a time: the long list takes a chip back, and the other way round.
  other.addEventListener("change", () => {
    if (other.value) for (const chip of chips) chip.checked = false;
  });
  for (const chip of chips) chip.addEventListener("change", () => (other.value = ""));

  if (navigator.geolocation) {
    form.querySelector("[data-ways]").hidden = false;
    form.querySelector("[data-locate]").addEventListener("click", locate);
    chooseButton.addEventListener("click", choose);
    if (lat.value && lng.value) set({ latitude: Number(lat.value), longitude: Number(lng.value) });
    else {
      // Allowed before: then the place is found without a tap.
      navigator.permissions?.query({ name: "geolocation" }).then(
        (state) => state.state === "granted" && !asked && locate(),
        () => undefined,
      );
    }
  }

  function tell(words) {
    elsewhere.hidden = true;
    said.hidden = !words;
    said.querySelector("span").textContent = words;
  }

  function locate() {
    const turn = ++asked;
    tell(say.sayLocating);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => turn === asked && set(coords),
      () => turn === asked && tell(say.sayDenied),
      { enableHighAccuracy: true, timeout: 10000, maximumAge: 60000 },
    );
  }

  function choose() {
    showList();
    listBox.querySelector("select").focus();
  }

  function showList() {
    asked += 1;
    lat.value = lng.value = "";
    tell("");
    listBox.hidden = false;
    chooseButton.hidden = true;
  }

  async function set({ latitude, longitude }) {
    const turn = ++asked;
    lat.value = latitude.toFixed(6);
    lng.value = longitude.toFixed(6);
    listBox.hidden = true;
    chooseButton.hidden = false;
    try {
      const address = `${say.where}?lat=${lat.value}&lng=${lng.value}`;
      const answer = await fetch(address, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(answer.statusText);
      const place = await answer.json();
      if (turn !== asked) return;
      // Not with the focus: by now they may be writing.
      if (!place.names.length) showList();
      tell(place.names.join(" · ") || place.sentence);
      const code = place.grid || place.village || "";
      elsewhere.hidden = !code || grids.some((mine) => code.startsWith(mine));
    } catch {
      if (turn === asked) tell(say.sayOffline);
    }
  }
}

// A report written without a network: every word is kept as it is typed, and sent when one is back.
import { all, keep } from "./queue.js";
import { begun, send, show } from "./queue-list.js";

const form = document.querySelector("[data-offline]");
const photos = form.querySelector('[type="file"]');
const chosen = form.querySelector("[data-chosen]");
const said = form.querySelector("[data-said]");
let key = self.crypto.randomUUID();
let files = [];
// What a draft from the report's own page says beside: its kind, a contact.
let rest = {};
let timer;

const fields = () => {
  const typed = Object.fromEntries(new FormData(form));
  delete typed.photos;
  return { ...rest, ...typed, key };
};
const entry = (state) => ({ key, state, at: Date.now(), fields: fields(), photos: files });
const tell = (words) => (said.textContent = words);
const showFiles = () => (chosen.textContent = files.map((file) => file.name).join(" · "));

async function keepDraft() {
  clearTimeout(timer);
  timer = undefined;
  if (form.elements.words.value.trim() || files.length) await keep(entry("draft"));
  await show();
}

function begin() {
  key = self.crypto.randomUUID();
  files = [];
  rest = {};
  form.reset();
  form.elements.lat.value = form.elements.lng.value = "";
  showFiles();
}

async function goOn() {
  const draft = (await all()).findLast((one) => one.state === "draft");
  // Whoever was faster than the device's memory has begun another one.
  if (!draft || form.elements.words.value.trim() || files.length) return;
  ({ key, photos: files, fields: rest } = draft);
  for (const [name, value] of Object.entries(draft.fields)) {
    if (form.elements[name]) form.elements[name].value = value;
  }
  showFiles();
}

form.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(keepDraft, 400);
});
photos.addEventListener("change", () => {
  files = [...files, ...photos.files].slice(0, 8);
  photos.value = "";
  showFiles();
});
form.elements.area_code.addEventListener("change", () => {
  form.elements.lat.value = form.elements.lng.value = "";
});
form.querySelector("[data-locate]").addEventListener("click", () => {
  tell(form.dataset.locating);
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      form.elements.lat.value = coords.latitude;
      form.elements.lng.value = coords.longitude;
      form.elements.area_code.value = "";
      tell(form.dataset.located);
      keepDraft();
    },
    () => tell(form.dataset.denied),
    { enableHighAccuracy: true, timeout: 20000 },
  );
});
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { words, area_code: area, lat } = form.elements;
  if (words.value.trim().length < 2) {
    tell(form.dataset.needsWords);
    words.focus();
    return;
  }
  if (!area.value && !lat.value) {
    tell(form.dataset.needsPlace);
    area.focus();
    return;
  }
  clearTimeout(timer);
  await keep(entry("waiting"));
  begin();
  tell(form.dataset.kept);
  await send();
  document.getElementById("queue").scrollIntoView({ block: "center" });
});
addEventListener("allsent", () => {
  if (said.textContent === form.dataset.kept) tell("");
});
addEventListener("dropped", ({ detail }) => {
  if (detail === key) begin();
});
addEventListener("pagehide", () => timer && keepDraft());

// What was refused just now is a draft again.
await begun;
await goOn();

// Open reports of the same kind nearby, before another one is sent.
import { asker, settled } from "./ask.js";

const box = document.querySelector("[data-alike]");
if (box) alike(box);

function alike(box) {
  const form = box.closest("form");
  const fields = form.elements;
  const ask = asker(form, box.dataset.url);
  let asked = "";
  // They are shown here: nobody needs to be asked after sending.
  fields.looked.value = "1";

  const look = settled(600, async () => {
    const names = ["words", "lat", "lng", "area_code", "event_type", "none_of_these"];
    const values = Object.fromEntries(names.map((name) => [name, fields[name].value]));
    const placed = values.lat || values.area_code;
    const known = values.event_type || (values.words.trim() && !values.none_of_these);
    const question = JSON.stringify(values);
    if (question === asked) return;
    asked = question;
    const found = placed && known ? await ask(values) : "";
    if (found === null || found === box.innerHTML) return;
    box.innerHTML = found; // a fragment of ours, every name in it escaped
    box.hidden = !found;
  });

  for (const happening of ["place", "kind"]) form.addEventListener(happening, look);
  fields.words.addEventListener("input", look);
  look();
}

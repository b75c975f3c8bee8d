// Chosen photos are made smaller and shown at once, add up, can have faces covered, and can be
// taken away again before they are sent.
import { hold } from "./hold.js";
import { shrunk } from "./shrink.js";

const LONGEST = 1600; // pixels; the server keeps no more than that
const PATIENCE = 20_000; // milliseconds for one photo; then it goes as it is

document.documentElement.classList.add("js");

function photos(box) {
  const input = box.querySelector('input[type="file"]');
  const thumbs = box.querySelector("[data-thumbs]");
  const status = box.querySelector("[data-photos-status]");
  const shrink = shrinker(box.dataset.shrinker);
  // {name, size, lastModified} as chosen; `file` is what is sent.
  let chosen = [];

  input.addEventListener("change", take);
  // Chosen before this script was there, or brought back by the browser.
  if (input.files.length) take();

  function take() {
    const added = [...input.files].filter((file) => !chosen.some((photo) => same(photo, file)));
    for (const file of added) {
      const { name, size, lastModified } = file;
      const photo = { name, size, lastModified, file, busy: true, covered: false };
      chosen.push(photo);
      hold(input.form, ready(photo));
    }
    show();
  }

  async function ready(photo) {
    try {
      photo.file = named(await shrink(photo.file), photo);
    } catch (fault) {
      // Not a picture this browser can read: the server looks at it, and says so if it cannot.
      console.info(fault);
    }
    photo.busy = false;
    show();
  }

  function show() {
    const files = new DataTransfer();
    for (const photo of chosen) files.items.add(photo.file);
    input.files = files.files;
    box.dataset.count = chosen.length;
    for (const image of thumbs.querySelectorAll("img")) URL.revokeObjectURL(image.src);
    const { parentElement: had, className } = document.activeElement;
    const place = [...thumbs.children].indexOf(had);
    thumbs.replaceChildren(...chosen.map(thumb));
    // Whoever stands at a photo while another one becomes ready stays there.
    if (place >= 0) thumbs.children[place]?.querySelector(`.${className}`)?.focus();
    const busy = chosen.some((photo) => photo.busy);
    status.textContent = busy ? box.dataset.sayBusy : "";
  }

  function thumb(photo) {
    const item = document.createElement("li");
    if (photo.busy) item.append(waiting());
    else item.append(picture(photo), cover(photo));
    item.append(remove(photo));
    return item;
  }

  function waiting() {
    const place = document.createElement("span");
    place.className = "thumb-busy";
    place.setAttribute("aria-hidden", "true");
    return place;
  }

  function picture(photo) {
    const image = document.createElement("img");
    image.src = URL.createObjectURL(photo.file);
    image.alt = photo.covered ? `${photo.name} (${box.dataset.sayCovered})` : photo.name;
    return image;
  }

  function remove(photo) {
    const button = made("×", `${box.dataset.remove}: ${photo.name}`);
    button.className = "thumb-remove";
    button.addEventListener("click", () => {
      chosen = chosen.filter((other) => other !== photo);
      show();
      input.focus();
    });
    return button;
  }

  function cover(photo) {
    const button = made(photo.covered ? box.dataset.sayCovered : box.dataset.cover);
    button.setAttribute("aria-label", `${box.dataset.cover}: ${photo.name}`);
    button.className = "thumb-cover";
    button.addEventListener("click", async () => {
      const { covered } = await import("./mosaic.js");
      const blob = await covered(photo.file, box.querySelector("[data-mosaic]"));
      if (blob) Object.assign(photo, { file: named(blob, photo), covered: true });
      const place = chosen.indexOf(photo);
      show();
      thumbs.children[place]?.querySelector(".thumb-cover")?.focus();
    });
    return button;
  }
}

const same = (a, b) => a.name === b.name && a.size === b.size && a.lastModified === b.lastModified;

function made(text, label) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = text;
  if (label) button.setAttribute("aria-label", label);
  return button;
}

function named(blob, { name, lastModified }) {
  if (blob instanceof File) return blob;
  const plain = name.replace(/\.\w+$/, "");
  return new File([blob], `${plain}.jpg`, { type: blob.type, lastModified });
}

// Return a function that makes a file smaller: in a worker, or here where there is none.
function shrinker(address) {
  let worker, count = 0;
  const answers = new Map();

  function start() {
    worker = new Worker(address, { type: "module" });
    worker.addEventListener("message", ({ data }) => {
      answers.get(data.id)?.(data);
      answers.delete(data.id);
    });
    worker.addEventListener("error", (event) => {
      // No modules in workers, or no memory: every photo on its way goes as it is.
      event.preventDefault();
      for (const answer of answers.values()) answer({ fault: event.message });
      answers.clear();
    });
  }

  return async (file) => {
    if (typeof Worker !== "function" || typeof OffscreenCanvas !== "function" || !address) {
      return shrunk(file, LONGEST);
    }
    if (!worker) start();
    const id = ++count;
    const answer = await new Promise((done) => {
      answers.set(id, done);
      setTimeout(() => done({ fault: "too slow" }), PATIENCE);
      worker.postMessage({ id, file, longest: LONGEST });
    });
    if (answer.fault) throw new Error(answer.fault);
    return answer.blob;
  };
}

for (const box of document.querySelectorAll("[data-photos]")) photos(box);

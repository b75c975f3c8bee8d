// When more reports come than usual, the device works a little for each: this solves the page's
// task while somebody writes. A form that is sent earlier waits for it, but not for long; without
// the solution the report is taken in all the same, and somebody glances at it first.
import { hold } from "../hold.js";

const PATIENCE = 60_000; // milliseconds

const box = document.querySelector("[data-task]");
if (box && typeof Worker === "function") begin(box);

function begin(box) {
  const form = box.closest("form");
  const started = new AbortController();
  // The first sign that somebody means to report: who only reads need not work.
  for (const sign of ["input", "change", "focusin", "pointerdown"]) {
    form.addEventListener(sign, start, { signal: started.signal });
  }

  function start() {
    started.abort();
    const task = JSON.parse(box.dataset.task);
    const done = solved(task, box.dataset.worker);
    const line = box.querySelector("[data-says]");
    line.hidden = false;
    hold(form, done.then((number) => {
      // It stays: a button that moves under the thumb is pressed wrongly.
      line.textContent = line.dataset.says;
      if (number === undefined) return;
      const { algorithm, challenge, salt, signature } = task;
      form.elements.solution.value = btoa(
        JSON.stringify({ algorithm, challenge, number, salt, signature }),
      );
    }));
  }
}

// Return the number, or nothing where this device cannot find it in time.
function solved(task, address) {
  return new Promise((done) => {
    const worker = new Worker(address, { type: "module" });
    const end = (number) => {
      clearTimeout(timer);
      worker.terminate();
      done(number);
    };
    const timer = setTimeout(end, PATIENCE);
    worker.addEventListener("message", ({ data }) => end(data.number));
    worker.addEventListener("error", (event) => {
      event.preventDefault(); // no modules in workers here
      end();
    });
    worker.postMessage(task);
  });
}

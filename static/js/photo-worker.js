// Makes photos smaller beside the page, one after the other: two at once may be too much for a
// small phone.
import { shrunk } from "./shrink.js";

let last = Promise.resolve();
self.addEventListener("message", ({ data: { id, file, longest } }) => {
  last = last.then(async () => {
    try {
      self.postMessage({ id, blob: await shrunk(file, longest) });
    } catch (fault) {
      self.postMessage({ id, fault: String(fault) });
    }
  });
});

// Looks for the number whose hash behind the salt is the one asked for: beside the page, which
// stays as quick as it was.
import { sha256 } from "./sha256.js";

self.addEventListener("message", ({ data: { salt, challenge, maxNumber } }) => {
  const wanted = Uint32Array.from(challenge.match(/.{8}/g), (word) => parseInt(word, 16));
  const text = new TextEncoder();
  for (let number = 0; number <= maxNumber; number++) {
    const hash = sha256(text.encode(salt + number));
    if (hash.every((word, place) => word === wanted[place])) {
      self.postMessage({ number });
      return;
    }
  }
  self.postMessage({});
});

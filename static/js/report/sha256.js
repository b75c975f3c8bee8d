// SHA-256 of a short text (FIPS 180-4), at once: crypto.subtle answers later, which costs more than
// the hash itself, and is missing where a page comes without TLS.
const K = new Uint32Array(64);
const FIRST = new Uint32Array(8);
const W = new Uint32Array(64);

// The constants are the fractions of the roots of the first primes.
for (let n = 2, found = 0; found < 64; n++) {
  if (![...Array(n).keys()].slice(2).every((divisor) => n % divisor)) continue;
  if (found < 8) FIRST[found] = fraction(Math.sqrt(n));
  K[found++] = fraction(Math.cbrt(n));
}

function fraction(root) {
  return ((root - Math.floor(root)) * 2 ** 32) >>> 0;
}

// Return the hash of these bytes as eight words of 32 bits.
export function sha256(bytes) {
  const blocks = new Uint8Array((((bytes.length + 8) >> 6) + 1) << 6);
  blocks.set(bytes);
  blocks[bytes.length] = 0x80;
  const view = new DataView(blocks.buffer);
  view.setUint32(blocks.length - 4, bytes.length << 3);
  const hash = FIRST.slice();
  for (let start = 0; start < blocks.length; start += 64) mix(hash, view, start);
  return hash;
}

function mix(hash, view, start) {
  for (let t = 0; t < 16; t++) W[t] = view.getUint32(start + (t << 2));
  for (let t = 16; t < 64; t++) {
    const x = W[t - 15], y = W[t - 2];
    const near = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const far = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    W[t] = W[t - 16] + near + W[t - 7] + far;
  }
  let [a, b, c, d, e, f, g, h] = hash;
  for (let t = 0; t < 64; t++) {
    const turned = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const one = (h + turned + ((e & f) ^ (~e & g)) + K[t] + W[t]) | 0;
    const other = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const two = (other + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g; g = f; f = e; e = (d + one) | 0;
    d = c; c = b; b = a; a = (one + two) | 0;
  }
  [a, b, c, d, e, f, g, h].forEach((word, place) => { hash[place] += word; });
}

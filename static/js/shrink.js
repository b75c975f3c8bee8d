// A photo as it is sent: upright, its longer side at most so many pixels, without what is hidden
// in the file. Runs in a worker where there is one, so that a large photo never stops the page.
const LIGHT = 1_000_000; // bytes
const QUALITY = 0.85;

// Return the photo as a smaller JPEG, or the file itself where it is small enough already.
export async function shrunk(file, longest) {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  const { width, height } = picture;
  const scale = Math.min(1, longest / Math.max(width, height));
  if (scale === 1 && file.size <= LIGHT) {
    picture.close();
    return file;
  }
  const canvas = blank(Math.round(width * scale), Math.round(height * scale));
  const brush = canvas.getContext("2d");
  brush.fillStyle = "#fff"; // what is transparent in a PNG
  brush.fillRect(0, 0, canvas.width, canvas.height);
  brush.imageSmoothingQuality = "high";
  brush.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return encoded(canvas);
}

// Return the canvas as a JPEG.
export function encoded(canvas) {
  if (canvas.convertToBlob) return canvas.convertToBlob({ type: "image/jpeg", quality: QUALITY });
  return new Promise((done, failed) => {
    const given = (blob) => (blob ? done(blob) : failed(new Error("no memory for the picture")));
    canvas.toBlob(given, "image/jpeg", QUALITY);
  });
}

function blank(width, height) {
  if (typeof OffscreenCanvas === "function") return new OffscreenCanvas(width, height);
  return Object.assign(document.createElement("canvas"), { width, height });
}

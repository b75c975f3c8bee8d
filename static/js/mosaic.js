// The brush that covers faces and plates before a photo leaves the device. What is covered becomes
// squares of one coarse colour: nothing of it is in the file that is sent.
import { encoded } from "./shrink.js";

const CELLS = 48; // along the longer side
const STEP = 24; // of a colour: too coarse to reckon a plate back
const SIZES = [0, 1, 2, 4]; // squares to each side of the brush's middle

// Show the photo in the dialog of the template; return what was made of it, null if nothing was.
export async function covered(file, template) {
  const dialog = template.content.firstElementChild.cloneNode(true);
  document.body.append(dialog);
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  try {
    return await painted(dialog, picture);
  } finally {
    picture.close();
    dialog.remove();
  }
}

function painted(dialog, picture) {
  const find = (name) => dialog.querySelector(`[data-${name}]`);
  const [canvas, status] = [find("canvas"), find("status")];
  const sheet = cells(picture);
  const { width, height, cell, columns, rows } = sheet;
  Object.assign(canvas, { width, height });
  const brush = canvas.getContext("2d");
  const strokes = []; // each a Set of the cells that it covered first
  const done = new Set();
  const spot = { x: Math.floor(columns / 2), y: Math.floor(rows / 2) };
  let size = 1, last, keyed = false;

  function draw() {
    brush.drawImage(picture, 0, 0);
    for (const index of done) fill(index);
    if (keyed) frame();
    find("undo").disabled = !strokes.length;
    find("done").disabled = !strokes.length;
  }

  function fill(index) {
    const [x, y] = [index % columns, Math.floor(index / columns)];
    brush.fillStyle = sheet.colour(index);
    brush.fillRect(x * cell, y * cell, cell, cell);
  }

  // Where the keyboard's brush is: dark and light, seen on any ground.
  function frame() {
    const [side, around] = [(2 * SIZES[size] + 1) * cell, SIZES[size] * cell];
    const [x, y] = [spot.x * cell - around, spot.y * cell - around];
    for (const [colour, line] of [["#15212c", cell / 4], ["#f0a500", cell / 8]]) {
      brush.strokeStyle = colour;
      brush.lineWidth = line;
      brush.strokeRect(x, y, side, side);
    }
  }

  function cover(x, y) {
    const around = SIZES[size];
    for (let row = y - around; row <= y + around; row++) {
      for (let column = x - around; column <= x + around; column++) {
        if (row < 0 || column < 0 || row >= rows || column >= columns) continue;
        const index = row * columns + column;
        if (done.has(index)) continue;
        done.add(index);
        strokes.at(-1).add(index);
        fill(index);
      }
    }
  }

  function begin() {
    strokes.push(new Set());
  }

  function finish() {
    if (!strokes.at(-1).size) strokes.pop();
    status.textContent = dialog.dataset.sayCovered;
    draw();
  }

  function at(event) {
    const box = canvas.getBoundingClientRect();
    return {
      x: Math.floor(((event.clientX - box.left) / box.width) * (width / cell)),
      y: Math.floor(((event.clientY - box.top) / box.height) * (height / cell)),
    };
  }

  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    keyed = false;
    begin();
    last = at(event);
    cover(last.x, last.y);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!last) return;
    const next = at(event);
    // A quick finger leaves no gaps.
    const steps = Math.max(Math.abs(next.x - last.x), Math.abs(next.y - last.y), 1);
    for (let step = 1; step <= steps; step++) {
      const part = step / steps;
      cover(Math.round(last.x + (next.x - last.x) * part),
        Math.round(last.y + (next.y - last.y) * part));
    }
    last = next;
  });
  for (const end of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(end, () => {
      if (!last) return;
      last = undefined;
      finish();
    });
  }
  canvas.addEventListener("focus", () => {
    keyed = canvas.matches(":focus-visible");
    draw();
  });
  canvas.addEventListener("blur", () => {
    keyed = false;
    draw();
  });
  canvas.addEventListener("keydown", (event) => {
    const step = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
    if (step[event.key]) {
      const [right, down] = step[event.key].map((way) => way * (SIZES[size] + 1));
      spot.x = Math.min(columns - 1, Math.max(0, spot.x + right));
      spot.y = Math.min(rows - 1, Math.max(0, spot.y + down));
    } else if (event.key === " " || event.key === "Enter") {
      begin();
      cover(spot.x, spot.y);
      finish();
    } else if (event.key === "+" || event.key === "=") resize(1);
    else if (event.key === "-") resize(-1);
    else return;
    event.preventDefault();
    keyed = true;
    draw();
  });

  function resize(by) {
    size = Math.min(SIZES.length - 1, Math.max(0, size + by));
    find("smaller").disabled = size === 0;
    find("larger").disabled = size === SIZES.length - 1;
  }

  find("smaller").addEventListener("click", () => resize(-1));
  find("larger").addEventListener("click", () => resize(1));
  find("undo").addEventListener("click", () => {
    for (const index of strokes.pop() ?? []) done.delete(index);
    draw();
    if (find("undo").disabled) canvas.focus();
  });
  draw();
  dialog.showModal();
  canvas.focus();
  return new Promise((answer) => {
    dialog.addEventListener("close", () => answer(null));
    find("cancel").addEventListener("click", () => dialog.close());
    find("done").addEventListener("click", async () => {
      keyed = false;
      draw();
      // Open until the covered picture is made: meanwhile the uncovered one cannot be sent.
      answer(await encoded(canvas));
      dialog.close();
    });
  });
}

// Return the picture as a sheet of squares, and the one colour of each.
function cells(picture) {
  const { width, height } = picture;
  const cell = Math.ceil(Math.max(width, height) / CELLS);
  const [columns, rows] = [Math.ceil(width / cell), Math.ceil(height / cell)];
  const small = Object.assign(document.createElement("canvas"), { width: columns, height: rows });
  const pen = small.getContext("2d", { willReadFrequently: true });
  pen.imageSmoothingQuality = "high";
  pen.drawImage(picture, 0, 0, width / cell, height / cell);
  const { data } = pen.getImageData(0, 0, columns, rows);
  const coarse = (value) => Math.min(255, Math.round(value / STEP) * STEP);
  const colour = (index) => {
    const [red, green, blue] = data.slice(index * 4, index * 4 + 3);
    return `rgb(${coarse(red)} ${coarse(green)} ${coarse(blue)})`;
  };
  return { width, height, cell, columns, rows, colour };
}

// Mouse, fingers and keys on the map.

const STEP = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

// open(id): somebody wants the card; said(id): the dot that the keys have reached;
// land(part): a part of the land was touched
export function steer(map, { open, said, close, land }) {
  const { box } = map;
  const fingers = new Map();
  let moved = 0;

  const at = (event) => {
    const edge = box.getBoundingClientRect();
    return [event.clientX - edge.left, event.clientY - edge.top];
  };

  box.addEventListener("wheel", (event) => {
    event.preventDefault();
    map.zoom(Math.exp(-event.deltaY * 0.0015), ...at(event));
  }, { passive: false });

  box.addEventListener("pointerdown", (event) => {
    box.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, at(event));
    moved = 0;
  });

  box.addEventListener("pointermove", (event) => {
    const here = at(event);
    const before = fingers.get(event.pointerId);
    if (!before) {
      const part = map.partAt(...here);
      map.lift(part?.code);
      box.toggleAttribute("data-over", Boolean(part) || map.hit(...here) !== undefined);
      return;
    }
    fingers.set(event.pointerId, here);
    moved += Math.hypot(here[0] - before[0], here[1] - before[1]);
    if (fingers.size === 1) {
      map.pan(here[0] - before[0], here[1] - before[1]);
    } else if (fingers.size === 2) {
      const other = [...fingers].find(([id]) => id !== event.pointerId)[1];
      const [now, then] = [here, before].map((p) => Math.hypot(p[0] - other[0], p[1] - other[1]));
      if (then > 0) map.zoom(now / then, (here[0] + other[0]) / 2, (here[1] + other[1]) / 2);
    }
  });

  box.addEventListener("pointerleave", () => map.lift(null));

  const up = (event) => {
    const alone = fingers.size === 1;
    if (fingers.delete(event.pointerId) && alone && moved < 6 && event.type === "pointerup") {
      const id = map.hit(...at(event));
      const part = id === undefined && map.partAt(...at(event));
      if (id !== undefined) open(id);
      else if (part) land(part);
      else close();
    }
  };
  box.addEventListener("pointerup", up);
  box.addEventListener("pointercancel", up);
  box.addEventListener("dblclick", (event) => map.zoom(2, ...at(event)));

  box.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key in STEP) {
      const id = map.next(...STEP[event.key]);
      if (id !== undefined) {
        map.choose(id);
        said(id);
      }
    } else if (event.key === "Enter" && map.chosen !== null) open(map.chosen);
    else if (event.key === "+" || event.key === "=") map.zoom(1.5);
    else if (event.key === "-") map.zoom(1 / 1.5);
    else if (event.key === "0") map.fit();
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  });
}

// The charts drawn anew with what a pointer can ask of them. The drawings of the server stand there
// until then, and stay where no script runs; the tables beside them say the same.
import { init } from "../../vendor/echarts-6.1.0/echarts.js";
import { optionOf } from "./option.js";

const charts = JSON.parse(document.getElementById("figures-charts").textContent);
const night = matchMedia("(prefers-color-scheme: dark)");
const still = matchMedia("(prefers-reduced-motion: reduce)");
const drawn = [];

function draw() {
  for (const [key, chart] of Object.entries(charts)) {
    const figure = document.getElementById(`chart-${key}`);
    const place = figure.querySelector(".drawing");
    const height = chart.kind === "bars" ? Math.max(chart.labels.length * 24 + 30, 120) : 260;
    const canvas = document.createElement("div");
    canvas.style.height = `${height}px`;
    place.replaceChildren(canvas);
    const shown = init(canvas, null, { renderer: "canvas" });
    const style = getComputedStyle(document.body);
    shown.setOption(optionOf(chart, (name) => style.getPropertyValue(name).trim(), still.matches));
    figure.dataset.drawn = "yes";
    drawn.push(shown);
  }
}

function again() {
  for (const shown of drawn.splice(0)) shown.dispose();
  draw();
}

draw();
night.addEventListener("change", again);
const watch = new ResizeObserver(() => drawn.forEach((shown) => shown.resize()));
document.querySelectorAll(".pair-charts").forEach((place) => watch.observe(place));
// Paper has another width, and no pointer.
addEventListener("beforeprint", () => drawn.forEach((shown) => shown.resize({ width: 640 })));
addEventListener("afterprint", () => drawn.forEach((shown) => shown.resize({ width: "auto" })));

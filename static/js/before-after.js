// Two photos of the same place: the one from afterwards slides over the other, by finger or keys.
for (const box of document.querySelectorAll("[data-compare]")) {
  const slider = document.createElement("input");
  slider.type = "range";
  slider.min = 0;
  slider.max = 100;
  slider.value = 50;
  slider.setAttribute("aria-label", box.dataset.say);
  const edge = document.createElement("span");
  edge.className = "compare-edge";
  const show = () => {
    box.style.setProperty("--shown", `${slider.value}%`);
    slider.setAttribute("aria-valuetext", `${slider.value} %`);
  };
  slider.addEventListener("input", show);
  box.append(edge, slider);
  box.classList.add("compare-slides");
  show();
}

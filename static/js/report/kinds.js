// What kind it seems to be, as chips, from the words while they are written. The list of all kinds
// stays what is sent; whoever has chosen is not overruled.
import { asker, settled } from "./ask.js";

const box = document.querySelector("[data-kinds]");
if (box) kinds(box);

function kinds(box) {
  const chips = box.querySelector("[data-chips]");
  const form = box.closest("form");
  const { words, event_type: list, none_of_these: none } = form.elements;
  const ask = asker(form, box.dataset.url);
  let byHand = Boolean(list.value || none.value), asked = "", pressed = 0;

  const look = settled(500, async () => {
    const said = words.value.trim();
    if (byHand || said === asked) return;
    asked = said;
    const before = pressed;
    const found = said.length > 1 ? await ask({ words: said }) : "";
    // Late: a chip was pressed meanwhile, and perhaps taken back.
    if (found === null || byHand || before !== pressed) return;
    const { kind } = (chips.contains(document.activeElement) && document.activeElement.dataset) || {};
    chips.innerHTML = found; // a fragment of ours, every name in it escaped
    if (kind) (chips.querySelector(`[data-kind="${CSS.escape(kind)}"]`) ?? chips.querySelector("button"))?.focus();
    box.hidden = !found;
    const sure = chips.querySelector("[aria-pressed='true']");
    choose(sure?.dataset.kind ?? "", "");
  });

  words.addEventListener("input", look);
  list.addEventListener("change", () => {
    byHand = Boolean(list.value);
    press(list.value, "");
    none.value = "";
    changed();
  });
  chips.addEventListener("click", (event) => {
    const chip = event.target.closest("button");
    if (!chip) return;
    pressed += 1;
    const off = chip.getAttribute("aria-pressed") === "true";
    byHand = !off;
    const isNone = "none" in chip.dataset;
    choose(off || isNone ? "" : chip.dataset.kind, !off && isNone ? "1" : "");
  });
  if (words.value) look();

  function choose(kind, noneOf) {
    list.value = kind;
    none.value = noneOf;
    press(kind, noneOf);
    changed();
  }

  function press(kind, noneOf) {
    for (const chip of chips.querySelectorAll("button")) {
      const on = "none" in chip.dataset ? Boolean(noneOf) : chip.dataset.kind === kind;
      chip.setAttribute("aria-pressed", on);
    }
  }

  function changed() {
    box.dispatchEvent(new CustomEvent("kind", { bubbles: true }));
  }
}

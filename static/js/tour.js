// The tour: five steps beside what they explain. Escape or "skip" ends it, and it is not shown again.
const dialog = document.getElementById("tour");
const stops = [...dialog.querySelectorAll("[data-stop]")];
const form = dialog.querySelector("form");
const [back, close, next] = ["back", "close", "next"].map((way) => dialog.querySelector(`[data-tour-${way}]`));
const nextWord = next.textContent;
let here = 0;

function seen(selectors) {
  for (const selector of selectors.split(/,\s*/).filter(Boolean)) {
    const found = document.querySelector(selector);
    if (found?.checkVisibility() && found.getClientRects().length) return found;
  }
  return null;
}

// Mark what the step is about, and stand beside it.
function point() {
  document.querySelector(".tour-here")?.classList.remove("tour-here");
  const target = seen(stops[here].dataset.at);
  target?.classList.add("tour-here");
  target?.scrollIntoView({ block: "nearest" });
  dialog.classList.toggle("tour-beside", target !== null);
}

// A page that is live draws its parts anew, and the mark is gone with the old one.
const redrawn = new MutationObserver(() => {
  if (dialog.classList.contains("tour-beside") && !document.querySelector(".tour-here")) point();
});

function show(place) {
  here = place;
  const stop = stops[here];
  for (const other of stops) other.hidden = other !== stop;
  const [title, words] = [stop.querySelector("h2"), stop.querySelector("[data-words]")];
  for (const id of ["tour-title", "tour-words"]) document.getElementById(id)?.removeAttribute("id");
  title.id = "tour-title";
  words.id = "tour-words";
  point();
  back.hidden = here === 0;
  close.hidden = here === stops.length - 1;
  next.textContent = here === stops.length - 1 ? next.dataset.last : nextWord;
  title.tabIndex = -1;
  // Readers hear the step; Tab goes on to its buttons.
  title.focus();
}

function ended() {
  redrawn.disconnect();
  document.querySelector(".tour-here")?.classList.remove("tour-here");
  const address = new URL(location.href);
  address.searchParams.delete("tour");
  history.replaceState(history.state, "", address);
  fetch(form.action, { method: "POST", body: new FormData(form), keepalive: true }).catch((fault) =>
    // Not noted: it is offered once more, no harm.
    console.warn("the tour could not be noted as seen", fault),
  );
}

next.addEventListener("click", () => (here === stops.length - 1 ? dialog.close() : show(here + 1)));
back.addEventListener("click", () => show(here - 1));
close.addEventListener("click", () => dialog.close());
dialog.addEventListener("close", ended);
dialog.addEventListener("keydown", (event) => {
  if (event.key === "ArrowRight" && here < stops.length - 1) show(here + 1);
  else if (event.key === "ArrowLeft" && here > 0) show(here - 1);
  // The page's own keys rest while somebody is shown around.
  event.stopPropagation();
});
dialog.showModal();
show(0);
redrawn.observe(document.body, { childList: true, subtree: true, attributeFilter: ["class"] });

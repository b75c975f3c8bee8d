// Boxes of the administration that have no name for readers get one. Those that choose with a search
// are drawn by a library that leaves them without while nothing is chosen: they get the name of the
// field that they stand for. The search over a list is named by its picture.
function name(box) {
  const label = box.closest(".select2-container").previousElementSibling?.labels?.[0];
  if (!label) return;
  label.id ||= `${label.htmlFor}_label`;
  const shown = box.querySelector("[role=textbox]");
  box.setAttribute("aria-labelledby", [label.id, shown?.id].filter(Boolean).join(" "));
  shown?.setAttribute("aria-labelledby", label.id);
}

function nameAll() {
  for (const box of document.querySelectorAll(".select2-selection")) name(box);
}

const search = document.getElementById("searchbar");
search?.setAttribute("aria-label", search.labels[0]?.querySelector("img")?.alt ?? search.form.title);
nameAll();
// The library draws when it is ready, and again for each row that is added.
new MutationObserver(nameAll).observe(document.body, { childList: true, subtree: true });

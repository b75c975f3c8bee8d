// The list of all villages in two steps: the town, then its villages. The server's one long list
// stays what is sent.

// Return {showTown(code)}: choose the town that a village's code lies in, "" for all of them.
export function lists(box, list, say) {
  const groups = [...list.querySelectorAll("optgroup")].map((group) => ({
    code: group.querySelector("option")?.value.slice(0, 9) ?? "",
    name: group.label,
    group,
  }));
  if (groups.length < 2) return { showTown: () => undefined };
  const towns = document.createElement("select");
  towns.id = "place_town";
  towns.append(new Option(say.sayTown, ""));
  for (const { code, name } of groups) towns.append(new Option(name, code));
  const label = document.createElement("label");
  label.htmlFor = towns.id;
  label.textContent = say.sayTownLabel;
  list.previousElementSibling.before(label, towns);

  function show() {
    for (const { code, group } of groups) {
      const shown = !towns.value || code === towns.value;
      // Taken out and not hidden: some phones show hidden options all the same.
      if (shown) list.append(group);
      else group.remove();
    }
  }

  function showTown(code) {
    towns.value = code.slice(0, 9);
    show();
  }

  towns.addEventListener("change", () => {
    const chosen = list.value;
    show();
    if (list.value === chosen && chosen) return;
    list.value = "";
    if (chosen) list.dispatchEvent(new Event("change", { bubbles: true }));
  });
  if (list.value) showTown(list.value);
  return { showTown };
}

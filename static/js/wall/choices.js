// What was chosen for this wall: kept in this browser, for each area its own.

const USUAL = {
  rotate: true, every: 60, scenes: ["overview", "urban", "towns", "figures", "film"],
  sound: false, quiet: false, quietFrom: "22:00", quietTo: "07:00", keys: true,
};

export class Choices extends EventTarget {
  constructor(area) {
    super();
    this.key = `wall:${area}`;
    this.all = { ...USUAL, ...read(this.key) };
  }

  get(name) {
    return this.all[name];
  }

  set(changes) {
    Object.assign(this.all, changes);
    try {
      localStorage.setItem(this.key, JSON.stringify(this.all));
    } catch {
      // A browser that keeps nothing: the choice holds until the page is loaded again.
    }
    this.dispatchEvent(new Event("change"));
  }

  // Whether a time of day ("23:15") lies in the quiet hours, which may span midnight.
  isQuiet(time) {
    const { quiet, quietFrom: from, quietTo: to } = this.all;
    if (!quiet || from === to) return false;
    return from < to ? from <= time && time < to : time >= from || time < to;
  }
}

function read(key) {
  try {
    const kept = JSON.parse(localStorage.getItem(key) || "{}");
    return kept && typeof kept === "object" ? kept : {};
  } catch {
    return {};
  }
}

// The dialog: its fields are named like the choices.
export function connect(form, choices) {
  const fill = () => {
    for (const field of form.elements) {
      const value = choices.get(field.name);
      if (field.name === "scenes") field.checked = value.includes(field.value);
      else if (field.type === "checkbox") field.checked = Boolean(value);
      else if (field.name && value !== undefined) field.value = value;
    }
  };
  form.addEventListener("change", () => {
    const picked = [...form.querySelectorAll("[name=scenes]:checked")].map((field) => field.value);
    choices.set({
      scenes: picked.length ? picked : ["overview"], every: Number(form.elements.every.value),
      quiet: form.elements.quiet.checked, keys: form.elements.keys.checked,
      quietFrom: form.elements.quietFrom.value || USUAL.quietFrom,
      quietTo: form.elements.quietTo.value || USUAL.quietTo,
    });
  });
  choices.addEventListener("change", fill);
  fill();
}

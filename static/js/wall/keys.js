// One key for each thing that a wall can do. Who does not want them turns them off in the settings.

// deeds: {key: what to do}
export function keys(deeds, { allowed }) {
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || !allowed()) return;
    if (event.target.closest?.("input, select, textarea, dialog[open]")) return;
    // A space on a button presses the button.
    if (event.key === " " && event.target.closest?.("button, a, summary")) return;
    const deed = deeds[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!deed) return;
    event.preventDefault();
    deed();
  });
}

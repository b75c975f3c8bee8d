// The keyboard. A single letter never fires while somebody types, composes Chinese, holds another
// key down with it, or has the sheet open; while a form is open only Esc, E and Ctrl+Enter do.
// Keys that are faster than the platform wait for it: nothing is done to the ticket before.

const TEXT = "textarea, select, [contenteditable], input:not([type=checkbox]):not([type=radio]):not([type=button])";
const PATIENCE = 1500; // milliseconds between G and the queue's letter
const HURRY = new Set(["j", "k", "ArrowDown", "ArrowUp"]);

// does(key, {target}): true if it means something; form(): the open form; go(letter): to a queue;
// busy(): a promise while an answer is on its way
export function listen({ does, form, go, dialogs, busy }) {
  let waits = 0;

  function nameOf(event) {
    if (event.ctrlKey) return `Ctrl+${event.key}`;
    const letter = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    return event.shiftKey && letter === "d" ? "Shift+d" : letter;
  }

  // at: when it was pressed, which may be long before its turn comes
  function act(name, target, at) {
    const second = waits && at - waits < PATIENCE;
    waits = 0;
    if (second && /^[a-z0-9]$/.test(name)) return go(name);
    if (name === "g") {
      waits = at;
      return true;
    }
    return does(name, { target });
  }

  async function later(name, at) {
    while (busy()) await busy();
    const target = document.activeElement;
    if (form() && !["Enter", "Escape"].includes(name)) return;
    if (name === "Enter" && target.matches("button, a:not([data-row])")) target.click();
    else act(name, target, at);
  }

  addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229 || event.altKey || event.metaKey) return;
    const open = dialogs.find((dialog) => dialog.open);
    if (open) {
      if (event.key === "?" && open === dialogs[0]) open.close();
      return;
    }
    const name = nameOf(event);
    const target = event.target.closest ? event.target : document.body;
    if (name !== "Escape" && name !== "Ctrl+Enter") {
      if (target.closest(TEXT) || event.ctrlKey) return;
      if (event.shiftKey && /^[a-z]$/.test(name)) return;
      // Enter belongs to what has the focus, except on a row.
      if (name === "Enter" && !target.closest("[data-row]") && target !== document.body) return;
      if (form() && !["e", "?"].includes(name)) return;
    }
    if (busy() && !HURRY.has(name)) {
      event.preventDefault();
      later(name, event.timeStamp);
    } else if (act(name, target, event.timeStamp)) event.preventDefault();
  });
}

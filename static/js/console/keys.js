// The keyboard. A single letter never fires while somebody types, composes Chinese, holds another
// key down with it, or has the sheet open; while a form is open only Esc, E and Ctrl+Enter do.

const TEXT = "textarea, select, [contenteditable], input:not([type=checkbox]):not([type=radio]):not([type=button])";
const PATIENCE = 1500; // milliseconds between G and the queue's letter

// does: {key: function}; form(): the open form; go(letter): to a queue
export function listen({ does, form, go, dialog }) {
  let waits = 0;

  addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229 || event.altKey || event.metaKey) return;
    if (dialog.open) {
      if (event.key === "?") dialog.close();
      return;
    }
    const typing = event.target.closest?.(TEXT);
    const name = event.ctrlKey ? `Ctrl+${event.key}` : event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (name !== "Escape" && name !== "Ctrl+Enter") {
      if (typing || event.ctrlKey) return;
      if (event.shiftKey && /^[a-z]$/.test(name) && event.getModifierState("CapsLock") === false) return;
      // Enter and the space bar belong to what has the focus, except on a row.
      if (name === "Enter" && !event.target.closest("[data-row]") && event.target !== document.body) return;
      if (form() && name !== "e" && name !== "?") return;
    }
    if (waits && Date.now() - waits < PATIENCE && /^[a-z0-9]$/.test(name)) {
      waits = 0;
      if (go(name)) event.preventDefault();
      return;
    }
    waits = 0;
    if (name === "g") waits = Date.now();
    else if (!does(name, event)) return;
    event.preventDefault();
  });
}

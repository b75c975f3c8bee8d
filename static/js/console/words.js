// What the console says, in the reader's language: the page brings it along.

export const words = document.getElementById("console-words").dataset;

export function fill(text, values) {
  return text.replace(/{(\w+)}/g, (whole, name) => (name in values ? values[name] : whole));
}

export function say(text) {
  const box = document.getElementById("pane-said");
  const line = document.createElement("p");
  line.textContent = text;
  box.replaceChildren(line);
  passBy();
}

let passing;

// What was said goes away by itself, not while somebody is on it.
export function passBy() {
  const box = document.getElementById("pane-said");
  clearTimeout(passing);
  box.hidden = !box.textContent.trim();
  passing = setTimeout(() => {
    if (box.matches(":hover, :focus-within")) passBy();
    else box.hidden = true;
  }, 10000);
}

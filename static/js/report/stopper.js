// Words of danger show whom to call, above the button. tickets/emergency.py does the same for
// those without script; nothing keeps the report from being sent.
const box = document.querySelector("[data-stopper]");
const numbers = [...document.querySelectorAll("[data-emergency] a")].map((link) => ({
  link,
  words: link.dataset.words.split(";").map(tidy).filter(Boolean),
}));
if (box) {
  const { words } = box.closest("form").elements;
  words.addEventListener("input", () => warn(words.value));
  if (words.value) warn(words.value);
}

function tidy(text) {
  return text.normalize("NFKC").toLowerCase().replace(/\s/g, "");
}

function warn(text) {
  const said = tidy(text);
  const called = numbers.filter(({ words }) => words.some((word) => said.includes(word)));
  const row = box.querySelector("[data-numbers]");
  const shown = [...row.children].map((link) => link.getAttribute("href")).join();
  const wanted = called.map(({ link }) => link.getAttribute("href")).join();
  if (shown === wanted) return; // a screen reader hears it once
  row.replaceChildren(...called.map(({ link }) => link.cloneNode(true)));
  box.hidden = !called.length;
}

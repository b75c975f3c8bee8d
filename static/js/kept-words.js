// What staff type outlives a session that ended meanwhile, in this tab only: after signing in again
// the form is as it was, with its key, so that nothing is sent twice. Photos cannot be kept here.
const PREFIX = "kept-words:";
const NEVER = new Set(["csrfmiddlewaretoken", "version"]);

const marks = () => Object.keys(sessionStorage).filter((mark) => mark.startsWith(PREFIX));
const markOf = (form) => PREFIX + new URL(form.action).pathname;
const forms = [...document.querySelectorAll("form[data-keep]")];

// We are on a page of ours, signed in: what was sent from another one has come in.
const here = new Set(forms.map(markOf));
for (const mark of marks()) {
  if (JSON.parse(sessionStorage[mark]).sent && !here.has(mark)) sessionStorage.removeItem(mark);
}
for (const form of forms) keep(form);

addEventListener("submit", ({ target }) => {
  // Whoever signs out leaves nothing behind for the next at this device.
  if (target.action?.endsWith("/signout/")) for (const mark of marks()) sessionStorage.removeItem(mark);
});

function keep(form) {
  const mark = markOf(form);
  const kept = sessionStorage[mark] && JSON.parse(sessionStorage[mark]);
  // A form that came back with a mistake knows better what was sent.
  if (kept && form.dataset.keep === "fresh") restore(form, kept.fields);
  if (kept) save(form, mark, false);
  for (const happening of ["input", "change"]) {
    form.addEventListener(happening, () => save(form, mark, false));
  }
  addEventListener("submit", (event) => {
    if (event.target === form && !event.defaultPrevented) save(form, mark, true);
  });
}

function save(form, mark, sent) {
  const fields = [...new FormData(form)].filter(
    ([name, value]) => typeof value === "string" && !NEVER.has(name) && !/^(kept|drop)/.test(name),
  );
  sessionStorage[mark] = JSON.stringify({ fields, sent });
}

function restore(form, fields) {
  const values = new Map(fields);
  let wrote = false;
  for (const field of form.elements) {
    if (!values.has(field.name) || NEVER.has(field.name)) continue;
    const value = values.get(field.name);
    if (field.type === "radio" || field.type === "checkbox") field.checked = field.value === value;
    else field.value = value;
    wrote ||= field.type !== "hidden" && Boolean(value);
  }
  if (!wrote) return;
  const said = document.createElement("p");
  said.className = "banner";
  said.setAttribute("role", "status");
  said.textContent = form.dataset.sayKept;
  form.prepend(said);
}

// The forms in the pane: opened, sent, and nothing typed in them is ever lost.

const typed = new Map(); // a form's address -> what was typed in it and not sent

export const form = () => document.querySelector("#pane-do form[data-send]");

const fields = (open) => [...open.elements].filter((field) => field.name && field.type !== "hidden" && field.type !== "file");
const valueOf = (field) => (["checkbox", "radio"].includes(field.type) ? field.checked : field.value);
const key = (field) => (["checkbox", "radio"].includes(field.type) ? `${field.name}=${field.value}` : field.name);
const first = (field) => {
  if (["checkbox", "radio"].includes(field.type)) return field.defaultChecked;
  if (field.options) return [...field.options].find((option) => option.defaultSelected)?.value ?? field.options[0]?.value;
  return field.defaultValue;
};

export function dirty() {
  const open = form();
  return Boolean(open) && fields(open).some((field) => valueOf(field) !== first(field));
}

// Before a form goes: keep what was typed. What is empty again is forgotten.
export function keep() {
  const open = form();
  if (!open) return;
  if (dirty()) typed.set(open.action, fields(open).map((field) => [key(field), valueOf(field)]));
  else typed.delete(open.action);
}

export function forget(open) {
  typed.delete(open.action);
}

// A form was opened: what was typed in it before is there again.
export function restore() {
  const open = form();
  const before = open && new Map(typed.get(open.action));
  if (!before) return;
  for (const field of fields(open)) {
    if (!before.has(key(field))) continue;
    if (typeof before.get(key(field)) === "boolean") field.checked = before.get(key(field));
    else field.value = before.get(key(field));
  }
}

// Focus goes to what is still missing; else to the button, so that Enter is enough.
export function greet(next) {
  const open = form();
  if (!open) return;
  const wrong = open.querySelector("[data-errors]");
  const missing = fields(open).find((field) => field.required && !field.disabled && valueOf(field) === "");
  const button = (next && open.querySelector("[data-then-next]")) || open.querySelector("[data-submit]");
  // A note has nothing that is compulsory, but is there to be written.
  const write = "write" in open.dataset && open.querySelector("textarea");
  const target = wrong || missing || write || button || open.querySelector("textarea, input, select");
  target?.focus({ preventScroll: !wrong });
  // From the top: what it is, before what it asks.
  if (!wrong) open.parentElement.scrollTop = 0;
}

export function bodyOf(open, submitter, next) {
  const body = new FormData(open, submitter?.form === open && submitter.name ? submitter : undefined);
  // The token of this moment: after signing in again in another tab it is another one.
  const token = /(?:^|; )(?:__Host-csrf|csrftoken)=([^;]+)/.exec(document.cookie)?.[1];
  if (token) body.set("csrfmiddlewaretoken", token);
  if (next) body.set("next", next);
  return body;
}

// A form waits for what is still on its way: a photo being made smaller, the place being found.
const waiting = new WeakMap();

// Keep the form from going before the promise has come to an end, good or bad.
export function hold(form, promise) {
  if (!form) return;
  if (!waiting.has(form)) {
    waiting.set(form, new Set());
    form.addEventListener("submit", wait);
  }
  const pending = waiting.get(form);
  const mark = promise.catch(() => undefined).then(() => pending.delete(mark));
  pending.add(mark);
}

async function wait(event) {
  const form = event.target;
  const pending = waiting.get(form);
  if (!pending.size) return;
  event.preventDefault();
  if (form.dataset.held) return;
  form.dataset.held = "yes";
  const button = event.submitter;
  const words = button?.textContent;
  button?.setAttribute("aria-disabled", "true");
  if (button?.dataset.hold) button.textContent = button.dataset.hold;
  while (pending.size) await Promise.all(pending);
  delete form.dataset.held;
  button?.removeAttribute("aria-disabled");
  if (button) button.textContent = words;
  form.requestSubmit(button);
}

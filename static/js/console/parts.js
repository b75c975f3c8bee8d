// Parts of the page: asked for by address, and put in place of those with the same id.
// The server renders them with the templates of the page itself; see docs/console.md.

const TIMEOUT = 20000;

// Gives {status, text}; text is "" unless parts came. Status 0: no answer; 401: signed out.
export async function ask(address, { body, signal, unattended = false } = {}) {
  const headers = { "HX-Request": "true" };
  if (unattended) headers["X-Unattended"] = "yes";
  const limit = AbortSignal.timeout(TIMEOUT);
  try {
    const answer = await fetch(address, {
      method: body ? "POST" : "GET",
      body,
      headers,
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    });
    const text = answer.headers.has("X-Parts") ? await answer.text() : "";
    return { status: answer.status, text };
  } catch (fault) {
    if (signal?.aborted) return { status: -1, text: "" };
    return { status: 0, text: "" };
  }
}

export function withParts(address, ...parts) {
  const asked = new URL(address, location.href);
  asked.searchParams.set("parts", parts.join(","));
  return asked;
}

export function parse(text) {
  return new DOMParser().parseFromString(text, "text/html");
}

// Puts every part in its place. Focus, the list's place and opened folds stay as they are.
export function put(text) {
  const give = hold();
  for (const fresh of [...parse(text).body.children]) {
    const stale = document.getElementById(fresh.id);
    if (stale) become(stale, fresh);
  }
  give();
}

function become(stale, fresh) {
  const same = stale.dataset.number === fresh.dataset.number;
  const folds = same ? [...stale.querySelectorAll("details")].map((fold) => fold.open) : [];
  for (const { name } of [...stale.attributes]) {
    if (!fresh.hasAttribute(name)) stale.removeAttribute(name);
  }
  for (const { name, value } of fresh.attributes) stale.setAttribute(name, value);
  stale.replaceChildren(...fresh.childNodes);
  if (!same) stale.scrollTop = 0;
  stale.querySelectorAll("details").forEach((fold, nth) => {
    fold.open ||= Boolean(folds[nth]);
  });
}

// Remembers where one is; what it returns leads back there.
export function hold() {
  const active = document.activeElement;
  const rows = document.getElementById("rows");
  const at = rows?.querySelector("[aria-current]")?.closest("li");
  const number = at?.dataset.number;
  const scrolled = rows?.scrollTop ?? 0;
  const offset = at ? at.offsetTop - scrolled : 0;
  return () => {
    const now = document.getElementById("rows");
    if (now && now !== rows) {
      const again = number && now.querySelector(`li[data-number="${CSS.escape(number)}"]`);
      now.scrollTop = again ? again.offsetTop - offset : scrolled;
    }
    if (!active || active === document.body || document.contains(active)) return;
    const again = active.id && document.getElementById(active.id);
    (again || home())?.focus({ preventScroll: true });
  };
}

// Where focus goes when what had it is no more: the opened ticket's row, else the ticket.
export function home() {
  return document.querySelector("#pane-list [data-row][aria-current]") || document.getElementById("pane-ticket");
}

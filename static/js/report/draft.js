// What was written survives a reload, a lost session and a closed lid, in this tab only: another
// person at the same device finds nothing of it. With it goes the form's key, so that what was sent
// before the line broke is not sent twice.
const DRAFT = "report.draft", SENDING = "report.sending", SENT = "report.sent";
const FIELDS = ["key", "words", "lat", "lng", "area_code", "event_type", "none_of_these",
  "contact_name", "contact_phone"];
const REMEMBERED = 20;

const form = document.querySelector("form[data-draft]");
if (form) draft(form);
// The page of thanks: what was being sent has come in.
if (document.querySelector("section[data-receipt]")) arrived();

function draft(form) {
  const fields = form.elements;
  const again = document.querySelector("[data-draft-again]");
  const received = form.querySelector("[data-draft-received]");
  if ("fresh" in form.dataset) restore();
  for (const happening of ["input", "change", "place", "kind"]) form.addEventListener(happening, save);
  addEventListener("pagehide", save);
  addEventListener("pageshow", recognise);
  // After every other listener: one may still hold the form back.
  addEventListener("submit", (event) => {
    if (event.target === form && !event.defaultPrevented) write(SENDING, now());
  });
  again.querySelector("button").addEventListener("click", () => {
    drop(DRAFT);
    again.hidden = true;
    form.removeEventListener("input", save);
    removeEventListener("pagehide", save);
    location.reload();
  });

  function now() {
    const values = Object.fromEntries(FIELDS.map((name) => [name, fields[name].value]));
    const photos = Number(form.querySelector("[data-photos]")?.dataset.count ?? 0);
    return { ...values, photos };
  }

  function save() {
    const values = now();
    if (isSent(values)) return;
    if (values.words.trim() || values.contact_name || values.contact_phone) write(DRAFT, values);
  }

  function restore() {
    const values = read(DRAFT);
    if (!values) return;
    for (const name of FIELDS) {
      if (values[name] && (name === "key" || !fields[name].value)) fields[name].value = values[name];
    }
    if (values.contact_name || values.contact_phone) fields.contact_phone.closest("details").open = true;
    again.hidden = false;
    again.querySelector("[data-photos-again]").hidden = !values.photos;
  }

  // Back after sending: the browser may have kept the words and not the key. The same report gets
  // its key back, so that pressing the button once more makes no second one.
  function recognise() {
    const values = now();
    const same = isSent(values);
    if (same) fields.key.value = same.key;
    received.hidden = !same;
  }
}

function isSent(values) {
  return (read(SENT) ?? []).find(
    (sent) => sent.key === values.key || (values.words.trim() && sent.words === values.words),
  );
}

function arrived() {
  const sending = read(SENDING);
  if (!sending) return;
  drop(SENDING);
  const { key, words } = sending;
  write(SENT, [{ key, words }, ...(read(SENT) ?? [])].slice(0, REMEMBERED));
  if (read(DRAFT)?.key === key) drop(DRAFT);
}

// Some browsers forbid all storage: then a reload loses the words, and nothing else.
function storage() {
  try {
    return window.sessionStorage;
  } catch (fault) {
    console.info(fault);
    return undefined;
  }
}

function read(name) {
  return JSON.parse(storage()?.getItem(name) ?? "null");
}

function write(name, value) {
  storage()?.setItem(name, JSON.stringify(value));
}

function drop(name) {
  storage()?.removeItem(name);
}

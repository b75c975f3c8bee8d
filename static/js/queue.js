// Reports that wait on this device for a network. An entry is a draft, waits, or was received:
// received only once the platform's receipt is there. Sent twice it is one report: the key.
const MONTH = 30 * 24 * 3600 * 1000;

function open() {
  return new Promise((done, failed) => {
    const opening = indexedDB.open("queue", 1);
    opening.onupgradeneeded = () =>
      opening.result.createObjectStore("reports", { keyPath: "key" });
    opening.onsuccess = () => done(opening.result);
    opening.onerror = () => failed(opening.error);
  });
}

async function asked(mode, what) {
  const store = await open();
  try {
    return await new Promise((done, failed) => {
      const work = store.transaction("reports", mode);
      const request = what(work.objectStore("reports"));
      work.oncomplete = () => done(request.result);
      work.onerror = () => failed(work.error);
      work.onabort = () => failed(work.error);
    });
  } finally {
    store.close();
  }
}

export const keep = (entry) => asked("readwrite", (reports) => reports.put(entry));
export const drop = (key) => asked("readwrite", (reports) => reports.delete(key));

/** All entries, the oldest first; receipts older than a month are gone. */
export async function all() {
  const entries = await asked("readonly", (reports) => reports.getAll());
  const old = entries.filter((one) => one.state === "received" && Date.now() - one.at > MONTH);
  await Promise.all(old.map((one) => drop(one.key)));
  return entries.filter((one) => !old.includes(one)).sort((a, b) => a.at - b.at);
}

/** Take the receipts of reports off this device: somebody else uses it next. */
export async function forget() {
  for (const entry of await all()) if (entry.state === "received") await drop(entry.key);
}

/** Send whatever waits, one after the other, in one tab only. Tells whether anything changed. */
export async function sendAll(address) {
  if (!navigator.locks) return sendEach(address);
  return navigator.locks.request("queue", { ifAvailable: true }, (mine) =>
    mine ? sendEach(address) : false,
  );
}

async function sendEach(address) {
  let changed = false;
  for (const entry of await all()) {
    if (entry.state !== "waiting") continue;
    let outcome;
    try {
      outcome = await send(entry, address);
    } catch (fault) {
      // No network after all: it goes on waiting.
      if (fault instanceof TypeError) break;
      throw fault;
    }
    if (!outcome) break;
    await keep({ ...entry, ...outcome });
    changed = true;
  }
  return changed;
}

// What becomes of the entry: received with its receipt, a draft with what is wrong, or nothing.
async function send(entry, address) {
  const form = await fetch(address, { cache: "no-store" });
  if (!form.ok) return null;
  const token = read(await form.text()).querySelector('[name="csrfmiddlewaretoken"]').value;
  const body = new FormData();
  for (const [name, value] of Object.entries(entry.fields)) {
    for (const one of [value].flat()) body.append(name, one);
  }
  for (const photo of entry.photos) body.append("photos", photo, photo.name);
  body.append("csrfmiddlewaretoken", token);
  body.set("looked", "1"); // nobody is there to be asked about reports alike
  const answer = await fetch(address, { method: "POST", body });
  if (!answer.ok) return null;
  const page = read(await answer.text());
  const receipt = page.querySelector("[data-receipt]");
  if (receipt) {
    const [number, code, pin] = ["number", "code", "pin"].map((id) => said(receipt, `#${id}`));
    return { state: "received", at: Date.now(), photos: [], fields: {}, number, code, pin };
  }
  const faults = [...page.querySelectorAll("[data-errors] li")].map((fault) => fault.textContent);
  return faults.length ? { state: "draft", faults } : null;
}

const read = (text) => new DOMParser().parseFromString(text, "text/html");
const said = (page, selector) => page.querySelector(selector)?.textContent.trim() ?? "";

// What waits on this device, in a list of three states; hidden while there is nothing.
import { all, drop, forget, sendAll } from "./queue.js";

const box = document.querySelector("[data-queue]");
const list = box?.querySelector("ul");
const opened = Date.now();
// Milliseconds until it is tried again: a device may believe to have a network, and have none.
const SOON = 5_000, AT_LAST = 60_000;
let pause = SOON;
let again;

// A receipt holds the PIN: it stands where one looks for it, elsewhere only as it arrives.
const isShown = (entry) =>
  entry.state !== "received" || box.dataset.receipts === "yes" || entry.at >= opened;

export async function show() {
  const entries = (await all()).filter(isShown);
  box.hidden = entries.length === 0;
  list.replaceChildren(...entries.map(row));
  const waits = entries.some((entry) => entry.state === "waiting");
  box.querySelector("[data-send]").hidden = !waits;
  plan(waits);
  if (!waits) dispatchEvent(new Event("allsent"));
}

function plan(waits) {
  if (waits) {
    again ??= setTimeout(tryAgain, pause);
    return;
  }
  clearTimeout(again);
  again = undefined;
  pause = SOON;
}

async function tryAgain() {
  again = undefined;
  pause = Math.min(2 * pause, AT_LAST);
  // The list is drawn anew only where it is another one: it is read aloud each time.
  if (navigator.onLine && (await sendAll(box.dataset.report))) await show();
  else plan(true);
}

export async function send() {
  if (navigator.onLine) await sendAll(box.dataset.report);
  await show();
}

function row(entry) {
  const item = box.querySelector("template").content.firstElementChild.cloneNode(true);
  const part = (name) => item.querySelector(`[data-${name}]`);
  item.dataset.state = entry.state;
  part("state").textContent = box.dataset[entry.state];
  part("words").textContent = entry.number ?? entry.fields.words?.slice(0, 40) ?? "";
  part("faults").textContent = (entry.faults ?? []).join(" ");
  part("receipt").hidden = entry.state !== "received";
  part("code").textContent = entry.code ?? "";
  part("pin").textContent = entry.pin ?? "";
  if (entry.code) part("open").href = `${box.dataset.track}${entry.code}/`;
  part("edit").hidden = entry.state !== "draft" || box.dataset.here === "yes";
  const remove = part("drop");
  remove.addEventListener("click", async () => {
    if (entry.state !== "received" && !confirm(box.dataset.sure)) return;
    await drop(entry.key);
    await show();
    dispatchEvent(new CustomEvent("dropped", { detail: entry.key }));
  });
  return item;
}

function begin() {
  box.querySelector("[data-send]").addEventListener("click", send);
  addEventListener("online", send);
  document.querySelector("[data-forget]")?.addEventListener("submit", forget);
  return send();
}

// The end of the first sending, which may take its time: nobody who writes waits for it.
export const begun = box && "indexedDB" in self ? begin() : Promise.resolve();

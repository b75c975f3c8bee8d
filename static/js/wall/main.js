// The wall: puts its parts together and says how fresh they are.

import { Card } from "./card.js";
import { Feed } from "./feed.js";
import { Figures } from "./figures.js";
import { Link } from "./link.js";
import { LiveMap } from "./map.js";
import { steer } from "./steer.js";
import { Store } from "./store.js";
import { clockOf, dayOf, element, fill, number, typeName, words } from "./words.js";

const OLD = 60000;
const DEAD = 300000;
const AREAS_AGAIN = 600000;
const by = (id) => document.getElementById(id);
const { dots, figures, areas, socket, signin, area, target, visitor, device } = document.body.dataset;

const store = new Store();
const link = new Link(store, { dots, socket, area, visitor });
const map = new LiveMap(by("map"), store, { padding: [1.6, 1.6, 1.4, 1.6] });
const inset = new LiveMap(by("inset"), store, { padding: [0.8, 0.8, 0.8, 0.8] });
map.below = document.querySelector(".legend");
const card = new Card(by("card"), { link, store, map, address: dots });
const open = (id) => card.open(id);
const shapes = document.querySelector(".legend use").getAttribute("href").split("#")[0];
const feed = new Feed({ feed: by("feed"), watched: by("watched") }, { store, open, shapes });
const numbers = new Figures({ link, store, feed, address: figures, target: Number(target) });

function said(id) {
  const dot = store.dots.get(id);
  if (!dot) return;
  by("said").textContent = fill(words.dot, {
    type: typeName(dot.type), place: feed.place(dot.area), stage: words.stages[dot.stage],
    light: words.lights[store.lightOf(dot)],
  });
}

steer(map, { open, said, close: () => card.close() });
by("inset").addEventListener("click", (event) => {
  const edge = by("inset").getBoundingClientRect();
  const id = inset.hit(event.clientX - edge.left, event.clientY - edge.top);
  if (id !== undefined) card.open(id);
});
for (const button of document.querySelectorAll("[data-zoom]")) {
  button.addEventListener("click", () => {
    if (button.dataset.zoom === "home") map.fit();
    else map.zoom(button.dataset.zoom === "in" ? 1.6 : 1 / 1.6);
  });
}
addEventListener("keydown", (event) => event.key === "Escape" && card.close());
by("fullscreen").addEventListener("click", () =>
  document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen());

async function land() {
  const address = new URL(areas, location.href);
  if (area) address.searchParams.set("area", area);
  const found = await link.get(address);
  if (!found) {
    setTimeout(land, 5000);
    return;
  }
  feed.names = found.names;
  feed.home = found.home;
  feed.soon();
  const text = JSON.stringify(found);
  if (text === land.known) return;
  land.known = text;
  by("inset").hidden = !found.inset;
  // Beside an inset the map stands a little to the left, if there is room.
  map.lean = found.inset ? 0.3 : 0.5;
  map.show(found);
  if (found.inset) {
    inset.show(found, found.inset);
    map.frame(found.inset);
  }
}

function fresh() {
  const age = Date.now() - (link.heardAt || loadedAt);
  const state = link.state === "polling" && age > OLD ? "stale" : link.state;
  by("live").dataset.state = state;
  const text = {
    live: words.live,
    connecting: words.connecting,
    polling: fill(words.polling, { seconds: 20 }),
    stale: fill(words.stale, { minutes: number(Math.max(1, Math.floor(age / 60000))) }),
    signed_out: words.signed_out,
    no_right: words.no_right,
  }[state];
  if (by("live-words").dataset.text !== text) {
    by("live-words").dataset.text = text;
    by("live-words").replaceChildren(state === "signed_out" ? element("a", { href: signin }, text) : text);
  }
  const seconds = (age / 1000).toFixed(age < 9950 ? 1 : 0);
  by("live-age").textContent = state === "live" ? fill(words.age, { seconds }) : "";
  const lost = state === "signed_out" || state === "no_right";
  document.body.dataset.stale = age > DEAD || lost ? "dead" : age > OLD ? "old" : "";
}

let today = "";
function tick() {
  const now = store.now();
  by("clock").textContent = clockOf(now);
  // Midnight: yesterday's closed reports leave the wall.
  if (today && dayOf(now) !== today) link.ask(true);
  today = dayOf(now);
  fresh();
}

const loadedAt = Date.now();
link.addEventListener("state", fresh);
// A device that was closed shows nothing any more: the page itself is gone.
link.addEventListener("state", () => device && link.state === "signed_out" && location.reload());
store.addEventListener("changed", () => {
  by("counted").textContent = fill(words.dots, { count: number(store.dots.size) });
  by("map").dataset.count = store.dots.size;
});
land();
link.start();
numbers.start();
tick();
setInterval(tick, 1000);
// Lights turn by themselves.
setInterval(() => {
  map.draw();
  inset.draw();
  feed.soon();
}, 5000);
setInterval(land, AREAS_AGAIN);
// For who looks from outside: a test, a watchdog.
by("map").wall = { store, link, map };

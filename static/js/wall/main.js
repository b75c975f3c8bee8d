// The wall: puts its parts together.

import { Alarms } from "./alarms.js";
import { Card } from "./card.js";
import { Choices, connect } from "./choices.js";
import { Day } from "./day.js";
import { Feed } from "./feed.js";
import { Figures } from "./figures.js";
import { Fresh } from "./fresh.js";
import { Keeper } from "./keeper.js";
import { keys } from "./keys.js";
import { Link } from "./link.js";
import { LiveMap } from "./map.js";
import { Origin } from "./origin.js";
import { Player } from "./player.js";
import { Scenes } from "./scenes.js";
import { Sound } from "./sound.js";
import { steer } from "./steer.js";
import { Store } from "./store.js";
import { Towns } from "./towns.js";
import { clockOf, dayOf, fill, fullTime, number, typeName, words } from "./words.js";

const AREAS_AGAIN = 600000;
const LIGHTS_AGAIN = 5000;
const by = (id) => document.getElementById(id);
const { dots, figures, areas, filmAt: film, socket, signin, area, visitor, device, target, version, page } = document.body.dataset;

const store = new Store();
const link = new Link(store, { dots, socket, area, visitor });
const choices = new Choices(area);
const timeOfDay = () => fullTime(store.now()).slice(11, 16);
const isQuiet = () => choices.isQuiet(timeOfDay());

const map = new LiveMap(by("map"), store, { padding: [2.6, 1.6, 1.2, 1.6] });
const inset = new LiveMap(by("inset-map"), store, { padding: [0.5, 0.5, 0.5, 0.5], only: [] });
map.below = document.querySelector(".legend");
map.beside = by("inset");
const card = new Card(by("card"), { link, store, map, address: dots });
const open = (id) => card.open(id);
const shapes = document.querySelector(".legend use").getAttribute("href").split("#")[0];
const feed = new Feed({ feed: by("feed"), watched: by("watched") }, { store, open, shapes });
const numbers = new Figures({ link, store, address: figures, target: Number(target) });
new Origin(by("origin"), { figures: numbers, address: (path) => link.to(path).href });

// --- The land and its parts

function wallOf(code) {
  const address = new URL(page, location.href);
  address.searchParams.set("area", code);
  if (visitor) address.searchParams.set("visitor", "1");
  return address.href;
}

const towns = new Towns(by("towns"), { store, lift: (code) => map.lift(code), address: wallOf });
const day = new Day({ hours: by("hours"), lights: by("lights"), store });

function openPart({ code, name }) {
  const may = land.found?.reach.some((mine) => code.startsWith(mine));
  card.openPart({ name, lights: towns.counts().get(code), address: may ? wallOf(code) : "" });
}

async function land() {
  const found = await link.get(link.to(areas));
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
  land.found = found;
  by("inset").hidden = !found.inset;
  document.querySelector("button[data-scene=urban]").hidden = !found.inset;
  document.querySelector("button[data-scene=towns]").hidden = found.parts.length < 2;
  map.elsewhere = found.inset ? found.urban : [];
  map.show(found);
  towns.show(found);
  inset.only = found.urban;
  if (found.inset) {
    inset.show(found, found.inset);
    map.frame(found.inset);
  }
  toScene();
}

// --- Scenes

const scenes = new Scenes(choices, { buttons: [...document.querySelectorAll("button[data-scene]")], pause: by("rotate") });
const player = new Player(by("film"), {
  link, store, address: film,
  show: (shown) => [map, inset].forEach((one) => one.watch(shown || store)),
  fitted: () => map.fit(),
});
scenes.held = () => player.playing || Boolean(document.querySelector("dialog[open]"));

function toScene() {
  const urban = scenes.now === "urban" && land.found?.inset;
  // In a film a line across the top says that it is one.
  map.padding[0] = scenes.now === "film" ? 4.4 : 2.6;
  map.lookAt(urban || null);
  if (scenes.now === "film") {
    card.close();
    if (!player.open) player.enter(true);
    // Whose hand is on the scene's button has now the film's.
    if (document.activeElement?.dataset.scene) player.part("play").focus();
  } else player.leave();
  if (scenes.now === "figures") day.count();
  feed.soon();
}
scenes.addEventListener("scene", toScene);
by("to-live").addEventListener("click", () => scenes.go("overview"));

// --- What the hand does

function said(id) {
  const dot = map.store.dots.get(id);
  if (!dot) return;
  by("said").textContent = fill(words.dot, {
    type: typeName(dot.type), place: feed.place(dot.area), stage: words.stages[dot.stage],
    light: words.lights[map.store.lightOf(dot)],
  });
}

const zoom = { in: () => map.zoom(1.6), out: () => map.zoom(1 / 1.6), home: () => map.fit() };
for (const button of document.querySelectorAll("[data-zoom]")) button.addEventListener("click", zoom[button.dataset.zoom]);
steer(map, { open, said, close: () => card.close(), land: openPart });
by("inset").addEventListener("click", (event) => {
  const edge = by("inset-map").getBoundingClientRect();
  const id = inset.hit(event.clientX - edge.left, event.clientY - edge.top);
  if (id !== undefined) card.open(id);
  else scenes.go("urban");
});
addEventListener("keydown", (event) => event.key === "Escape" && card.close());

const follow = (id) => () => by(id)?.click();
const fullScreen = () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen());
by("fullscreen").addEventListener("click", fullScreen);
by("settings-open").addEventListener("click", () => by("settings").showModal());
connect(by("settings-form"), choices);
const sceneOf = (n) => () => scenes.go(scenes.there[n]);
keys({
  1: sceneOf(0), 2: sceneOf(1), 3: sceneOf(2), 4: sceneOf(3), 5: sceneOf(4),
  " ": () => (player.open ? player.play(!player.playing) : scenes.turn()),
  s: follow("sound"), v: follow("visitor"), f: fullScreen, u: follow("up"), Backspace: follow("up"),
  m: () => by("map").focus(), "?": () => by("settings").showModal(), l: follow("to-live"),
}, { allowed: () => choices.get("keys") });

// --- Alarms, freshness, care

const sound = new Sound(by("sound"), choices, isQuiet);
const alarms = new Alarms(store);
alarms.addEventListener("alarm", ({ detail: ids }) => {
  sound.ring();
  feed.alarm(ids);
  numbers.soon();
  const dot = store.dots.get(ids[0]);
  by("alarm-said").textContent = fill(words.alarm, { type: typeName(dot.type), place: feed.place(dot.area) });
});
const fresh = new Fresh(link, { signin, store });
const keeper = new Keeper({
  store, version, calm: () => scenes.calm && !scenes.held(), time: timeOfDay, clock: by("clock-wrong"),
});
numbers.addEventListener("answer", ({ detail }) => {
  feed.take(detail.feed, detail.watched);
  day.show(detail.figures.hours.value);
  keeper.hear(detail.version);
});

let today = "";
function tick() {
  const now = store.now();
  by("clock").textContent = clockOf(now);
  // Midnight: yesterday's closed reports leave the wall.
  if (today && dayOf(now) !== today) link.ask(true);
  today = dayOf(now);
  document.body.toggleAttribute("data-quiet", isQuiet());
  by("quiet-now").hidden = !isQuiet();
  sound.show();
  keeper.checkClock();
  fresh.show();
}

link.addEventListener("state", () => fresh.show());
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
  alarms.look();
  map.draw();
  inset.draw();
  feed.soon();
  towns.soon();
  if (scenes.now === "figures") day.count();
}, LIGHTS_AGAIN);
setInterval(land, AREAS_AGAIN);
// For who looks from outside: a test, a watchdog.
by("map").wall = { store, link, map, inset, scenes, choices, player, sound, alarms, keeper, feed, towns };

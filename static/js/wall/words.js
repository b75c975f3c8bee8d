// The page's words, and how times are said. The district's clock is Shanghai's, wherever the reader is.

const ZONE = "Asia/Shanghai";
const language = document.documentElement.lang || "zh-hans";

export const words = JSON.parse(document.getElementById("wall-words").textContent);
export const types = JSON.parse(document.getElementById("wall-types").textContent);

export function fill(text, values) {
  return text.replace(/{(\w+)}/g, (whole, name) => (name in values ? values[name] : whole));
}

export function typeName(code) {
  return types[code] || words.unknown_type;
}

const parts = new Intl.DateTimeFormat("en-GB", {
  timeZone: ZONE, year: "numeric", month: "2-digit", day: "2-digit", weekday: "long",
  hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23",
});
const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

function partsOf(moment) {
  return Object.fromEntries(parts.formatToParts(moment).map((part) => [part.type, part.value]));
}

export function clockOf(moment) {
  const p = partsOf(moment);
  const weekday = words.weekdays[WEEKDAYS.indexOf(p.weekday)];
  return `${p.year}-${p.month}-${p.day} ${weekday} ${p.hour}:${p.minute}:${p.second}`;
}

export function dayOf(moment) {
  const p = partsOf(moment);
  return `${p.year}-${p.month}-${p.day}`;
}

// Today: 15:42; earlier: 11-22.
export function shortTime(moment, now) {
  const p = partsOf(moment);
  return dayOf(moment) === dayOf(now) ? `${p.hour}:${p.minute}` : `${p.month}-${p.day}`;
}

export function fullTime(moment) {
  const p = partsOf(moment);
  return `${p.year}-${p.month}-${p.day} ${p.hour}:${p.minute}:${p.second}`;
}

export function spanWords(milliseconds) {
  const minutes = Math.max(0, Math.round(milliseconds / 60000));
  const hours = Math.floor(minutes / 60);
  if (hours >= 24) return fill(words.days, { days: Math.floor(hours / 24), hours: hours % 24 });
  if (hours) return fill(words.hours, { hours, minutes: minutes % 60 });
  return fill(words.minutes, { minutes });
}

// A grid's name often begins with its village's: on the village's own wall the rest is enough.
export function without(name, whole) {
  const rest = whole && name.startsWith(whole) ? name.slice(whole.length).trim() : "";
  return rest || name;
}

export function number(value) {
  return new Intl.NumberFormat(language).format(value);
}

export function percent(value) {
  return new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(value);
}

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

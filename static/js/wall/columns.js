// The dots as the database writes them, column by column in numbers (tickets/dots_sql.py), as dots.

const STAGES = ["new", "dispatched", "handling", "resolved", "closed"];
const DONE = 3; // the number of the first stage that is done: its light is blue

export function dotsOf(columns) {
  return columns.id.map((id, i) => {
    const look = columns.look[i];
    const stage = (look >> 2) & 7;
    const done = stage >= DONE;
    const paused = (look & 2) !== 0;
    return {
      id,
      number: "",
      lat: columns.lat[i] / 10000,
      lng: columns.lng[i] / 10000,
      stage: STAGES[stage],
      light: done ? "blue" : paused ? "grey" : "green",
      area: columns.area[i],
      version: look >> 5,
      type: columns.types[columns.type[i]] ?? "",
      star: !done && (look & 1) === 1,
      turns: done || paused ? null : [columns.yellow[i], columns.orange[i], columns.red[i]],
    };
  });
}

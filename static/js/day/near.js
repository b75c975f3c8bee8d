// My day by distance. The device's place is asked for when the button is pressed, reckoned with
// here, and neither sent nor kept: a worker is not to be followed.
const box = document.querySelector("[data-near]");
const jobs = document.querySelector("[data-jobs]");
if (box && jobs && navigator.geolocation) near(box, jobs);

function near(box, jobs) {
  const say = box.dataset;
  const said = box.querySelector("[data-said]");
  const buttons = [...box.querySelectorAll("[data-by]")];
  const byTime = [...jobs.children];
  let turn = 0;

  box.hidden = false;
  for (const button of buttons) {
    button.addEventListener("click", () => (button.dataset.by === "near" ? locate() : sort(byTime, "time")));
  }

  function locate() {
    const mine = ++turn;
    said.textContent = say.sayLocating;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => mine === turn && byDistance(coords),
      () => mine === turn && (said.textContent = say.sayDenied),
      { enableHighAccuracy: true, timeout: 10000, maximumAge: 60000 },
    );
  }

  function byDistance(here) {
    const away = new Map(byTime.map((job) => [job, metres(here, job.dataset)]));
    for (const [job, distance] of away) {
      const shown = job.querySelector("[data-distance]");
      shown.textContent = words(distance, "exact" in job.dataset);
      shown.hidden = false;
    }
    sort([...byTime].sort((a, b) => away.get(a) - away.get(b)), "near");
  }

  function sort(order, by) {
    turn += 1;
    jobs.append(...order);
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.by === by));
    said.textContent = by === "near" ? say.saySorted : say.sayByTime;
  }

  function words(distance, exact) {
    const [pattern, n] = distance < 950
      ? [say.sayMetres, Math.max(10, Math.round(distance / 10) * 10)]
      : [say.sayKilometres, (distance / 1000).toFixed(1)];
    const shown = pattern.replace("{n}", n);
    return exact ? shown : say.sayAbout.replace("{distance}", shown);
  }
}

// On a district's scale the earth is flat enough.
function metres(here, there) {
  const degree = 111_320;
  const north = (Number(there.lat) - here.latitude) * degree;
  const east = (Number(there.lng) - here.longitude) * degree * Math.cos((here.latitude * Math.PI) / 180);
  return Math.hypot(north, east);
}

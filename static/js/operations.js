// The running state renews itself: each part of the page that has changed is put in place of the
// old one, unless somebody is at it.
const EVERY = 10_000;
const stale = document.querySelector("[data-stale]");

async function fetched() {
  const answer = await fetch(location.href, { headers: { "X-Unattended": "yes" } });
  if (answer.redirected) location.reload(); // signed out: the page itself says it
  if (!answer.ok) throw new Error(`answered ${answer.status}`);
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

function renew(page) {
  for (const old of document.querySelectorAll("[data-live]")) {
    const now = page.getElementById(old.id);
    if (now && now.innerHTML !== old.innerHTML && !old.contains(document.activeElement)) {
      old.replaceChildren(...now.childNodes);
    }
  }
}

async function look() {
  if (!document.hidden) {
    try {
      renew(await fetched());
      stale.hidden = true;
    } catch {
      stale.hidden = false; // away for a moment, or longer: the page says so and goes on trying
    }
  }
  setTimeout(look, EVERY);
}

document.querySelector("[data-renewed]").hidden = false;
setTimeout(look, EVERY);

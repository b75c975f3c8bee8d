// The residents' pages as an app: the service worker, and the button that installs it.
const button = document.querySelector("[data-install]");
addEventListener("beforeinstallprompt", (offer) => {
  if (!button) return;
  offer.preventDefault();
  button.hidden = false;
  button.addEventListener("click", async () => {
    button.hidden = true;
    await offer.prompt();
  });
});

if (navigator.serviceWorker) {
  // The page first: what is kept for later may not slow it down.
  if (document.readyState !== "complete") {
    await new Promise((done) => addEventListener("load", done, { once: true }));
  }
  const { lang, dataset } = document.documentElement;
  const { worker } = document.querySelector("[data-worker]").dataset;
  navigator.serviceWorker.register(worker, { scope: "/" });
  const { active } = await navigator.serviceWorker.ready;
  active.postMessage({ look: `${lang} ${dataset.mode ?? ""}`.trim() });
}

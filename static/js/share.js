// Pass the address of a report on: through the phone's own sheet, or as a copied link.
for (const button of document.querySelectorAll("[data-share]")) {
  if (!navigator.share && !navigator.clipboard) continue;
  button.hidden = false;
  const label = button.querySelector("span");
  const words = label.textContent;
  button.addEventListener("click", async () => {
    const url = new URL(button.dataset.share, location.href).href;
    if (navigator.share) {
      try {
        await navigator.share({ title: button.dataset.title, url });
      } catch (gone) {
        // Whoever closes the sheet has changed their mind: nothing to say.
        if (gone.name !== "AbortError") throw gone;
      }
      return;
    }
    await navigator.clipboard.writeText(url);
    label.textContent = button.dataset.copied;
    setTimeout(() => (label.textContent = words), 3000);
  });
}

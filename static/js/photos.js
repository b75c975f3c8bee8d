// Chosen photos are shown at once, add up, and can be taken away again before they are sent.
document.documentElement.classList.add("js");
for (const box of document.querySelectorAll("[data-photos]")) {
  const input = box.querySelector('input[type="file"]');
  const thumbs = box.querySelector("[data-thumbs]");
  let chosen = [];

  const same = (a, b) => a.name === b.name && a.size === b.size && a.lastModified === b.lastModified;

  const show = () => {
    const files = new DataTransfer();
    for (const photo of chosen) files.items.add(photo);
    input.files = files.files;
    for (const image of thumbs.querySelectorAll("img")) URL.revokeObjectURL(image.src);
    thumbs.replaceChildren(...chosen.map(thumb));
  };

  const thumb = (photo) => {
    const item = document.createElement("li");
    const image = document.createElement("img");
    image.src = URL.createObjectURL(photo);
    image.alt = photo.name;
    const remove = document.createElement("button");
    remove.type = "button";
    remove.textContent = "×";
    remove.setAttribute("aria-label", `${box.dataset.remove}: ${photo.name}`);
    remove.addEventListener("click", () => {
      chosen = chosen.filter((other) => other !== photo);
      show();
      input.focus();
    });
    item.append(image, remove);
    return item;
  };

  input.addEventListener("change", () => {
    const added = [...input.files].filter((file) => !chosen.some((photo) => same(photo, file)));
    chosen = [...chosen, ...added];
    show();
  });
}

// Reads the page aloud, in the page's language, for those who ask for large type.
const box = document.querySelector("[data-listen]");
if (box) listen(box);

function listen(box) {
  const [button, said] = [box.querySelector("button"), box.querySelector("[data-said]")];
  const label = button.querySelector("span");
  const language = document.documentElement.lang.slice(0, 2).toLowerCase();
  button.hidden = false;
  addEventListener("pagehide", () => window.speechSynthesis?.cancel());
  button.addEventListener("click", async () => {
    if (window.speechSynthesis?.speaking) return stop();
    const voice = await voiceOf(language);
    if (!voice) return tell(box.dataset.sayNoVoice);
    return speak(voice);
  });

  function tell(words) {
    said.textContent = words;
    said.hidden = !words;
  }

  function speak(voice) {
    tell("");
    const parts = [...document.querySelectorAll("[data-read]")].filter((part) => part.checkVisibility?.() ?? true);
    label.textContent = box.dataset.sayStop;
    parts.forEach((part, place) => {
      const words = new SpeechSynthesisUtterance(spoken(part));
      Object.assign(words, { voice, lang: voice.lang, rate: 0.85 });
      if (place === parts.length - 1) words.addEventListener("end", stop);
      words.addEventListener("error", (event) => {
        if (event.error === "canceled" || event.error === "interrupted") return;
        stop();
        tell(box.dataset.sayNoVoice);
      });
      speechSynthesis.speak(words);
    });
  }

  function stop() {
    speechSynthesis.cancel();
    label.textContent = box.dataset.sayRead;
  }
}

// A code is spelt, everything else is read as it stands.
function spoken(part) {
  const words = part.innerText.trim().replace(/\s+/g, " ");
  return part.dataset.read === "spell" ? [...words].join(" ") : words;
}

// Return a voice of the device for this language; some browsers know theirs only after a moment.
async function voiceOf(language) {
  if (!window.speechSynthesis) return undefined;
  const find = () => speechSynthesis.getVoices()
    .find((voice) => voice.lang.slice(0, 2).toLowerCase() === language);
  if (speechSynthesis.getVoices().length) return find();
  await new Promise((done) => {
    speechSynthesis.addEventListener("voiceschanged", done, { once: true });
    setTimeout(done, 1000);
  });
  return find();
}

// Who else has the opened ticket open. It says that we have, every fifteen seconds; nothing is kept.

const BEAT = 15000;

export class Presence {
  // number(): the opened ticket; editing(): whether a form is open; heard(version): its newest
  constructor(place, { number, editing, heard }) {
    Object.assign(this, { place, number, editing, heard });
    this.address = document.getElementById("panes").dataset.presence;
    this.at = "";
    setInterval(() => document.hidden || this.beat(), BEAT);
    addEventListener("pagehide", () => this.leave(this.at));
  }

  // After another ticket was opened, or a form.
  soon() {
    clearTimeout(this.due);
    this.due = setTimeout(() => this.beat(), 400);
  }

  body(doing) {
    const body = new FormData();
    const token = /(?:^|; )(?:__Host-csrf|csrftoken)=([^;]+)/.exec(document.cookie)?.[1];
    body.set("csrfmiddlewaretoken", token || document.querySelector("[name=csrfmiddlewaretoken]")?.value || "");
    body.set("doing", doing);
    return body;
  }

  leave(number) {
    if (number) navigator.sendBeacon(`${this.address}${number}/`, this.body("gone"));
  }

  async beat() {
    const number = this.number();
    if (this.at && this.at !== number) this.leave(this.at);
    this.at = number;
    if (!number) return this.show([]);
    try {
      const answer = await fetch(`${this.address}${number}/`, {
        method: "POST",
        body: this.body(this.editing() ? "editing" : "reading"),
        headers: { Accept: "application/json", "X-Unattended": "yes" },
      });
      if (!answer.ok || this.number() !== number) return this.show([]);
      const { others, version } = await answer.json();
      this.heard(version);
      return this.show(others);
    } catch {
      return this.show([]);
    }
  }

  show(others) {
    const text = others.map((other) => other.sentence).join(" · ");
    if (this.place.textContent !== text) this.place.textContent = text;
    this.place.hidden = !text;
    this.place.toggleAttribute("data-editing", others.some((other) => other.doing === "editing"));
  }
}

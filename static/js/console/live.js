// How the console hears of changes: over the wall's socket; while that is away, every 20 seconds.
// It only says that something changed: what it is now comes through the console's own door.

const POLL = 20000;
const CALM = 60000; // also with a live socket: times run on, and restricted tickets have no frames
const SILENCE = 25000; // two heartbeats and a half
const GAP = 2500; // at most one question in this time, however many frames come
const SIGNED_OUT = 4401;
const NO_RIGHT = 4403;

export class Live extends EventTarget {
  constructor(address) {
    super();
    this.address = new URL(address, location.href);
    this.address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    this.state = "connecting";
    this.sequence = 0;
    this.attempts = 0;
    this.ids = new Set();
    this.heardAt = Date.now();
    this.askedAt = 0;
  }

  start() {
    this.open();
    this.timer = setInterval(() => this.watch(), 5000);
    document.addEventListener("visibilitychange", () => document.hidden || this.soon());
    addEventListener("online", () => this.state !== "live" && this.open());
  }

  become(state) {
    if (["signedOut", "noRight", state].includes(this.state)) return;
    this.state = state;
    this.dispatchEvent(new Event("state"));
    if (state === "signedOut" || state === "noRight") this.stop();
  }

  // Signed in again, in another tab.
  revive() {
    if (this.state !== "signedOut") return;
    this.state = "connecting";
    this.start();
  }

  stop() {
    clearInterval(this.timer);
    clearTimeout(this.waiting);
    const { socket } = this;
    this.socket = null;
    socket?.close();
  }

  open() {
    clearTimeout(this.waiting);
    const socket = (this.socket = new WebSocket(this.address));
    this.heardAt = Date.now();
    socket.onmessage = (message) => this.socket === socket && this.read(JSON.parse(message.data));
    socket.onclose = (event) => this.socket === socket && this.closed(event.code);
  }

  read(frame) {
    this.heardAt = Date.now();
    if (frame.hello) {
      this.attempts = 0;
      this.become("live");
    }
    for (const one of frame.frames || [frame]) {
      if (one.dot || one.gone) this.ids.add(one.dot?.id ?? one.gone);
    }
    const news = frame.dot || frame.gone || frame.frames || frame.refetch;
    // A heartbeat that knows more than we heard: something was missed.
    if (news || (frame.sequence || 0) > this.sequence) this.soon();
    this.sequence = Math.max(this.sequence, frame.sequence || 0);
  }

  closed(code) {
    if (code === SIGNED_OUT) return this.become("signedOut");
    if (code === NO_RIGHT) return this.become("noRight");
    this.become("polling");
    this.attempts += 1;
    const delay = Math.min(30000, 500 * 2 ** this.attempts) * (0.5 + Math.random());
    this.waiting = setTimeout(() => this.open(), delay);
  }

  watch() {
    if (this.socket?.readyState <= WebSocket.OPEN && Date.now() - this.heardAt > SILENCE) {
      const silent = this.socket;
      this.socket = null;
      silent.close();
      this.closed(1006);
    }
    const every = this.state === "live" ? CALM : POLL;
    if (Date.now() - this.askedAt > every) this.soon();
  }

  soon() {
    if (this.due || document.hidden) return;
    const wait = Math.max(300, GAP - (Date.now() - this.askedAt)) + 300 * Math.random();
    this.due = setTimeout(() => {
      this.due = null;
      this.askedAt = Date.now();
      const { ids } = this;
      this.ids = new Set();
      this.dispatchEvent(new CustomEvent("changed", { detail: { ids } }));
    }, wait);
  }
}

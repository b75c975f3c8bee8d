// How the screen hears of changes: a socket; while that is away, a question every 20 seconds.

const POLL = 20000;
const SILENCE = 25000; // two heartbeats and a half
const REFRESH = 300000; // a whole look now and then: midnight passes, areas are redrawn
const TIMEOUT = 15000;
const SIGNED_OUT = 4401;
const NO_RIGHT = 4403;

export class Link extends EventTarget {
  constructor(store, { dots, socket, area, visitor }) {
    super();
    Object.assign(this, { store, area, visitor, dots });
    this.address = this.to(socket);
    this.address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    this.state = "connecting";
    this.heardAt = null; // by a clock that nobody sets
    this.attempts = 0;
    this.asking = null;
    this.askAgain = false;
  }

  // An address of ours, for the area of this wall and for those who stand before it.
  to(path) {
    const address = new URL(path, location.href);
    if (this.area) address.searchParams.set("area", this.area);
    if (this.visitor) address.searchParams.set("visitor", "1");
    return address;
  }

  start() {
    this.ask(true);
    this.open();
    this.timers = [
      setInterval(() => this.watch(), 5000),
      setInterval(() => this.state !== "live" && this.ask(), POLL),
      setInterval(() => this.ask(true), REFRESH * (0.8 + 0.4 * Math.random())),
    ];
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden && performance.now() - this.heardAt > SILENCE) this.ask();
    });
    addEventListener("online", () => this.state !== "live" && this.reopen(0));
  }

  become(state) {
    if (this.state === "signed_out" || this.state === "no_right" || this.state === state) return;
    this.state = state;
    this.dispatchEvent(new Event("state"));
    if (state === "signed_out" || state === "no_right") this.stop();
  }

  stop() {
    this.timers?.forEach(clearInterval);
    clearTimeout(this.waiting);
    this.socket?.close();
  }

  heard() {
    this.heardAt = performance.now();
  }

  // --- The socket

  open() {
    clearTimeout(this.waiting);
    const socket = (this.socket = new WebSocket(this.address));
    this.openedAt = performance.now();
    socket.onmessage = (message) => this.socket === socket && this.read(JSON.parse(message.data));
    socket.onclose = (event) => this.socket === socket && this.closed(event.code);
  }

  read(frame) {
    this.heard();
    if (frame.hello) {
      this.attempts = 0;
      this.become("live");
      // What happened between the last look and this moment came over no socket.
      this.ask();
    }
    this.store.setClock(frame.at);
    if (frame.frames) frame.frames.forEach((one) => this.store.hear(one));
    else if (frame.refetch) setTimeout(() => this.ask(), 1500 * Math.random());
    else this.store.hear(frame);
  }

  closed(code) {
    if (code === SIGNED_OUT) return this.become("signed_out");
    if (code === NO_RIGHT) return this.become("no_right");
    this.become("polling");
    this.ask();
    this.attempts += 1;
    // Everybody lost the same server: not everybody shall come back in the same moment.
    return this.reopen(Math.min(30000, 500 * 2 ** this.attempts) * (0.5 + Math.random()));
  }

  reopen(delay) {
    clearTimeout(this.waiting);
    if (this.state === "signed_out" || this.state === "no_right") return;
    this.waiting = setTimeout(() => this.open(), delay);
  }

  watch() {
    const since = Math.max(this.heardAt, this.openedAt || 0);
    const open = this.socket && this.socket.readyState <= WebSocket.OPEN;
    if (open && performance.now() - since > SILENCE) {
      const silent = this.socket;
      this.socket = null;
      silent.close();
      this.closed(1006);
    }
  }

  // --- The question: what changed since, or everything

  ask(everything = false) {
    this.everything ||= everything;
    if (this.asking) {
      this.askAgain = true;
      return this.asking;
    }
    this.asking = this.fetched().finally(() => {
      this.asking = null;
      if (this.askAgain) {
        this.askAgain = false;
        this.ask();
      }
    });
    return this.asking;
  }

  async fetched() {
    const address = this.to(this.dots);
    if (!this.everything && this.store.sequence) {
      address.searchParams.set("since", this.store.sequence);
    } else {
      address.searchParams.set("form", "columns");
    }
    this.everything = false;
    const answer = await this.get(address);
    if (answer) {
      this.store.take(answer);
      this.heard();
    }
  }

  // Returns the JSON, or null where it could not be had; who is signed out is told so.
  async get(address) {
    try {
      const answer = await fetch(address, {
        headers: { Accept: "application/json" },
        signal: AbortSignal.timeout(TIMEOUT),
      });
      if (answer.status === 401) this.become("signed_out");
      if (answer.status === 403 || answer.status === 404) return this.refused(address, answer);
      return answer.ok ? await answer.json() : null;
    } catch {
      return null;
    }
  }

  refused(address, answer) {
    if (address.pathname === new URL(this.dots, location.href).pathname) this.become("no_right");
    return answer.status === 404 ? undefined : null;
  }
}

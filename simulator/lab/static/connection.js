// The one connection of a seat: numbered frames and short messages, both ways; it comes back when it drops.

const KEPT = 100; // frames kept for a connection that comes back: 2 s
const QUIET_MS = 1000; // without a frame from the server for so long, in a call, the connection is dead
const AGAIN_MS = 500, OPENING_MS = 3000, GIVE_UP_MS = 30_000;

export class Connection {
  // onMessage(message), onFrame(buffer), onDropped(whether it is dropped now), onGone() once it is gone for good
  constructor({ onMessage, onFrame, onDropped, onGone }) {
    Object.assign(this, { onMessage, onFrame, onDropped, onGone });
    this.token = "";
    this.unsaid = [];
    this.sent = []; // [number, message] of the frames last sent
    this.next = 0;
    this.wanted = 0;
    this.fresh = false; // whether a page that was reloaded has yet to learn the numbers
    this.told = 0;
    this.live = false; // whether frames are due both ways
    this.ended = false;
  }

  begin(hello) { this.hello = hello; this.connect(); }

  comeBack(token) { this.token = token; this.fresh = true; this.connect(); }

  connect() {
    const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/seat`);
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    this.ready = false;
    socket.onopen = () => socket.send(JSON.stringify(this.token
      ? { do: "return", token: this.token, frames: this.fresh ? null : this.wanted, told: this.told }
      : this.hello));
    socket.onmessage = ({ data }) => { if (socket === this.socket) this.take(data); };
    socket.onclose = () => { if (socket === this.socket) this.dropped(); };
    setTimeout(() => { if (socket === this.socket && !this.ready) this.abandon(); }, OPENING_MS);
  }

  abandon() { // closing takes an answer, which a dead network does not give
    const socket = this.socket;
    this.socket = null;
    socket.close();
    this.dropped();
  }

  take(data) {
    this.lastHeard = performance.now();
    if (typeof data !== "string") {
      const number = new DataView(data).getUint32(0, true);
      if (!this.fresh && number < this.wanted) return; // sent twice
      this.fresh = false;
      this.flowing = true;
      this.wanted = number + 1;
      this.onFrame(data.slice(4));
      return;
    }
    const message = JSON.parse(data);
    if (message.is === "seat") { this.seated(message); return; }
    if (message.is !== "refused") this.told += 1;
    if (["over", "failed", "unanswered", "found", "refused"].includes(message.is)) this.ended = true;
    this.onMessage(message);
  }

  seated({ token, next, answered }) {
    this.token = token;
    if (this.next < next) this.next = next; // this page was reloaded
    for (const [number, frame] of this.sent) if (number >= next) this.socket.send(frame);
    this.ready = true;
    for (const message of this.unsaid.splice(0)) this.send(message);
    this.droppedSince = null;
    this.onDropped(false, answered);
    if (this.live) this.watch();
  }

  send(message) { // what a person did while the connection was dropped is told when it is back
    if (this.ready && this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
    else if (message.do !== "starved") this.unsaid.push(message);
  }

  frame(samples) { // one frame of the microphone; while the connection is dropped the call stands still
    if (!this.live || !this.ready) return;
    const message = new Uint8Array(4 + samples.byteLength);
    new DataView(message.buffer).setUint32(0, this.next, true);
    message.set(new Uint8Array(samples), 4);
    this.sent.push([this.next++, message]);
    if (this.sent.length > KEPT) this.sent.shift();
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(message); // else it is sent when the connection is back
  }

  goLive(live) {
    this.live = live;
    if (live) { this.lastHeard = performance.now(); this.watch(); }
  }

  watch() { // a network that fails in silence closes nothing
    clearInterval(this.watching);
    this.watching = setInterval(() => {
      if (this.live && this.ready && this.flowing && performance.now() - this.lastHeard > QUIET_MS) this.abandon();
      if (!this.live) clearInterval(this.watching);
    }, 200);
  }

  dropped() {
    this.ready = this.flowing = false;
    if (this.ended) return;
    if (!this.token) { this.ended = true; this.onGone(); return; }
    this.droppedSince ??= performance.now();
    if (performance.now() - this.droppedSince > GIVE_UP_MS) { this.ended = true; this.onGone(); return; }
    this.onDropped(true);
    setTimeout(() => this.connect(), AGAIN_MS);
  }

  close() {
    this.ended = true;
    this.live = false;
    if (this.socket) this.socket.close();
  }
}

// The page of a seat: the phone rings, is answered, and the call runs.
import { Connection } from "./connection.js";
import { Headset, share } from "./headset.js";

const $ = (id) => document.getElementById(id);
const phone = $("phone");
const { scenario, mode, retry, turn, seed, echo } = phone.dataset;
const FRAME_MS = 20, TICK_MS = 100;
let headset = null, connection = null, kind = "call", beganMs = 0, hold = null, ticking = 0;
const levels = { you: 0, customer: 0 };

const clock = (ms) => `${Math.floor(ms / 60_000)}:${String(Math.floor(ms / 1000) % 60).padStart(2, "0")}`;
const say = (text, more = "") => { $("now").textContent = text; $("more").textContent = more; };
const show = (...ids) => { for (const id of ["begin", "begin-typed", "answer", "hang-up", "hand", "report", "once-more"]) if ($(id)) $(id).hidden = !ids.includes(id); };
function state(name) { phone.dataset.state = name; }
function aside(hidden) { for (const id of ["hints-line", "seat-note"]) if ($(id)) $(id).hidden = hidden; }

function connect() {
  connection = new Connection({
    onMessage: take,
    onFrame: (frame) => { if (headset) headset.play(frame); },
    onDropped: dropped,
    onGone: () => over("The connection is gone. What was said is kept among your calls.", "gone"),
  });
}

async function begin(typed) {
  kind = typed ? "typed" : "call";
  state("preparing");
  show();
  aside(true);
  say("Getting ready …");
  connect();
  const hello = { do: kind, mode, scenario, hints: Boolean($("hints")?.checked), seed: seed ? Number(seed) : null };
  if (retry) Object.assign(hello, { retry, turn: Number(turn) });
  try {
    if (!typed) hello.audio = await openHeadset();
    connection.begin(hello);
  } catch (error) {
    over(error.name === "NotAllowedError"
      ? "The browser may not use the microphone. Allow it at the left of the address, then try again, or type instead of speaking."
      : error.name === "NotFoundError" ? "There is no microphone. Plug your headset in, or type instead of speaking." : error.message, "failed");
    show("begin", "begin-typed");
  }
}

async function openHeadset() {
  headset = new Headset({
    echo: echo === "true",
    onFrame: (frame) => connection.frame(frame),
    onLevel: (who, value) => { levels[who] = Math.max(share(value), levels[who]); },
    onDry: (dry) => connection.send({ do: "starved", frames: dry }),
    onLost: (lost) => say(lost ? "The microphone is gone: plug it in again, the call waits." : "The call goes on."),
  });
  await headset.open();
  await Promise.race([headset.resume(), new Promise((done) => setTimeout(done, 800))]); // waits for a click, in some browsers
  return headset.describe();
}

function take(message) {
  if (message.is === "preparing") say("Getting ready …", message.text);
  else if (message.is === "ringing") ringing(message);
  else if (message.is === "live") live(message);
  else if (message.is === "shown") shown(message);
  else if (message.is === "line") line(message);
  else if (message.is === "wrong") $("type-note").textContent = message.text;
  else if (message.is === "hand") hand(message.up);
  else if (message.is === "coached") { $("coached").hidden = false; $("coached").textContent = `${message.by}: ${message.text}`; }
  else if (message.is === "scoring") { stopped("scoring"); say("The call is over. Scoring it …", message.failure); }
  else if (message.is === "over") scored(message);
  else if (message.is === "unanswered") { over("Nobody answered, and the caller gave up.", "unanswered"); show("begin", "begin-typed"); }
  else if (message.is === "failed" || message.is === "refused") { over(message.text, "failed"); show("begin", "begin-typed"); }
}

function scored({ call, outcome, total, note }) {
  over(outcome, "over");
  $("more").textContent = [total === null ? "" : `${Math.round(total)} of 100.`, note].join(" ").trim();
  $("report").href = `/calls/${call}`;
  show("report", "once-more");
  $("report").focus();
}

function ringing({ caller, begins }) {
  state("ringing");
  if (begins) { answer(); return; }
  say(`${caller} is calling`, "Answer, and greet them.");
  show("answer", "hang-up");
  $("answer").focus();
  headset.ring(true);
}

async function answer() {
  $("answer").hidden = true;
  headset.ring(false);
  await headset.resume();
  connection.goLive(true);
  connection.send({ do: "answer" });
}

function live({ at_ms: at }) {
  if (kind === "call") { headset.ring(false); connection.goLive(true); }
  beganMs = at;
  state("live");
  say(kind === "typed" ? "Greet the caller: type what you say." : retry ? "The call goes on." : "Greet the caller.");
  $("live").hidden = false;
  $("floor").hidden = kind === "typed";
  if (kind === "typed") { $("log").hidden = $("type").hidden = false; $("words").focus(); }
  show("hang-up", "hand");
  sessionStorage.setItem("seat", JSON.stringify({ token: connection.token, page: location.pathname, kind }));
  clearInterval(ticking);
  ticking = setInterval(tick, TICK_MS);
}

function shown(message) {
  if (kind === "typed") beganMs = message.at_ms;
  $("floor").dataset.floor = message.floor;
  if (!phone.classList.contains("waiting")) say(message.note || message.holds[0].toUpperCase() + message.holds.slice(1) + ".");
  $("hint").hidden = !message.hint;
  $("hint").textContent = message.hint ? `Hint: ${message.hint}` : "";
  hold = message.hold_since_ms === null ? null : { since: message.hold_since_ms, promised: message.hold_promised_ms };
  $("hold").hidden = !hold;
  $("hold-promised").textContent = hold && hold.promised !== null ? `of ${clock(hold.promised)} promised` : "";
}

function hand(up) {
  $("hand").setAttribute("aria-pressed", String(up));
  $("hand").textContent = up ? "Lower your hand" : "Raise your hand";
}

function line({ who, text, cut }) {
  const item = document.createElement("li"), name = document.createElement("b");
  item.className = who;
  name.textContent = who === "you" ? "You" : "Customer";
  item.append(name, ` ${text}${cut ? " …" : ""}`);
  $("log").append(item);
  $("log").scrollTop = $("log").scrollHeight;
}

function tick() {
  if (phone.dataset.state !== "live") { clearInterval(ticking); return; }
  const now = beganMs + connection.next * FRAME_MS;
  $("clock").textContent = clock(now);
  if (hold) {
    $("hold-clock").textContent = clock(now - hold.since);
    $("hold").classList.toggle("too-long", hold.promised !== null && now - hold.since > hold.promised);
  }
  for (const who of ["you", "customer"]) {
    $(`${who}-level`).style.inlineSize = `${100 * levels[who]}%`;
    levels[who] *= 0.7;
  }
}

function dropped(is) {
  if (is) { if (headset) headset.pause(); say("The connection is lost: the call waits and goes on when it is back."); phone.classList.add("waiting"); }
  else if (phone.classList.contains("waiting")) { phone.classList.remove("waiting"); if (phone.dataset.state === "live") say("The call goes on."); }
}

function stopped(name) {
  state(name);
  sessionStorage.removeItem("seat");
  connection.goLive(false);
  if (headset) { headset.ring(false); headset.close(); headset = null; }
  $("live").hidden = $("type").hidden = true;
  show();
}

function over(text, name) {
  if (phone.dataset.state !== "scoring") stopped(name);
  state(name);
  connection.close();
  say(text);
  aside(name === "over");
  if (name !== "over") show("once-more");
}

async function comeBack(kept) { // this page was reloaded in the middle of a call
  kind = kept.kind;
  show("hang-up");
  aside(true);
  say("Back to the call …");
  connect();
  try {
    if (kind === "call") await openHeadset();
    connection.comeBack(kept.token);
    if (headset && !headset.running) { $("answer").textContent = "Go on with the call"; show("answer", "hang-up"); }
  } catch (error) {
    over("The browser gives no microphone now. What was said is kept among your calls.", "failed");
  }
}

$("begin").addEventListener("click", () => begin(false));
if ($("begin-typed")) $("begin-typed").addEventListener("click", () => begin(true));
$("answer").addEventListener("click", answer);
$("hang-up").addEventListener("click", () => { connection.send({ do: "hang_up" }); if (phone.dataset.state === "ringing") headset.ring(false); });
if ($("hand")) $("hand").addEventListener("click", () => connection.send({ do: "hand" }));
$("type").addEventListener("submit", (event) => {
  event.preventDefault();
  connection.send({ do: "say", text: $("words").value });
  $("words").value = "";
});
const kept = JSON.parse(sessionStorage.getItem("seat") || "null");
if (kept && kept.page === location.pathname) comeBack(kept);
export const seat = { get connection() { return connection; }, get headset() { return headset; } };
window.seat = seat; // the tests cut the connection through it

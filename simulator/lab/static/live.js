// The instructor's page: asks once a second what each seat does, and keeps one card for each.

const $ = (id) => document.getElementById(id);
const EVERY_MS = 1000, WIDTH = 200, HEIGHT = 60;
const STAGES = { preparing: "Getting ready", ringing: "Ringing", live: "On the call", scoring: "Scoring", silent: "Its server does not answer", ready: "Checking the headset" };
const FLOORS = { open: "nobody speaks", customer: "the customer speaks", trainee: "the trainee speaks", both: "both speak" };
const cards = new Map();

const clock = (ms) => `${Math.floor(ms / 60_000)}:${String(Math.floor(ms / 1000) % 60).padStart(2, "0")}`;
function put(card, name, text) { const at = card.querySelector(name); if (at.textContent !== text) at.textContent = text; }

async function send(what, person, more, said) {
  const body = new URLSearchParams({ person, ...more });
  try {
    const answer = await fetch(`/live/${what}`, { method: "POST", body });
    if (answer.ok) { said.textContent = what === "coach" ? "Shown at the seat." : "The call ends; it is kept and scored."; return true; }
    said.textContent = answer.status === 409 ? (await answer.json()).text : "This seat is not working any more.";
  } catch { said.textContent = "The room does not answer."; }
  return false;
}

function made(person) {
  const card = $("seat").content.firstElementChild.cloneNode(true);
  const form = card.querySelector("form"), said = card.querySelector(".said"), words = form.elements.text;
  put(card, ".who", person);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (words.value.trim() && await send("coach", person, { text: words.value }, said)) words.value = "";
  });
  card.querySelector(".stop").addEventListener("click", () => send("stop", person, {}, said));
  $("seats").append(card);
  return card;
}

function draw(card, seat) {
  put(card, ".title", seat.server ? `${seat.title}, at ${seat.server}` : seat.title);
  card.querySelector(".stop").hidden = Boolean(seat.server); // a call is stopped where it runs
  put(card, ".stage", STAGES[seat.stage] || seat.stage);
  const live = seat.stage === "live";
  put(card, ".seconds", live ? clock(seat.at_ms) : "");
  put(card, ".floor-word", live ? FLOORS[seat.floor] : "");
  card.dataset.floor = live ? seat.floor : "";
  card.querySelector(".hand-up").hidden = !seat.hand;
  put(card, ".customer", seat.customer || "…");
  put(card, ".you", seat.you || "…");
  for (const each of card.querySelectorAll(".words")) each.hidden = seat.do === "check";
  card.querySelector("label").hidden = card.querySelector(".coach button").hidden = !seat.coachable;
  line(card, seat);
}

function line(card, seat) {
  const points = seat.anger, svg = card.querySelector("svg");
  svg.toggleAttribute("hidden", !points.length);
  if (!points.length) { put(card, ".anger-word", ""); return; }
  const end = Math.max(seat.at_ms, points.at(-1)[0]), start = points[0][0], long = Math.max(1, end - start);
  const drawn = [...points, [end, points.at(-1)[1]]].map(([at, anger]) => `${(WIDTH * (at - start) / long).toFixed(1)},${(HEIGHT * (1 - anger / 100)).toFixed(1)}`);
  card.querySelector("polyline").setAttribute("points", drawn.join(" "));
  const text = `Anger ${Math.round(points.at(-1)[1])} of 100, at first ${Math.round(points[0][1])}`;
  svg.setAttribute("aria-label", text);
  put(card, ".anger-word", text);
}

function told(silent) {
  const lines = silent.map(({ server, since, seats }) => `${server} has not answered since ${since}; ${seats} ${seats === 1 ? "seat was" : "seats were"} at work there. Nothing recorded is lost: its calls are mended and scored when it is started again.`);
  if ($("silent").dataset.text === lines.join("\n")) return; // said once, not every second
  $("silent").dataset.text = lines.join("\n");
  const said = lines.map((text) => Object.assign(document.createElement("p"), { className: "wrong", textContent: text }));
  $("silent").replaceChildren(...said);
}

async function look() {
  try {
    const answer = await fetch("/live/seats", { cache: "no-store" });
    if (answer.redirected || !answer.ok) { location.reload(); return; } // signed out, or another role now
    const { seats, silent } = await answer.json(), name = ({ server, person }) => `${server} ${person}`;
    const here = new Set(seats.map(name));
    for (const [key, card] of cards) if (!here.has(key)) { card.remove(); cards.delete(key); }
    for (const seat of seats) {
      if (!cards.has(name(seat))) cards.set(name(seat), made(seat.person));
      draw(cards.get(name(seat)), seat);
    }
    told(silent);
    const hands = seats.filter(({ hand }) => hand).length;
    const text = `${seats.length} ${seats.length === 1 ? "seat" : "seats"} at work${hands ? `, ${hands} raised ${hands === 1 ? "hand" : "hands"}` : ""}`;
    if ($("count").textContent !== text) $("count").textContent = text;
    $("none").hidden = seats.length > 0;
  } catch { $("count").textContent = "The room does not answer; trying again …"; }
  setTimeout(look, EVERY_MS);
}
look();

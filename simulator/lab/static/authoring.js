// A draft in the editor: what is typed in the form or in the file is kept and checked after a pause, one request at a time.

const PAUSE_MS = 500;
const form = document.querySelector("#editor");
const text = form.elements.text;
const fields = document.querySelector("#fields");
const kept = document.querySelector("#kept");
const faults = document.querySelector("#faults");
let waiting = null; // what is to be sent after the pause, or after the request that runs
let timer = 0;
let busy = false;

fields.hidden = false;
document.querySelector("#keep").hidden = true;

function later(change) {
  if (waiting && waiting.place !== change.place && waiting.place) return send(waiting).then(() => later(change));
  waiting = change;
  kept.textContent = "…";
  clearTimeout(timer);
  timer = setTimeout(() => send(waiting), PAUSE_MS);
}

async function send(change) {
  clearTimeout(timer);
  if (busy) {
    timer = setTimeout(() => send(waiting ?? change), PAUSE_MS);
    return;
  }
  busy = true;
  waiting = null;
  const sent = new FormData(form);
  for (const [name, value] of Object.entries(change)) sent.set(name, value);
  try {
    const answer = await fetch(form.action, { method: "POST", body: sent, headers: { accept: "application/json" } });
    const found = await answer.json();
    if (answer.ok) show(found, change, sent.get("text").replaceAll("\r\n", "\n"));
    else kept.textContent = found.wrong;
  } catch {
    kept.textContent = "Not kept: the room cannot be reached. What you typed is still here; type on to try again.";
  }
  busy = false;
}

function show(found, change, before) {
  form.elements.was.value = found.was;
  if (text.value.replaceAll("\r\n", "\n") === before && found.text !== before) text.value = found.text;
  kept.textContent = "Kept.";
  faults.replaceChildren(found.faults.length ? list(found.faults) : nothing());
  document.querySelector("#no-form").hidden = found.fields !== null;
  if (!change.place && found.fields !== null) redraw(found.fields, change.add);
}

function redraw(html, added) {
  const parts = [...fields.querySelectorAll("details")];
  const open = new Set(parts.filter((each) => each.open).map((each) => each.querySelector("summary").firstChild.data));
  fields.innerHTML = html; // the room's own template; what people wrote in it is escaped
  for (const each of fields.querySelectorAll("details")) each.open = open.has(each.querySelector("summary").firstChild.data);
  if (!added) return;
  const entries = [...fields.querySelectorAll("[data-place]")].filter((each) => {
    const place = JSON.parse(each.dataset.place), at = JSON.parse(added);
    return at.every((part, n) => place[n] === part);
  });
  const last = entries.at(-1)?.closest("fieldset").querySelector("[data-place]");
  last?.focus();
  last?.select();
}

function list(found) {
  const made = document.createElement("ul");
  for (const each of found) {
    const item = document.createElement("li");
    if (each.line) {
      const link = Object.assign(document.createElement("a"), { href: "#text", textContent: `Line ${each.line}` });
      link.dataset.line = each.line;
      item.append(link, ": ");
    }
    item.append(each.text);
    made.append(item);
  }
  return made;
}

function nothing() {
  return Object.assign(document.createElement("p"), { textContent: "Nothing. It can be tried and published." });
}

text.addEventListener("input", () => later({}));
fields.addEventListener("input", (event) => {
  const place = event.target.dataset.place;
  if (place) later({ place, value: event.target.value });
});
fields.addEventListener("click", (event) => {
  const add = event.target.closest("[data-add]"), hear = event.target.closest(".hear");
  if (add) send({ add: add.dataset.add });
  if (hear) {
    const line = hear.parentElement.querySelector("[data-place]").value.split("\n")[0];
    const spoken = { calm: "cool", hot: "angry", any: "irritated" };
    const hearing = document.querySelector("#hearing");
    hearing.elements.text.value = line;
    hearing.elements.band.value = spoken[hear.dataset.band] ?? hear.dataset.band;
    play();
  }
});
faults.addEventListener("click", (event) => {
  const line = Number(event.target.dataset.line);
  if (!line) return;
  event.preventDefault();
  const start = text.value.split("\n").slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
  text.focus();
  text.setSelectionRange(start, start + text.value.slice(start).split("\n")[0].length);
  text.scrollTop = (line - 4) * parseFloat(getComputedStyle(text).lineHeight);
});

const hearing = document.querySelector("#hearing");
const sound = new Audio();
async function play() {
  const now = document.querySelector("#hearing-now");
  now.textContent = "…";
  sound.src = `${hearing.action}?${new URLSearchParams(new FormData(hearing))}`;
  try {
    await sound.play();
    now.textContent = "";
  } catch {
    now.textContent = "It cannot be heard here just now.";
  }
}
if (hearing) {
  const voice = [...fields.querySelectorAll("[data-place]")].find((each) => each.dataset.place === '["voice"]');
  if (voice) hearing.elements.voice.value = voice.value;
  hearing.addEventListener("submit", (event) => {
    event.preventDefault();
    play();
  });
}

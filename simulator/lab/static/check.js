// The page of the headset check.
import { Connection } from "./connection.js";
import { Headset, share } from "./headset.js";

const $ = (id) => document.getElementById(id);
const card = $("check");
let headset = null, connection = null, heard = 0;

const say = (text) => { $("say").textContent = text; };
function level(who, value) {
  if (who !== "you" || ++heard % 5) return; // ten times a second
  $("level").style.inlineSize = `${100 * share(value)}%`;
  const dbfs = value > 0 ? Math.max(-96, 20 * Math.log10(value)) : -96;
  $("level-text").textContent = `Your microphone now: ${dbfs.toFixed(0)} dBFS`;
}

async function start(echo) {
  card.dataset.state = "running";
  $("findings").replaceChildren();
  $("start").hidden = true;
  $("again-echo").hidden = true;
  say("The browser asks whether it may use the microphone: allow it.");
  headset = new Headset({ echo, onFrame: (frame) => connection.frame(frame), onLevel: level,
    onDry: (frames) => connection.send({ do: "starved", frames }), onLost: (lost) => { if (lost) finish("The microphone is gone. Plug it in and check again."); } });
  connection = new Connection({
    onMessage: take, onFrame: (frame) => headset.play(frame), onDropped: () => {},
    onGone: () => finish("The program does not answer. Is hotseat still running? Reload this page when it is."),
  });
  try {
    await headset.open();
    await headset.resume();
    for (const id of ["level-text"]) $(id).hidden = false;
    document.querySelector(".meter").hidden = false;
    connection.begin({ do: "check", audio: await headset.describe() });
  } catch (error) {
    finish(error.name === "NotAllowedError"
      ? "The browser may not use the microphone. Allow it at the left of the address, then start again."
      : error.name === "NotFoundError" ? "There is no microphone. Plug your headset in, then start again." : error.message);
  }
}

function take(message) {
  if (message.is === "ready") {
    connection.goLive(true);
    connection.send({ do: "answer" });
  } else if (message.is === "do") {
    say(message.text);
  } else if (message.is === "found") {
    $("findings").replaceChildren(...message.findings.map(finding));
    $("again-echo").hidden = !message.leaks;
    finish(message.passed ? "The headset is ready." : "Not ready yet: see what to do below. You may practise all the same.", message.passed ? "passed" : "failed");
  } else if (message.is === "failed" || message.is === "refused") {
    finish(message.text);
  }
}

function finding(each) {
  const item = document.createElement("li");
  item.className = each.passed ? "ok" : "bad";
  const parts = [["span", "mark", each.passed ? "✓" : "✗"], ["b", "", each.title], ["span", "value", each.value === null ? "" : each.text],
    ["span", "under", [each.reason, each.passed ? "" : `allowed: ${each.allowed}`].filter(Boolean).join("; ")], ["span", "advice", each.advice]];
  for (const [kind, name, text] of parts) {
    if (!text) continue;
    const part = document.createElement(kind);
    part.className = name;
    part.textContent = text;
    if (name === "mark") part.setAttribute("aria-label", each.passed ? "passed:" : "not passed:"), part.setAttribute("role", "img");
    item.append(part, " ");
  }
  return item;
}

function finish(text, state = "failed") {
  say(text);
  card.dataset.state = state;
  $("start").hidden = false;
  $("start").textContent = "Check again";
  document.querySelector(".meter").hidden = true;
  $("level-text").hidden = true;
  if (connection) connection.close();
  if (headset) headset.close();
}

$("start").addEventListener("click", () => start(false));
$("start").disabled = false; // a click before this script is here would be lost
$("again-echo").addEventListener("click", () => start(true));

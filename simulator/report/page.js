"use strict";
// Plays both tracks of the call on one clock. A report that is a file holds everything: nothing is fetched.
(() => {
  const $ = (id) => document.getElementById(id);
  const duration = Number($("timeline").dataset.duration);
  const SIDES = ["customer", "trainee"];
  const LEAD_MS = 300; // a clip begins a little earlier, so that it is understood
  let context = null, gains = {}, buffers = null, sources = [];
  let startedAt = 0, from = 0, until = duration, playing = false, active = null;

  const clockText = (ms) => {
    const tenths = Math.floor(ms / 100);
    return `${Math.floor(tenths / 600)}:${String(Math.floor(tenths / 10) % 60).padStart(2, "0")}.${tenths % 10}`;
  };
  const bytesOf = async (uri) => {
    if (!uri.startsWith("data:")) return (await fetch(uri)).arrayBuffer(); // a page of the room
    const text = atob(uri.slice(uri.indexOf(",") + 1));
    const bytes = new Uint8Array(text.length);
    for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
    return bytes.buffer;
  };
  const position = () => playing ? Math.min(until, from + (context.currentTime - startedAt) * 1000) : from;

  async function load() {
    if (buffers) return;
    $("player-note").textContent = "Loading the sound …";
    context = new AudioContext({ sampleRate: 16000 });
    const decoded = await Promise.all(SIDES.map(async (side) => context.decodeAudioData(await bytesOf($(`audio-${side}`).src))));
    buffers = Object.fromEntries(SIDES.map((side, i) => [side, decoded[i]]));
    for (const side of SIDES) {
      gains[side] = context.createGain();
      gains[side].connect(context.destination);
      hear(side);
    }
    $("player-note").textContent = "";
  }
  function hear(side) {
    if (gains[side]) gains[side].gain.value = $(`hear-${side}`).checked ? 1 : 0;
  }
  function stop() {
    from = position();
    playing = false;
    for (const source of sources) { source.onended = null; source.stop(); }
    sources = [];
    if (active) active.classList.remove("playing");
    active = null;
    show();
  }
  async function play(start, end, button) {
    const waiting = setTimeout(() => { $("player-note").textContent = "Waiting for the sound to start …"; }, 2000);
    try {
      await load();
      await context.resume(); // for ever, in some browsers, where there is no loudspeaker
      $("player-note").textContent = "";
    } catch (error) {
      $("player-note").textContent = "This browser cannot play the sound here; use the two tracks below.";
      return;
    } finally {
      clearTimeout(waiting);
    }
    if (playing) stop();
    from = Math.max(0, Math.min(start, duration));
    until = Math.min(end, duration);
    startedAt = context.currentTime + 0.03;
    sources = SIDES.map((side) => {
      const source = new AudioBufferSourceNode(context, { buffer: buffers[side] });
      source.connect(gains[side]);
      source.start(startedAt, from / 1000, Math.max(0.01, (until - from) / 1000));
      return source;
    });
    playing = true;
    active = button || null;
    if (active) active.classList.add("playing");
    show();
    requestAnimationFrame(tick);
  }
  function tick() {
    if (!playing) return;
    if (position() >= until) {
      const whole = until >= duration;
      stop();
      if (whole) from = 0;
      show();
      return;
    }
    show();
    requestAnimationFrame(tick);
  }
  const rows = [...document.querySelectorAll(".row .at")];
  function show() {
    const now = position();
    $("clock").textContent = clockText(now);
    $("seek").value = now;
    $("seek").setAttribute("aria-valuetext", clockText(now));
    const x = `${(100 * now) / duration}%`;
    $("playhead").setAttribute("x1", x);
    $("playhead").setAttribute("x2", x);
    $("play").firstElementChild.textContent = playing ? "❚❚" : "▶";
    $("play").setAttribute("aria-label", playing ? "Pause" : "Play");
    for (const at of rows) {
      const here = playing && now >= Number(at.dataset.start) && now < Number(at.dataset.stop);
      at.closest(".row").classList.toggle("now", here);
    }
  }
  function seek(ms) {
    if (playing) play(ms, duration); else { from = ms; show(); }
  }

  $("play").addEventListener("click", () => { if (playing) stop(); else play(from, duration); });
  $("seek").addEventListener("input", (event) => seek(Number(event.target.value)));
  for (const side of SIDES) $(`hear-${side}`).addEventListener("change", () => hear(side));
  $("timeline").querySelector("svg").addEventListener("click", (event) => {
    const box = event.currentTarget.getBoundingClientRect();
    play((duration * (event.clientX - box.left)) / box.width, duration);
  });
  for (const button of document.querySelectorAll(".clip")) {
    button.addEventListener("click", () => {
      if (active === button) { stop(); return; }
      play(Number(button.dataset.start) - LEAD_MS, Number(button.dataset.stop) + LEAD_MS, button);
    });
  }
  for (const at of rows) at.addEventListener("click", () => play(Number(at.dataset.start) - LEAD_MS, duration));
  for (const button of document.querySelectorAll(".copy")) {
    button.addEventListener("click", async () => {
      const code = button.parentElement.querySelector("code");
      try {
        await navigator.clipboard.writeText(code.textContent);
        button.textContent = "Copied";
      } catch (error) { // a page from a file may not have the clipboard: select it instead
        getSelection().selectAllChildren(code);
        button.textContent = "Selected: press Ctrl+C";
      }
    });
  }
  document.addEventListener("keydown", (event) => {
    if (event.target.closest("input, button, summary, audio, a") || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === " ") { event.preventDefault(); $("play").click(); }
    if (event.key === "ArrowRight") seek(Math.min(duration, position() + 5000));
    if (event.key === "ArrowLeft") seek(Math.max(0, position() - 5000));
  });
  const open = () => document.querySelectorAll("main details:not(.tracks, .retry)").forEach((each) => { each.open = true; });
  window.addEventListener("beforeprint", open);
  const reveal = () => {
    const target = location.hash && document.getElementById(location.hash.slice(1));
    if (target && target.tagName === "DETAILS") target.open = true;
  };
  window.addEventListener("hashchange", reveal);
  reveal();
  show();
})();

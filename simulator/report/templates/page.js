"use strict";
// Plays both tracks of the call on one clock. A report that is a file holds everything: nothing is fetched.
(() => {
  const $ = (id) => document.getElementById(id);
  const duration = Number($("timeline").dataset.duration);
  const SIDES = ["customer", "trainee"];
  const LEAD_MS = 300; // a clip begins a little earlier, so that it is understood
  const sound = {}; // one player a side, kept in step; a browser stretches their time and leaves the pitch alone
  const STEP_S = 0.06; // further apart than this, one follows the other
  let from = 0, until = duration, playing = false, active = null, asked = 0;

  const clockText = (ms) => {
    const tenths = Math.floor(ms / 100);
    return `${Math.floor(tenths / 600)}:${String(Math.floor(tenths / 10) % 60).padStart(2, "0")}.${tenths % 10}`;
  };
  const position = () => playing ? Math.min(until, sound.customer.currentTime * 1000) : from;

  const once = (audio, name) => new Promise((done, fail) => {
    audio.addEventListener(name, done, { once: true });
    audio.addEventListener("error", fail, { once: true });
  });
  async function load() {
    if (sound.trainee) return;
    $("player-note").textContent = "Loading the sound …";
    await Promise.all(SIDES.map((side) => {
      sound[side] = new Audio();
      sound[side].preload = "auto";
      const ready = once(sound[side], "canplaythrough");
      sound[side].src = $(`audio-${side}`).src;
      hear(side);
      return ready;
    }));
    pace();
  }
  function hear(side) {
    if (sound[side]) sound[side].muted = !$(`hear-${side}`).checked;
  }
  function pace() {
    for (const side of SIDES) if (sound[side]) sound[side].playbackRate = Number($("speed").value);
  }
  async function to(ms) {
    await Promise.all(SIDES.map((side) => {
      const there = once(sound[side], "seeked");
      sound[side].currentTime = ms / 1000;
      return there;
    }));
  }
  function stop() {
    from = position();
    playing = false;
    asked++;
    for (const side of SIDES) if (sound[side]) sound[side].pause();
    if (active) active.classList.remove("playing");
    active = null;
    show();
  }
  async function play(start, end, button) {
    if (playing) stop();
    const mine = ++asked;
    from = Math.max(0, Math.min(start, duration));
    until = Math.min(end, duration);
    const waiting = setTimeout(() => { $("player-note").textContent = "Waiting for the sound to start …"; }, 2000);
    try {
      await load();
      await to(from);
      if (mine !== asked) return; // something else was pressed meanwhile
      await Promise.all(SIDES.map((side) => sound[side].play()));
      $("player-note").textContent = "";
    } catch (error) {
      $("player-note").textContent = "This browser cannot play the sound here; use the two tracks below.";
      return;
    } finally {
      clearTimeout(waiting);
    }
    playing = true;
    active = button || null;
    if (active) active.classList.add("playing");
    show();
    requestAnimationFrame(tick);
  }
  function tick() {
    if (!playing) return;
    const apart = sound.customer.currentTime - sound.trainee.currentTime;
    if (Math.abs(apart) > STEP_S && !sound.trainee.seeking) sound.trainee.currentTime = sound.customer.currentTime;
    if (position() >= until || sound.customer.ended) {
      const whole = until >= duration;
      stop();
      from = whole ? 0 : until;
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
  $("speed").addEventListener("change", pace);
  for (const drawing of document.querySelectorAll("svg.press")) {
    drawing.addEventListener("click", (event) => {
      const box = event.currentTarget.getBoundingClientRect();
      play((duration * (event.clientX - box.left)) / box.width, duration);
    });
  }
  $("find").addEventListener("input", (event) => {
    const wanted = event.target.value.trim().toLowerCase();
    let shown = 0;
    for (const row of document.querySelectorAll(".rows .row")) {
      const hidden = wanted !== "" && !row.textContent.toLowerCase().replace(/\s+/g, " ").includes(wanted);
      row.classList.toggle("hidden", hidden);
      shown += hidden ? 0 : 1;
    }
    $("found").textContent = wanted === "" ? "" : `${shown} of the transcript's ${document.querySelectorAll(".rows .row").length} rows`;
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
    if (event.target.closest("input, select, button, summary, audio, a") || event.ctrlKey || event.metaKey || event.altKey) return;
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

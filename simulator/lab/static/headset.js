// The microphone and the earphone of this browser, as frames of 20 ms.

const WISHES = { autoGainControl: false, noiseSuppression: false }; // both falsify level and silence
const LEAD_MS = 60, FRAME_MS = 20;

export const share = (level) => level > 0 ? Math.min(1, Math.max(0, 1 + Math.log10(level) / 3)) : 0; // of a bar of 60 dB

export class Headset {
  // onFrame(Int16 buffer) for each frame of the microphone, onLevel(who, level 0 to 1), onDry(frames), onLost(lost)
  constructor({ echo, onFrame, onLevel, onDry = () => {}, onLost = () => {} }) {
    Object.assign(this, { onFrame, onLevel, onDry, onLost });
    this.asked = { ...WISHES, echoCancellation: echo };
  }

  async open() {
    if (!navigator.mediaDevices || !window.AudioWorkletNode) {
      throw new Error("This browser gives no page a microphone here. Use a current Chromium, Chrome, Edge or Firefox, on localhost or https.");
    }
    await this.listen();
    try {
      await this.start(new AudioContext({ sampleRate: 16000, latencyHint: "interactive" }));
    } catch (error) { // some browsers take a microphone only at its own rate
      await this.context.close();
      await this.start(new AudioContext({ latencyHint: "interactive" }));
    }
    navigator.mediaDevices.addEventListener("devicechange", () => { if (this.gone) this.again(); });
  }

  async listen() {
    this.stream = await navigator.mediaDevices.getUserMedia({ audio: { ...this.asked, channelCount: 1 } });
    this.track = this.stream.getAudioTracks()[0];
    this.track.addEventListener("ended", () => { this.gone = true; this.onLost(true); });
  }

  async start(context) {
    this.context = context;
    await context.audioWorklet.addModule("/static/worklet.js");
    this.capture = new AudioWorkletNode(context, "capture", { numberOfOutputs: 0 });
    this.capture.port.onmessage = ({ data }) => {
      const samples = new Int16Array(data);
      this.onLevel("you", Math.sqrt(samples.reduce((sum, v) => sum + v * v, 0) / samples.length) / 32768);
      this.onFrame(data);
    };
    this.playback = new AudioWorkletNode(context, "playback", { numberOfInputs: 0, outputChannelCount: [1] });
    this.playback.port.onmessage = ({ data }) => {
      if (data.dry) this.onDry(data.dry); else this.onLevel("customer", data.level);
    };
    this.playback.connect(context.destination);
    context.createMediaStreamSource(this.stream).connect(this.capture);
  }

  async again() { // the microphone that was unplugged is back
    try {
      await this.listen();
      this.context.createMediaStreamSource(this.stream).connect(this.capture);
      this.gone = false;
      this.onLost(false);
    } catch (error) { /* not yet */ }
  }

  get running() { return this.context.state === "running"; }

  resume() { return this.context.resume(); }

  play(frame) { this.playback.port.postMessage(frame, [frame]); }

  pause() { this.playback.port.postMessage("paused"); }

  ring(on) {
    if (!on) {
      if (this.bell) this.bell.forEach((tone) => tone.stop());
      this.bell = null;
      return;
    }
    const gain = new GainNode(this.context, { gain: 0 });
    gain.connect(this.context.destination);
    const now = this.context.currentTime;
    for (let i = 0; i < 30; i++) {
      for (const at of [0, 0.6]) {
        gain.gain.setTargetAtTime(0.08, now + 3 * i + at, 0.01);
        gain.gain.setTargetAtTime(0, now + 3 * i + at + 0.4, 0.01);
      }
    }
    this.bell = [400, 450].map((frequency) => new OscillatorNode(this.context, { frequency }));
    for (const tone of this.bell) { tone.connect(gain); tone.start(); }
  }

  async describe() { // what call.json says of this browser
    const given = Object.fromEntries(Object.entries(this.track.getSettings()).filter(([name]) => !/Id$/.test(name)).slice(0, 40));
    const trips = [];
    for (let i = 0; i < 3; i++) {
      const start = performance.now();
      await fetch("/healthz", { cache: "no-store" });
      trips.push(performance.now() - start);
    }
    const devices = 1000 * ((given.latency || 0) + this.context.baseLatency + (this.context.outputLatency || 0));
    return {
      microphone: (this.track.label || "a microphone").slice(0, 200),
      rate_hz: this.context.sampleRate,
      latency_ms: Math.min(5000, Math.round(devices + LEAD_MS + FRAME_MS + Math.min(...trips))),
      asked: this.asked,
      given,
      browser: navigator.userAgent.slice(0, 400),
    };
  }

  close() {
    for (const track of this.stream ? this.stream.getTracks() : []) track.stop();
    if (this.context) this.context.close();
  }
}

"use strict";
// Runs in the browser's audio thread: cuts the microphone into frames of 20 ms, and plays the customer's frames.

class Capture extends AudioWorkletProcessor {
  constructor() {
    super();
    this.frame = new Int16Array(sampleRate / 50);
    this.filled = 0;
  }

  process([input]) {
    const channel = input[0];
    if (!channel) return true; // no microphone just now: no frame, so the call stands still
    for (const sample of channel) {
      this.frame[this.filled++] = Math.max(-32768, Math.min(32767, Math.round(sample * 32768)));
      if (this.filled === this.frame.length) {
        this.port.postMessage(this.frame.buffer, [this.frame.buffer]);
        this.frame = new Int16Array(sampleRate / 50);
        this.filled = 0;
      }
    }
    return true;
  }
}

const LEAD = 3; // frames gathered before playing: 60 ms, because they come unevenly
const SLACK = 4; // beyond these, silent frames are dropped to catch up

class Playback extends AudioWorkletProcessor {
  constructor() {
    super();
    this.size = sampleRate / 50;
    this.queue = [];
    this.at = 0;
    this.gathering = true;
    this.speaking = false; // whether the frame before held the customer's voice
    this.dry = 0; // samples that were missing since
    this.port.onmessage = ({ data }) => {
      this.paused = data === "paused"; // the call stands still: what is missing now is not lost
      if (this.paused) { this.dry = 0; return; }
      this.queue.push(new Int16Array(data));
      while (this.queue.length > LEAD + SLACK && !this.queue[1].some(Boolean)) this.queue.splice(1, 1);
    };
  }

  process(_, [output]) {
    const channel = output[0];
    if (this.gathering && this.queue.length >= LEAD) {
      this.gathering = false;
      if (this.dry) this.port.postMessage({ dry: Math.max(1, Math.round(this.dry / this.size)) });
      this.dry = 0;
    }
    for (let i = 0; i < channel.length; i++) {
      if (this.gathering) { if (this.speaking && !this.paused) this.dry += 1; continue; }
      channel[i] = this.queue[0][this.at++] / 32768;
      if (this.at === this.size) {
        const played = this.queue.shift();
        this.at = 0;
        this.speaking = played.some(Boolean);
        this.port.postMessage({ level: Math.sqrt(played.reduce((sum, v) => sum + v * v, 0) / this.size) / 32768 });
        this.gathering = this.queue.length === 0;
      }
    }
    return true;
  }
}

registerProcessor("capture", Capture);
registerProcessor("playback", Playback);

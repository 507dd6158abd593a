// On the thread of sound: collects what comes, a few milliseconds at a time, and hands it to the page.

const PIECE = 1024;

class Microphone extends AudioWorkletProcessor {
  piece = new Float32Array(PIECE);
  filled = 0;

  process([[channel]]) {
    if (!channel) return true;
    for (const sample of channel) {
      this.piece[this.filled++] = sample;
      if (this.filled < PIECE) continue;
      this.port.postMessage(this.piece);
      this.filled = 0;
    }
    return true;
  }
}

registerProcessor("microphone", Microphone);

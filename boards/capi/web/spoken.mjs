// Say a digit: sound from the microphone or from a file, a window of features eight times a second, ten scores, and events.
import { bars } from "./bars.mjs";
import { Events } from "./events.mjs";
import { Ears } from "./midge.mjs";
import { Resampler } from "./resample.mjs";

// frames from one window to the next, and when a digit was said: as boards/spoken has it
const STRIDE = 6;
const RULE = { on: 250, off: 150, votes: 2, of: 3, quiet: 2000 };
// samples of silence in front of a recording and behind it, so that windows slide over all of it
const BEFORE = 4000;
const BEHIND = 6000;

const whole = (sample) => Math.max(-32768, Math.min(32767, Math.round(32768 * sample)));
const reason = (error) => (error.name === "NotAllowedError" ? "the microphone was not allowed" : error.message);

/** Brings the part of the page to life, with a model that hears digits. */
export function spoken(part, model) {
  const find = (name) => part.querySelector(`.${name}`);
  const show = bars(find("bars"));
  const { rate } = new Ears(model, STRIDE).sound;
  show(null);

  // a pair of ears that has heard nothing, and what to do with samples: `start` is the time of the first
  function hearing(start) {
    const ears = new Ears(model, STRIDE);
    const events = new Events(RULE);
    let slowest = 0;
    said = null;
    find("heard").replaceChildren();
    return (samples) => {
      let started = performance.now();
      for (const at of ears.hear(samples)) {
        model.run();
        const logits = model.outputs[0].data;
        show(logits);
        const digit = events.push(Array.from(logits, (logit) => Math.trunc(Math.fround(100 * logit))), at);
        if (digit !== null) event(digit, at + start, Array.from(logits));
        const now = performance.now();
        slowest = Math.max(slowest, now - started);
        find("took").textContent = `A window is answered in ${(now - started).toFixed(1)} ms, the slowest in ${slowest.toFixed(1)} ms.`;
        part.dataset.took = slowest;
        started = now;
      }
    };
  }

  // scores of the last digit that was heard
  let said = null;

  function event(digit, at, logits) {
    said = logits;
    const item = document.createElement("li");
    item.innerHTML = `<b>${digit}</b> at ${(at / rate).toFixed(2)} s`;
    Object.assign(item.dataset, { digit, at });
    find("heard").append(item);
  }

  const tell = (text) => (find("told").textContent = text);
  let stop = null;

  async function listen() {
    const stream = await navigator.mediaDevices.getUserMedia({
      audio: { channelCount: 1, echoCancellation: false },
    });
    const context = new AudioContext();
    stop = () => {
      stop = null;
      for (const track of stream.getTracks()) track.stop();
      context.close();
      find("listen").textContent = "Listen";
      tell("Say a digit, or choose a recording.");
    };
    find("listen").textContent = "Stop";
    await context.audioWorklet.addModule(new URL("./microphone.mjs", import.meta.url));
    const microphone = new AudioWorkletNode(context, "microphone", { numberOfOutputs: 0 });
    const resampler = new Resampler(context.sampleRate, rate);
    const hear = hearing(0);
    // what was on its way when it was stopped is dropped
    microphone.port.onmessage = ({ data }) => stop && hear(Int16Array.from(resampler.push(data), whole));
    context.createMediaStreamSource(stream).connect(microphone);
    tell("Listening: say digits, one at a time.");
  }

  async function recording(file) {
    stop?.();
    tell(`Reading ${file.name}.`);
    const bytes = await file.arrayBuffer();
    // a context of the model's rate decodes to that rate
    const decoded = await new OfflineAudioContext(1, 1, rate).decodeAudioData(bytes).catch(() => {
      throw new Error(`${file.name} is no sound that this browser reads`);
    });
    const samples = new Int16Array(BEFORE + decoded.length + BEHIND);
    samples.set(Int16Array.from(decoded.getChannelData(0), whole), BEFORE);
    hearing(-BEFORE)(samples);
    if (said) show(said);
    const count = find("heard").children.length;
    tell(`${file.name}: ${decoded.duration.toFixed(2)} s, ${count === 1 ? "1 digit" : `${count} digits`}.`);
  }

  const failed = (error) => {
    stop?.();
    tell(`That did not work: ${reason(error)}.`);
  };
  find("listen").addEventListener("click", async ({ target }) => {
    if (stop) return stop();
    target.disabled = true;
    await listen().catch(failed);
    target.disabled = false;
  });
  find("file").addEventListener("change", ({ target }) => {
    if (target.files.length > 0) recording(target.files[0]).catch(failed);
  });
  tell("Say a digit, or choose a recording.");
}

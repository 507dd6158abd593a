// Runs a plan with a front-end over a sound, in Node: hear.mjs MODULE PLAN SOUND OUTPUT. The sound is 16-bit samples at the plan's
// rate, the low byte first; the output is raw float32 elements.
import { readFileSync, writeFileSync } from "node:fs";
import { Ears, Model } from "../web/midge.mjs";

const [module, plan, sound, output] = process.argv.slice(2);
try {
  const model = await Model.load(readFileSync(module), readFileSync(plan));
  const ears = new Ears(model, 1);
  const samples = new Int16Array(new Uint8Array(readFileSync(sound)).buffer);
  const silence = new Int16Array(ears.sound.hop);
  const windows = (function* () {
    for (let some = samples; ; some = silence) yield* ears.hear(some);
  })();
  windows.next(); // the first window is the input now
  model.run();
  writeFileSync(output, model.outputs[0].data);
} catch (error) {
  console.error(`hear: ${error.message}`);
  process.exitCode = 1;
}

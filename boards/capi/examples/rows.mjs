// Runs a plan over rows of int8 input, in Node: rows.mjs MODULE PLAN INPUT OUTPUT. Files are raw elements, row after row.
import { readFileSync, writeFileSync } from "node:fs";
import { Model } from "../web/midge.mjs";

const [module, plan, input, output] = process.argv.slice(2);
try {
  const model = await Model.load(readFileSync(module), readFileSync(plan));
  const [x, y] = [model.inputs[0].data, model.outputs[0].data];
  const rows = new Int8Array(readFileSync(input));
  const answers = new Int8Array((rows.length / x.length) * y.length);
  for (let row = 0; row * x.length < rows.length; row++) {
    x.set(rows.subarray(row * x.length, (row + 1) * x.length));
    model.reset(); // each row for itself
    model.run();
    answers.set(y, row * y.length);
  }
  writeFileSync(output, answers);
} catch (error) {
  console.error(`rows: ${error.message}`);
  process.exitCode = 1;
}

// The page in Chromium: page.mjs FOLDER OUT WAV ROWS. Draws ten digits with the mouse, one with a finger and one with keys, gives it
// the recording as a file and then as what the microphone hears. OUT/report.json has what the page answered; pictures of it lie beside.
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { chromium } from "./chromium.mjs";
import { serve } from "./serve.mjs";
import { DIGITS } from "./strokes.mjs";

const [folder, out, wav, rows] = process.argv.slice(2);
const SCORES = (part) => `[...document.querySelectorAll(".${part} .bars li")].map((row) => Number(row.dataset.score))`;
const TOOK = (part) => `Number(document.querySelector(".${part}").dataset.took)`;
const HEARD = `[...document.querySelectorAll(".heard li")].map(({ dataset }) => [Number(dataset.digit), Number(dataset.at)])`;
// what the network saw, from the picture beside the pad
const SEEN = `[...document.querySelector(".seen").getContext("2d").getImageData(0, 0, 8, 8).data].filter((_, i) => i % 4 === 0)
  .map((grey) => Math.round(((255 - grey) * 16) / 255))`;

// how long answers took, in milliseconds
const took = [];

// how a pointer goes down, moves and goes up
const MOUSE = (page) => {
  const say = (type) => (point) =>
    page.call("Input.dispatchMouseEvent", { type, ...point, button: "left", buttons: 1, clickCount: 1 });
  return ["mousePressed", "mouseMoved", "mouseReleased"].map(say);
};
const FINGER = (page) => {
  const say = (type) => (...points) => page.call("Input.dispatchTouchEvent", { type, touchPoints: points });
  const [start, move, end] = ["touchStart", "touchMove", "touchEnd"].map(say);
  return [start, move, () => end()];
};

/** Draws strokes: what the network saw in the end, and its answer. */
async function draw(page, strokes, pointer = MOUSE) {
  const [press, move, release] = pointer(page);
  await page.ask(`document.querySelector(".clear").click()`);
  const { x, y, width } = await page.ask(`document.querySelector(".pad").getBoundingClientRect().toJSON()`);
  for (const stroke of strokes) {
    const points = stroke.map(([a, b]) => ({ x: x + (a * width) / 100, y: y + (b * width) / 100 }));
    await press(points[0]);
    for (const point of points.slice(1)) {
      await move(point);
      took.push(await page.ask(TOOK("digits")));
    }
    await release(points.at(-1));
  }
  return { seen: await page.ask(SEEN), scores: await page.ask(SCORES("digits")) };
}

/** A line from above to below, by keys alone. */
async function type(page) {
  await page.ask(`document.querySelector(".clear").click(); document.querySelector(".pad").focus()`);
  const keys = [[" ", "Space"], ...Array(16).fill(["ArrowDown", "ArrowDown"]), [" ", "Space"]];
  for (const [key, code] of keys) {
    await page.call("Input.dispatchKeyEvent", { type: "rawKeyDown", key, code });
    await page.call("Input.dispatchKeyEvent", { type: "keyUp", key, code });
  }
  return { seen: await page.ask(SEEN), scores: await page.ask(SCORES("digits")) };
}

/** Rows of float32 through the model, as any page would. */
function answers(page, path) {
  const values = JSON.stringify([...new Float32Array(new Uint8Array(readFileSync(path)).buffer)]);
  return page.ask(`(async () => {
    const { Model } = await import("./midge.mjs");
    const bytes = async (name) => new Uint8Array(await (await fetch(name)).arrayBuffer());
    const model = await Model.load(await bytes("midge_core.wasm"), await bytes("digits.midge"));
    const [x, y, values] = [model.inputs[0].data, model.outputs[0].data, ${values}];
    const all = [];
    for (let at = 0; at < values.length; at += x.length) {
      x.set(values.slice(at, at + x.length));
      model.run();
      all.push(...y);
    }
    return all;
  })()`);
}

const server = await serve(folder);
const look = { width: 1100, height: 900 };
const page = await chromium(server.url, resolve(wav), { ...look, dark: false });
try {
  await page.until("document.body?.dataset.ready");
  const report = { drawn: [], rows: await answers(page, rows) };
  for (const strokes of DIGITS) report.drawn.push(await draw(page, strokes));
  await page.call("Emulation.setTouchEmulationEnabled", { enabled: true });
  report.touched = await draw(page, DIGITS[7], FINGER);
  await page.call("Emulation.setTouchEmulationEnabled", { enabled: false });
  report.typed = await type(page);

  const { root } = await page.call("DOM.getDocument");
  const { nodeId } = await page.call("DOM.querySelector", { nodeId: root.nodeId, selector: ".file" });
  const told = `document.querySelector(".spoken .told").textContent`;
  await page.call("DOM.setFileInputFiles", { nodeId, files: [join(import.meta.dirname, "page.mjs")] });
  await page.until(`${told}.startsWith("That did not work")`);
  report.refused = await page.ask(told);
  await page.call("DOM.setFileInputFiles", { nodeId, files: [resolve(wav)] });
  await page.until(`/digits?\\.$/.test(${told})`);
  report.heard = await page.ask(HEARD);
  took.push(await page.ask(TOOK("spoken")));
  await draw(page, DIGITS[3]);
  writeFileSync(join(out, "light.png"), await page.screenshot());
  await page.call("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: "dark" }] });
  await page.call("Emulation.setDeviceMetricsOverride", { width: 400, height: 1300, deviceScaleFactor: 1, mobile: true });
  writeFileSync(join(out, "dark.png"), await page.screenshot());

  const seconds = (readFileSync(wav).length - 44) / 16_000;
  await page.ask(`document.querySelector(".listen").click()`);
  // as long as it takes to say them; what is not heard by then is missing in the report
  await page.until(`${HEARD}.length >= ${report.heard.length}`, 1000 * (seconds + 5)).catch(() => {});
  report.listened = await page.ask(HEARD);
  took.push(await page.ask(TOOK("spoken")));
  await page.ask(`document.querySelector(".listen").click()`);
  Object.assign(report, { took, errors: page.errors });
  writeFileSync(join(out, "report.json"), JSON.stringify(report));
} finally {
  await page.close();
  server.close();
}

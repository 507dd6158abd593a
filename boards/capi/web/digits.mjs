// Draw a digit: strokes on a canvas, a picture of 8x8 for the network, ten scores.
import { bars } from "./bars.mjs";
import { INK, SIDE, picture, trace } from "./picture.mjs";

// steps of the keyboard's pen, in pixels of the canvas
const STEP = 8;

/** Brings the part of the page to life, with a model that reads digits. */
export function digits(part, model) {
  const find = (name) => part.querySelector(`.${name}`);
  const canvas = find("pad");
  const context = canvas.getContext("2d");
  const seen = find("seen").getContext("2d");
  const show = bars(find("bars"));
  let strokes = [];
  // where the keyboard's pen is, once there was a key; whether it is down
  let pen = null;
  let down = false;

  function draw() {
    context.clearRect(0, 0, canvas.width, canvas.height);
    Object.assign(context, { lineWidth: 22, lineCap: "round", lineJoin: "round" });
    context.strokeStyle = getComputedStyle(canvas).color;
    for (const stroke of strokes) trace(context, stroke);
    if (pen === null) return;
    context.strokeStyle = getComputedStyle(canvas).accentColor;
    context.lineWidth = down ? 4 : 2;
    context.beginPath();
    context.arc(...pen, 11, 0, 2 * Math.PI);
    context.stroke();
  }

  function answer() {
    const started = performance.now();
    draw();
    const grey = picture(strokes);
    model.inputs[0].data.set(grey);
    model.run();
    const image = seen.createImageData(SIDE, SIDE);
    grey.forEach((ink, i) => image.data.fill(255 - Math.round((255 * ink) / INK), 4 * i, 4 * i + 3).fill(255, 4 * i + 3, 4 * i + 4));
    seen.putImageData(image, 0, 0);
    show(model.outputs[0].data);
    const best = model.outputs[0].data.indexOf(Math.max(...model.outputs[0].data));
    const took = performance.now() - started;
    part.dataset.took = took;
    find("told").textContent = `It is a ${best}, answered in ${took.toFixed(1)} ms.`;
  }

  function clear() {
    strokes = [];
    draw();
    show(null);
    seen.clearRect(0, 0, SIDE, SIDE);
    find("told").textContent = "Draw a digit, as large as you like.";
  }

  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    return [
      ((event.clientX - box.left) / box.width) * canvas.width,
      ((event.clientY - box.top) / box.height) * canvas.height,
    ];
  };
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    [pen, down] = [null, false];
    strokes.push([place(event)]);
    answer();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!canvas.hasPointerCapture(event.pointerId)) return;
    // what came between two frames, where the browser tells
    const between = event.getCoalescedEvents?.() ?? [];
    strokes.at(-1).push(...(between.length > 0 ? between : [event]).map(place));
    answer();
  });

  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  canvas.addEventListener("keydown", (event) => {
    pen ??= [canvas.width / 2, canvas.height / 4];
    const arrow = ARROWS[event.key];
    if (event.key === "Escape") clear();
    else if (event.key === " ") {
      down = !down;
      if (down) strokes.push([pen]);
    } else if (arrow) pen = pen.map((x, axis) => Math.min(canvas.width, Math.max(0, x + STEP * arrow[axis])));
    else return;
    event.preventDefault();
    if (down && arrow) strokes.at(-1).push(pen);
    if (down) answer();
    else draw();
  });
  canvas.addEventListener("blur", () => {
    [pen, down] = [null, false];
    draw();
  });
  find("clear").addEventListener("click", clear);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  clear();
}

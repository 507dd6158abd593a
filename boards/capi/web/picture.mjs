// Strokes as the digits of the training data were made: a bitmap of 32x32 that the digit fills, its ink counted in blocks of 4x4.

const SIZE = 32;
const BLOCK = 4;
/** Pixels in a row of the picture. */
export const SIDE = SIZE / BLOCK;
/** The grey level of a block that is all ink. */
export const INK = BLOCK * BLOCK;
// as wide as strokes of the data are
const PEN = 4.5;

const bitmap = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
[bitmap.canvas.width, bitmap.canvas.height] = [SIZE, SIZE];
Object.assign(bitmap, { lineWidth: PEN, lineCap: "round", lineJoin: "round" });

/** The line of a stroke, a list of points `[x, y]`, in a canvas. */
export function trace(context, stroke) {
  context.beginPath();
  context.moveTo(...stroke[0]);
  for (const point of stroke) context.lineTo(...point);
  context.stroke();
}

/** Grey levels, 0 to INK, of strokes in any units. */
export function picture(strokes) {
  const points = strokes.flat();
  const [low, high] = [Math.min, Math.max].map((f) => [0, 1].map((axis) => f(...points.map((point) => point[axis]))));
  const extent = Math.max(high[0] - low[0], high[1] - low[1]);
  const scale = extent === 0 ? 1 : (SIZE - PEN) / extent;
  const place = (point) => point.map((x, axis) => SIZE / 2 + scale * (x - (low[axis] + high[axis]) / 2));
  bitmap.clearRect(0, 0, SIZE, SIZE);
  for (const stroke of strokes) trace(bitmap, stroke.map(place));
  const { data } = bitmap.getImageData(0, 0, SIZE, SIZE);
  const grey = new Float32Array(SIDE * SIDE);
  for (let i = 0; i < SIZE * SIZE; i++) {
    const [row, column] = [Math.floor(i / SIZE / BLOCK), Math.floor((i % SIZE) / BLOCK)];
    if (data[4 * i + 3] > 127) grey[SIDE * row + column]++;
  }
  return grey;
}

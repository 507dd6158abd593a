// Sound at another rate, against tones whose samples are known.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Resampler } from "../../boards/capi/web/resample.mjs";

const tone = (hertz, rate, seconds) =>
  Float32Array.from({ length: rate * seconds }, (_, i) => Math.sin((2 * Math.PI * hertz * i) / rate));
// where the filter sees neither the start nor the end
const middle = (samples) => samples.slice(200, -200);

for (const rate of [48000, 44100, 16000]) {
  test(`tones from ${rate} a second to 8000`, () => {
    const [low, high] = [1000, 6000].map((hertz) => middle(new Resampler(rate, 8000).push(tone(hertz, rate, 0.5))));
    const expected = middle(tone(1000, 8000, 0.5));
    assert.ok(low.length > 3000);
    low.forEach((sample, i) => assert.ok(Math.abs(sample - expected[i]) < 2e-3, `${i}: ${sample} ${expected[i]}`));
    high.forEach((sample, i) => assert.ok(Math.abs(sample) < 2e-3, `${i}: ${sample} is left`));
  });
}

test("upwards too", () => {
  const made = middle(new Resampler(4000, 8000).push(tone(500, 4000, 0.5)));
  const expected = middle(tone(500, 8000, 0.5));
  made.forEach((sample, i) => assert.ok(Math.abs(sample - expected[i]) < 2e-3, `${i}: ${sample} ${expected[i]}`));
});

test("pieces do not matter", () => {
  const sound = tone(700, 44100, 0.2);
  const whole = new Resampler(44100, 8000).push(sound);
  const pieces = new Resampler(44100, 8000);
  const made = [];
  for (let at = 0; at < sound.length; at += 77) made.push(...pieces.push(sound.slice(at, at + 77)));
  assert.deepEqual(made.length, whole.length);
  made.forEach((sample, i) => assert.ok(Math.abs(sample - whole[i]) < 1e-6, `${i}: ${sample} ${whole[i]}`));
});

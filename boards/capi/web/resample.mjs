// Sound at another rate: band-limited interpolation, piece by piece.

// zeros of the filter on each side, at the lower of both rates
const ZEROS = 16;
// where the filter starts to fall, as a share of half the lower rate, so that little is left above that
const PASS = 0.92;

/** Turns sound of one rate into sound of another; how it is cut into pieces does not matter. */
export class Resampler {
  constructor(from, to) {
    this.step = from / to;
    this.cutoff = PASS * Math.min(1, to / from);
    this.reach = ZEROS / this.cutoff;
    // samples that are still needed, silence before the first, and where in them the next one lies
    this.samples = new Float32Array(Math.ceil(this.reach));
    this.next = this.samples.length;
  }

  /** Takes samples, gives those that can be made by now: Float32Arrays both. */
  push(more) {
    const samples = new Float32Array(this.samples.length + more.length);
    samples.set(this.samples);
    samples.set(more, this.samples.length);
    const made = [];
    for (; this.next + this.reach < samples.length; this.next += this.step) made.push(this.#at(samples, this.next));
    const done = Math.min(samples.length, Math.max(0, Math.floor(this.next - this.reach)));
    this.samples = samples.slice(done);
    this.next -= done;
    return Float32Array.from(made);
  }

  // a sinc, faded out by a Hann window
  #at(samples, time) {
    let sum = 0;
    for (let i = Math.ceil(time - this.reach); i < time + this.reach; i++) {
      const x = Math.PI * (i - time);
      const sinc = x === 0 ? 1 : Math.sin(this.cutoff * x) / (this.cutoff * x);
      sum += samples[i] * sinc * (0.5 + 0.5 * Math.cos(x / this.reach));
    }
    return this.cutoff * sum;
  }
}

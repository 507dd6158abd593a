// midge-core in a browser or in Node: the C interface, compiled to WebAssembly, over memory that is laid out here.

// elements by midge_kind
const ELEMENTS = [Int8Array, Uint8Array, Int16Array, Int32Array, Float32Array, , , , BigInt64Array, Uint8Array];
const PAGE = 65536;
// sizes of midge_model, midge_port, midge_sound and midge_ears where addresses have 32 bits
const MODEL = 48 * 4;
const PORT = 48;
const SOUND = 16;
const EARS = 912 * 8;
// most samples of a frame, and most bytes that it becomes
const WINDOW = 1024;
const FRAME = 128 * 4;

/** A plan in a WebAssembly instance of its own, with its inputs and outputs as typed arrays. */
export class Model {
  /** Takes libmidge's module, compiled or as bytes, and the bytes of a `.midge` file. */
  static async load(module, plan) {
    const compiled = module instanceof WebAssembly.Module ? module : await WebAssembly.compile(module);
    return new Model((await WebAssembly.instantiate(compiled, {})).exports, plan);
  }

  constructor(core, plan) {
    this.core = core;
    this.model = this.room(core.__heap_base.value, MODEL);
    this.port = this.room(this.model + MODEL, PORT);
    const at = this.room(this.port + PORT, plan.length);
    new Uint8Array(core.memory.buffer).set(plan, at);
    this.check(core.midge_load(this.model, at, plan.length));
    const len = core.midge_arena_len(this.model);
    const arena = this.room(at + plan.length, len);
    this.check(core.midge_start(this.model, arena, len));
    // for Ears: memory that grew later would take the views below away
    this.ears = this.room(arena + len, EARS + SOUND + 2 * WINDOW + FRAME + 1);
    this.inputs = this.ports(core.midge_input);
    this.outputs = this.ports(core.midge_output);
  }

  /** Makes the outputs of the inputs. */
  run() {
    this.check(this.core.midge_run(this.model));
  }

  /** Forgets what the model remembers of earlier runs. */
  reset() {
    this.check(this.core.midge_reset(this.model));
  }

  // the first 16-byte boundary from an address on, with so many bytes behind it
  room(from, len) {
    const at = (from + 15) & ~15;
    const { memory } = this.core;
    const missing = at + len - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
    return at;
  }

  // data, shape, scale and zero point of each port on a side
  ports(describe) {
    const { buffer } = this.core.memory;
    const all = [];
    while (describe(this.model, all.length, this.port) === 0) {
      const view = new DataView(buffer, this.port, PORT);
      const word = (at) => view.getUint32(at, true);
      all.push({
        data: new ELEMENTS[view.getUint8(45)](buffer, word(0), word(8)),
        shape: Array.from({ length: view.getUint8(44) }, (_, i) => word(12 + 4 * i)),
        scale: view.getFloat32(36, true),
        zero: view.getInt32(40, true),
      });
    }
    return all;
  }

  check(status) {
    if (status === 0) return;
    const bytes = new Uint8Array(this.core.memory.buffer, this.core.midge_message(status));
    const text = new TextDecoder().decode(bytes.subarray(0, bytes.indexOf(0)));
    const step = this.core.midge_step(status);
    throw new Error(step < 0 ? text : `step ${step}: ${text}`);
  }
}

/** Sound into the first input of a model whose plan carries a front-end: a window that slides over 16-bit samples. */
export class Ears {
  #model;
  #whole;
  #samples;
  #frame;
  #window;
  #missing;

  /** Behind the first window there is one every `stride` frames. A model has one pair of ears. */
  constructor(model, stride) {
    const { core, ears } = model;
    const sound = ears + EARS;
    model.check(core.midge_listen(ears, model.model, sound));
    const { buffer } = core.memory;
    const [rate, window, hop, frame] = new Uint32Array(buffer, sound, 4);
    /** Samples a second, of a frame, and from one frame to the next. */
    this.sound = { rate, window, hop };
    /** Samples that were heard. */
    this.heard = 0;
    this.stride = stride;
    this.#model = model;
    this.#samples = new Int16Array(buffer, sound + SOUND, window);
    this.#frame = new Uint8Array(buffer, sound + SOUND + 2 * WINDOW, frame);
    this.#whole = new Uint8Array(buffer, sound + SOUND + 2 * WINDOW + FRAME, 1);
    this.#window = new Uint8Array(model.inputs[0].data.byteLength);
    this.#missing = this.#window.length / frame;
  }

  /** Hears samples (an Int16Array). The model's input is filled at each turn of `for (const at of ears.hear(samples))`, `at` is the
   * time in samples. */
  *hear(samples) {
    const { core, ears, inputs } = this.#model;
    const addresses = [this.#samples, this.#frame, this.#whole].map((view) => view.byteOffset);
    for (let from = 0; from < samples.length; ) {
      const some = samples.subarray(from, from + this.#samples.length);
      this.#samples.set(some);
      const taken = core.midge_hear(ears, addresses[0], some.length, addresses[1], addresses[2]);
      from += taken;
      this.heard += taken;
      if (this.#whole[0] === 0) continue;
      this.#slide();
      if (this.#missing > 0) continue;
      this.#missing = this.stride;
      new Uint8Array(core.memory.buffer, inputs[0].data.byteOffset, this.#window.length).set(this.#window);
      yield this.heard;
    }
  }

  // a frame in at the end of the window, the oldest out at its start
  #slide() {
    this.#window.copyWithin(0, this.#frame.length);
    this.#window.set(this.#frame, this.#window.length - this.#frame.length);
    this.#missing--;
  }
}

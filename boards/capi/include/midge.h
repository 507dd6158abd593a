// Midge for C: neural network inference without allocation. Made by cbindgen from boards/capi/src; do not edit.
//
// A plan (a .midge file, at a 16-byte boundary) is loaded into a model, which is given an arena to work in. Then, as
// often as needed: fill the inputs, run, read the outputs. docs/C.md has a whole program.
//
// Nothing here allocates, blocks or keeps global state. Models are independent of each other; one model is used from one
// thread at a time. Whatever bytes a plan holds, loading and running it end with a status or with numbers.

#ifndef MIDGE_H
#define MIDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Most dimensions of a port.
#define MIDGE_MAX_RANK 6

// Element types of ports; their numbers are those of the format.
enum midge_kind
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint8_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  // Signed bytes.
  MIDGE_INT8 = 0,
  // Unsigned bytes.
  MIDGE_UINT8 = 1,
  // Signed 16-bit integers.
  MIDGE_INT16 = 2,
  // Signed 32-bit integers.
  MIDGE_INT32 = 3,
  // Single-precision floats.
  MIDGE_FLOAT32 = 4,
  // Signed 64-bit integers.
  MIDGE_INT64 = 8,
  // Truth values: bytes of 0 or 1.
  MIDGE_BOOL = 9,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum midge_kind midge_kind;
#else
typedef uint8_t midge_kind;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

// 0, or why a call failed: `midge_message` has the words, `midge_step` the step of the plan.
typedef uint32_t midge_status;

// A model: memory of the caller's for one loaded plan. Its content is private; it is not copied while it is used.
typedef struct {
  size_t opaque[48];
} midge_model;

// An input or output of a model.
typedef struct {
  // Its elements, in the arena; null before `midge_start`. The address stays as long as the arena does.
  void *data;
  // Length in bytes.
  size_t len;
  // Number of elements.
  size_t elements;
  // Extents, outermost first; 1 from `rank` on.
  uint32_t shape[MIDGE_MAX_RANK];
  // `real = scale * (stored - zero)`; 0 where the stored number is the value.
  float scale;
  // The zero point.
  int32_t zero;
  // Number of dimensions.
  uint8_t rank;
  // Type of the elements: a `midge_kind`.
  uint8_t kind;
} midge_port;

// A front-end at work: memory of the caller's, 7.3 KB. Its content is private; it is not copied while it is used.
typedef struct {
  uint64_t opaque[912];
} midge_ears;

// What a front-end makes of what. The model's first input holds frames one behind the other.
typedef struct {
  // Samples a second.
  uint32_t rate;
  // Samples that a frame is made of.
  uint32_t window;
  // Samples from one frame to the next.
  uint32_t hop;
  // Length of a frame in bytes.
  uint32_t frame;
} midge_sound;

// The status of success.
#define MIDGE_OK 0

// The status where a plan carries no front-end for sound: `midge convert --preprocess` gives it one.
#define MIDGE_NO_FRONT_END 255

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

// The step of the plan that a status is about; -1 where it is about none.
int32_t midge_step(midge_status status);

// A status in words, in English, without the step. The text is constant.
const char *midge_message(midge_status status);

// Loads a plan: checks `len` bytes at `plan`, a 16-byte boundary, without copying them. They stay valid and unchanged as
// long as the model is used. A model that could not be loaded gives the same status in every other function.
//
// # Safety
// `model` points to memory for a `midge_model`, initialized or not, that nothing else uses during the call; `plan` to
// `len` readable bytes, or it is null.
midge_status midge_load(midge_model *model,
                        const void *plan,
                        size_t len);

// Bytes that `midge_start` needs for this model's arena, from a 16-byte boundary; 0 if no plan is loaded.
//
// # Safety
// `model` points to a model that `midge_load` has filled in.
size_t midge_arena_len(const midge_model *model);

// Gives the model `len` bytes to work in, of which the part from the first 16-byte boundary is used, and resets it.
// They stay valid, and belong to this model alone, as long as it is used.
//
// # Safety
// `model` points to a model that `midge_load` has filled in, `arena` to `len` bytes that may be read and written, or it
// is null. Nothing else uses either during a call with this model.
midge_status midge_start(midge_model *model,
                         void *arena,
                         size_t len);

// Computes the outputs from the inputs, which it may overwrite.
//
// # Safety
// `model` points to a model that `midge_load` has filled in.
midge_status midge_run(midge_model *model);

// Restores the state that a model with memory carries from run to run.
//
// # Safety
// `model` points to a model that `midge_load` has filled in.
midge_status midge_reset(midge_model *model);

// Describes the `index`-th input, from 0.
//
// # Safety
// `model` points to a model that `midge_load` has filled in, `port` to memory for a `midge_port`.
midge_status midge_input(const midge_model *model, uint8_t index, midge_port *port);

// Describes the `index`-th output, from 0.
//
// # Safety
// `model` points to a model that `midge_load` has filled in, `port` to memory for a `midge_port`.
midge_status midge_output(const midge_model *model, uint8_t index, midge_port *port);

// Makes a front-end that has heard nothing, by the plan of a model, whose bytes it reads as long as it is used. That takes
// about 14 KB of stack. `MIDGE_NO_FRONT_END` where the plan has none; then `midge_hear` takes samples and makes no frames.
//
// # Safety
// `ears` points to memory for a `midge_ears`, `sound` to memory for a `midge_sound`, initialized or not, that nothing else
// uses during the call; `model` to a model that `midge_load` has filled in.
midge_status midge_listen(midge_ears *ears,
                          const midge_model *model,
                          midge_sound *sound);

// Takes samples from the front of `len`, up to the end of the next frame, and writes that frame, as bytes of the model's
// input, to `frame`; `*whole` says whether it did. How many it took: all where there were too few for a frame, and the next
// call goes on. How sound is cut into calls does not matter.
//
// # Safety
// `ears` points to memory that `midge_listen` has filled in, `samples` to `len` samples, or it is null, `frame` to as many
// bytes as `midge_listen` said, `whole` to a bool. Nothing else uses `ears`, `frame` or `whole` during the call.
size_t midge_hear(midge_ears *ears,
                  const int16_t *samples,
                  size_t len,
                  void *frame,
                  bool *whole);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* MIDGE_H */

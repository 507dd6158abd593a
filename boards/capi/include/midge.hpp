// Midge for C++20: a model that owns its arena, over midge.h. Failures are exceptions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <type_traits>

#include "midge.h"

namespace midge {

class Error : public std::runtime_error {
 public:
  explicit Error(midge_status status) : std::runtime_error(words(status)), status(status) {}

  const midge_status status;

 private:
  static std::string words(midge_status status) {
    const std::int32_t step = midge_step(status);
    const std::string text = midge_message(status);
    return step < 0 ? text : "step " + std::to_string(step) + ": " + text;
  }
};

inline void check(midge_status status) {
  if (status != MIDGE_OK) throw Error(status);
}

// The number of an element type in the format.
template <class T>
constexpr std::uint8_t kind() {
  using U = std::remove_cv_t<T>;
  if constexpr (std::is_same_v<U, std::int8_t>) return MIDGE_INT8;
  else if constexpr (std::is_same_v<U, std::uint8_t>) return MIDGE_UINT8;
  else if constexpr (std::is_same_v<U, std::int16_t>) return MIDGE_INT16;
  else if constexpr (std::is_same_v<U, std::int32_t>) return MIDGE_INT32;
  else if constexpr (std::is_same_v<U, std::int64_t>) return MIDGE_INT64;
  else {
    static_assert(std::is_same_v<U, float>, "not the type of any element; truth values are read through input_port and output_port");
    return MIDGE_FLOAT32;
  }
}

class Model {
 public:
  // `plan` starts at a 16-byte boundary and stays where it is as long as the model lives.
  explicit Model(std::span<const std::byte> plan) {
    check(midge_load(&model_, plan.data(), plan.size()));
    const std::size_t len = midge_arena_len(&model_) + 15;  // new need not start at a 16-byte boundary
    arena_ = std::make_unique<std::byte[]>(len);
    check(midge_start(&model_, arena_.get(), len));
  }

  Model(const Model&) = delete;
  Model& operator=(const Model&) = delete;

  // What an input or output is: shape, scale, zero point.
  midge_port input_port(std::uint8_t index = 0) const {
    midge_port port;
    check(midge_input(&model_, index, &port));
    return port;
  }

  midge_port output_port(std::uint8_t index = 0) const {
    midge_port port;
    check(midge_output(&model_, index, &port));
    return port;
  }

  // The elements of an input, to be filled in before each run. An element type other than the model's is an error.
  template <class T>
  std::span<T> input(std::uint8_t index = 0) {
    return elements<T>(input_port(index));
  }

  // The elements of an output, valid until the next run.
  template <class T>
  std::span<const T> output(std::uint8_t index = 0) const {
    return elements<const T>(output_port(index));
  }

  void run() { check(midge_run(&model_)); }

  // Forgets what earlier runs left, in models with memory.
  void reset() { check(midge_reset(&model_)); }

 private:
  friend class Ears;

  template <class T>
  static std::span<T> elements(const midge_port& port) {
    if (port.kind != kind<T>()) throw std::invalid_argument("the model's elements have another type");
    return {static_cast<T*>(port.data), port.elements};
  }

  midge_model model_;
  std::unique_ptr<std::byte[]> arena_;
};

// Sound into the first input of a model whose plan carries a front-end; of one that does not, it is an Error.
class Ears {
 public:
  explicit Ears(const Model& model) { check(midge_listen(&ears_, &model.model_, &sound_)); }

  Ears(const Ears&) = delete;
  Ears& operator=(const Ears&) = delete;

  // Samples a second and a frame, bytes of a frame.
  const midge_sound& sound() const { return sound_; }

  // Takes samples from the front, up to the end of the next frame, and writes that frame: whether there were enough of them.
  bool hear(std::span<const std::int16_t>& samples, std::span<std::byte> frame) {
    if (frame.size() < sound_.frame) throw std::invalid_argument("a frame is longer than the room for it");
    bool whole = false;
    samples = samples.subspan(midge_hear(&ears_, samples.data(), samples.size(), frame.data(), &whole));
    return whole;
  }

 private:
  midge_ears ears_;
  midge_sound sound_;
};

}  // namespace midge

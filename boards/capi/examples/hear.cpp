// Runs a plan with a front-end over a sound, on a desktop: hear PLAN SOUND OUTPUT. The sound is 16-bit samples at the plan's rate,
// of this machine's byte order; the output is raw float32 elements.
#include <array>
#include <cstdio>
#include <exception>

#include "file.hpp"
#include "midge.hpp"

int main(int argc, char** argv) try {
  if (argc != 4) throw std::runtime_error("usage: hear PLAN SOUND OUTPUT");
  const File plan(argv[1]);
  midge::Model model(plan.bytes());
  midge::Ears ears(model);

  const File sound(argv[2]);
  const std::span bytes = sound.bytes();
  std::span samples(reinterpret_cast<const std::int16_t*>(bytes.data()), bytes.size() / sizeof(std::int16_t));
  static const std::array<std::int16_t, 256> silence{};
  std::span<std::byte> input = std::as_writable_bytes(model.input<float>());
  for (; !input.empty(); input = input.subspan(ears.sound().frame)) {
    while (!ears.hear(samples, input)) samples = silence;
  }
  model.run();
  const auto output = std::as_bytes(model.output<float>());
  std::ofstream answer(argv[3], std::ios::binary);
  answer.write(reinterpret_cast<const char*>(output.data()), static_cast<std::streamsize>(output.size()));
  return answer.flush() ? 0 : 1;
} catch (const std::exception& error) {
  std::fprintf(stderr, "hear: %s\n", error.what());
  return 1;
}

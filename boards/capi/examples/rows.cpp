// Runs a plan over rows of int8 input, on a desktop: rows PLAN INPUT OUTPUT. Files are raw elements, row after row.
#include <cstdio>
#include <exception>
#include <fstream>

#include "file.hpp"
#include "midge.hpp"

int main(int argc, char** argv) try {
  if (argc != 4) throw std::runtime_error("usage: rows PLAN INPUT OUTPUT");
  const File plan(argv[1]);
  midge::Model model(plan.bytes());

  const auto input = model.input<std::int8_t>();
  std::ifstream rows(argv[2], std::ios::binary);
  std::ofstream answers(argv[3], std::ios::binary);
  int count = 0;
  while (rows.read(reinterpret_cast<char*>(input.data()), static_cast<std::streamsize>(input.size()))) {
    model.reset();  // each row for itself
    model.run();
    const auto output = model.output<std::int8_t>();
    answers.write(reinterpret_cast<const char*>(output.data()), static_cast<std::streamsize>(output.size()));
    ++count;
  }
  const midge_port port = model.output_port();
  std::printf("%d rows, %zu outputs of scale %g, zero point %d\n", count, port.elements, port.scale, int{port.zero});
  return answers.flush() ? 0 : 1;
} catch (const std::exception& error) {
  std::fprintf(stderr, "rows: %s\n", error.what());
  return 1;
}

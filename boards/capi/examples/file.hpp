// A file in memory, at a 16-byte boundary, as a plan needs it.
#pragma once

#include <cstddef>
#include <cstring>
#include <fstream>
#include <iterator>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

class File {
 public:
  explicit File(const char* path) {
    std::ifstream file(path, std::ios::binary);
    const std::vector<char> read{std::istreambuf_iterator<char>(file), {}};
    if (!file || read.empty()) throw std::runtime_error(std::string("cannot read ") + path);
    units_.resize((read.size() + sizeof(Unit) - 1) / sizeof(Unit));
    std::memcpy(units_.data(), read.data(), read.size());
    len_ = read.size();
  }

  std::span<const std::byte> bytes() const { return std::as_bytes(std::span(units_)).first(len_); }

 private:
  struct alignas(16) Unit {
    std::byte bytes[16];
  };

  std::vector<Unit> units_;
  std::size_t len_ = 0;
};

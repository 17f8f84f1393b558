// SPDX-License-Identifier: MIT
#include "common/file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>

#include "common/check.hpp"

namespace common {

std::string read_file(const std::string& path) {
  const UniqueFd file(
      check(open(path.c_str(), O_RDONLY | O_CLOEXEC), "open", path));
  std::string text;
  std::array<char, 4096> block{};
  for (;;) {
    const ssize_t size =
        check(read(file.get(), block.data(), block.size()), "read", path);
    if (size == 0) return text;
    text.append(block.data(), static_cast<std::size_t>(size));
  }
}

void write_file(const std::string& path, std::string_view text) {
  const UniqueFd file(
      check(open(path.c_str(), O_WRONLY | O_CLOEXEC), "open", path));
  const ssize_t size =
      check(write(file.get(), text.data(), text.size()), "write", path);
  // Half a number is another number.
  if (static_cast<std::size_t>(size) != text.size()) fail(EIO, "write", path);
}

}  // namespace common

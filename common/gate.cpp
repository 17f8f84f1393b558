// SPDX-License-Identifier: MIT
#include "common/gate.hpp"

#include <unistd.h>

#include "common/check.hpp"

namespace common {

void Gate::wait() {
  pipe_.write_end.reset();  // or we would be the last writer ourselves
  char byte = 0;
  const auto size = check(
      retry([&] { return read(pipe_.read_end.get(), &byte, 1); }),
      "read",
      "gate");
  if (size == 0) fail(EPIPE, "read", "gate");
}

void Gate::open() {
  check(
      retry([&] { return write(pipe_.write_end.get(), "", 1); }),
      "write",
      "gate");
}

}  // namespace common

// SPDX-License-Identifier: MIT
// Waits for a process as no runtime does, which waits for SIGCHLD instead.
//
//   EXPECT_EQ(status_of(process), 42);  // -1 where it does not end
#pragma once

#include <optional>

#include "common/process.hpp"
#include "tests/support/wait.hpp"

namespace support {

inline int status_of(common::Process& process) {
  std::optional<int> change;
  eventually([&] { return (change = process.reap()).has_value(); });
  return change ? common::exit_status(*change).value_or(-1) : -1;
}

}  // namespace support

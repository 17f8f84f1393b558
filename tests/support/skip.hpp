// SPDX-License-Identifier: MIT
// What a program of tests does when it cannot run them.
#pragma once

#include <cstdlib>
#include <cstring>

namespace support {

// The exit status that Meson shows as SKIP.
constexpr int kSkipped = 77;

// On a machine that has everything, such as CI's, each skip is a failure.
inline bool must_run() {
  const char* value = std::getenv("BOXSTEP_MUST_RUN");
  return value != nullptr && std::strcmp(value, "1") == 0;
}

}  // namespace support

// SPDX-License-Identifier: MIT
#include "tests/support/wait.hpp"

#include <ctime>

namespace support {
namespace {

bool patient = true;

}  // namespace

bool eventually(
    const std::function<bool()>& condition,
    std::chrono::milliseconds deadline) {
  const auto end = std::chrono::steady_clock::now() + deadline;
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= end) return false;
    const timespec pause{.tv_sec = 0, .tv_nsec = 1000000};
    nanosleep(&pause, nullptr);
  }
  return true;
}

bool eventually(const std::function<bool()>& condition) {
  const bool came = eventually(condition, patience());
  if (!came) lose_patience();
  return came;
}

std::chrono::milliseconds patience() {
  return patient ? kDeadline : kDeadline / 10;
}

void lose_patience() {
  patient = false;
}

}  // namespace support

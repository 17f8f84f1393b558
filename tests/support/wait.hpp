// SPDX-License-Identifier: MIT
// Waiting in tests: look again and again until it is so, never sleep and hope.
#pragma once

#include <chrono>
#include <functional>

namespace support {

// Long enough for a loaded machine; nothing that works ever takes as long.
constexpr std::chrono::milliseconds kDeadline{10000};
// The same for what the kernel does by itself: a killed process goes.
constexpr std::chrono::milliseconds kMoment{1000};

// Whether `condition` came true before the deadline. Looks every millisecond.
bool eventually(
    const std::function<bool()>& condition,
    std::chrono::milliseconds deadline);
// The same with a deadline of patience().
bool eventually(const std::function<bool()>& condition);

// kDeadline; and, once that has passed in vain, a tenth of it: a runtime that
// hangs in every test is to be told so in less than minutes.
std::chrono::milliseconds patience();
void lose_patience();

}  // namespace support

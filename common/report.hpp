// SPDX-License-Identifier: MIT
// What the runtime says of itself, and when it cannot do as it was asked.
//
//   } catch (const std::exception& error) {
//     return common::report(error);  // 04-cgroups: chroot /nope: No such file…
//   }
//
// Guarantees: one line on stderr, "PROGRAM: what()", in one write(2) so that two
// processes do not mix theirs; a line "hint: …" after it where one is known.
// Errors: none; a stderr that is closed or full loses the text, not the status.
#pragma once

#include <exception>
#include <stdexcept>
#include <string_view>

namespace common {

/// The exit status of a runtime that failed itself, beside 126 and 127: the
/// convention of env(1), chroot(1) and docker-run(1).
constexpr int kRuntimeFailed = 125;

/// A command line that makes no sense.
struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Prints `error`; returns kRuntimeFailed.
int report(const std::exception& error);

/// For calls that clean up after the command: its status counts, so a failure is
/// reported as check() would have it, and not thrown.
void warn(int result, std::string_view call, std::string_view object);

/// Prints "SIDE: pid N WHAT" unless `quiet`, with the number of the caller.
void say(bool quiet, std::string_view side, std::string_view what);

}  // namespace common

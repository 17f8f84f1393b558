// SPDX-License-Identifier: MIT
// What the runtime says on stderr: who runs what, and why something failed.
//
//   } catch (const std::exception& error) {
//     return common::report(error);  // 04-cgroups: chroot /nope: No such file…
//   }
//
// Guarantees: an error is one line, and maybe a line "hint: …". Both are one
// write(2), so that two processes do not mix theirs.
// Errors: none. If stderr is closed or full, the text is lost: nothing waits.
#pragma once

#include <exception>
#include <stdexcept>
#include <string_view>

namespace common {

/// The exit status of a runtime that failed itself. env(1), chroot(1) and
/// docker-run(1) use the same number.
constexpr int kRuntimeFailed = 125;

/// A command line that makes no sense.
struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// What to do about a failure, if many people meet it; else empty. `what` is the
/// text of an exception of check(): it starts with the call.
std::string_view find_hint(std::string_view what, int error);

/// Prints `error`; returns kRuntimeFailed.
int report(const std::exception& error);

/// Reports a failure as check() would throw it: for calls where the command's own
/// status counts, say to clean up after it.
void warn(int result, std::string_view call, std::string_view object);

/// Prints "SIDE: pid N WHAT" unless `quiet`. N is the pid of the caller.
void say(bool quiet, std::string_view side, std::string_view what);

}  // namespace common

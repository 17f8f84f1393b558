// SPDX-License-Identifier: MIT
// Checked system calls: a failed one becomes an exception that names it, and the
// exception becomes a line on stderr.
//
//   try {
//     check(chdir("/"), "chdir", "/");
//     const int fd = check(open(path, O_RDONLY), "open", path);
//   } catch (const std::exception& error) {
//     return report(error);  // 04-cgroups: open /nope: No such file or directory
//   }
//
// Guarantees: check() returns what the call returned unless that is -1. An error
// is one line, and maybe a line "hint: …". Both are one write(2), so that two
// processes do not mix theirs.
// Errors: check() and fail() throw std::system_error, "CALL OBJECT:
// strerror(errno)"; see errno(3). If stderr is closed or full, the text is lost:
// nothing waits.
#pragma once

#include <cerrno>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

namespace common {

/// Throws what check() throws, for an `error` that is not in errno.
[[noreturn]] inline void
fail(int error, std::string_view call, std::string_view object = {}) {
  std::string what(call);
  if (!object.empty()) what.append(" ").append(object);
  throw std::system_error(error, std::generic_category(), what);
}

/// `call` names the call. `object` is a path or a name that helps the reader of
/// the message.
template <typename Result>
Result
check(Result result, std::string_view call, std::string_view object = {}) {
  if (result == -1) fail(errno, call, object);
  return result;
}

/// A command line that makes no sense.
struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The exit status of a runtime that failed itself. env(1), chroot(1) and
/// docker-run(1) use the same number.
constexpr int kRuntimeFailed = 125;

/// Prints `error`; returns kRuntimeFailed.
int report(const std::exception& error);

/// Reports a failure that check() would throw, and goes on. For calls that clean up:
/// the command has its status already.
void warn(int result, std::string_view call, std::string_view object);

/// What to do about a frequent failure; else empty. `what` is the text of an
/// exception of check(): it starts with the call.
std::string_view find_hint(std::string_view what, int error);

/// Prints "SIDE: pid N WHAT" unless `quiet`. N is the pid of the caller.
void say(bool quiet, const std::string& side, const std::string& what);

}  // namespace common

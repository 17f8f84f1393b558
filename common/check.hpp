// SPDX-License-Identifier: MIT
// Checked system calls: a failed one becomes an exception that names it.
//
//   check(chdir("/"), "chdir", "/");
//   const int fd = check(open(path, O_RDONLY), "open", path);
//
// Guarantees: returns what the call returned unless that is -1.
// Errors: std::system_error, "CALL OBJECT: strerror(errno)"; see errno(3).
#pragma once

#include <cerrno>
#include <string>
#include <string_view>
#include <system_error>

namespace common {

/// Throws what check() throws, for an `error` that no call has reported.
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

}  // namespace common

// SPDX-License-Identifier: MIT
// What to do about the failures that people meet most.
//
//   find_hint("chroot /nope: No such file or directory", ENOENT)
//       -> "make one with ./boxstep rootfs, or name one: --rootfs"
//
// Guarantees: one line that says what to do; empty if none is known.
#pragma once

#include <string_view>

namespace common {

/// `what` is the text of an exception of check(): it starts with the call.
/// `error` is its errno.
std::string_view find_hint(std::string_view what, int error);

}  // namespace common

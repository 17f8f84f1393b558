// SPDX-License-Identifier: MIT
// What to do about the failures that people meet most.
//
//   find_hint("chroot /nope: No such file or directory", ENOENT)
//       -> "make one with ./boxstep rootfs, or name one: --rootfs"
//   find_hint("read: Input/output error", EIO) -> ""
//
// Guarantees: the text says what to do, in one line; empty where none is known.
#pragma once

#include <string_view>

namespace common {

/// `what` is the text of an exception of check(): it starts with the call.
/// `error` is its errno.
std::string_view find_hint(std::string_view what, int error);

}  // namespace common

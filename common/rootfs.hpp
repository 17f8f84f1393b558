// SPDX-License-Identifier: MIT
// Whether a directory will do as a container's root, asked before anything is
// started.
//
//   check_rootfs("rootfs");        // returns: it is there
//   check_rootfs("/");             // chroot /: Invalid argument
//
// Guarantees: the host's own / is refused under every name that it has (links,
// bind mounts, ".."): chroot(2) would accept it and isolate nothing.
// Errors: std::system_error in the name of chroot, EINVAL for the host's own /.
#pragma once

#include <string>

namespace common {

void check_rootfs(const std::string& path);

}  // namespace common

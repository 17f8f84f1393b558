// SPDX-License-Identifier: MIT
// Reads a file of the host by a path of many "..": path_resolution(7).
// It has worked if the container has what is in the file.
#include "tests/attacks/rig/attack.hpp"

namespace attacks::dot_dot {

const Entry kEntry({
    .name = "dot-dot",
    .title = "read a host file by ../../..",
    .open = "the way up ends at the process's own /, which is the host's: "
            "path_resolution(7)",
    .held =
        "\"..\" at / is / again, so from a directory below the rootfs no path "
        "leads above it: path_resolution(7). It takes the chdir(\"/\") after "
        "the chroot, and it is no proof of a jail: see second-chroot",
    .attempt =
        [](const Words&) {
          read_secret("./../../../../../../../../root/secret");
        },
});

}  // namespace attacks::dot_dot

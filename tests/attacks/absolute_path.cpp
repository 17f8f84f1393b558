// SPDX-License-Identifier: MIT
// Reads a file of the host by its absolute path: path_resolution(7).
// It has worked if the container has what is in the file.
#include "tests/attacks/rig/attack.hpp"

namespace attacks::absolute_path {

const Entry kEntry({
    .name = "absolute-path",
    .title = "read a host file by its absolute path",
    .open = "a path that starts with / starts at the process's own /, which is "
            "the host's: path_resolution(7)",
    .held =
        "chroot(2) made the rootfs its /, and there is no such file in there",
    .attempt = [](const Words&) { read_secret("/root/secret"); },
});

}  // namespace attacks::absolute_path

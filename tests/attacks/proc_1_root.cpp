// SPDX-License-Identifier: MIT
// Reads a file of the host below /proc/1/root: proc_pid_root(5).
// It has worked if the container has what is in the file.
#include "tests/attacks/rig/attack.hpp"

namespace attacks::proc_1_root {

const Entry kEntry({
    .name = "proc-1-root",
    .title = "read a host file below /proc/1/root",
    .open = "PID 1 is the host's init, and its / the host's: proc_pid_root(5). "
            "A container without a /proc mounts one",
    .held = "PID 1 is the container's own init: clone(CLONE_NEWPID). It is in "
            "the same chroot, so its / is the rootfs",
    .attempt =
        [](const Words&) { read_secret(find_proc() + "/1/root/root/secret"); },
});

}  // namespace attacks::proc_1_root

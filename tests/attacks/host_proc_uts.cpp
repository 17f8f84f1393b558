// SPDX-License-Identifier: MIT
// Leaves the chroot, and joins the UTS namespace of the host by its own proc
// file system: setns(2).
// It has worked if the host has a new name.
#include <sched.h>

#include "tests/attacks/rig/attack.hpp"

namespace attacks::host_proc_uts {

void attempt(const Words&) {
  join_host("uts", CLONE_NEWUTS);
  rename_host();
}

const Entry kEntry({
    .name = "host-proc-uts",
    .title = "leave the chroot, setns to the host's UTS namespace",
    .open = "the host's own proc is in the container's table of mounts, and "
            "/proc/1/ns/uts there is the host's namespace. Root in the same "
            "user namespace may join it: setns(2)",
    .attempt = attempt,
    .effect = host_is_renamed,
});

}  // namespace attacks::host_proc_uts

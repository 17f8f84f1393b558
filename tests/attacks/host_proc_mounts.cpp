// SPDX-License-Identifier: MIT
// Leaves the chroot, and joins the mount namespace of the host by its own proc
// file system: setns(2).
// It has worked if a mount made there is in the host's table.
#include <sched.h>

#include "tests/attacks/rig/attack.hpp"

namespace attacks::host_proc_mounts {

void attempt(const Words&) {
  join_host("mnt", CLONE_NEWNS);
  mount_something();
}

const Entry kEntry({
    .name = "host-proc-mounts",
    .title = "leave the chroot, setns to the host's mount namespace",
    .open = "the host's own proc is in the container's table of mounts, and "
            "/proc/1/ns/mnt there is the host's namespace. Root in the same "
            "user namespace may join it: setns(2)",
    .attempt = attempt,
    .effect = mount_shows,
});

}  // namespace attacks::host_proc_mounts

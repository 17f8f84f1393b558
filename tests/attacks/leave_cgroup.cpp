// SPDX-License-Identifier: MIT
// Mounts the cgroup file system, moves out of the container's cgroup into that of
// the host's processes, and starts 100 processes: cgroups(7).
// It has worked if they all live at once.
#include "tests/attacks/rig/attack.hpp"

namespace attacks::leave_cgroup {

void attempt(const Words&) {
  write_to(mount_pids_cgroups() + kHostCgroup + "/cgroup.procs", "0");
  fork_many();
}

const Entry kEntry({
    .name = "leave-cgroup",
    .title = "mount cgroupfs, leave the cgroup, start 100 processes",
    .open = "whoever may mount may mount cgroupfs, and root may write to the "
            "cgroup.procs of any cgroup that shows: cgroups(7)",
    .attempt = attempt,
    .effect = many_processes_run,
});

}  // namespace attacks::leave_cgroup

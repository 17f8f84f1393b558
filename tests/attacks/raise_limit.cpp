// SPDX-License-Identifier: MIT
// Mounts the cgroup file system, raises the limit of the container's own cgroup,
// and starts 100 processes: cgroups(7).
// It has worked if they all live at once.
#include "tests/attacks/rig/attack.hpp"

namespace attacks::raise_limit {

void attempt(const Words&) {
  write_to(mount_pids_cgroups() + own_pids_cgroup() + "/pids.max", "max");
  fork_many();
}

const Entry kEntry({
    .name = "raise-limit",
    .title = "mount cgroupfs, raise the limit, start 100 processes",
    .open =
        "whoever may mount may mount cgroupfs, where the limit is a file that "
        "root may write: cgroups(7). It holds only for those who cannot",
    .attempt = attempt,
    .effect = many_processes_run,
});

}  // namespace attacks::raise_limit

// SPDX-License-Identifier: MIT
// Mounts the cgroup file system, moves out of the container's cgroup into that of
// the host's processes, and starts 100 processes: cgroups(7).
// It has worked if they all live at once.
#include "tests/attacks/rig/attack.hpp"
#include "tests/attacks/rig/host.hpp"

namespace attacks::leave_cgroup {

constexpr int kCount = 100;

class LeaveCgroup final : public Attack {
 public:
  LeaveCgroup()
      : Attack({
            .name = "leave-cgroup",
            .title = "mount cgroupfs, leave the cgroup, start 100 processes",
            .open = "whoever may mount may mount cgroupfs, and root may write "
                    "to the cgroup.procs of any cgroup that shows: cgroups(7)",
        }) {}

  Words prepare(Host& /*host*/) override { return {kHostCgroup}; }

  void attempt(const Words& words) override {
    write_to(mount_pids_cgroups() + words[0] + "/cgroup.procs", "0");
    fork_idle(kCount);
  }

  std::string effect(Host& host) override {
    return host.sees_more_than(kCount);
  }
};

const Entry<LeaveCgroup> kEntry;

}  // namespace attacks::leave_cgroup

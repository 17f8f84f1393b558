// SPDX-License-Identifier: MIT
// Mounts the cgroup file system, raises the limit of the container's own cgroup,
// and starts 100 processes: cgroups(7).
// It has worked if they all live at once.
#include "tests/attacks/rig/attack.hpp"
#include "tests/attacks/rig/host.hpp"

namespace attacks::raise_limit {

constexpr int kCount = 100;

class RaiseLimit final : public Attack {
 public:
  RaiseLimit()
      : Attack({
            .name = "raise-limit",
            .title = "mount cgroupfs, raise the limit, start 100 processes",
            .open = "whoever may mount may mount cgroupfs, where the limit is "
                    "a file that root may write: cgroups(7). It holds only "
                    "for those who cannot",
        }) {}

  void attempt(const Words& /*words*/) override {
    write_to(mount_pids_cgroups() + own_pids_cgroup() + "/pids.max", "max");
    fork_idle(kCount);
  }

  std::string effect(Host& host) override {
    return host.sees_more_than(kCount);
  }
};

const Entry<RaiseLimit> kEntry;

}  // namespace attacks::raise_limit

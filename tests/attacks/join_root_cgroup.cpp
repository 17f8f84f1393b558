// SPDX-License-Identifier: MIT
// Mounts the cgroup file system, moves into the root of the hierarchy, which no
// limit is for, and starts 100 processes: cgroups(7).
// It has worked if they all live at once.
#include "tests/attacks/rig/attack.hpp"
#include "tests/attacks/rig/cgroup.hpp"
#include "tests/attacks/rig/host.hpp"

namespace attacks {
namespace {

constexpr int kCount = 100;

class JoinRootCgroup final : public Attack {
 public:
  JoinRootCgroup()
      : Attack({
            .name = "join-root-cgroup",
            .title = "mount cgroupfs, join the root, start 100 processes",
            .open = "whoever may mount may mount cgroupfs, and root may write "
                    "to the cgroup.procs of any cgroup that shows: cgroups(7)",
        }) {}

  void attempt(const Words& /*words*/) override {
    write_to(mount_pids_cgroups() + "/cgroup.procs", "0");
    fork_idle(kCount);
  }

  std::string effect(Host& host) override {
    return host.container_processes().size() > kCount
        ? "100 processes of the container run on the host"
        : "";
  }
};

const Entry<JoinRootCgroup> kEntry;

}  // namespace
}  // namespace attacks

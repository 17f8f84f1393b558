// SPDX-License-Identifier: MIT
// Starts 100 processes: fork(2). A fork bomb, but for the number.
// It has worked if they all live at once.
#include "tests/attacks/rig/attack.hpp"
#include "tests/attacks/rig/host.hpp"

namespace attacks::hundred_forks {

constexpr int kCount = 100;

class HundredForks final : public Attack {
 public:
  HundredForks()
      : Attack({
            .name = "hundred-forks",
            .title = "start 100 processes",
            .open = "a namespace limits nothing: what shows a container fewer "
                    "processes lets it make as many as ever",
            .held = "its pids cgroup has a pids.max, and a fork(2) that would "
                    "pass it fails. Nobody is killed: cgroups(7)",
        }) {}

  void attempt(const Words& /*words*/) override { fork_idle(kCount); }

  std::string effect(Host& host) override {
    return host.sees_more_than(kCount);
  }
};

const Entry<HundredForks> kEntry;

}  // namespace attacks::hundred_forks

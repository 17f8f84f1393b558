// SPDX-License-Identifier: MIT
// Kills a process of the host: kill(2).
// It has worked if the process has ended.
#include <signal.h>

#include "tests/attacks/rig/attack.hpp"
#include "tests/attacks/rig/host.hpp"

namespace attacks::kill_process {

class KillProcess final : public Attack {
 public:
  KillProcess()
      : Attack({
            .name = "kill-process",
            .title = "kill a host process",
            .open = "the process has a number here, and root may signal any "
                    "that has: kill(2)",
            .held = "the process has no number in the container's PID "
                    "namespace, so there is nothing to name it by: "
                    "pid_namespaces(7)",
        }) {}

  Words prepare(Host& host) override {
    return {std::to_string(host.start_victim().pid)};
  }

  void attempt(const Words& words) override {
    try_to(kill(std::stoi(words[0]), SIGKILL), "kill", words[0]);
  }

  std::string effect(Host& host) override {
    return host.victim_lives() ? "" : "a process of the host is dead";
  }
};

const Entry<KillProcess> kEntry;

}  // namespace attacks::kill_process

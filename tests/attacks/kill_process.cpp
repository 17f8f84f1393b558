// SPDX-License-Identifier: MIT
// Kills a process of the host: kill(2).
// It has worked if the process has ended.
#include <signal.h>

#include "tests/attacks/rig/attack.hpp"

namespace attacks::kill_process {

const Entry kEntry({
    .name = "kill-process",
    .title = "kill a host process",
    .open = "the process has a number here, and root may signal any that has: "
            "kill(2)",
    .held = "the process has no number in the container's PID namespace, so "
            "there is nothing to name it by: pid_namespaces(7)",
    .prepare = start_victim,
    .attempt =
        [](const Words& words) {
          try_to(kill(std::stoi(words[0]), SIGKILL), "kill", words[0]);
        },
    .effect = victim_is_dead,
});

}  // namespace attacks::kill_process

// SPDX-License-Identifier: MIT
// Leaves a process in the background that is to outlive the container: setsid(2).
// It has worked if it runs when the runtime has ended.
#include "tests/attacks/rig/attack.hpp"

namespace attacks::background_daemon {

constexpr unsigned kSeconds = 60;

void attempt(const Words&) {
  fork_to([] {
    setsid();
    alarm(kSeconds);
    for (;;)
      pause();
  });
}

std::string effect(Host& host) {
  return host.container_processes().empty()
      ? ""
      : "a process of the container runs on, without it";
}

const Entry kEntry({
    .name = "background-daemon",
    .title = "leave a daemon that outlives the container",
    .open = "an orphan is adopted by the init of its PID namespace, which is "
            "the host's, and lives on: pid_namespaces(7)",
    .held = "when the init of a PID namespace ends, the kernel kills all that "
            "is in it: pid_namespaces(7)",
    .without_effect = "SIGKILL",
    .look_afterwards = true,
    .attempt = attempt,
    .effect = effect,
});

}  // namespace attacks::background_daemon

// SPDX-License-Identifier: MIT
// Leaves the chroot, joins the PID namespace of the host by its own proc file
// system, and kills a host process from there: setns(2), pid_namespaces(7).
// It has worked if the process has ended.
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>

#include "tests/attacks/rig/attack.hpp"

namespace attacks::host_proc_pids {

void attempt(const Words& words) {
  join_host("pid", CLONE_NEWPID);
  // It is the children that are in the namespace.
  const pid_t child = check(fork(), "fork");
  if (child == 0) {
    _exit(kill(std::stoi(words[0]), SIGKILL) == -1 ? errno : 0);
  }
  int status = 0;
  check(waitpid(child, &status, 0), "waitpid");
  errno = WEXITSTATUS(status);
  try_to(errno == 0 ? 0 : -1, "kill", words[0]);
}

const Entry kEntry({
    .name = "host-proc-pids",
    .title = "leave the chroot, setns to the host's PID namespace",
    .open = "the container is in the host's PID namespace already",
    .held =
        "a process may join its own PID namespace or one below, and never one "
        "above: pid_namespaces(7). Other kinds of namespace have no such rule",
    .prepare = start_victim,
    .attempt = attempt,
    .effect = victim_is_dead,
});

}  // namespace attacks::host_proc_pids

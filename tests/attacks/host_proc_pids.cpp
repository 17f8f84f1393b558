// SPDX-License-Identifier: MIT
// Leaves the chroot, joins the PID namespace of the host by its own proc file
// system, and kills a host process from there: setns(2), pid_namespaces(7).
// It has worked if the process has ended.
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/check.hpp"
#include "tests/attacks/rig/attack.hpp"
#include "tests/attacks/rig/host.hpp"

namespace attacks::host_proc_pids {

class HostProcPids final : public Attack {
 public:
  HostProcPids()
      : Attack({
            .name = "host-proc-pids",
            .title = "leave the chroot, setns to the host's PID namespace",
            .open = "the container is in the host's PID namespace already",
            .held = "a process may join its own PID namespace or one below, "
                    "and never one above: pid_namespaces(7). Other kinds of "
                    "namespace have no such rule",
        }) {}

  Words prepare(Host& host) override {
    return {std::to_string(host.start_victim().pid)};
  }

  void attempt(const Words& words) override {
    leave_chroot();
    const std::string path = "/proc/1/ns/pid";
    const int fd =
        try_to(open(path.c_str(), O_RDONLY | O_CLOEXEC), "open", path);
    try_to(setns(fd, CLONE_NEWPID), "setns");
    // It is the children that are in the namespace.
    const pid_t child = common::check(fork(), "fork");
    if (child == 0) {
      _exit(kill(std::stoi(words[0]), SIGKILL) == -1 ? errno : 0);
    }
    int status = 0;
    common::check(waitpid(child, &status, 0), "waitpid");
    errno = WEXITSTATUS(status);
    try_to(errno == 0 ? 0 : -1, "kill", words[0]);
  }

  std::string effect(Host& host) override {
    return host.victim_lives() ? "" : "a process of the host is dead";
  }
};

const Entry<HostProcPids> kEntry;

}  // namespace attacks::host_proc_pids

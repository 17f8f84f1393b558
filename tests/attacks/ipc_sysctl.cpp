// SPDX-License-Identifier: MIT
// Writes a setting of the kernel's: proc_sys_kernel(5), msgmax. This one belongs
// to an IPC namespace, so that the throwaway host loses it and not the machine.
// It has worked if the host has the new value.
#include "tests/attacks/rig/attack.hpp"

namespace attacks::ipc_sysctl {

const std::string kValue = "4711";

std::string effect(Host&) {
  return if_so(
      support::read_file("/proc/sys/kernel/msgmax") == kValue + "\n",
      "kernel.msgmax of the host is " + kValue);
}

const Entry kEntry({
    .name = "ipc-sysctl",
    .title = "change a setting in /proc/sys",
    .open = "any proc file system has /proc/sys in it, and what is written "
            "there takes effect at once: root is root to it. Runtimes mount "
            "that part read-only",
    .attempt =
        [](const Words&) {
          write_to(find_proc() + "/sys/kernel/msgmax", kValue);
        },
    .effect = effect,
});

}  // namespace attacks::ipc_sysctl

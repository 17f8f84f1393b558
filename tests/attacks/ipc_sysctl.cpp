// SPDX-License-Identifier: MIT
// Writes a setting of the kernel's: proc_sys_kernel(5), msgmax. This one belongs
// to an IPC namespace, so that the throwaway host loses it and not the machine.
// It has worked if the host has the new value.
#include "tests/attacks/rig/attack.hpp"
#include "tests/support/files.hpp"

namespace attacks::ipc_sysctl {

const std::string kValue = "4711";

class IpcSysctl final : public Attack {
 public:
  IpcSysctl()
      : Attack({
            .name = "ipc-sysctl",
            .title = "change a setting in /proc/sys",
            .open = "any proc file system has /proc/sys in it, and what is "
                    "written there takes effect at once: root is root to it. "
                    "Runtimes mount that part read-only",
        }) {}

  void attempt(const Words& /*words*/) override {
    write_to(find_proc() + "/sys/kernel/msgmax", kValue);
  }

  std::string effect(Host& /*host*/) override {
    const bool changed =
        support::read_file("/proc/sys/kernel/msgmax") == kValue + "\n";
    return changed ? "kernel.msgmax of the host is " + kValue : "";
  }
};

const Entry<IpcSysctl> kEntry;

}  // namespace attacks::ipc_sysctl

// SPDX-License-Identifier: MIT
// Leaves the chroot, and joins the UTS namespace of the host by its own proc
// file system: setns(2).
// It has worked if the host has a new name.
#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include "tests/attacks/rig/attack.hpp"

namespace attacks::host_proc_uts {

const std::string kName = "attacked";

class HostProcUts final : public Attack {
 public:
  HostProcUts()
      : Attack({
            .name = "host-proc-uts",
            .title = "leave the chroot, setns to the host's UTS namespace",
            .open = "the host's own proc is in the container's table of "
                    "mounts, and /proc/1/ns/uts there is the host's "
                    "namespace. Root in the same user namespace may join it: "
                    "setns(2)",
        }) {}

  void attempt(const Words& /*words*/) override {
    leave_chroot();
    const std::string path = "/proc/1/ns/uts";
    const int fd =
        try_to(open(path.c_str(), O_RDONLY | O_CLOEXEC), "open", path);
    try_to(setns(fd, CLONE_NEWUTS), "setns");
    try_to(sethostname(kName.data(), kName.size()), "sethostname", kName);
  }

  std::string effect(Host& /*host*/) override {
    char name[256] = {};
    gethostname(name, sizeof name - 1);
    return name == kName ? "the host is called " + kName : "";
  }
};

const Entry<HostProcUts> kEntry;

}  // namespace attacks::host_proc_uts

// SPDX-License-Identifier: MIT
// Leaves the chroot, and joins the mount namespace of the host by its own proc
// file system: setns(2).
// It has worked if a mount made there is in the host's table.
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>

#include "tests/attacks/rig/attack.hpp"
#include "tests/support/files.hpp"

namespace attacks::host_proc_mounts {

class HostProcMounts final : public Attack {
 public:
  HostProcMounts()
      : Attack({
            .name = "host-proc-mounts",
            .title = "leave the chroot, setns to the host's mount namespace",
            .open = "the host's own proc is in the container's table of "
                    "mounts, and /proc/1/ns/mnt there is the host's "
                    "namespace. Root in the same user namespace may join it: "
                    "setns(2)",
        }) {}

  void attempt(const Words& /*words*/) override {
    leave_chroot();
    const std::string path = "/proc/1/ns/mnt";
    const int fd =
        try_to(open(path.c_str(), O_RDONLY | O_CLOEXEC), "open", path);
    try_to(setns(fd, CLONE_NEWNS), "setns");
    const int result =
        mount("attacks-mount", "/tmp", "tmpfs", /*flags=*/0, /*data=*/nullptr);
    try_to(result, "mount tmpfs", "on /tmp");
  }

  std::string effect(Host& /*host*/) override {
    const std::string mounts = support::read_file("/proc/self/mountinfo");
    const bool shows = mounts.find(" attacks-mount ") != std::string::npos;
    return shows ? "the container's tmpfs is mounted on the host" : "";
  }
};

const Entry<HostProcMounts> kEntry;

}  // namespace attacks::host_proc_mounts

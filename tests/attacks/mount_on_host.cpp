// SPDX-License-Identifier: MIT
// Mounts something where the host sees it: mount_namespaces(7), "Shared
// subtrees". The host's / is shared, as systemd makes it.
// It has worked if it is in the host's table of mounts.
#include <sys/mount.h>

#include "tests/attacks/rig/attack.hpp"
#include "tests/support/files.hpp"

namespace attacks::mount_on_host {

class MountOnHost final : public Attack {
 public:
  MountOnHost()
      : Attack({
            .name = "mount-on-host",
            .title = "make a mount that shows on the host",
            .open = "the container has no table of mounts of its own: "
                    "clone(CLONE_NEWNS) is for later",
            .held = "the container has a table of mounts of its own, and made "
                    "it private, so that what it mounts does not propagate to "
                    "the host's: mount_namespaces(7)",
        }) {}

  void attempt(const Words& /*words*/) override {
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

const Entry<MountOnHost> kEntry;

}  // namespace attacks::mount_on_host

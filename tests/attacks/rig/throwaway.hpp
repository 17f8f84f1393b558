// SPDX-License-Identifier: MIT
// A host to be attacked, that is thrown away afterwards.
//
//   const int status = on_throwaway_host(
//       {.source = "build/steps/03-pid-mount", .name = "03-pid-mount"},
//       {"--host", "dot-dot", "03-pid-mount"});
//
// Runs this program again, with the arguments, as PID 1 of that host:
// - Its / is a small tmpfs with bin/attack (this program), the runtime beside
//   it, and a rootfs. Both are static, as nothing else is there: the machine's
//   own files are not mounted anywhere, and whoever leaves every chroot finds
//   only these.
// - Mounts are shared, as systemd makes them: a container that does not make
//   them private is seen.
// - Its processes, hostname, SysV IPC, network and mounts are in namespaces of
//   their own. Its pids cgroup is a part of the machine's, below kCgroupPrefix.
// - Devices, /proc/sys, and the processor and memory are the machine's. The
//   attacks on these read, or write what was there before.
// All of it ends with PID 1, and that with the caller.
// Errors: std::system_error; Missing if the machine has no pids controller.
#pragma once

#include <string>
#include <vector>

namespace attacks {

constexpr const char* kCgroupPrefix = "boxstep-attack-";
// The pids cgroup of the host's processes, below the root that they see.
constexpr const char* kHostCgroup = "/init";

struct Runtime {
  std::string source;  // its path on the machine; empty for no runtime
  std::string name;  // in bin of the host
};

// Returns the exit status.
int on_throwaway_host(
    const Runtime& runtime,
    const std::vector<std::string>& arguments);

// On that host, in the end: the pids cgroup that it is in becomes the root of
// all that can be seen (cgroup_namespaces(7)), mounted at the usual place.
void enter_cgroup_namespace();

}  // namespace attacks

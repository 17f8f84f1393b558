// SPDX-License-Identifier: MIT
// Where this host keeps the cgroups of a controller: cgroups(7).
//
//   find_cgroup_parent("pids");  // version 1: "/sys/fs/cgroup/pids"
//                                // version 2: "/sys/fs/cgroup"
//   is_version2("/sys/fs/cgroup");
//
// Guarantees: version 1, version 2, and hosts that use both, each for some of the
// controllers. Tries the usual place first, which is fast, then the mount table.
// A mount that another one hides is not taken.
// Errors: std::system_error; ENODEV if no mount has the controller.
#pragma once

#include <string>

namespace common {

/// `mounts` is a file in the format of fstab(5).
std::string find_cgroup_parent(
    const std::string& controller,
    const std::string& usual = "/sys/fs/cgroup",
    const std::string& mounts = "/proc/self/mounts");

/// Of a cgroup: in version 2, each has a list of its controllers.
bool is_version2(const std::string& cgroup);

}  // namespace common

// SPDX-License-Identifier: MIT
// Where this host keeps the cgroups that have a controller (cgroups(7)).
//
//   find_cgroup_parent("pids");  // version 1: "/sys/fs/cgroup/pids"
//                                // version 2: "/sys/fs/cgroup"
//   turn_on("pids", parent);     // "+pids" into its cgroup.subtree_control
//
// Guarantees: version 1, version 2, and the mixture in which each has some of
// the controllers. Looks in the usual place first, as that is quick, then in the
// table of mounts.
// Errors: std::system_error; ENODEV where no mount has the controller.
#pragma once

#include <string>
#include <string_view>

namespace common {

std::string find_cgroup_parent(
    std::string_view controller,
    const std::string& usual = "/sys/fs/cgroup",
    const std::string& mountinfo = "/proc/self/mountinfo");

/// Makes a parent of version 2 hand `controller` to its children, if it does
/// not already; it stays so: others may have come to need it. In version 1 every
/// cgroup has its controller: nothing is done.
void turn_on(std::string_view controller, const std::string& parent);

}  // namespace common

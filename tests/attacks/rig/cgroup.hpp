// SPDX-License-Identifier: MIT
// For attempts: the cgroups that a container finds, version 1 or 2.
#pragma once

#include <string>

namespace attacks {

// Mounts the hierarchy that has the pids controller; returns where.
std::string mount_pids_cgroups();

// The path of the container's own cgroup in it, as in proc_pid_cgroup(5).
std::string own_pids_cgroup();

}  // namespace attacks

// SPDX-License-Identifier: MIT
// The processes of a container: the first one, and those that exec adds.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "bundle.hpp"
#include "cgroups.hpp"
#include "common/process.hpp"
#include "common/state.hpp"

// What an engine may ask for, besides the bundle.
struct Wishes {
  std::string pid_file;
  std::string console_socket;
  unsigned preserve_fds = 0;  // descriptors from 3 on that the process keeps
  bool detach = false;
};

/// Starts the first process, which waits at the gate. When this throws, nothing is
/// left.
void create(
    const common::StateDirectory& state,
    const std::string& bundle,
    const Wishes& wishes);

/// Runs a process in the namespaces and in the cgroup of a container that runs.
/// Returns its exit status, or 0 at once with `detach`.
int execute(
    const common::StateDirectory& state,
    const ContainerCgroup& cgroup,
    const Options& options,
    const Wishes& wishes);

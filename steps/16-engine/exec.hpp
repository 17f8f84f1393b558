// SPDX-License-Identifier: MIT
// A process that is added to a container.
#pragma once

#include "bundle.hpp"
#include "cgroups.hpp"
#include "common/state.hpp"
#include "container.hpp"

/// Runs a process in the namespaces and in the cgroup of a container that runs.
/// Returns its exit status, or 0 at once with `detach`.
int execute(
    const common::StateDirectory& state,
    const ContainerCgroup& cgroup,
    const Options& options,
    const Wishes& wishes);

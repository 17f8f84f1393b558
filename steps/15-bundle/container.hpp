// SPDX-License-Identifier: MIT
// The first process of a container.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "bundle.hpp"
#include "cgroups.hpp"
#include "common/process.hpp"
#include "common/state.hpp"

/// Starts the first process, which waits at the gate. When this throws, nothing is
/// left.
void create(
    const common::StateDirectory& state,
    const std::string& bundle,
    const std::string& pid_file);

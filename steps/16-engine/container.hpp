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

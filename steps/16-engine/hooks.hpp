// SPDX-License-Identifier: MIT
// Programs of the engine that run at certain moments of a container's life. Each
// gets the container's state on its stdin.
#pragma once

#include <string>
#include <vector>

#include "bundle.hpp"

/// Runs them one after the other. Throws if one fails, or is not done in time.
void run_hooks(const std::vector<Hook>& hooks, const std::string& state);

/// The same when it is too late to fail: a failure is only a warning.
void try_hooks(const std::vector<Hook>& hooks, const std::string& state);

// SPDX-License-Identifier: MIT
// The part of a config about what a container may use: limits, devices, and the
// calls that the kernel answers.
#pragma once

#include "bundle.hpp"
#include "keys.hpp"

/// linux.resources
void read_resources(Keys& resources, Options& options);

/// An element of linux.devices.
Device device_from(Keys& keys);

/// linux.seccomp
Filter filter_from(Keys& keys);

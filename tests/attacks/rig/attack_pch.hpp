// SPDX-License-Identifier: MIT
// Compiled once for all attacks: it is most of what each of them reads.
#include "common/check.hpp"
#include "tests/attacks/rig/attack.hpp"
#include "tests/attacks/rig/host.hpp"
#include "tests/support/files.hpp"

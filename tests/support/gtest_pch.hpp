// SPDX-License-Identifier: MIT
// Compiled once for all tests: GoogleTest is most of what each of them reads.
#include <gtest/gtest.h>

// SPDX-License-Identifier: MIT
// Tests that skip, for kit_test.py to look at what their program makes of it.
#include <gtest/gtest.h>

TEST(AllSkipped, One) {
  GTEST_SKIP() << "missing: this";
}

TEST(OneSkipped, One) {
  GTEST_SKIP() << "missing: that";
}
TEST(OneSkipped, Two) {}

// SPDX-License-Identifier: MIT
#include "common/check.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

#include "tests/common/error_of.hpp"

namespace {

using common::check;
using common::fail;
using support::error_of;

TEST(Check, ReturnsWhatTheCallReturned) {
  EXPECT_EQ(check(0, "open"), 0);
  EXPECT_EQ(check(7, "open"), 7);
  EXPECT_EQ(check(1L << 40, "lseek"), 1L << 40);
}

TEST(Check, ThrowsTheErrnoOfTheCall) {
  const auto error = error_of([] { check(chdir("/nope"), "chdir", "/nope"); });
  EXPECT_EQ(error.code(), std::errc::no_such_file_or_directory);
}

TEST(Check, NamesTheCallAndItsObject) {
  const auto error = error_of([] { check(chdir("/nope"), "chdir", "/nope"); });
  EXPECT_STREQ(error.what(), "chdir /nope: No such file or directory");
}

TEST(Check, NamesTheCallAloneWhereThatSaysAll) {
  const auto error = error_of([] { check(close(-1), "close"); });
  EXPECT_STREQ(error.what(), "close: Bad file descriptor");
}

TEST(Check, FailThrowsAnErrorThatNoCallReported) {
  const auto error =
      error_of([] { fail(ENODEV, "cgroup controller", "pids"); });
  EXPECT_EQ(error.code(), std::errc::no_such_device);
  EXPECT_STREQ(error.what(), "cgroup controller pids: No such device");
}

}  // namespace

// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <string>
#include <system_error>

#include "tests/exercises/rootfs_copy.hpp"
#include "tests/support/files.hpp"
#include "tests/support/step.hpp"

namespace {

using namespace support;

TEST(ExerciseReadOnly, NoFileCanBeMade) {
  const exercises::RootfsCopy copy;
  const std::vector<std::string> write{"touch", "/file", "/tmp/file"};
  const Result result =
      run(container(write, {"--read-only", "--rootfs", copy.path()}));
  if (result.err.find("Read-only file system") == std::string::npos) {
    ADD_FAILURE()
        << "with --read-only, touch is to fail: \"Read-only file "
        << "system\". One call that binds with MS_RDONLY does not do, "
        << "as mount(2) ignores it there" << result;
  }
  EXPECT_EQ(run(container(write, {"--rootfs", copy.path()})).status, 0)
      << "without --read-only, it can still be written to";
}

TEST(ExerciseReadOnly, ProcIsStillMounted) {
  const exercises::RootfsCopy copy;
  const Result result = run(container(
      {"ps", "-o", "pid="},
      {"--read-only", "--rootfs", copy.path()}));
  EXPECT_EQ(words(result.out), (std::vector<std::string>{"1", "2"}))
      << "a mount on a read-only directory is allowed" << result;
}

TEST(ExerciseReadOnly, TheHostHasNoMountMore) {
  const exercises::RootfsCopy copy;
  const std::string before = read_file("/proc/self/mountinfo");
  Running running(
      container({probe(), "pause"}, {"--read-only", "--rootfs", copy.path()}));
  EXPECT_EQ(read_file("/proc/self/mountinfo"), before)
      << "the mount was passed on to the host: first make_mounts_private()";
}

TEST(ExerciseReadOnly, TheHostCanStillWrite) {
  const exercises::RootfsCopy copy;
  Running running(
      container({probe(), "pause"}, {"--read-only", "--rootfs", copy.path()}));
  try {
    write_file(copy.path() + "/tmp/of-the-host", "");
  } catch (const std::system_error& error) {
    FAIL()
        << error.what() << ": the host cannot write there any more. A remount "
        << "without MS_BIND changes the file system, and so every mount of it";
  }
}

}  // namespace

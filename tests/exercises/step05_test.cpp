// SPDX-License-Identifier: MIT
// The exercises of step 05.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstring>
#include <string>

#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/check.hpp"
#include "tests/common/in_child.hpp"
#include "tests/exercises/exercises.hpp"

namespace {

using namespace support;
using namespace exercises;

TEST(ExerciseNoDevices, ADeviceFileOpensNothing) {
  matters(
      "MS_NODEV is a flag of a mount, and / has been one since pivot_root(2). "
      "Is "
      "it the container's / that you remount, and not yet the host's?");
  const RootfsCopy copy;
  const Result result = run(container(
      {"sh", "-c", "mknod /tmp/null c 1 3 && echo made && cat /tmp/null"},
      {"--rootfs", copy.path()}));
  EXPECT_TRUE(result.out == "made\n" && names(result.err, "Permission denied"))
      << but("a device file can be made, and not opened",
             result.status == 0 ? "it opens the device" : end_of(result),
             &result);
}

// What pivot_root(2) says of a directory that is no mount.
std::string refusal(const std::string& directory) {
  return run(in_child([=] {
           common::check(unshare(CLONE_NEWNS), "unshare");
           constexpr unsigned long kFlags = MS_REC | MS_PRIVATE;
           common::check(mount("", "/", "", kFlags, ""), "mount");
           common::check(chdir(directory.c_str()), "chdir");
           const long result = syscall(SYS_pivot_root, ".", ".");
           std::puts(result == 0 ? "nothing" : strerrorname_np(errno));
           return 0;
         }))
      .out;
}

TEST(ExerciseNotAMount, TheAnswerIsWhatTheKernelSays) {
  const TemporaryDirectory directory;
  const Mounted other("tmpfs", "tmpfs", directory.path());
  const std::string below = directory.path() + "/below";
  ASSERT_EQ(mkdir(below.c_str(), 0755), 0);
  EXPECT_TRUE(answered(
      refusal("/etc") + refusal(below),
      "the names of two errors",
      "delete the bind mount. Try a rootfs on the mount of /, then one on "
      "another mount. The names of both errors are in pivot_root(2)"));
}

}  // namespace

// SPDX-License-Identifier: MIT
// Where something cannot be isolated or limited as asked, the command does not
// run. Each test takes away one thing that the runtime needs.
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include <linux/capability.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/support/errors.hpp"
#include "tests/support/host.hpp"
#include "tests/support/refuse.hpp"
#include "tests/support/step.hpp"

namespace {

using namespace support;

Result run_after(
    const std::function<void()>& before_exec,
    const std::vector<std::string>& options = {}) {
  Launch launch = container({"/bin/echo", "ran"}, options);
  launch.before_exec = before_exec;
  return run(launch);
}

TEST(FailClosed, WithoutTheCapabilityForNamespaces) {
  matters("without a namespace, sethostname would rename the host");
  const Result result = run_after(drop_capability(CAP_SYS_ADMIN));
  EXPECT_TRUE(refused(result, "not permitted"));
  EXPECT_TRUE(has_hint(result));
}

TEST(FailClosed, WhenTheHostnameIsRefused) {
  matters(
      "every call can fail: check it, or the command runs less isolated than "
      "asked");
  EXPECT_TRUE(refused(run_after(refuse(SYS_sethostname)), "sethostname"));
}

TEST(FailClosedRootfs, WithoutTheCapabilityForChroot) {
  matters("unchecked, the command runs on the host, as root");
  EXPECT_TRUE(refused(
      run_after(drop_capability(CAP_SYS_CHROOT)),
      "chroot " + rootfs()));
}

TEST(FailClosedRootfs, WhenChdirIsRefused) {
  matters("without the chdir, \".\" and with it the whole host stays in reach");
  EXPECT_TRUE(refused(run_after(refuse(SYS_chdir)), "chdir"));
}

constexpr int kMountFlags = 3;  // the number of that argument of mount(2)

TEST(FailClosedMounts, WhenPrivatePropagationIsRefused) {
  matters("what is mounted next would appear on the host");
  EXPECT_TRUE(refused(
      run_after(refuse_with(SYS_mount, kMountFlags, MS_PRIVATE | MS_SLAVE)),
      "mount"));
}

TEST(FailClosedMounts, WhenTheMountOfProcIsRefused) {
  matters("ps would show nothing, or another /proc than the container's");
  EXPECT_TRUE(refused(
      run_after(refuse_without(SYS_mount, kMountFlags, MS_PRIVATE | MS_SLAVE)),
      "mount"));
}

// In mounts of the runtime's own, as it is a host without that it shall find.
void in_new_mounts() {
  if (unshare(CLONE_NEWNS) == -1 ||
      mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == -1) {
    _exit(120);
  }
}

TEST(FailClosedCgroups, WithoutAPidsController) {
  matters("without its controller a limit can be written down and is none");
  const std::string hierarchy = pids_hierarchy();
  const Result result = run_after([&] {
    in_new_mounts();
    if (umount2(hierarchy.c_str(), MNT_DETACH) == -1) _exit(120);
  });
  EXPECT_TRUE(refused(result, "pids"));
  EXPECT_TRUE(has_hint(result));
}

TEST(FailClosedCgroups, WhenTheHierarchyIsReadOnly) {
  matters("a container that was to be limited must not run without its limit");
  const std::string hierarchy = pids_hierarchy();
  const Result result = run_after([&] {
    in_new_mounts();
    constexpr unsigned long kFlags = MS_REMOUNT | MS_BIND | MS_RDONLY;
    if (mount(nullptr, hierarchy.c_str(), nullptr, kFlags, nullptr) == -1) {
      _exit(120);
    }
  });
  EXPECT_TRUE(refused(result, "read-only file system"));
}

TEST(FailClosedCgroups, WhenTheKernelRefusesTheLimit) {
  matters("a write can fail, and an unchecked one leaves the limit at max");
  // More than there can be processes on any host: EINVAL.
  EXPECT_TRUE(refused(run_after({}, {"--pids-max", "5000000"}), "pids.max"));
  const Result result =
      run(loud({"/bin/echo", "ran"}, {"--pids-max", "5000000"}));
  EXPECT_FALSE(names(result.err, "runs /bin/echo"))
      << but("the container's line comes when the limit holds", result.err);
}

}  // namespace

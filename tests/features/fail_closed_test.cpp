// SPDX-License-Identifier: MIT
// Where something cannot be isolated or limited as asked, the command does not
// run. Each test takes away one thing that the runtime needs.
#include <gtest/gtest.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/support/errors.hpp"
#include "tests/support/host.hpp"
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

// Takes a capability away from the program that is started, root or not.
std::function<void()> drop_capability(int capability) {
  return [=] {
    if (prctl(PR_CAPBSET_DROP, capability) == -1) _exit(120);
  };
}

// Refuses a system call as a security module would, with EPERM: if argument
// number `argument` has one of the bits, or, without `set`, has none of them.
std::function<void()>
refuse(long call, size_t argument = 0, unsigned bits = 0, bool set = false) {
  return [=] {
    // The low half of the argument, on a little-endian machine.
    const size_t place = offsetof(seccomp_data, args) + 8 * argument;
    constexpr unsigned kLoad = BPF_LD | BPF_W | BPF_ABS;
    std::array<sock_filter, 6> filter{{
        BPF_STMT(kLoad, offsetof(seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ, static_cast<unsigned>(call), 0, 3),
        BPF_STMT(kLoad, static_cast<unsigned>(place)),
        BPF_JUMP(BPF_JMP | BPF_JSET, bits, !set, set),
        BPF_STMT(BPF_RET, SECCOMP_RET_ERRNO | EPERM),
        BPF_STMT(BPF_RET, SECCOMP_RET_ALLOW),
    }};
    const sock_fprog program{.len = filter.size(), .filter = filter.data()};
    // Root needs no PR_SET_NO_NEW_PRIVS for it (seccomp(2)).
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == -1) _exit(120);
  };
}

TEST(FailClosedSysAdmin, WithoutTheCapabilityForNamespaces) {
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

TEST(FailClosedChroot, WithoutTheCapability) {
  matters("unchecked, the command runs on the host, as root");
  EXPECT_TRUE(refused(
      run_after(drop_capability(CAP_SYS_CHROOT)),
      "chroot " + rootfs()));
}

TEST(FailClosedRootfs, WhenChdirIsRefused) {
  matters("without the chdir, \".\" and with it the whole host stays in reach");
  EXPECT_TRUE(refused(run_after(refuse(SYS_chdir)), "chdir"));
}

// Of mount(2), the number of the argument with the flags, and two of them.
std::function<void()> refuse_mounts(bool propagation) {
  return refuse(SYS_mount, 3, MS_PRIVATE | MS_SLAVE, propagation);
}

TEST(FailClosedMounts, WhenPrivatePropagationIsRefused) {
  matters("what is mounted next would appear on the host");
  EXPECT_TRUE(refused(run_after(refuse_mounts(/*propagation=*/true)), "mount"));
}

TEST(FailClosedMounts, WhenTheMountOfProcIsRefused) {
  matters("ps would show nothing, or another /proc than the container's");
  EXPECT_TRUE(
      refused(run_after(refuse_mounts(/*propagation=*/false)), "mount"));
}

TEST(FailClosedPivotRoot, WhenTheRootfsCannotBecomeAMount) {
  matters("pivot_root(2) takes mounts only: each of its steps can be refused");
  EXPECT_TRUE(refused(
      run_after(refuse(SYS_mount, 3, MS_BIND, /*set=*/true)),
      "mount " + rootfs()));
}

TEST(FailClosedPivotRoot, WhenPivotRootIsRefused) {
  matters("unchecked, the command runs on the host, as root");
  EXPECT_TRUE(refused(run_after(refuse(SYS_pivot_root)), "pivot_root"));
}

TEST(FailClosedPivotRoot, WhenTheHostCannotBeUnmounted) {
  matters("unchecked, /.. is the host");
  EXPECT_TRUE(
      refused(run_after(refuse(SYS_umount2)), "umount2 the host's root"));
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

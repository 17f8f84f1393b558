// SPDX-License-Identifier: MIT
// Where something cannot be isolated or limited as asked, the command does not
// run. Each test takes away one thing that the runtime needs.
#include <gtest/gtest.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/file.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/host.hpp"
#include "tests/support/step.hpp"
#include "tests/support/throwaway.hpp"

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

TEST(FailClosedUserNamespace, WhenTheNamespaceIsRefused) {
  matters("without a user namespace, root in the container is the host's root");
  const Result result =
      run_after(refuse(SYS_clone, /*argument=*/0, CLONE_NEWUSER, /*set=*/true));
  EXPECT_TRUE(refused(result, "clone: Operation not permitted"));
  EXPECT_TRUE(has_hint(result));
}

// With all ids of the host: a checkout may be in a home that is closed to others.
void enter_user_namespace() {
  const pid_t self = getpid();
  int gate[2];
  if (pipe2(gate, O_CLOEXEC) == -1) _exit(120);
  const pid_t writer = fork();  // who is inside may map one id only
  if (writer == 0) {
    char byte = 0;
    if (read(gate[0], &byte, 1) != 1) _exit(120);
    for (const char* map : {"uid_map", "gid_map"}) {
      const std::string file = "/proc/" + std::to_string(self) + "/" + map;
      common::write_file(file, "0 0 4294967295");
    }
    _exit(0);
  }
  int status = 0;
  if (unshare(CLONE_NEWUSER) == -1 || write(gate[1], "", 1) != 1 ||
      waitpid(writer, &status, 0) == -1 || status != 0) {
    _exit(120);
  }
}

TEST(FailClosedUserNamespace, WhenNoMoreNamespacesAreAllowed) {
  matters("user.max_user_namespaces may be 0: say so, and where to look");
  // The setting belongs to a user namespace: here, to one of its own.
  const Result result = run_after([] {
    enter_user_namespace();
    common::write_file("/proc/sys/user/max_user_namespaces", "0");
  });
  EXPECT_TRUE(refused(result, "clone: No space left on device"));
  EXPECT_TRUE(has_hint(result));
}

TEST(FailClosedUserNamespace, WhenAMapCannotBeWritten) {
  matters("an init without its maps has no user 0 to become");
  for (const auto& [capability, file] :
       {std::pair(CAP_SETUID, "uid_map"), std::pair(CAP_SETGID, "gid_map")}) {
    const Result result = run_after(drop_capability(capability));
    EXPECT_TRUE(refused(result, file));
    EXPECT_TRUE(has_hint(result));
  }
}

TEST(FailClosedUserNamespace, WhenTheIdsAreRefused) {
  matters("unchecked, the init stays user 0 of the host");
  EXPECT_TRUE(refused(run_after(refuse(SYS_setresgid)), "setresgid"));
  EXPECT_TRUE(refused(run_after(refuse(SYS_setresuid)), "setresuid"));
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

TEST(FailClosedInherited, WhenFilesCannotBeClosed) {
  matters("one that stays open may be a directory of the host");
  EXPECT_TRUE(refused(run_after(refuse(SYS_close_range)), "close_range"));
}

TEST(FailClosedInherited, WhenTheGroupsCannotBeLeft) {
  matters("unchecked, the command has the groups of whoever called");
  EXPECT_TRUE(refused(run_after(refuse(SYS_setgroups)), "setgroups"));
}

TEST(FailClosedInherited, WhenTheKeyringCannotBeLeft) {
  matters("unchecked, the command can use the keys of the caller's session");
  EXPECT_TRUE(refused(run_after(refuse(SYS_keyctl)), "keyctl"));
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

// Two calls do the same, and not every architecture has the older one. Its
// arguments come one place earlier.
std::function<void()> refuse_either(
    long call,
    long older_call,
    size_t argument = 1,
    unsigned bits = 0,
    bool set = false) {
  return [=] {
    refuse(call, argument, bits, set)();
    if (older_call != -1) refuse(older_call, argument - 1, bits, set)();
  };
}

#ifdef SYS_mknod
constexpr long kMknod = SYS_mknod;
constexpr long kMkdir = SYS_mkdir;
constexpr long kChmod = SYS_chmod;
constexpr long kSymlink = SYS_symlink;
#else
constexpr long kMknod = -1;
constexpr long kMkdir = -1;
constexpr long kChmod = -1;
constexpr long kSymlink = -1;
#endif

TEST(FailClosedDevices, WhenTheImageMayHaveDevices) {
  matters("unchecked, a node of the image opens a disk of the host");
  EXPECT_TRUE(refused(run_after(refuse(SYS_mount_setattr)), "mount_setattr /"));
}

TEST(FailClosedDevices, WhenAPartOfDevIsRefused) {
  matters("a device that is missing is a file of the image to who writes it");
  EXPECT_TRUE(refused(
      run_after(refuse_either(SYS_mknodat, kMknod)),
      "mknod /dev/null"));
  // The sticky bit tells it from the directories of cgroups.
  EXPECT_TRUE(refused(
      run_after(refuse_either(SYS_mkdirat, kMkdir, 2, S_ISVTX, true)),
      "mkdir /dev/shm"));
  EXPECT_TRUE(refused(
      run_after(refuse_either(SYS_fchmodat, kChmod, 2, S_ISVTX, true)),
      "chmod /dev/shm"));
  EXPECT_TRUE(refused(
      run_after(refuse_either(SYS_symlinkat, kSymlink)),
      "symlink /dev/ptmx"));
}

TEST(FailClosedDevices, WhenAMountIsRefused) {
  matters("a device that is not mounted is an empty file that keeps all");
  // Only the mounts of single devices have neither of these flags.
  EXPECT_TRUE(refused(
      run_after(refuse(SYS_mount, 3, MS_REC | MS_NOSUID)),
      "mount /dev/null"));
  // Only that of devpts has none of these.
  EXPECT_TRUE(refused(
      run_after(refuse(SYS_mount, 3, MS_REC | MS_NODEV | MS_BIND)),
      "mount /dev/pts"));
}

// One of the calls of ioctl(2).
std::function<void()> refuse_ioctl(unsigned request) {
  return [=] {
    constexpr size_t kRequest = offsetof(seccomp_data, args) + 8;
    constexpr unsigned kLoad = BPF_LD | BPF_W | BPF_ABS;
    std::array<sock_filter, 6> filter{{
        BPF_STMT(kLoad, offsetof(seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ, SYS_ioctl, 0, 3),
        BPF_STMT(kLoad, kRequest),
        BPF_JUMP(BPF_JMP | BPF_JEQ, request, 0, 1),
        BPF_STMT(BPF_RET, SECCOMP_RET_ERRNO | EPERM),
        BPF_STMT(BPF_RET, SECCOMP_RET_ALLOW),
    }};
    const sock_fprog program{.len = filter.size(), .filter = filter.data()};
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == -1) _exit(120);
  };
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

TEST(FailClosedLimits, WhenTheCgroupNamespaceIsRefused) {
  matters("unchecked, the container sees where the host has its cgroup");
  EXPECT_TRUE(refused(
      run_after(refuse(SYS_unshare, 0, CLONE_NEWCGROUP, /*set=*/true)),
      "unshare CLONE_NEWCGROUP"));
}

TEST(FailClosedLimits, WhenTheLimitCannotBeSet) {
  matters("a limit that was asked for must hold, or the command does not run");
  const Result result = run_after({}, {"--cpus", "1000000000"});
  EXPECT_TRUE(refused(result, "cpu."));
  EXPECT_TRUE(has_hint(result));
  // In version 2, there is one mount for all controllers.
  const Hierarchy cpu = find_hierarchy("cpu");
  if (cpu.type != "cgroup") return;
  const Result without = run_after(
      [&] {
        in_new_mounts();
        if (umount2(cpu.point.c_str(), MNT_DETACH) == -1) _exit(120);
      },
      {"--cpus", "0.5"});
  EXPECT_TRUE(refused(without, "cgroup controller cpu"));
  EXPECT_TRUE(has_hint(without));
}

TEST(FailClosedNetwork, WithoutTheCapability) {
  matters("a container without its cable was not asked for");
  const Result result = run_after(drop_capability(CAP_NET_ADMIN));
  EXPECT_TRUE(refused(result, "make veth box"));
  EXPECT_TRUE(has_hint(result));
}

TEST(FailClosedNetwork, WhenThereIsNoNetlink) {
  matters("each call can fail: check it");
  static_assert((AF_NETLINK & ~(AF_INET | AF_UNIX)) != 0);
  EXPECT_TRUE(refused(
      run_after(refuse(SYS_socket, 0, AF_NETLINK, /*set=*/true)),
      "socket: Operation not permitted"));
}

TEST(FailClosedNetwork, WhenAnInterfaceCannotBeChanged) {
  matters("an end without an address, or that is down, leads to nobody");
  for (const unsigned call : {SIOCSIFADDR, SIOCSIFNETMASK}) {
    EXPECT_TRUE(refused(run_after(refuse_ioctl(call)), "of box"));
  }
  EXPECT_TRUE(refused(run_after(refuse_ioctl(SIOCSIFFLAGS)), "bring up box"));
  EXPECT_TRUE(refused(run_after(refuse_ioctl(SIOCADDRT)), "add route default"));
}

TEST(FailClosedOverlay, WhenTheMountTableCannotBeCopied) {
  matters("unchecked, the host's own table gets what is mounted next");
  EXPECT_TRUE(refused(
      run_after(refuse(SYS_unshare, 0, CLONE_NEWNS, /*set=*/true)),
      "unshare CLONE_NEWNS"));
}

TEST(FailClosedOverlay, WhenAMountIsRefused) {
  matters("without the overlay, the container would write to the image");
  EXPECT_TRUE(refused(
      run_after(refuse(SYS_mount, 3, MS_NODEV, /*set=*/true)),
      "mount tmpfs"));
}

TEST(FailClosedOverlay, WhenTheUpperLayerCannotBeGivenAway) {
  matters("root inside could not write to its own /");
#ifdef SYS_chown
  constexpr long kChown = SYS_chown;
#else
  constexpr long kChown = -1;
#endif
  EXPECT_TRUE(
      refused(run_after(refuse_either(SYS_fchownat, kChown)), "chown upper"));
}

TEST(FailClosedCapabilities, WhenTheBoundingSetIsRefused) {
  matters("unchecked, the command has all rights of root");
  // Of its options, no other that a runtime needs before has this bit.
  constexpr unsigned kBit = 16;
  static_assert((PR_CAPBSET_DROP & kBit) != 0);
  static_assert((PR_SET_NO_NEW_PRIVS & kBit) == 0);
  EXPECT_TRUE(refused(
      run_after(refuse(SYS_prctl, 0, kBit, /*set=*/true)),
      "prctl PR_CAPBSET_DROP"));
}

TEST(FailClosedCapabilities, WhenCapsetIsRefused) {
  matters("unchecked, the init keeps all rights of root");
  EXPECT_TRUE(refused(run_after(refuse(SYS_capset)), "capset"));
}

TEST(FailClosedCapabilities, WhenNoNewPrivsIsRefused) {
  matters("unchecked, a setuid program gives rights that its caller has not");
  constexpr unsigned kBit = 2;
  static_assert((PR_SET_NO_NEW_PRIVS & kBit) != 0);
  static_assert((PR_CAPBSET_DROP & kBit) == 0);
  EXPECT_TRUE(refused(
      run_after(refuse(SYS_prctl, 0, kBit, /*set=*/true)),
      "prctl no_new_privs"));
}

}  // namespace

// SPDX-License-Identifier: MIT
#include "common/report.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

#include <cerrno>
#include <string>

namespace {

using common::find_hint;

void expect_hint(const char* what, int error, const std::string& text) {
  const std::string hint(find_hint(what, error));
  EXPECT_NE(hint.find(text), std::string::npos) << what << ": " << hint;
}

TEST(Hints, SayWhatToDo) {
  expect_hint("chroot rootfs: …", ENOENT, "./boxstep rootfs");
  expect_hint("chroot rootfs.tar: …", ENOTDIR, "a directory");
  expect_hint("chroot /: …", EINVAL, "host's own /");
  expect_hint("mount proc: …", ENOENT, "/proc");
  expect_hint("exec nope: …", ENOENT, "PATH");
  expect_hint("exec arm-program: …", ENOEXEC, "another machine");
  expect_hint("sethostname …", EINVAL, "64 bytes");
  expect_hint("clone: …", EINVAL, "doctor");
  expect_hint("clone: …", ENOSPC, "/proc/sys/user");
  expect_hint("clone: …", EAGAIN, "--pids-max");
  expect_hint("pidfd_open: …", ENOSYS, "doctor");
  expect_hint("mount / as private: …", EINVAL, "before chroot");
  expect_hint("cgroup controller pids: …", ENODEV, "doctor");
  expect_hint("mkdir /sys/fs/cgroup/…", EROFS, "doctor");
  expect_hint("mkdir /sys/fs/cgroup/…", EAGAIN, "doctor");
  expect_hint("mkdir /sys/fs/cgroup/…", ENOENT, "doctor");
  expect_hint("open /sys/fs/cgroup/…", EROFS, "doctor");
  expect_hint("open /sys/fs/cgroup/…", ENOENT, "doctor");
  expect_hint("write /sys/fs/cgroup/…", EBUSY, "doctor");
  expect_hint("write /sys/fs/cgroup/…", EOPNOTSUPP, "doctor");
}

TEST(Hints, TellRootFromOthersWherePrivilegeIsMissing) {
  const std::string text = geteuid() == 0 ? "doctor" : "sudo";
  expect_hint("clone: Operation not permitted", EPERM, text);
  expect_hint("mkdir /sys/fs/cgroup/…", EACCES, text);
}

// A file without its x bit is no question of privilege.
TEST(Hints, LeaveOutPrivilegeForWhatCannotBeExecuted) {
  EXPECT_EQ(find_hint("exec README: Permission denied", EACCES), "");
}

TEST(Hints, AreEmptyWhereNoneIsKnown) {
  EXPECT_EQ(find_hint("read: Input/output error", EIO), "");
  EXPECT_EQ(find_hint("", 0), "");
}

TEST(Hints, BelongToTheCallAndNotToTheErrorAlone) {
  EXPECT_EQ(find_hint("open /nope: No such file or directory", ENOENT), "");
}

}  // namespace

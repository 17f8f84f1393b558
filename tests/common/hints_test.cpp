// SPDX-License-Identifier: MIT
#include "common/report.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

#include <cerrno>
#include <string>

namespace {

struct Case {
  const char* what;
  int error;
  std::string hint;  // a part of it; "" for no hint at all
};

TEST(Hints, SayWhatToDo) {
  const std::string privilege = geteuid() == 0 ? "doctor" : "sudo";
  const Case cases[] = {
      {"chroot rootfs: …", ENOENT, "./boxstep rootfs"},
      {"chroot rootfs.tar: …", ENOTDIR, "a directory"},
      {"chroot /: …", EINVAL, "host's own /"},
      {"mount proc: …", ENOENT, "/proc"},
      {"mount / as private: …", EINVAL, "before chroot"},
      {"exec nope: …", ENOENT, "PATH"},
      {"exec interpreter of script: …", ENOENT, "#! program"},
      {"exec arm-program: …", ENOEXEC, "another machine"},
      // A file without its x bit is no question of privilege.
      {"exec README: …", EACCES, ""},
      {"sethostname …", EINVAL, "64 bytes"},
      {"clone: …", EINVAL, "doctor"},
      {"clone: …", ENOSPC, "/proc/sys/user"},
      {"clone: …", EAGAIN, "--pids-max"},
      {"clone: …", EPERM, privilege},
      {"pidfd_open: …", ENOSYS, "doctor"},
      {"cgroup controller pids: …", ENODEV, "doctor"},
      {"mkdir /sys/fs/cgroup/…", EROFS, "doctor"},
      {"mkdir /sys/fs/cgroup/…", EACCES, privilege},
      {"open /sys/fs/cgroup/…", ENOENT, "doctor"},
      {"write /sys/fs/cgroup/…", EBUSY, "doctor"},
      // It belongs to the call, and not to the error alone.
      {"open /nope: …", ENOENT, ""},
      {"", 0, ""},
  };
  for (const auto& [what, error, expected] : cases) {
    const std::string hint(common::find_hint(what, error));
    EXPECT_NE(hint.find(expected), std::string::npos) << what << ": " << hint;
    EXPECT_EQ(hint.empty(), expected.empty()) << what << ": " << hint;
  }
}

}  // namespace

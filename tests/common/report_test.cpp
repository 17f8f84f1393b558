// SPDX-License-Identifier: MIT
// The texts themselves: tests/features/command_line_test.cpp.
#include "common/check.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>

#include "common/file.hpp"
#include "tests/common/in_child.hpp"

namespace {

// A pipe in packet mode keeps writes apart (pipe(2), O_DIRECT).
TEST(Report, IsOneWrite) {
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC | O_DIRECT), 0);
  const common::UniqueFd read_end(ends[0]);
  common::UniqueFd write_end(ends[1]);
  support::run(support::in_child([&] {
    dup2(write_end.get(), STDERR_FILENO);
    common::report(
        std::system_error(ENOENT, std::generic_category(), "chroot /nope"));
    common::say(/*quiet=*/false, "host", "waits");
    return 0;
  }));
  write_end.reset();
  char packet[4096];
  const auto next = [&] {
    const ssize_t size = read(read_end.get(), packet, sizeof packet);
    return std::string(packet, size > 0 ? static_cast<std::size_t>(size) : 0);
  };
  EXPECT_NE(next().find("\nhint: "), std::string::npos);
  EXPECT_EQ(next().substr(0, 10), "host: pid ");
  EXPECT_EQ(next(), "");
}

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
      {"mount /dev: …", ENOENT, "/dev"},
      {"mount /dev: …", ELOOP, "not a link"},
      {"mount rootfs: …", EACCES, "enter the rootfs"},
      {"mount rootfs: …", EPERM, privilege},
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
      {"mkdir /sys/fs/cgroup/…", EACCES, "doctor"},
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

// SPDX-License-Identifier: MIT
#include "common/hints.hpp"

#include <unistd.h>

#include <cerrno>

namespace common {
namespace {

struct Hint {
  std::string_view call;  // empty: any
  int error;
  std::string_view text;
};

constexpr std::string_view kDoctor =
    "this machine lacks something: ./boxstep doctor says what";

constexpr Hint kHints[] = {
    {"chroot", ENOENT, "make one with ./boxstep rootfs, or name one: --rootfs"},
    {"chroot", ENOTDIR, "--rootfs takes a directory, not an archive"},
    {"chroot", EINVAL, "chroot to the host's own / would isolate nothing"},
    {"mount proc", ENOENT, "the rootfs needs an empty directory /proc"},
    {"exec interpreter",
     ENOENT,
     "the rootfs lacks its #! program or its loader"},
    {"exec", ENOENT, "the container looks for it in its own / and its PATH"},
    {"exec", ENOEXEC, "it is made for another machine, or has no #! line"},
    {"sethostname", EINVAL, "a hostname has at most 64 bytes"},
    {"clone", EINVAL, "this kernel lacks a namespace: ./boxstep doctor"},
    {"clone", ENOSPC, "a limit in /proc/sys/user is reached: ./boxstep doctor"},
    {"clone",
     EAGAIN,
     "the limit on processes is reached: --pids-max, or the machine's"},
    {"pidfd_open", ENOSYS, kDoctor},
    {"mount / as private",
     EINVAL,
     "in a chroot / is no mount point: do it before, or see ./boxstep doctor"},
    {"cgroup", ENODEV, kDoctor},
    {"mkdir", EROFS, kDoctor},
    {"mkdir", EAGAIN, kDoctor},
    {"mkdir", ENOENT, kDoctor},
    {"open /sys/fs/cgroup", EROFS, kDoctor},
    {"open /sys/fs/cgroup", ENOENT, kDoctor},
    {"write /sys/fs/cgroup", EBUSY, kDoctor},
    {"write /sys/fs/cgroup", EOPNOTSUPP, kDoctor},
};

constexpr std::string_view kNotRoot = "run it as root: sudo …";
constexpr std::string_view kRootWithout =
    "a capability is missing or a filter is on: ./boxstep doctor says which";

}  // namespace

std::string_view find_hint(std::string_view what, int error) {
  for (const Hint& hint : kHints) {
    if (hint.error == error && what.starts_with(hint.call)) return hint.text;
  }
  // exec answers EACCES for a file without x, whoever asks.
  if (what.starts_with("exec") || (error != EPERM && error != EACCES))
    return {};
  return geteuid() == 0 ? kRootWithout : kNotRoot;
}

}  // namespace common

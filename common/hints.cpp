// SPDX-License-Identifier: MIT
#include "common/hints.hpp"

#include <unistd.h>

#include <cerrno>

namespace common {
namespace {

struct Hint {
  std::string_view call;
  int error;  // 0: any
  std::string_view text;
};

constexpr std::string_view kDoctor =
    "this machine lacks something: ./boxstep doctor says what";

constexpr Hint kHints[] = {
    {"chroot", ENOENT, "make one with ./boxstep rootfs, or name one: --rootfs"},
    {"chroot", ENOTDIR, "--rootfs needs a directory, not an archive"},
    {"chroot", EINVAL, "chroot to the host's own / would isolate nothing"},
    {"mount proc", ENOENT, "the rootfs needs an empty directory /proc"},
    {"mount / as private", EINVAL, "do it before chroot: / must be a mount"},
    {"exec interpreter", ENOENT, "the rootfs lacks its #! program or loader"},
    {"exec", ENOENT, "the container looks for it in its own / and its PATH"},
    {"exec", ENOEXEC, "it is for another machine, or has no #! line"},
    {"sethostname", EINVAL, "a hostname has at most 64 bytes"},
    {"clone", EINVAL, "this kernel lacks a namespace: ./boxstep doctor"},
    {"clone", ENOSPC, "a limit in /proc/sys/user is reached: ./boxstep doctor"},
    {"clone", EAGAIN, "too many processes: --pids-max, or the machine's limit"},
    {"pidfd_open", ENOSYS, kDoctor},
    {"cgroup", 0, kDoctor},
    {"mkdir", 0, kDoctor},
    {"open /sys/fs/cgroup", 0, kDoctor},
    {"write /sys/fs/cgroup", 0, kDoctor},
};

constexpr std::string_view kNotRoot = "run it as root: sudo …";
constexpr std::string_view kRootWithout =
    "a capability is missing or a filter is on: ./boxstep doctor says which";

}  // namespace

std::string_view find_hint(std::string_view what, int error) {
  const bool is_exec = what.starts_with("exec");  // a file may lack its x bit
  if (!is_exec && (error == EPERM || error == EACCES))
    return geteuid() == 0 ? kRootWithout : kNotRoot;
  for (const Hint& hint : kHints) {
    if (hint.error != 0 && hint.error != error) continue;
    if (what.starts_with(hint.call)) return hint.text;
  }
  return {};
}

}  // namespace common

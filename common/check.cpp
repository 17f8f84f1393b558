// SPDX-License-Identifier: MIT
#include "common/check.hpp"

#include <limits.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>

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
    {"mount overlay", ENODEV, kDoctor},
    {"mount overlay", EINVAL, "too many layers, or the rootfs is on overlays"},
    {"mount proc", ENOENT, "the rootfs needs an empty directory /proc"},
    {"mount /dev:", ENOENT, "the rootfs needs an empty directory /dev"},
    {"mount",
     EACCES,
     "user 100000 may not enter the rootfs: chmod or chown it"},
    {"mount /", ELOOP, "the rootfs needs a directory there, not a link"},
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
    {"make veth", EOPNOTSUPP, kDoctor},
    {"make veth", EEXIST, "this name is in use: ip link delete NAME"},
    {"open /sys/fs/cgroup", 0, kDoctor},
    {"write /sys/fs/cgroup", EINVAL, "the kernel refuses this number: --help"},
    {"write /sys/fs/cgroup", 0, kDoctor},
};

constexpr std::string_view kRootWithout =
    "a capability is missing or a filter is on: ./boxstep doctor says which";

// An argument can hold any bytes and be very long.
std::string one_line(std::string text) {
  const auto is_control = [](unsigned char c) { return std::iscntrl(c) != 0; };
  std::replace_if(text.begin(), text.end(), is_control, '?');
  text.resize(std::min<std::size_t>(text.size(), PIPE_BUF / 2));
  return text.append("\n");
}

// A pipe that poll(2) calls writable has room for PIPE_BUF bytes. A longer text
// could block.
void print(const std::string& text) {
  pollfd room{.fd = STDERR_FILENO, .events = POLLOUT, .revents = 0};
  if (poll(&room, 1, /*timeout=*/0) < 1) return;
  [[maybe_unused]] const auto lost =
      write(STDERR_FILENO, text.data(), text.size());
}

}  // namespace

std::string_view find_hint(std::string_view what, int error) {
  for (const auto& [call, of_error, text] : kHints) {
    const bool fits = of_error == 0 || of_error == error;
    if (fits && what.starts_with(call)) return text;
  }
  const bool is_exec = what.starts_with("exec");  // a file may lack its x bit
  if (is_exec || (error != EPERM && error != EACCES)) return {};
  return geteuid() == 0 ? kRootWithout : "run it as root: sudo …";
}

int report(const std::exception& error) {
  const std::string program = program_invocation_short_name;
  std::string text = one_line(program + ": " + error.what());
  std::string_view hint;
  if (dynamic_cast<const UsageError*>(&error))
    hint = "--help shows the options";
  if (const auto* failed = dynamic_cast<const std::system_error*>(&error))
    hint = find_hint(error.what(), failed->code().value());
  if (!hint.empty()) text.append("hint: ").append(hint).append("\n");
  print(text);
  return kRuntimeFailed;
}

void warn(int result, std::string_view call, std::string_view object) {
  try {
    check(result, call, object);
  } catch (const std::system_error& error) {
    report(error);
  }
}

void say(bool quiet, const std::string& side, const std::string& what) {
  if (quiet) return;
  print(one_line(side + ": pid " + std::to_string(getpid()) + " " + what));
}

}  // namespace common

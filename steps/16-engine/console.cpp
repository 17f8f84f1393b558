// SPDX-License-Identifier: MIT
#include "console.hpp"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/statfs.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>

#include "channel.hpp"
#include "common/check.hpp"
#include "mounts.hpp"

using common::check;
using common::UniqueFd;

UniqueFd connect_to(const std::string& path) {
  UniqueFd to(check(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket"));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path)
    common::fail(ENAMETOOLONG, "connect", path);
  std::memcpy(address.sun_path, path.c_str(), path.size());
  const auto* const any = reinterpret_cast<const sockaddr*>(&address);
  check(connect(to.get(), any, sizeof address), "connect", path);
  return to;
}

UniqueFd make_terminal(const Process& process, int root, const UniqueFd& to) {
  constexpr const char* kPath = "/dev/pts/ptmx";
  const UniqueFd master = open_inside(root, kPath, O_RDWR | O_NOCTTY);
  // The image may have a file there.
  struct statfs system {};
  check(fstatfs(master.get(), &system), "fstatfs", kPath);
  if (system.f_type != DEVPTS_SUPER_MAGIC) common::fail(ENOTTY, "open", kPath);
  const int locked = 0;
  check(ioctl(master.get(), TIOCSPTLCK, &locked), "ioctl", "TIOCSPTLCK");
  constexpr int kFlags = O_RDWR | O_NOCTTY | O_CLOEXEC;
  UniqueFd terminal(
      check(ioctl(master.get(), TIOCGPTPEER, kFlags), "ioctl", "TIOCGPTPEER"));
  if (process.rows != 0 && process.columns != 0) {
    const winsize size{process.rows, process.columns, 0, 0};
    check(ioctl(terminal.get(), TIOCSWINSZ, &size), "ioctl", "TIOCSWINSZ");
  }
  send_file(to.get(), "/dev/ptmx", master.get());
  return terminal;
}

void use_terminal(UniqueFd terminal, const Process& process) {
  check(ioctl(terminal.get(), TIOCSCTTY, 0), "ioctl", "TIOCSCTTY");
  check(fchown(terminal.get(), process.uid, -1U), "chown", "the terminal");
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    check(dup2(terminal.get(), fd), "dup2");
}

void check_console(const Process& process, const std::string& socket) {
  if (process.terminal && socket.empty())
    throw std::runtime_error("a terminal needs --console-socket");
  if (!process.terminal && !socket.empty())
    throw std::runtime_error(
        "--console-socket is for a process with a terminal");
}

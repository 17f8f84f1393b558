// SPDX-License-Identifier: MIT
// The terminal, and which process group has it: docs/terminal.md explains it.
//
//   Terminal terminal;
//   if (terminal.is_with(getpgrp())) terminal.give_to(child);
//   // The destructor takes it back.
//
// Guarantees: uses descriptors 0 to 2 only, so it works in a rootfs without
// /dev/tty. Errors: none; where there is no terminal, nothing is done.
// The caller must block SIGTTOU, as prepare_process() does.
#pragma once

#include <signal.h>
#include <termios.h>
#include <unistd.h>

#include <initializer_list>
#include <optional>

namespace common {

class Terminal {
 public:
  Terminal() {
    // A group that was made outside our PID namespace. All such groups have this
    // number here, so the terminal could not be given back.
    if (getpgrp() == 0) return;
    for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
      if (!exists() && tcgetpgrp(fd) != -1) fd_ = fd;
  }

  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  /// If it was given away, takes it back for our group, and restores its modes.
  /// But not if the leader of the foreground group lives: that is somebody else's
  /// group.
  ~Terminal() {
    if (!exists() || !modes_ || kill(tcgetpgrp(fd_), 0) == 0) return;
    tcsetpgrp(fd_, getpgrp());
    tcsetattr(fd_, TCSANOW, &*modes_);
  }

  bool exists() const { return fd_ != -1; }

  /// Whether it is the foreground process group.
  bool is_with(pid_t group) const {
    return exists() && group != 0 && tcgetpgrp(fd_) == group;
  }

  /// Makes `group` the foreground process group.
  void give_to(pid_t group) {
    tcgetattr(fd_, &modes_.emplace());  // the shell may have changed them
    tcsetpgrp(fd_, group);
  }

  /// From now on there is none.
  void forget() { fd_ = -1; }

 private:
  int fd_ = -1;
  std::optional<termios> modes_;
};

/// Stops us, or our process group if `whom` is 0, as the terminal would: by
/// SIGTSTP, SIGTTIN or SIGTTOU. Returns true when somebody has continued us, and
/// false at once if nobody could: in an orphaned process group (setpgid(2)).
inline bool stop(pid_t whom, int signal) {
  sigset_t stops;
  sigemptyset(&stops);
  for (const int each : {SIGTSTP, SIGTTIN, SIGTTOU})
    sigaddset(&stops, each);
  kill(whom, signal);  // blocked: it waits until the next line
  sigprocmask(SIG_UNBLOCK, &stops, nullptr);
  sigprocmask(SIG_BLOCK, &stops, nullptr);
  sigset_t pending;
  sigpending(&pending);
  // A Ctrl-Z that has come since has cancelled the SIGCONT.
  return sigismember(&pending, SIGCONT) == 1 ||
      sigismember(&pending, SIGTSTP) == 1;
}

}  // namespace common

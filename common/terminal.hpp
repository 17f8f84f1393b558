// SPDX-License-Identifier: MIT
// The terminal, and which process group has it: docs/terminal.md explains it.
//
//   Terminal terminal;
//   if (terminal.is_with(getpgrp())) terminal.give_to(child);
//   terminal.take_back();
//
// Guarantees: uses descriptors 0 to 2 only, so it works in a rootfs without
// /dev/tty. Errors: none; where there is no terminal, nothing is done.
// The caller must block SIGTTOU, as prepare_process() does.
#pragma once

#include <sys/types.h>
#include <termios.h>

#include <optional>

namespace common {

class Terminal {
 public:
  Terminal();

  bool exists() const { return fd_ != -1; }

  /// Whether it is the foreground process group.
  bool is_with(pid_t group) const;

  /// Makes `group` the foreground process group.
  void give_to(pid_t group);

  /// Gives it to our group, with the modes that it had when it was given away.
  /// Does nothing if it was not, or if the leader of the foreground group lives:
  /// that is somebody else's group.
  void take_back() const;

  /// From now on there is none.
  void forget() { fd_ = -1; }

 private:
  int fd_ = -1;
  std::optional<termios> modes_;
};

/// Stops us, or our process group if `whom` is 0, as the terminal would: by
/// SIGTSTP, SIGTTIN or SIGTTOU. True once somebody has continued us; false at once
/// if nobody could, as in an orphaned process group (setpgid(2)).
bool stop(pid_t whom, int signal);

}  // namespace common

// SPDX-License-Identifier: MIT
// The terminal, and which process group has it: docs/terminal.md explains it.
//
//   Terminal terminal;
//   if (terminal.in_foreground()) terminal.give_to(child);
//   terminal.take_back();
//
// Guarantees: uses descriptors 0 to 2 only, so it works in a rootfs without
// /dev/tty. Errors: none; where there is no terminal, nothing is done.
// The caller must block SIGTTOU, as prepare_process() does.
#pragma once

#include <sys/types.h>
#include <termios.h>

namespace common {

class Terminal {
 public:
  Terminal();

  bool exists() const { return fd_ != -1; }

  /// Whether our process group has it. Never true in a group that was made
  /// outside our PID namespace: its number is 0 here, like that of all others.
  bool in_foreground() const;

  /// Makes `group` the foreground process group.
  void give_to(pid_t group) const;

  /// Gives it to our group, with the modes that were saved last. Does nothing if
  /// the leader of the foreground group lives: that is somebody else's group.
  void take_back() const;

  /// The constructor saves the modes too.
  void save_modes();

  /// From now on there is none.
  void forget() { fd_ = -1; }

 private:
  int fd_ = -1;
  termios modes_{};
};

/// Stops our process group, as Ctrl-Z would. True once somebody has continued
/// it; false at once if nobody could: it is an orphaned group (setpgid(2)).
bool stop_process_group();

}  // namespace common

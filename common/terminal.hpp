// SPDX-License-Identifier: MIT
// The terminal, and which process group it belongs to (credentials(7), tty_ioctl(4)).
//
//   Terminal terminal;
//   if (terminal.in_foreground()) terminal.give_to(child);
//   …                     // keys typed now are the child's: Ctrl-C reaches it only
//   terminal.give_to(getpgrp());
//
// Guarantees: looks at descriptors 0 to 2 only, so that it works in a rootfs
// without /dev/tty; where none is the controlling terminal, nothing is done.
// The caller blocks SIGTTOU (prepare_process() does), or giving stops it.
// Errors: std::system_error where tcgetattr(3) or tcsetpgrp(3) fails.
#pragma once

#include <sys/types.h>
#include <termios.h>

namespace common {

class Terminal {
 public:
  Terminal();

  bool exists() const { return fd_ != -1; }

  /// Whether it belongs to the caller's process group. The same number, 0, as
  /// for every other group outside if asked from within a PID namespace, unless
  /// the caller's group was made there.
  bool in_foreground() const;

  /// Whether it belongs to a process group of which nobody is left.
  bool is_abandoned() const;

  /// Makes `group` the foreground process group.
  void give_to(pid_t group) const;

  /// Makes it the caller's again, in the modes that it had when this object was
  /// made, or when they were saved last. Without errors: where it fails, the
  /// terminal has been hung up.
  void take_back() const;

  void save_modes();

 private:
  int fd_ = -1;
  termios modes_{};
};

/// Moves the caller into a process group of its own, and with it the terminal
/// if `with_terminal`.
void lead_process_group(const Terminal& terminal, bool with_terminal);

/// Stops the caller's process group, as Ctrl-Z would, and returns when it is
/// continued; at once where nobody could (an orphaned group, setpgid(2)).
void stop_process_group();

}  // namespace common

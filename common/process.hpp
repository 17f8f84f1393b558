// SPDX-License-Identifier: MIT
// A child process that does not outlive its owner.
//
//   Process child(CLONE_NEWUTS | SIGCHLD, [] { return 3; });
//   std::optional<int> change = child.reap();  // empty while it runs
//
// Guarantees:
// - `body` runs in the child, on a copy of the parent's memory, as after
//   fork(2). It returns the exit status; an exception is reported and makes 125.
// - The kernel kills the child when the parent dies (PR_SET_PDEATHSIG), and the
//   destructor kills and reaps it. Neither reaches the child's own children, but
//   in a PID namespace the kernel kills them with their init.
// Errors: std::system_error. Start it from the main thread.
#pragma once

#include <sys/types.h>

#include <functional>
#include <optional>

namespace common {

class Process {
 public:
  /// `clone_flags` as in clone(2). SIGCHLD must be one of them.
  Process(int clone_flags, const std::function<int()>& body);
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  ~Process() { end(); }

  /// -1 after it has ended.
  pid_t pid() const { return pid_; }

  /// Call it when SIGCHLD has come. Reaps every child that has ended, orphans
  /// that the kernel gave us included. Returns the status from waitpid(2) if
  /// this child has stopped, gone on or ended since the last call. Never blocks.
  std::optional<int> reap();

  /// Kills and reaps it if it still runs.
  void end();

 private:
  pid_t pid_ = -1;
};

/// As in a shell, 128+N if signal N ended the process. Empty if it has only
/// stopped or gone on. `wait_status` is from waitpid(2).
std::optional<int> exit_status(int wait_status);

}  // namespace common

// SPDX-License-Identifier: MIT
// A child process that does not outlive its owner.
//
//   Process child(CLONE_NEWUTS | SIGCHLD, [] { return 3; });
//   std::optional<int> status = child.reap();  // empty while it runs
//
// Guarantees:
// - `body` runs in the child, on a copy of the parent's memory, as after
//   fork(2). What it returns is the exit status; an exception is reported there
//   and makes it 125: none crosses into the caller's code.
// - Text that stdio holds is written before the clone, and the child leaves by
//   _exit(2), so that none is printed twice.
// - The kernel kills the child when the parent dies, however that happens
//   (PR_SET_PDEATHSIG, prctl(2), which a change of the user clears, as by a
//   set-user-ID program); the destructor kills and reaps it. Neither reaches the
//   child's own children; in a PID namespace its death does.
// Errors: std::system_error. One thread only: PR_SET_PDEATHSIG means a thread.
#pragma once

#include <sys/types.h>

#include <functional>
#include <optional>

namespace common {

class Process {
 public:
  /// `clone_flags` as in clone(2), SIGCHLD among them or it cannot be reaped.
  Process(int clone_flags, const std::function<int()>& body);
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  ~Process();

  pid_t pid() const { return pid_; }

  /// The exit status once the process has ended, 128+N if signal N ended it.
  /// Does not block: call it when SIGCHLD has come.
  std::optional<int> reap();

  /// To be told by whoever reaped it with a wait of its own.
  void reaped() { pid_ = -1; }

 private:
  pid_t pid_ = -1;
};

/// What a shell makes of a status of waitpid(2) that says the process ended.
int exit_status(int wait_status);

}  // namespace common

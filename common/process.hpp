// SPDX-License-Identifier: MIT
// Processes: this one, its signals, and a child that does not outlive it.
//
//   prepare_process();  // the first call of main()
//   Process child(CLONE_NEWUTS | SIGCHLD, [] { return 3; });
//   std::optional<int> change = child.reap();  // empty while it runs
//
// Guarantees of prepare_process(), whatever the caller of the runtime did:
// - Descriptors 0 to 2 are open: otherwise a pipe of ours could become fd 2. If the
//   caller had closed one, its use fails, and the command finds it closed.
// - Every signal is blocked: it waits until there is a command to pass it to.
//   SIGHUP stays ignored if the caller ignores it, so that nohup(1) works.
// - SIGCHLD has its default disposition. If it were ignored, children would end
//   without a status (wait(2), NOTES).
// Guarantees of Process:
// - `body` runs in the child, on a copy of the parent's memory, as after
//   fork(2). It returns the exit status; an exception is reported and makes 125.
// - The kernel kills the child when the parent dies (PR_SET_PDEATHSIG), and the
//   destructor kills and reaps it. Neither reaches the child's own children, but
//   in a PID namespace the kernel kills them with their init.
// Errors: std::system_error. Start it from the main thread.
#pragma once

#include <signal.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace common {

void prepare_process();

/// For the command: default dispositions and an empty mask. execve(2) resets
/// handlers, but what is ignored or blocked would stay so.
void reset_signals();

/// sigfillset(3) leaves out 32 and 33.
extern const sigset_t kAllSignals;

/// "TERM", "SIGTERM" or "15"; no word at all is SIGTERM. Throws UsageError.
int parse_signal(const std::vector<std::string>& words);

/// Whether a signal that we have got has to be passed on.
bool is_for_command(const siginfo_t& info);

/// Sends it to a process, or to its group where a terminal or a shell does that.
void pass_on(int signal, pid_t process);

class Process {
 public:
  /// `clone_flags` as in clone(2). SIGCHLD must be one of them.
  Process(int clone_flags, const std::function<int()>& body);
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  ~Process();

  /// -1 after it has ended.
  pid_t pid() const { return pid_; }

  /// Call it when SIGCHLD has come. Reaps every child that has ended, orphans
  /// that the kernel gave us included. Returns the status from waitpid(2) if
  /// this child has stopped, gone on or ended since the last call. Never blocks.
  std::optional<int> reap();

  /// From now on we do not own it. It lives on when we end, if it has turned off
  /// PR_SET_PDEATHSIG.
  void release() { pid_ = -1; }

 private:
  pid_t pid_ = -1;
};

/// As in a shell, 128+N if signal N ended the process. Empty if it has only
/// stopped or gone on. `wait_status` is from waitpid(2).
std::optional<int> exit_status(int wait_status);

}  // namespace common

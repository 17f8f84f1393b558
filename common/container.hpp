// SPDX-License-Identifier: MIT
// A container as the host sees it: its first process, from start to end.
//
//   common::Container container = common::start(
//       CLONE_NEWUTS | SIGCHLD, [&] { return child(options); });
//   return container.wait();
//
// Guarantees:
// - The container ends with its owner: see common/process.hpp.
// - wait() passes every signal to the command, once. No process can pass SIGSTOP
//   on: it stops the runtime, and the container runs on.
// - The terminal and its keys are the command's while it runs, and ours again
//   afterwards. If Ctrl-C killed the command, it kills us too, when main() has
//   returned: only then a shell ends its loop. docs/terminal.md explains it.
// - All that can fail in start() does so before `child` runs.
// Errors: std::system_error; the destructor then kills the container.
// Call prepare_process() (common/prepare.hpp) first.
#pragma once

#include <functional>
#include <optional>

#include "common/file.hpp"
#include "common/process.hpp"
#include "common/terminal.hpp"

namespace common {

class Container {
 public:
  /// See start().
  Container(int clone_flags, const std::function<int()>& child);
  ~Container();

  /// The pid that the host sees. Inside it can be another one.
  pid_t pid() const { return init_.pid(); }

  /// Waits for the end; returns the exit status.
  int wait();

 private:
  std::optional<int> take_signal();
  void take_news();
  void command_stopped(int signal);
  void resume();
  void tell_command(int signal);
  void give_terminal();

  Terminal terminal_;
  bool wants_terminal_;
  pid_t command_ = 0;  // from wait_for_terminal() to its end
  int stopped_by_ = 0;  // the signal, while the command is stopped
  bool must_stop_ = false;  // as the command did
  UniqueFd signals_;
  UniqueFd end_of_init_;  // of a socket
  UniqueFd news_;  // our end
  Process init_;
};

/// Starts a process in new namespaces (clone(2)) that runs `child` and exits
/// with what it returns.
Container start(int clone_flags, const std::function<int()>& child);

/// In the init: tells the host what waitpid(2) says of the command.
void tell_host(int wait_status);

/// In the command, in a process group of its own: returns when the host has
/// given it the terminal, or knows that it is not to have it.
void wait_for_terminal();

}  // namespace common

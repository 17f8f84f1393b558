// SPDX-License-Identifier: MIT
// A container as the host sees it: its first process, from start to end.
//
//   common::Container container = common::start(
//       CLONE_NEWUTS | SIGCHLD, [&] { return child(options); });
//   return container.wait();
//
// Guarantees:
// - The container ends with its owner: see common/process.hpp.
// - It has process groups of its own (one for its init, one for its command),
//   so nothing that is sent to ours reaches it twice: wait() passes it on.
// - If the terminal is ours, the command has it while it runs, and we have it
//   back, in the modes it had, when the container goes. When Ctrl-Z stops the
//   command, our whole job stops, for the shell that started it to take over;
//   when the shell continues us, we continue the command.
// Errors: std::system_error; the container is then killed by the destructor.
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

  /// As the host counts; inside it may have another number.
  pid_t pid() const { return init_.pid(); }

  /// Waits for the end, passing every signal on; returns the exit status.
  int wait();

 private:
  std::optional<int> take_signal(int signal_fd);
  void command_stopped(int signal);
  void resume();

  Terminal terminal_;
  // Ends on every way out, and after init_, which could take it again.
  struct Loan {
    const Terminal& terminal;
    bool wanted;  // by the command, whether or not it has it now
    bool lent;
    ~Loan();
  } loan_;
  Pipe stops_;
  Process init_;
};

/// Starts a process in new namespaces (clone(2)) that runs `child` and exits
/// with what it returns.
Container start(int clone_flags, const std::function<int()>& child);

/// The write end of the pipe on which the init tells, a byte at a time, which
/// signal stopped the command; -1 outside a container. A wait status would not
/// do: an init cannot stop itself (pid_namespaces(7)).
int stops_fd();

}  // namespace common

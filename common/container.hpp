// SPDX-License-Identifier: MIT
// A container: its first process, and the command that this process runs.
//
//   prepare_process();
//   Gate gate;
//   Container container = start(CLONE_NEWUTS | SIGCHLD, [&] {
//     gate.wait();  // in the container, until the host has set up something
//     return run_command({"/bin/sh"});
//   });
//   gate.open();  // on the host
//   return container.wait();
//
// Guarantees:
// - The container ends with its owner: see common/process.hpp.
// - wait() passes every signal to the command, once. No process can pass SIGSTOP
//   on: it stops the runtime, and the container runs on.
// - The command has the terminal while it runs. Afterwards we have it again. If
//   Ctrl-C killed the command, SIGINT kills us too, after main(): otherwise the loop
//   of a shell would continue. docs/terminal.md explains it.
// - If start() throws, `child` has not run.
// - The command starts with default signal dispositions, an empty mask, its own
//   process group and none of our descriptors. It dies if its init dies.
// Errors: std::system_error. If run_command() throws, the command is killed. If the
// host throws, the destructor kills the container.
#pragma once

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "common/check.hpp"
#include "common/file.hpp"
#include "common/process.hpp"
#include "common/terminal.hpp"

namespace common {

class Container {
 public:
  /// Starts a process in new namespaces (clone(2)) that runs `child` and exits
  /// with what it returns.
  /// If it is detached, it is in a session of its own, and has no terminal.
  Container(
      int clone_flags,
      const std::function<int()>& child,
      bool is_detached = false);

  /// The pid that the host sees. Inside it can be another one.
  pid_t pid() const { return init_.pid(); }

  /// Waits for the end; returns the exit status.
  int wait();

  /// From now on it does not end with us. Returns `status`.
  int release(int status) {
    init_.release();
    return status;
  }

 private:
  std::optional<int> take_signals();
  void take_news();
  void command_stopped(int signal);
  void resume();
  void tell_command(int signal);
  void give_terminal();

  Terminal terminal_;  // first, so that its destructor is the last
  bool wants_terminal_;
  pid_t command_ = 0;  // from wait_for_terminal() to its end
  int stopped_by_ = 0;  // the signal, while the command is stopped
  bool must_stop_ = false;  // as the command did
  UniqueFd signals_;
  UniqueFd end_of_init_;  // of a socket
  UniqueFd news_;  // our end
  Process init_;
};

inline Container start(
    int clone_flags,
    const std::function<int()>& child,
    bool is_detached = false) {
  return {clone_flags, child, is_detached};
}

/// Holds a container until the host has set up what only the host can set up.
class Gate {
 public:
  Gate() {
    int ends[2];
    check(pipe2(ends, O_CLOEXEC), "pipe2");
    read_end_.reset(ends[0]);
    write_end_.reset(ends[1]);
  }

  /// Returns after open(). Throws EPIPE if the host has ended.
  void wait() {
    // read(2) returns when a byte comes or no writer is left. So close ours: pipe(7).
    write_end_.reset();
    char byte = 0;
    const ssize_t size = check(read(read_end_.get(), &byte, 1), "read", "gate");
    pollfd end{.fd = read_end_.get(), .events = 0, .revents = 0};
    const bool is_gone = check(poll(&end, 1, /*timeout=*/0), "poll") > 0;
    if (size == 0 || is_gone) fail(EPIPE, "read", "gate");
    read_end_.reset();
  }

  void open() { check(write(write_end_.get(), "", 1), "write", "gate"); }

 private:
  UniqueFd read_end_;
  UniqueFd write_end_;
};

/// The work of the init, and the last call of `child`: runs a program, reaps
/// orphans, and passes on every signal that the init gets. Looks the program up in
/// PATH unless its name has a slash. Returns the exit status: 128+N if signal N
/// killed the command, 127 if it was not found, 126 if it was found and cannot be
/// executed (as in sh(1)).
int run_command(const std::vector<std::string>& command);

/// Executes the command, with default signals. Returns only if that fails: reports
/// why, and returns 126 or 127, as above.
int become_command(const std::vector<std::string>& command);

/// The first executable file of that name in PATH. If none is executable, the
/// first file; if there is none, "". A name with a slash is a path already.
std::string find_program(const std::string& name);

/// In the init: tells the host what waitpid(2) says of the command.
void tell_host(int wait_status);

/// In the command, in a process group of its own: returns when the host has given
/// it the terminal, or has decided not to.
void wait_for_terminal();

}  // namespace common

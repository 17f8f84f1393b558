// SPDX-License-Identifier: MIT
// What is known of a container while no runtime runs: a directory ROOT/ID, with a
// file for each fact.
//
//   StateDirectory state("/run/boxstep", "web");
//   state.make();                          // mkdir(2): the name is ours, or taken
//   state.write_init(find_process(pid));
//   ...
//   const State now = state.read();        // another runtime, an hour later
//   send_signal(now.init, SIGTERM);
//
// Guarantees:
// - A file has all of its text or is not there: it is renamed to its place.
// - A pid comes again, for another process. So a process is its pid and the time
//   when it started, and send_signal() reaches that process or none.
// - What the status says comes from the kernel, not from a file that could be old.
// Errors: std::system_error. std::runtime_error if there is no such container, if
// there is one already, or if its state is not one that we have written.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "common/container.hpp"
#include "common/file.hpp"

namespace common {

struct ProcessId {
  pid_t pid = 0;
  unsigned long long start = 0;  // proc_pid_stat(5): ticks after the boot
};

/// The process that has this pid now. Throws ESRCH if there is none.
ProcessId find_process(pid_t pid);

/// Throws ESRCH if it has ended, even if another one has its pid now.
void send_signal(const ProcessId& process, int signal);

/// A pidfd(2) of it, which no other process can get. Throws ESRCH.
UniqueFd open_process(const ProcessId& process);

struct State {
  std::string status;  // "creating", "created", "running", "stopped"
  ProcessId init;  // no pid before it is created, or if that was never finished
};

class StateDirectory {
 public:
  /// What asks for it throws if `id` is no name for a directory.
  StateDirectory(const std::string& root, const std::string& id);

  const std::string& id() const { return id_; }
  std::string path(const std::string& name) const;

  /// Returns a lock, which tells the others that we are still at it.
  UniqueFd make() const;
  bool exists() const;

  /// Throws if there is no such container, or if its file `init` is damaged.
  State read() const;

  /// As read(), and throws if it has another status.
  State expect(const std::string& status) const;

  void write(const std::string& name, const std::string& text) const;
  void write_init(const ProcessId& init) const;

  /// Opens the fifo, which `process` has opened to write, or is about to: this lets it
  /// go on. Returns what it writes until it closes the fifo, as execve(2) does. If
  /// that is an error, it has ended.
  /// Throws if another one has started it in the meantime, or if it has ended.
  std::string open_gate(const ProcessId& process) const;

  void remove() const;

  /// Prints the state as the OCI runtime specification has it; returns 0.
  int print() const;

  /// Sends the first process a signal: parse_signal(). Returns 0.
  int signal(const std::vector<std::string>& words) const;

 private:
  std::string root_;
  std::string id_;
};

/// A container that is being made. It has a directory with a fifo called `gate`,
/// which is removed again if an exception ends this object. Without an ID, it is a
/// container that nobody has to find: it has none. Make the object before you mount
/// anything or change the directory: later, `root` could lead to another place.
class NewState {
 public:
  NewState(const std::string& root, const std::string& id);
  NewState(const NewState&) = delete;
  NewState& operator=(const NewState&) = delete;
  ~NewState();

  /// The fifo as a path, in a mount namespace that has a /proc.
  const char* fifo() const { return fifo_path_.c_str(); }

  void set_init(pid_t pid) const;

  /// In the container, when it is created; the host waits for that, and throws
  /// EPIPE if the container ends before, and ENOENT if somebody has deleted it.
  /// Returns 0.
  void tell_host() { created_->open(); }
  int wait();

 private:
  NewState() = default;

  std::optional<StateDirectory> directory_;
  UniqueFd lock_;  // the directory
  UniqueFd fifo_;
  std::string fifo_path_;
  std::optional<Gate> created_;  // an init of ours must not have it
};

}  // namespace common

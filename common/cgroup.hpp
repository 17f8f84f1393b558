// SPDX-License-Identifier: MIT
// A cgroup for one container, wherever the host keeps them (cgroups(7)).
//
//   Cgroup cgroup;             // before the container, so that it goes after it
//   cgroup.make("pids");       // mkdir /sys/fs/cgroup/pids/boxstep-4711
//   cgroup.write("pids.max", "20");
//   cgroup.remove();           // rmdir, when the container has ended
//
// Guarantees:
// - Version 1, version 2 and the mixture of both: the cgroup is made directly
//   below the mount that has the controller. In version 2 the controller is
//   turned on there for its children if it was not, and stays on: others may
//   have come to need it.
// - In version 2 the container leaves its caller's cgroup, and the limits of that.
// - No two runs share one, in different PID namespaces neither. It is locked
//   (flock(2)) while its owner lives; remove() takes those along that a runtime
//   has left which was killed.
// - Removed when its owner goes, with the cgroups that were made below it.
// - A container started before make() has no descriptor of it: one would lead
//   it through /proc/1/fd to the files of the host.
// Errors: std::system_error that names call and path. The destructor has none:
// call remove() where it matters.
#pragma once

#include <string>
#include <string_view>

#include "common/unique_fd.hpp"

namespace common {

class Cgroup {
 public:
  Cgroup() = default;
  Cgroup(const Cgroup&) = delete;
  Cgroup& operator=(const Cgroup&) = delete;
  ~Cgroup();

  /// Makes it, with `controller` ("pids", "memory"); once.
  void make(std::string_view controller);

  /// Writes `text` to its `file`, in one write(2).
  void write(std::string_view file, std::string_view text);

  /// Waits up to a second for processes that are on their way out. Then does
  /// the same, for a tenth of one, for what runtimes that were killed have left.
  void remove();

 private:
  bool make_locked(const std::string& path);

  std::string path_;
  UniqueFd lock_;
};

}  // namespace common

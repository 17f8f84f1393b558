// SPDX-License-Identifier: MIT
// The container's cgroup: a directory with the same path in each hierarchy that
// is needed. This path is enough to find all the processes, and to remove all that
// is left.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "bundle.hpp"

// A mount of cgroups: one with version 2, or several with version 1, or both.
struct Hierarchy {
  std::string point;
  bool is_version2 = false;
  std::vector<std::string> controllers;
};

std::vector<Hierarchy> find_hierarchies();

class ContainerCgroup {
 public:
  /// `path` is relative to each mount. An empty one has no directories.
  explicit ContainerCgroup(const std::string& path);

  /// Throws EBUSY if one of them exists and has processes: to remove the container
  /// would kill them, too.
  void check_is_free() const;

  /// Makes the directories and writes the limits.
  void make(const Options& options) const;

  void join(pid_t process) const;

  /// Writes other limits, while processes are inside. Does not change the rules for
  /// devices: engines send the old ones again.
  void update(Options options) const;

  /// The directories that exist.
  std::vector<std::string> places() const;

  std::vector<pid_t> processes() const;

  void freeze(bool freeze) const;
  bool is_frozen() const;

  /// Kills all of its processes; returns when they are gone.
  void kill_all() const;

  void remove() const;

 private:
  std::string path_;
  std::vector<Hierarchy> hierarchies_;
};

// SPDX-License-Identifier: MIT
// The place of a container's cgroup, and its removal, even after an error: cgroups(7).
// The step itself makes the directory and writes its files. Make this object
// before the container: then it is destroyed after the container has ended.
//
//   const Cgroup cgroup(find_cgroup_parent("pids"));
//   mkdir(cgroup.path().c_str(), 0755);  // /sys/fs/cgroup/pids/boxstep-4711
//   write_file(cgroup.path() + "/pids.max", "20");
//
// Guarantees:
// - No other runtime uses this path. The name has the pid of the caller, and its
//   PID namespace too if that is not the first one, as pids repeat there.
// - The destructor removes the cgroup and all below it. It also removes what killed
//   runtimes of this PID namespace have left. It tries for a tenth of a second.
// - The container leaves the cgroup of its caller, and is free of its limits.
// Errors: find_cgroup_parent(), join() and make_usable() throw std::system_error;
// the others ignore errors.
#pragma once

#include <sys/types.h>

#include <string>

namespace common {

/// Where this host keeps the cgroups of a controller. A host has version 1, version
/// 2, or both. A mount that another one hides does not count.
/// Throws ENODEV if there is none. `mounts` is a file as in fstab(5).
std::string find_cgroup_parent(
    const std::string& controller,
    const std::string& mounts = "/proc/self/mounts");

class Cgroup {
 public:
  /// It will be made in `parent`.
  explicit Cgroup(const std::string& parent);
  Cgroup(const Cgroup&) = delete;
  Cgroup& operator=(const Cgroup&) = delete;
  ~Cgroup();

  /// From now on, the names have this ID of a container and not our pid. Then the
  /// destructor removes a cgroup only after an exception. "" ends this.
  static void name_after(const std::string& id);

  const std::string& parent() const { return parent_; }
  const std::string& path() const { return path_; }
  bool is_version2() const;

  /// Turns the controller on, makes the directory, and moves the process in. In
  /// version 2 the directory may exist: it is the same one for all controllers.
  void join(const std::string& controller, pid_t process) const;

  /// Lets processes into the new directory. Version 2 needs that if the parent has
  /// processes itself, as in a Docker container: only a threaded cgroup may then
  /// have some, too (cgroups(7), "Thread mode").
  void make_usable() const;

  /// Removes the cgroups that the container has made below this one.
  void remove_children() const;

 private:
  std::string parent_;
  std::string path_;
};

/// Removes the cgroups that are named after a container, of all controllers. If one
/// has processes, it kills them if `kills`, and throws EBUSY if not.
void remove_cgroups(const std::string& id, bool kills);

}  // namespace common

// SPDX-License-Identifier: MIT
// Where a container's cgroup is, and its removal on every way out: cgroups(7).
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
// - The destructor removes the cgroup and all below it, and those of runtimes in
//   this PID namespace that have been killed. It tries for a tenth of a second.
// - The container leaves the cgroup of its caller, and the limits of that one.
//   runc and crun stay below it instead.
// Errors: find_cgroup_parent(), join() and make_usable() throw std::system_error;
// the others ignore errors.
#pragma once

#include <sys/types.h>

#include <string>

namespace common {

/// Where this host keeps the cgroups of a controller, in version 1, version 2, or
/// both, each for some controllers. A mount that another one hides is not taken.
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

  /// Those that are made from now on have the ID of a container in their names, in
  /// place of our pid. They stay unless an exception ends the object. "" is none.
  static void name_after(const std::string& id);

  const std::string& parent() const { return parent_; }
  const std::string& path() const { return path_; }
  bool is_version2() const;

  /// Makes the directory, unless it is there: in version 2, it is the same one for
  /// all controllers. Turns this one on, and moves the process in.
  void join(const std::string& controller, pid_t process) const;

  /// Lets processes in, once the directory is there. Version 2 needs that if the
  /// parent has processes itself, as in a Docker container: only a threaded
  /// cgroup may then have some, too (cgroups(7), "Thread mode").
  void make_usable() const;

  /// Removes the cgroups that the container has made below this one.
  void remove_children() const;

 private:
  std::string parent_;
  std::string path_;
};

/// Removes those with the ID of a container, of all controllers. `kills` what is in
/// there. Else it throws EBUSY if one has processes.
void remove_cgroups(const std::string& id, bool kills);

}  // namespace common

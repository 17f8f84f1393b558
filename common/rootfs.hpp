// SPDX-License-Identifier: MIT
// Rejects directories that cannot be a container's root. chroot(2) accepts the
// host's own /, and isolates nothing.
//
//   check_rootfs("rootfs");       // before anything starts
//   const HostRoot host_root;     // in the container
//   chroot("rootfs");
//   host_root.check_is_not("/");
//
// Guarantees: the host's own / is rejected under every name: links, bind mounts,
// "..". The second check is needed because a link can change after the first.
// Errors: std::system_error that names chroot, with EINVAL for the host's own /.
#pragma once

#include <sys/stat.h>

#include <string>

#include "common/check.hpp"

namespace common {

/// Throws ELOOP if `path` is a symbolic link, which mount(2) would follow.
inline void check_no_link(const std::string& path) {
  struct stat found {};
  const bool exists = lstat(path.c_str(), &found) == 0;
  if (exists && S_ISLNK(found.st_mode)) fail(ELOOP, "mount", path);
}

/// Remembers which directory / was when this object was made.
class HostRoot {
 public:
  HostRoot() { check(stat("/", &root_), "stat", "/"); }

  /// Throws unless `path` is a directory, and not the host's /.
  void check_is_not(const std::string& path) const { check_is_not(path, path); }

  /// The same. `name` is what the error calls it.
  void check_is_not(const std::string& path, const std::string& name) const {
    struct stat found {};
    check(stat(path.c_str(), &found), "chroot", name);
    if (!S_ISDIR(found.st_mode)) fail(ENOTDIR, "chroot", name);
    if (found.st_dev == root_.st_dev && found.st_ino == root_.st_ino)
      fail(EINVAL, "chroot", name);
  }

 private:
  struct stat root_ {};
};

/// Throws unless `path` is a directory, and not the host's own /.
inline void check_rootfs(const std::string& path) {
  HostRoot().check_is_not(path);
}

/// The same. `name` is what the error calls it.
inline void check_rootfs(const std::string& path, const std::string& name) {
  HostRoot().check_is_not(path, name);
}

}  // namespace common

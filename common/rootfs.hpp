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

#include <sys/types.h>

#include <string>

namespace common {

/// Throws unless `path` is a directory, and not the host's own /.
void check_rootfs(const std::string& path);

/// Remembers which directory / was when this object was made.
class HostRoot {
 public:
  HostRoot();

  /// Throws unless `path` is a directory, and not that one.
  void check_is_not(const std::string& path) const;

 private:
  dev_t device_;
  ino_t inode_;
};

}  // namespace common

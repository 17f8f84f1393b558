// SPDX-License-Identifier: MIT
#include "common/rootfs.hpp"

#include <sys/stat.h>

#include "common/check.hpp"

namespace common {

HostRoot::HostRoot() {
  struct stat root {};
  check(stat("/", &root), "stat", "/");
  device_ = root.st_dev;
  inode_ = root.st_ino;
}

void HostRoot::check_is_not(const std::string& path) const {
  struct stat rootfs {};
  check(stat(path.c_str(), &rootfs), "chroot", path);
  if (!S_ISDIR(rootfs.st_mode)) fail(ENOTDIR, "chroot", path);
  if (rootfs.st_dev == device_ && rootfs.st_ino == inode_)
    fail(EINVAL, "chroot", path);
}

void check_rootfs(const std::string& path) {
  HostRoot().check_is_not(path);
}

}  // namespace common

// SPDX-License-Identifier: MIT
#include "common/rootfs.hpp"

#include <sys/stat.h>

#include "common/check.hpp"

namespace common {

void check_rootfs(const std::string& path) {
  struct stat rootfs {};
  struct stat host {};
  check(stat(path.c_str(), &rootfs), "chroot", path);
  check(stat("/", &host), "stat", "/");
  if (!S_ISDIR(rootfs.st_mode)) fail(ENOTDIR, "chroot", path);
  const bool same =
      rootfs.st_dev == host.st_dev && rootfs.st_ino == host.st_ino;
  if (same) fail(EINVAL, "chroot", path);
}

}  // namespace common

// SPDX-License-Identifier: MIT
// Leaves a chroot, as root may: chroot(2), NOTES.
#include <cstdio>

#include <sys/stat.h>
#include <unistd.h>

int main() {
  mkdir("lower", 0755);
  // The root moves down; the working directory stays, and is now outside it.
  if (chroot("lower") != 0) return 1;
  // ".." stops at the root only, and we are not below it.
  for (int i = 0; i < 100; ++i)
    if (chdir("..") != 0) return 1;
  if (chroot(".") != 0) return 1;
  execl("/bin/sh", "sh", nullptr);
  std::perror("exec /bin/sh");
}

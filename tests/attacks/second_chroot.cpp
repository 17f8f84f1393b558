// SPDX-License-Identifier: MIT
// Leaves the chroot by a second one: chroot(2), which describes it.
// It has worked if the container has read a file of the host.
#include "tests/attacks/rig/attack.hpp"

namespace attacks::second_chroot {

void attempt(const Words&) {
  leave_chroot();
  read_secret("/root/secret");
}

const Entry kEntry({
    .name = "second-chroot",
    .title = "leave the chroot by a second chroot",
    .open = "chroot(2) moves / and not the working directory. After one into a "
            "directory below, the working directory is not below / any more, "
            "and \"..\" goes up past it, to the host's own. It takes only "
            "CAP_SYS_CHROOT, which root has",
    .attempt = attempt,
});

}  // namespace attacks::second_chroot

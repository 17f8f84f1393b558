// SPDX-License-Identifier: MIT
// Uses a directory descriptor that the runtime's caller had open: openat in
// open(2). Shells and build tools leave such ones.
// It has worked if the container has read a file of the host.
#include "tests/attacks/rig/attack.hpp"

namespace attacks::inherited_fd {

void attempt(const Words& words) {
  constexpr const char* kPath = "root/secret";
  const int directory = std::stoi(words[0]);
  const int file = openat(directory, kPath, O_RDONLY | O_CLOEXEC);
  read_secret_from(try_to(file, "openat", "fd " + words[0] + ", " + kPath));
}

const Entry kEntry({
    .name = "inherited-fd",
    .title = "use a directory fd inherited from the caller",
    .open = "descriptors pass over clone, chroot and exec unless they are "
            "closed or FD_CLOEXEC, and openat(2) starts at what the descriptor "
            "refers to, whatever / is",
    .prepare = leave_root_open,
    .attempt = attempt,
});

}  // namespace attacks::inherited_fd

// SPDX-License-Identifier: MIT
// Uses a directory descriptor that the runtime's caller had open: openat in
// open(2). Shells and build tools leave such ones.
// It has worked if the container has read a file of the host.
#include <fcntl.h>

#include "common/check.hpp"
#include "tests/attacks/rig/attack.hpp"
#include "tests/attacks/rig/host.hpp"

namespace attacks::inherited_fd {

class InheritedFd final : public Attack {
 public:
  InheritedFd()
      : Attack({
            .name = "inherited-fd",
            .title = "use a directory fd inherited from the caller",
            .open = "descriptors pass over clone, chroot and exec unless they "
                    "are closed or FD_CLOEXEC, and openat(2) starts at what "
                    "the descriptor refers to, whatever / is",
        }) {}

  Words prepare(Host& host) override {
    constexpr int kFlags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
    const int fd = common::check(open("/", kFlags), "open", "/");
    host.launch.before_exec = [fd] { fcntl(fd, F_SETFD, 0); };  // inherited
    return {std::to_string(fd)};
  }

  void attempt(const Words& words) override {
    constexpr const char* kPath = "root/secret";
    const int directory = std::stoi(words[0]);
    const int file = openat(directory, kPath, O_RDONLY | O_CLOEXEC);
    try_to(file, "openat", "fd " + words[0] + ", " + kPath);
    read_secret_from(file);
  }
};

const Entry<InheritedFd> kEntry;

}  // namespace attacks::inherited_fd

// SPDX-License-Identifier: MIT
// Speaks to a host process on an abstract unix socket, as D-Bus and X11 have
// them: unix(7).
// It has worked if the host has got the message.
#include <sys/socket.h>
#include <sys/un.h>

#include <cstddef>

#include "tests/attacks/rig/attack.hpp"

namespace attacks::abstract_socket {

constexpr sockaddr_un kAddress{AF_UNIX, "\0attacks-socket"};
constexpr socklen_t kLength = offsetof(sockaddr_un, sun_path) + 15;

const sockaddr* address() {
  return reinterpret_cast<const sockaddr*>(&kAddress);
}

int server = -1;

Words prepare(Host&) {
  server = check(
      socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0),
      "socket");
  check(bind(server, address(), kLength), "bind");
  return {};
}

void attempt(const Words&) {
  const int fd = check(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket");
  try_to(connect(fd, address(), kLength), "connect", "@attacks-socket");
  send_message(fd);
}

const Entry kEntry({
    .name = "abstract-socket",
    .title = "reach an abstract unix socket of the host",
    .open = "the name of an abstract socket is no file: it belongs to a "
            "network namespace, and the container is in the host's: unix(7), "
            "network_namespaces(7)",
    .prepare = prepare,
    .attempt = attempt,
    .effect = [](Host&) { return has_message(server); },
});

}  // namespace attacks::abstract_socket

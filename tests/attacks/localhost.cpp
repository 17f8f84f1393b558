// SPDX-License-Identifier: MIT
// Speaks to a host process that listens on 127.0.0.1, where it is thought to be
// safe from others: ip(7), network_namespaces(7).
// It has worked if the host has got the message.
#include <net/if.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "tests/attacks/rig/attack.hpp"

namespace attacks::localhost {

sockaddr_in loopback(in_port_t port) {
  return {AF_INET, port, {htonl(INADDR_LOOPBACK)}, /*sin_zero=*/{}};
}

// The loopback device of a new network namespace is down.
void bring_loopback_up(int any_socket) {
  ifreq request{};
  request.ifr_name[0] = 'l';
  request.ifr_name[1] = 'o';
  request.ifr_flags = IFF_UP;
  check(ioctl(any_socket, SIOCSIFFLAGS, &request), "ioctl SIOCSIFFLAGS");
}

int server = -1;

Words prepare(Host&) {
  constexpr int kType = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
  server = check(socket(AF_INET, kType, 0), "socket");
  bring_loopback_up(server);
  sockaddr_in address = loopback(/*port=*/0);
  auto* pointer = reinterpret_cast<sockaddr*>(&address);
  socklen_t length = sizeof address;
  check(bind(server, pointer, length), "bind", "127.0.0.1");
  check(listen(server, /*backlog=*/1), "listen");
  check(getsockname(server, pointer, &length), "getsockname");
  return {std::to_string(address.sin_port)};
}

void attempt(const Words& words) {
  const auto port = static_cast<in_port_t>(std::stoi(words[0]));
  const sockaddr_in address = loopback(port);
  const int fd =
      check(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
  try_to(
      connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address),
      "connect",
      "127.0.0.1:" + std::to_string(ntohs(port)));
  send_message(fd);
}

std::string effect(Host&) {
  const int fd = accept4(server, nullptr, nullptr, SOCK_CLOEXEC);
  return has_message(fd);
}

const Entry kEntry({
    .name = "localhost",
    .title = "connect to 127.0.0.1 of the host",
    .open = "127.0.0.1 is the loopback device of a network namespace, and the "
            "container is in the host's: network_namespaces(7)",
    .prepare = prepare,
    .attempt = attempt,
    .effect = effect,
});

}  // namespace attacks::localhost

// SPDX-License-Identifier: MIT
// Speaks to a host process on an abstract unix socket, as D-Bus and X11 have
// them: unix(7).
// It has worked if the host has got the message.
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cstddef>

#include "common/check.hpp"
#include "tests/attacks/rig/attack.hpp"

namespace attacks::abstract_socket {

constexpr sockaddr_un kAddress{AF_UNIX, "\0attacks-socket"};
constexpr socklen_t kLength = offsetof(sockaddr_un, sun_path) + 15;
constexpr std::string_view kMessage = "attacked";

const sockaddr* address() {
  return reinterpret_cast<const sockaddr*>(&kAddress);
}

class AbstractSocket final : public Attack {
 public:
  AbstractSocket()
      : Attack({
            .name = "abstract-socket",
            .title = "reach an abstract unix socket of the host",
            .open = "the name of an abstract socket is no file: it belongs to "
                    "a network namespace, and the container is in the host's: "
                    "unix(7), network_namespaces(7)",
        }) {}

  Words prepare(Host& /*host*/) override {
    server_ = common::check(
        socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0),
        "socket");
    common::check(bind(server_, address(), kLength), "bind");
    return {};
  }

  void attempt(const Words& /*words*/) override {
    const int fd =
        common::check(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket");
    try_to(connect(fd, address(), kLength), "connect", "@attacks-socket");
    try_to(send(fd, kMessage.data(), kMessage.size(), 0), "send");
  }

  std::string effect(Host& /*host*/) override {
    std::array<char, 64> text{};
    const ssize_t length = recv(server_, text.data(), text.size(), 0);
    const bool received =
        length > 0 && kMessage == std::string_view(text.data());
    return received ? "a host process has got a message" : "";
  }

 private:
  int server_ = -1;
};

const Entry<AbstractSocket> kEntry;

}  // namespace attacks::abstract_socket

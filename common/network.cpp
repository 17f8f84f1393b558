// SPDX-License-Identifier: MIT
#include "common/network.hpp"

#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <net/route.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cstdint>
#include <cstring>
#include <string_view>

#include "common/check.hpp"
#include "common/file.hpp"

namespace common {
namespace {

UniqueFd open_socket(int family, int type, int protocol) {
  return UniqueFd(
      check(socket(family, type | SOCK_CLOEXEC, protocol), "socket"));
}

// A request of rtnetlink(7): headers, and attributes that can hold others.
class Request {
 public:
  explicit Request(std::uint16_t type) {
    nlmsghdr header{};
    header.nlmsg_type = type;
    header.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL;
    add(header);
  }

  // All parts begin at a multiple of four bytes.
  template <typename Part>
  void add(const Part& part) {
    static_assert(sizeof(part) % NLMSG_ALIGNTO == 0);
    bytes_.append(reinterpret_cast<const char*>(&part), sizeof(part));
  }

  // Returns where it begins. What comes before its end() is in it.
  std::size_t begin(std::uint16_t type) {
    const std::size_t start = bytes_.size();
    add(rtattr{.rta_len = 0, .rta_type = type});
    return start;
  }

  void end(std::size_t start) {
    const auto size = static_cast<std::uint16_t>(bytes_.size() - start);
    std::memcpy(bytes_.data() + start, &size, sizeof(size));
    bytes_.resize(NLMSG_ALIGN(bytes_.size()));
  }

  void add(std::uint16_t type, std::string_view value) {
    const std::size_t start = begin(type);
    bytes_.append(value);
    end(start);
  }

  // The answer is an error number, 0 if all is well.
  int send() {
    const auto size = static_cast<std::uint32_t>(bytes_.size());
    std::memcpy(bytes_.data(), &size, sizeof(size));
    const auto socket = open_socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
    check(::send(socket.get(), bytes_.data(), size, 0), "send", "rtnetlink");
    struct {
      nlmsghdr header;
      nlmsgerr error;
    } answer{};
    check(recv(socket.get(), &answer, sizeof(answer), 0), "recv", "rtnetlink");
    if (answer.header.nlmsg_type != NLMSG_ERROR) return EPROTO;
    return -answer.error.error;
  }

 private:
  std::string bytes_;
};

// netdevice(7)
ifreq request_for(const std::string& interface) {
  ifreq request{};
  if (interface.size() >= IFNAMSIZ) fail(ENAMETOOLONG, "interface", interface);
  interface.copy(request.ifr_name, IFNAMSIZ);
  return request;
}

template <typename Argument>
void call_ioctl(
    unsigned long call,
    Argument& argument,
    std::string_view name,
    std::string_view object) {
  const auto socket = open_socket(AF_INET, SOCK_DGRAM, 0);
  check(ioctl(socket.get(), call, &argument), name, object);
}

void put_address(sockaddr& place, in_addr_t address) {
  sockaddr_in internet{};
  internet.sin_family = AF_INET;
  internet.sin_addr.s_addr = htonl(address);
  std::memcpy(&place, &internet, sizeof(internet));
}

}  // namespace

void make_veth(
    const std::string& here,
    const std::string& there,
    pid_t process) {
  const std::string_view number(
      reinterpret_cast<const char*>(&process),
      sizeof(process));
  Request request(RTM_NEWLINK);
  request.add(ifinfomsg{});
  request.add(IFLA_IFNAME, here);
  const std::size_t info = request.begin(IFLA_LINKINFO);
  request.add(IFLA_INFO_KIND, "veth");
  const std::size_t data = request.begin(IFLA_INFO_DATA);
  const std::size_t peer = request.begin(VETH_INFO_PEER);
  request.add(ifinfomsg{});
  request.add(IFLA_IFNAME, there);
  request.add(IFLA_NET_NS_PID, number);
  request.end(peer);
  request.end(data);
  request.end(info);
  const int error = request.send();
  if (error != 0) fail(error, "make veth", here);
}

void set_address(const std::string& interface, in_addr_t address, int prefix) {
  ifreq request = request_for(interface);
  put_address(request.ifr_addr, address);
  call_ioctl(SIOCSIFADDR, request, "set address of", interface);
  // The kernel has set an old default, /8 for 10.0.0.1.
  put_address(request.ifr_netmask, ~in_addr_t{0} << (32 - prefix));
  call_ioctl(SIOCSIFNETMASK, request, "set netmask of", interface);
}

void bring_up(const std::string& interface) {
  ifreq request = request_for(interface);
  call_ioctl(SIOCGIFFLAGS, request, "bring up", interface);
  request.ifr_flags |= IFF_UP;
  call_ioctl(SIOCSIFFLAGS, request, "bring up", interface);
}

void add_default_route(in_addr_t gateway) {
  rtentry route{};
  put_address(route.rt_gateway, gateway);
  put_address(route.rt_dst, INADDR_ANY);
  put_address(route.rt_genmask, INADDR_ANY);
  route.rt_flags = RTF_UP | RTF_GATEWAY;
  call_ioctl(SIOCADDRT, route, "add route", "default");
}

}  // namespace common

// SPDX-License-Identifier: MIT
// The container has a network of its own: a loopback device, and a cable to the
// host. The host of these tests has nothing but a loopback device itself.
#include <gtest/gtest.h>

#include <csignal>
#include <list>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/nsfs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/check.hpp"
#include "common/file.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/files.hpp"
#include "tests/support/host.hpp"
#include "tests/support/step.hpp"
#include "tests/support/wait.hpp"

namespace {

using namespace support;
using common::check;
using common::UniqueFd;

// ---- the host's side ---------------------------------------------------------

// A program of the host that listens at an address, on a port that is free.
class Listener {
 public:
  explicit Listener(in_addr_t address)
      : socket_(check(
            socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0),
            "socket")) {
    sockaddr_in place{};
    place.sin_family = AF_INET;
    place.sin_addr.s_addr = htonl(address);
    auto* any = reinterpret_cast<sockaddr*>(&place);
    check(bind(socket_.get(), any, sizeof(place)), "bind");
    check(listen(socket_.get(), /*backlog=*/1), "listen");
    socklen_t size = sizeof(place);
    check(getsockname(socket_.get(), any, &size), "getsockname");
    port_ = ntohs(place.sin_port);
  }

  std::string port() const { return std::to_string(port_); }
  bool has_caller() const {
    return UniqueFd(accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC))
               .get() != -1;
  }

 private:
  UniqueFd socket_;
  in_port_t port_ = 0;
};

// What bash says of a connection from the container.
Result connect_from_inside(
    const std::string& address,
    const std::string& port) {
  const std::string place = "/dev/tcp/" + address + "/" + port;
  return run(container({"bash", "-c", "exec 3<>" + place}));
}

// errno of a connection from the host; 0 if there is one.
int connect_from_host(const std::string& address) {
  const UniqueFd socket(
      check(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket"));
  sockaddr_in place{};
  place.sin_family = AF_INET;
  place.sin_port = htons(9);
  inet_pton(AF_INET, address.c_str(), &place.sin_addr);
  const auto* any = reinterpret_cast<const sockaddr*>(&place);
  return connect(socket.get(), any, sizeof(place)) == 0 ? 0 : errno;
}

// ---- what the container sees -------------------------------------------------

std::set<std::string> interfaces_of(pid_t pid) {
  std::set<std::string> names;
  for (const std::string& line :
       lines(read_file("/proc/" + std::to_string(pid) + "/net/dev"))) {
    const size_t colon = line.find(':');
    if (colon != std::string::npos)
      names.insert(words(line.substr(0, colon))[0]);
  }
  return names;
}

struct Route {
  std::string destination, gateway, mask;
};

std::string address_of(const std::string& hexadecimal) {
  const in_addr address{
      static_cast<in_addr_t>(std::stoul(hexadecimal, nullptr, 16))};
  return inet_ntoa(address);
}

// Those by an interface: route(8), "Iface Destination Gateway … Mask".
std::vector<Route> routes_of(pid_t pid, const std::string& interface) {
  std::vector<Route> routes;
  for (const std::string& line :
       lines(read_file("/proc/" + std::to_string(pid) + "/net/route"))) {
    const std::vector<std::string> word = words(line);
    if (word[0] == interface)
      routes.push_back(
          {address_of(word[1]), address_of(word[2]), address_of(word[7])});
  }
  return routes;
}

// The number of the container's network namespace: "net:[4026532254]".
std::string number_of(pid_t pid) {
  const std::string id = namespace_id(pid, "net");
  return id.substr(5, id.size() - 6);
}

// A container, and both ends of its cable.
struct Wired {
  explicit Wired(const Launch& launch = container({probe(), "pause"}))
      : running(launch), name("box" + number_of(running.command())) {
    const std::vector<Route> all = routes_of(running.command(), "eth0");
    for (const Route& route : all)
      (route.mask == "0.0.0.0" ? outward : near) = route;
    if (all.size() == 2 && if_nametoindex(name.c_str()) != 0) return;
    throw std::runtime_error(
        but("eth0 in the container is one end of a cable, and " + name +
                " on the host is the other",
            "there is no cable"));
  }

  Running running;
  std::string name;  // of the host's end
  Route near, outward;
};

// The last part of an address is below 255: there is no carry.
std::string add(const std::string& address, unsigned number) {
  const in_addr sum{htonl(ntohl(inet_addr(address.c_str())) + number)};
  return inet_ntoa(sum);
}

// ---- the namespace -----------------------------------------------------------

TEST(NetworkNamespace, IsItsOwn) {
  matters("CLONE_NEWNET among the flags of clone(2) makes it");
  Running running(container({probe(), "pause"}));
  EXPECT_TRUE(own_namespace(running.command(), "net"));
}

TEST(NetworkNamespace, BelongsToTheContainersUsers) {
  matters(
      "only root of the user namespace in which it was made can change it: "
      "both "
      "are made by one clone(2)");
  Running running(container({probe(), "pause"}));
  const std::string process = "/proc/" + std::to_string(running.command());
  const UniqueFd net(
      check(open((process + "/ns/net").c_str(), O_RDONLY | O_CLOEXEC), "open"));
  const UniqueFd owner(check(ioctl(net.get(), NS_GET_USERNS), "NS_GET_USERNS"));
  struct stat found {};
  struct stat expected {};
  check(fstat(owner.get(), &found), "fstat");
  check(stat((process + "/ns/user").c_str(), &expected), "stat");
  EXPECT_EQ(found.st_ino, expected.st_ino)
      << but("its owner is the container's own user namespace",
             "it is another one");
}

TEST(NetworkNamespace, HasLoopbackAndTheEndOfACable) {
  matters("whatever other interface is there would be the host's");
  Running running(container({probe(), "pause"}));
  const std::set<std::string> names = interfaces_of(running.command());
  EXPECT_TRUE(names.contains("lo") && names.contains("eth0"))
      << but("its interfaces are lo and eth0",
             "its interfaces are others: " + testing::PrintToString(names));
}

TEST(NetworkNamespace, HasALoopbackOfItsOwnThatIsUp) {
  matters(
      "127.0.0.1 is where programs feel safe from others. Each namespace has "
      "its "
      "own, and it is down at first: then it cannot even be reached");
  const Listener host(INADDR_LOOPBACK);
  const Result result = connect_from_inside("127.0.0.1", host.port());
  EXPECT_TRUE(names(result.err, "Connection refused")) << result;
  EXPECT_FALSE(host.has_caller())
      << but("127.0.0.1 is the container's own", "it is the host's", &result);
}

// ---- the cable ---------------------------------------------------------------

TEST(Cable, HasTheNameOfTheNamespaceAndANetworkForFour) {
  matters(
      "a name and an address that another container has, too, cannot be used. "
      "SIOCSIFADDR alone makes the network as large as a whole class");
  Wired box;
  EXPECT_TRUE(is("the mask", box.near.mask, "255.255.255.252"));
  EXPECT_TRUE(
      is("the way out is the host's end",
         box.outward.gateway,
         add(box.near.destination, 1)));
  const std::vector<Route> host = routes_of(getpid(), box.name);
  ASSERT_EQ(host.size(), 1U);
  EXPECT_TRUE(
      is("the host's network there",
         host[0].destination,
         box.near.destination));
  EXPECT_TRUE(is("its mask", host[0].mask, box.near.mask));
}

TEST(Cable, HasAnAddressThatHomesAndOfficesDoNotUse) {
  matters("an address of the host's own network would lead into the container");
  Wired box;
  const in_addr_t address = ntohl(inet_addr(box.near.destination.c_str()));
  EXPECT_TRUE(is("its first ten bits", address >> 22, 0x64400000U >> 22));
}

TEST(Cable, LeadsFromTheContainerToTheHost) {
  matters("the host's end needs an address, and has to be up");
  const Listener host(INADDR_ANY);
  const std::string script =
      "while read -r name to by rest; do [ $to$name != 00000000eth0 ] || "
      "exec 3<>/dev/tcp/$((0x${by:6:2})).$((0x${by:4:2})).$((0x${by:2:2}))."
      "$((0x${by:0:2}))/" +
      host.port() + "; done </proc/net/route; [ -e /proc/self/fd/3 ]";
  const Result result = run(container({"bash", "-c", script}));
  EXPECT_TRUE(host.has_caller())
      << but("the host has a caller", "there is no cable", &result);
}

TEST(Cable, LeadsFromTheHostToTheContainer) {
  matters("the container's end needs an address, and has to be up");
  Wired box;
  // Nobody listens there, and somebody says so.
  EXPECT_TRUE(
      is("the error of connect(2)",
         connect_from_host(add(box.near.destination, 2)),
         ECONNREFUSED));
}

TEST(Cable, IsEachContainersOwn) {
  matters("two containers that have one address get each other's packets");
  std::list<Wired> all;
  std::set<std::string> networks;
  for (int i = 0; i < 8; ++i)
    networks.insert(all.emplace_back().near.destination);
  EXPECT_TRUE(is("the number of networks", networks.size(), 8U));
}

TEST(Cable, IsNotThatOfTheSamePidInAnotherPidNamespace) {
  matters("a name made from the pid would be in use: File exists");
  Launch launch = container({probe(), "pause"});
  launch.argv.insert(  // each runtime is PID 1 there
      launch.argv.begin(),
      {"unshare", "--pid", "--fork", "--kill-child", "--mount-proc", "--"});
  Wired first(launch);
  Wired second(launch);
  EXPECT_NE(first.name, second.name);
}

TEST(Cable, GoesWithTheContainer) {
  matters("if one end of a veth goes, the other does, too: veth(4)");
  for (const bool killed : {false, true}) {
    Wired box;
    if (killed) box.running.runtime().send(SIGKILL);
    box.running.end();
    EXPECT_TRUE(
        eventually([&] { return if_nametoindex(box.name.c_str()) == 0; }))
        << but("the host's end goes with the container's",
               box.name + " is still there");
  }
  // Its cgroup, which a runtime that was killed has left.
  EXPECT_TRUE(exited(run(container({probe(), "exit", "0"})), 0));
}

}  // namespace

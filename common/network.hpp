// SPDX-License-Identifier: MIT
// Network interfaces of the caller's network namespace: network_namespaces(7).
//
//   make_veth("box1", "eth0", pid);  // a cable, to the namespace of that process
//   set_address("box1", 0x0a000001, 30);  // 10.0.0.1/30
//   bring_up("box1");
//
// Guarantees: each call opens a socket of its own. A socket stays in the network
// namespace in which it was opened, also if its process leaves that one.
// Errors: std::system_error. Units: addresses are in the byte order of the host.
#pragma once

#include <netinet/in.h>
#include <sys/types.h>

#include <string>

namespace common {

/// A pair of veth(4): what goes into one comes out of the other. `here` is the
/// name of ours, `there` of the one in the namespace of `process`. If one goes,
/// the other does, too. EEXIST: a name is in use. EOPNOTSUPP: there is no veth.
void make_veth(
    const std::string& here,
    const std::string& there,
    pid_t process);

/// Addresses that start with the same `prefix` bits are on the cable.
void set_address(const std::string& interface, in_addr_t address, int prefix);

void bring_up(const std::string& interface);

/// Sends to `gateway` what is for no network of an interface.
void add_default_route(in_addr_t gateway);

}  // namespace common

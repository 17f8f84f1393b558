// SPDX-License-Identifier: MIT
// A host that is thrown away: what a faulty runtime or an attack does to mounts,
// processes, cgroups or the hostname does not reach the real host, nor tests that
// run beside these.
//
//   return run_on_throwaway_host([] { return RUN_ALL_TESTS(); });
//
// - `body` is PID 1, so orphans become its children. When it ends, all end.
// - Every mount is shared, as under systemd. Where / is private, as on many
//   virtual machines, a container that forgets to make it so goes unseen.
// - The pids hierarchy is a part of the real one that is empty at first.
// - Its network has a loopback device, and nothing else.
// - There is no terminal, and no session keyring of the caller's.
// - Devices, /proc/sys, the processor and the memory are the real host's.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace support {

constexpr const char* kHostname = "boxstep-host";

struct ThrowawayHost {
  // Its own besides PIDs, mounts, hostname, network and cgroups: CLONE_NEWIPC.
  int namespaces = 0;
  // Runs on it before its cgroups are in place, and while its mounts are private.
  // Must mount a /proc.
  std::function<void()> prepare = {};
  // The cgroup of its processes, below the root that they see. systemd leaves the
  // root empty: in version 2, a cgroup with processes has no others below it.
  std::string cgroup = {};
  // Controllers that it has besides pids: where they are of version 1, a part of
  // the hierarchy of each. Memory's is left alone there: it is the real host's.
  std::vector<std::string> controllers = {};
};

// Returns what `body` returns. Throws std::system_error.
int run_on_throwaway_host(
    const std::function<int()>& body,
    const ThrowawayHost& host = {});

// Where cgroups with a controller can be made; empty when that is nowhere.
struct Hierarchy {
  std::string controller;
  std::string type;  // "cgroup" for version 1, or "cgroup2"
  std::string point;
  std::string options = {};  // for a mount of version 1: "cpu,cpuacct"
};
Hierarchy find_hierarchy(const std::string& controller);

// Where the cgroup with a controller is in its hierarchy, by the text of a
// /proc/PID/cgroup: "4:pids:/boxstep-1" in version 1, "0::/boxstep-1" in version 2.
std::string cgroup_path(
    const std::string& cgroups,
    const std::string& controller);
std::string pids_path(const std::string& cgroups);

}  // namespace support

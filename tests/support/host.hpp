// SPDX-License-Identifier: MIT
// The host as the tests see it: a throwaway one that is like a systemd host,
// and must be the same after every test as before.
//
//   enter_throwaway_host();                      // once, at the start of main
//   listeners.Append(new HostIsUnchanged);       // now every test is compared
//   EXPECT_NE(namespace_id(pid, "uts"), namespace_id(getpid(), "uts"));
//
#pragma once

#include <sys/types.h>

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace support {

constexpr const char* kHostname = "boxstep-host";

// Gives this process a mount namespace of its own in which every mount is
// shared, as under systemd; a hostname that a faulty runtime may change;
// no terminal; and makes it the parent of every orphan below it. What happens
// to mounts from here on does not reach the real host. Throws
// std::system_error.
void enter_throwaway_host();

// The id of a namespace of a process: "pid:[4026531836]". `name` is a file of
// /proc/PID/ns. Empty when there is no such process.
std::string namespace_id(pid_t pid, const std::string& name);

// The directory under which cgroups with a pids.max can be made, version 1 or
// 2; empty when there is none.
std::string pids_hierarchy();
// The cgroups there that runtimes made: boxstep-PID.
std::vector<std::string> boxstep_cgroups();
// The directory of the pids cgroup that a process is in.
std::string pids_cgroup_of(pid_t pid);

// The live or dead children of a process, and all live descendants of it.
std::vector<pid_t> children_of(pid_t pid);
std::vector<pid_t> descendants_of(pid_t pid);
// The program and arguments of a process, for messages.
std::string command_line(pid_t pid);
// One field of /proc/PID/status: "State", "NSpid", "SigIgn".
std::string status_field(pid_t pid, const std::string& field);
// Whether the process is there and not a zombie.
bool alive(pid_t pid);

// Fails every test after which the host is not as it was before the test.
class HostIsUnchanged : public testing::EmptyTestEventListener {
 public:
  struct State {
    std::string mounts;
    std::string hostname;
    std::vector<std::string> abandoned_cgroups;
  };

 private:
  void OnTestStart(const testing::TestInfo& test) override;
  void OnTestEnd(const testing::TestInfo& test) override;

  State before_;
};

}  // namespace support

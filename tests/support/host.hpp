// SPDX-License-Identifier: MIT
// The host as the tests see it: a throwaway one (throwaway.hpp), which must be the
// same after every test as before.
#pragma once

#include <sys/types.h>

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/process.hpp"

namespace support {

// A mount on the throwaway host, undone when it goes out of scope. `type` is a
// file system's, or "bind". Throws std::system_error.
class Mounted {
 public:
  Mounted(
      const std::string& type,
      const std::string& source,
      const std::string& target);
  ~Mounted();
  Mounted(const Mounted&) = delete;
  Mounted& operator=(const Mounted&) = delete;

 private:
  std::string target_;
};

// The id of a namespace of a process: "pid:[4026531836]". `name` is a file of
// /proc/PID/ns. Empty when there is no such process.
std::string namespace_id(pid_t pid, const std::string& name);

// Whether a process is in another namespace than the host.
testing::AssertionResult own_namespace(pid_t pid, const std::string& name);

// The directory of the cgroup with this controller that a process is in, version 1
// or 2; empty when there is none.
std::string cgroup_of(pid_t pid, const std::string& controller);
// The directory under which cgroups with a pids.max can be made, version 1 or
// 2; empty when there is none.
std::string pids_hierarchy();
// The directory of the pids cgroup that a process is in.
std::string pids_cgroup_of(pid_t pid);

std::vector<pid_t> children_of(pid_t pid);
// Reaps orphans that have ended, and says whether the test's own process is the
// only one on the throwaway host.
bool alone();
// Whether the process is there and not a zombie.
bool alive(pid_t pid);

// Fails every test after which the host is not as it was before the test.
class HostIsUnchanged : public testing::EmptyTestEventListener {
 public:
  struct State {
    std::string mounts;
    std::string hostname;
    std::vector<std::string> cgroups;
  };

 private:
  void OnTestStart(const testing::TestInfo& test) override;
  void OnTestEnd(const testing::TestInfo& test) override;

  State before_;
};

}  // namespace support

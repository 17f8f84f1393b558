// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include <sys/syscall.h>

#include "tests/support/files.hpp"
#include "tests/support/host.hpp"
#include "tests/support/step.hpp"
#include "tests/support/wait.hpp"

namespace {

using namespace support;

// The path of the cgroup that has the pids controller: "7:pids:/some/where", or
// "0::/some/where" in version 2.
std::string pids_path(const std::string& cgroups) {
  std::string path;
  for (const std::string& line : lines(cgroups)) {
    const std::string here = line.substr(line.find(":/") + 1);
    if (line.find(":pids:") != std::string::npos) return here;
    if (line.starts_with("0::")) path = here;
  }
  return path;
}

TEST(ExerciseCgroupNamespace, TheNamespaceIsNotTheHosts) {
  Running running(container({probe(), "pause"}));
  EXPECT_TRUE(own_namespace(running.command(), "cgroup"))
      << "CLONE_NEWCGROUP makes a new one; unshare(2) takes it, too";
}

TEST(ExerciseCgroupNamespace, TheContainersCgroupIsItsRoot) {
  const Result result = run(container({"cat", "/proc/self/cgroup"}));
  EXPECT_EQ(pids_path(result.out), "/")
      << "the container is to see its own cgroup as /. A path with boxstep- "
         "in it tells where the host has it. One with .. means that the "
         "namespace was made before the host had put the process into the "
         "cgroup: which line of child() waits for that?"
      << result;
}

// Whether it sleeps in read(2), as one that waits at the gate.
bool reads(pid_t pid) {
  const std::string file = "/proc/" + std::to_string(pid) + "/syscall";
  return read_file(file).starts_with(std::to_string(SYS_read) + " ");
}

TEST(ExerciseCgroupNamespace, ItIsMadeOnceTheHostIsDone) {
  LateHost host(container({"cat", "/proc/self/cgroup"}));
  eventually([&] {
    const std::vector<pid_t> children = children_of(host.runtime().pid());
    return !host.runtime().running() ||
        (!children.empty() &&
         (reads(children[0]) || own_namespace(children[0], "cgroup")));
  });
  host.go_on();
  const Result result = host.runtime().wait();
  EXPECT_EQ(pids_path(result.out), "/")
      << "the container is to see its own cgroup as /, on a busy machine too: "
         "wait at the gate first, so that the process is in its cgroup"
      << result;
}

TEST(ExerciseCgroupNamespace, TheHostStillSeesWhereItIs) {
  Running running(container({probe(), "pause"}));
  ASSERT_TRUE(own_namespace(running.command(), "cgroup"));
  const std::string name =
      pids_hierarchy() + "/boxstep-" + std::to_string(running.runtime().pid());
  EXPECT_EQ(pids_cgroup_of(running.command()).substr(0, name.size()), name)
      << "the command is not in the cgroup with the limit";
}

}  // namespace

// SPDX-License-Identifier: MIT
// Who asks for it gets a limit of processor time, and no container sees more of the
// cgroups than its own. Memory is in memory_test.cpp.
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <unistd.h>

#include "tests/support/errors.hpp"
#include "tests/support/files.hpp"
#include "tests/support/host.hpp"
#include "tests/support/step.hpp"
#include "tests/support/throwaway.hpp"
#include "tests/support/wait.hpp"

namespace {

using namespace support;

TEST(CgroupNamespace, IsItsOwn) {
  matters("unshare(CLONE_NEWCGROUP) makes it, once the init is in its cgroups");
  Running running(container({probe(), "pause"}));
  EXPECT_TRUE(own_namespace(running.command(), "cgroup"));
}

TEST(CgroupNamespace, BeginsAtTheContainersCgroup) {
  matters(
      "the path says how the host names its containers, and where. Made before "
      "the init joins, the namespace begins at the cgroup of the host");
  const Result result = run(container({"cat", "/proc/self/cgroup"}));
  ASSERT_TRUE(exited(result, 0));
  EXPECT_TRUE(
      is("the path of its cgroup with the pids controller",
         cgroup_path(result.out, "pids"),
         "/"));
}

// The container's cgroup for processor time. One that it has in common with the
// host is none.
std::string cpu_cgroup_of(Running& running) {
  std::string cgroup = support::cgroup_of(running.command(), "cpu");
  if (cgroup == support::cgroup_of(getpid(), "cpu")) {
    throw std::runtime_error(
        but("the container is in a cgroup of its own for processor time",
            "the container is in the host's own cgroup"));
  }
  return cgroup;
}

// The first word of cpu.max; version 1 has a file for it.
std::string quota_of(Running& running) {
  const std::string cgroup = cpu_cgroup_of(running);
  const std::vector<std::string> max = words(read_file(cgroup + "/cpu.max"));
  return max.empty() ? words(read_file(cgroup + "/cpu.cfs_quota_us")).at(0)
                     : max.front();
}

TEST(Cpus, AreAQuotaInEachTenthOfASecond) {
  matters(
      "half a processor is 50000 of 100000 microseconds. 0.29 is a little less "
      "in binary: round it");
  for (const auto& [cpus, quota] :
       {std::pair("0.5", "50000"), {"0.29", "29000"}, {"3", "300000"}}) {
    Running running(container({probe(), "pause"}, {"--cpus", cpus}));
    EXPECT_TRUE(is("the quota for --cpus", quota_of(running), quota));
  }
  Running other(container({probe(), "pause"}));
  const std::string cgroup = support::cgroup_of(other.command(), "cpu");
  const std::vector<std::string> max = words(
      read_file(cgroup + "/cpu.max") + read_file(cgroup + "/cpu.cfs_quota_us"));
  EXPECT_TRUE(max[0] == "max" || max[0] == "-1")
      << but("nobody has a quota without --cpus", max[0]);
}

TEST(Cpus, AreTheContainersAndNotTheRuntimes) {
  matters("the runtime passes signals on: it must not wait for its turn");
  Running running(container({probe(), "pause"}, {"--cpus", "0.5"}));
  const std::string cgroup = cpu_cgroup_of(running);
  EXPECT_TRUE(
      is("the init's cgroup",
         support::cgroup_of(running.init(), "cpu"),
         cgroup));
  EXPECT_TRUE(
      is("the runtime's own cgroup",
         support::cgroup_of(running.runtime().pid(), "cpu"),
         support::cgroup_of(getpid(), "cpu")));
}

TEST(Cpus, MakeACommandWaitThatUsesUpItsShare) {
  matters("too much processor time is not refused: the kernel lets it wait");
  Process runtime(
      container({"sh", "-c", "while :; do :; done"}, {"--cpus", "0.05"}));
  // Times that it was stopped, of all containers of this test.
  const auto waits = [&] {
    for (const pid_t pid : processes()) {
      const std::string stat =
          read_file(support::cgroup_of(pid, "cpu") + "/cpu.stat");
      const size_t field = stat.find("nr_throttled ");
      if (field != std::string::npos && stat[field + 13] != '0') return true;
    }
    return false;
  };
  EXPECT_TRUE(eventually(waits, std::chrono::seconds(5)))
      << but("a command that needs more waits", "it never waited");
  runtime.send(SIGTERM);
  runtime.wait();
}

TEST(Cpus, LeaveNoCgroup) {
  matters("each run would leave a directory, and the kernel's memory for it");
  Running running(container({probe(), "pause"}, {"--cpus", "0.5"}));
  const std::string cgroup = cpu_cgroup_of(running);
  running.end();
  EXPECT_FALSE(exists(cgroup))
      << but("the cgroup is removed", cgroup + " is still there");
}

TEST(Cpus, AreANumberOfAHundredthOrMore) {
  matters("the kernel has no smaller quota, and \"max\" is no limit at all");
  for (const auto* number :
       {"",
        "max",
        "x",
        "0",
        "0.001",
        "-1",
        "1x",
        "1,5",
        "inf",
        "nan",
        "1e10"}) {
    const std::vector<std::string> option{"--cpus", number};
    EXPECT_TRUE(refused(run(container({"/bin/echo", "ran"}, option)), "cpus"));
  }
}

}  // namespace

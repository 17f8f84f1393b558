// SPDX-License-Identifier: MIT
// The container has a limit on its tasks: a cgroup with a pids.max. Tasks are
// processes and threads, the init is one of them, and where the limit is
// reached, fork(2) fails and nobody is killed.
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/check.hpp"
#include "common/unique_fd.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/files.hpp"
#include "tests/support/host.hpp"
#include "tests/support/step.hpp"
#include "tests/support/wait.hpp"

namespace {

using namespace support;

std::string own_cgroup() {
  return pids_cgroup_of(getpid());
}

// The container's cgroup. One that it has in common with the host is none.
std::string cgroup_of(Running& running) {
  std::string cgroup = pids_cgroup_of(running.command());
  if (cgroup == own_cgroup()) {
    throw std::runtime_error("the container is in the host's own cgroup");
  }
  return cgroup;
}

TEST(PidsCgroup, IsNamedAfterTheRuntime) {
  Running running(container({probe(), "pause"}));
  EXPECT_EQ(
      cgroup_of(running),
      pids_hierarchy() + "/boxstep-" + std::to_string(running.runtime().pid()));
}

TEST(PidsCgroup, HasALimitOf20) {
  Running running(container({probe(), "pause"}));
  EXPECT_EQ(read_file(cgroup_of(running) + "/pids.max"), "20\n");
}

TEST(PidsCgroup, HasTheLimitAskedFor) {
  Running running(container({probe(), "pause"}, {"--pids-max", "7"}));
  EXPECT_EQ(read_file(cgroup_of(running) + "/pids.max"), "7\n");
}

// flock(2) asks for no right but to open what is locked.
TEST(PidsCgroup, WaitsForNobodyWhoLocksTheHierarchy) {
  const common::UniqueFd hierarchy(common::check(
      open(pids_hierarchy().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC),
      "open"));
  common::check(flock(hierarchy.get(), LOCK_EX), "flock");
  Running running(container({probe(), "pause"}));
  EXPECT_EQ(read_file(cgroup_of(running) + "/pids.max"), "20\n")
      << "any user could keep containers from being started";
}

TEST(PidsCgroup, HoldsInitAndCommandAndNotTheRuntime) {
  Running running(container({probe(), "pause"}));
  const std::string cgroup = cgroup_of(running);
  EXPECT_EQ(pids_cgroup_of(running.init()), cgroup);
  EXPECT_EQ(pids_cgroup_of(running.runtime().pid()), own_cgroup())
      << "a runtime in the container's cgroup counts against its limit";
  EXPECT_EQ(read_file(cgroup + "/pids.current"), "2\n");
}

TEST(PidsCgroup, LetsTwentyTasksLive) {
  const Result result = run(container({probe(), "forks"}));
  EXPECT_EQ(result.out, "18 forked, then EAGAIN, 18 alive\n")
      << "init and command make it 20" << result;
}

TEST(PidsCgroup, CountsThreads) {
  const Result result = run(container({probe(), "threads"}));
  EXPECT_EQ(result.out, "18 started, then EAGAIN\n")
      << "init and command make it 20" << result;
}

TEST(PidsCgroup, LetsAsManyLiveAsAskedFor) {
  const Result result = run(container({probe(), "forks"}, {"--pids-max", "5"}));
  EXPECT_EQ(result.out, "3 forked, then EAGAIN, 3 alive\n") << result;
}

TEST(PidsCgroup, IsRemovedAfterwards) {
  Running running(container({probe(), "pause"}));
  const std::string cgroup = cgroup_of(running);
  EXPECT_TRUE(exists(cgroup)) << cgroup;
  running.end();
  EXPECT_FALSE(exists(cgroup)) << cgroup << " is still there";
}

TEST(PidsCgroup, IsRemovedWithTheCgroupsMadeBelowIt) {
  Running running(container({probe(), "pause"}));
  const std::string cgroup = cgroup_of(running);
  EXPECT_EQ(mkdir((cgroup + "/below").c_str(), 0755), 0) << cgroup;
  EXPECT_EQ(running.end().status, 0);
  EXPECT_FALSE(exists(cgroup)) << cgroup << " is still there";
}

TEST(PidsCgroup, IsEachContainersOwn) {
  constexpr size_t kMany = 8;
  std::vector<std::unique_ptr<Running>> all;
  std::vector<std::string> cgroups;
  for (size_t i = 0; i < kMany; ++i) {
    all.push_back(std::make_unique<Running>(container({probe(), "pause"})));
    cgroups.push_back(cgroup_of(*all.back()));
  }
  const Result one_more = run(container({probe(), "forks"}));
  EXPECT_EQ(one_more.out, "18 forked, then EAGAIN, 18 alive\n") << one_more;
  for (const std::string& cgroup : cgroups) {
    EXPECT_EQ(read_file(cgroup + "/pids.current"), "2\n")
        << cgroup << " was touched by another container's start or end";
  }
  std::sort(cgroups.begin(), cgroups.end());
  EXPECT_EQ(std::unique(cgroups.begin(), cgroups.end()), cgroups.end())
      << "two containers share one: " << testing::PrintToString(cgroups);
}

TEST(PidsCgroup, WhatAKilledRuntimeLeftTheNextRunRemoves) {
  std::string cgroup;
  {
    Running running(container({probe(), "pause"}));
    cgroup = cgroup_of(running);
    running.runtime().send(SIGKILL);
    running.end();
  }
  EXPECT_TRUE(eventually(alone, kMoment));
  const Result next = run(container({probe(), "exit", "0"}));
  EXPECT_EQ(next.status, 0) << next;
  EXPECT_FALSE(exists(cgroup)) << cgroup << " is still there";
}

TEST(PidsCgroup, OthersCgroupsStay) {
  const std::string other = pids_hierarchy() + "/other";
  ASSERT_EQ(mkdir(other.c_str(), 0755), 0);
  Running running(container({probe(), "pause"}));
  cgroup_of(running);
  running.end();
  EXPECT_EQ(rmdir(other.c_str()), 0) << "a cgroup that is not ours was removed";
}

// A limit that cannot be taken as one must not become another.
testing::AssertionResult refused_as_limit(const std::string& limit) {
  return refused(
      run(container({"/bin/echo", "ran"}, {"--pids-max", limit})),
      "pids-max");
}

TEST(PidsMax, WhatIsNoNumberIsRefused) {
  for (const auto& limit : {"", "max", "x", "1x", "0x10", " 5", "5 ", "1.5"}) {
    EXPECT_TRUE(refused_as_limit(limit));
  }
}

TEST(PidsMax, LessThanOneIsRefused) {
  for (const auto& limit : {"0", "-1", "-20"}) {
    EXPECT_TRUE(refused_as_limit(limit));
  }
}

TEST(PidsMax, WhatNoNumberCanHoldIsRefused) {
  for (const auto& limit : {"4294967297", "18446744073709551617"}) {
    EXPECT_TRUE(refused_as_limit(limit));
  }
}

TEST(PidsMax, OneIsTooLittleForInitAndCommand) {
  EXPECT_TRUE(refused(
      run(container({"/bin/echo", "ran"}, {"--pids-max", "1"})),
      "resource temporarily unavailable"));
}

}  // namespace

// SPDX-License-Identifier: MIT
// The container has a limit on its tasks: a cgroup with a pids.max. Tasks are
// processes and threads, the init is one of them, and where the limit is
// reached, fork(2) fails and nobody is killed.
#include <gtest/gtest.h>

#include <csignal>
#include <list>
#include <stdexcept>
#include <string>
#include <vector>

#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/errors.hpp"
#include "tests/support/files.hpp"
#include "tests/support/host.hpp"
#include "tests/support/pty.hpp"
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
    throw std::runtime_error(
        but("the container is in a cgroup of its own",
            "the container is in the host's own cgroup"));
  }
  return cgroup;
}

TEST(PidsCgroup, IsNamedAfterTheRuntime) {
  matters("two cgroups cannot have one name, and a pid is unique");
  Running running(container({probe(), "pause"}));
  const std::string name =
      pids_hierarchy() + "/boxstep-" + std::to_string(running.runtime().pid());
  // These tests are in a PID namespace of their own, which the name tells, too.
  EXPECT_TRUE(
      is("the container's cgroup",
         cgroup_of(running).substr(0, name.size()),
         name));
}

TEST(PidsCgroup, IsNotThatOfTheSamePidInAnotherPidNamespace) {
  matters("two containers with one name share one limit");
  Launch launch = container({probe(), "pause"});
  launch.argv.insert(  // each runtime is PID 1 there
      launch.argv.begin(),
      {"unshare", "--pid", "--fork", "--kill-child", "--mount-proc", "--"});
  Running first(launch);
  Running second(launch);
  EXPECT_TRUE(cgroup_of(first) != cgroup_of(second))
      << but("a cgroup for each container", "both are in " + cgroup_of(first));
}

TEST(PidsCgroup, HasALimitOf20) {
  matters("pids.max is the limit, and 20 the default");
  Running running(container({probe(), "pause"}));
  EXPECT_TRUE(
      is("pids.max", read_file(cgroup_of(running) + "/pids.max"), "20\n"));
}

TEST(PidsCgroup, HasTheLimitAskedFor) {
  matters("the number after --pids-max belongs into the file pids.max");
  Running running(container({probe(), "pause"}, {"--pids-max", "7"}));
  EXPECT_TRUE(
      is("pids.max", read_file(cgroup_of(running) + "/pids.max"), "7\n"));
}

TEST(PidsCgroup, HoldsInitAndCommandAndNotTheRuntime) {
  matters(
      "if the runtime joins, it counts too, and the cgroup cannot be removed "
      "while it is inside");
  Running running(container({probe(), "pause"}));
  const std::string cgroup = cgroup_of(running);
  EXPECT_TRUE(is("the init's cgroup", pids_cgroup_of(running.init()), cgroup));
  EXPECT_TRUE(
      is("the runtime's own cgroup",
         pids_cgroup_of(running.runtime().pid()),
         own_cgroup()));
  EXPECT_TRUE(is("pids.current", read_file(cgroup + "/pids.current"), "2\n"));
}

TEST(PidsCgroup, LetsTwentyTasksLive) {
  matters(
      "18, init and command make 20. At the limit fork(2) fails with EAGAIN, "
      "and nobody is killed");
  const Result result = run(container({probe(), "forks"}));
  EXPECT_TRUE(printed(result, "18 forked, then EAGAIN, 18 alive\n"));
}

TEST(PidsCgroup, CountsThreads) {
  matters("a thread is a task, too: 18, init and command make 20");
  const Result result = run(container({probe(), "threads"}));
  EXPECT_TRUE(printed(result, "18 started, then EAGAIN\n"));
}

void expect_removed(const std::string& cgroup) {
  EXPECT_FALSE(exists(cgroup))
      << but("the cgroup is removed", cgroup + " is still there");
}

TEST(PidsCgroup, IsRemovedAfterwards) {
  matters("each run would leave a directory, and the kernel's memory for it");
  Running running(container({probe(), "pause"}));
  const std::string cgroup = cgroup_of(running);
  running.end();
  expect_removed(cgroup);
}

TEST(PidsCgroup, IsRemovedWithTheCgroupsMadeBelowIt) {
  matters(
      "root in the container can make cgroups, and rmdir(2) removes only "
      "empty ones");
  Running running(container({probe(), "pause"}));
  const std::string cgroup = cgroup_of(running);
  EXPECT_TRUE(
      is("mkdir below " + cgroup, mkdir((cgroup + "/below").c_str(), 0755), 0));
  const Result result = running.end();
  EXPECT_TRUE(exited(result, 0));
  EXPECT_TRUE(is("stderr", result.err, ""));
  expect_removed(cgroup);
}

TEST(PidsCgroup, ThatCannotBeRemovedLeavesTheStatusAlone) {
  matters("the command has ended: what it returned counts");
  const Process guest({.argv = {"sleep", "1000"}});
  Running running(container({probe(), "pause"}));
  const std::string cgroup = cgroup_of(running);
  write_file(cgroup + "/cgroup.procs", std::to_string(guest.pid()));
  const Result result = running.end();
  EXPECT_TRUE(exited(result, 0));
  EXPECT_TRUE(names(result.err, "rmdir " + cgroup)) << result;
  write_file(pids_hierarchy() + "/cgroup.procs", std::to_string(guest.pid()));
  EXPECT_TRUE(is("rmdir " + cgroup, rmdir(cgroup.c_str()), 0));
}

TEST(PidsCgroup, IsEachContainersOwn) {
  matters("two containers that share a limit can starve each other");
  std::list<Running> all;
  for (int i = 0; i < 8; ++i)
    all.emplace_back(container({probe(), "pause"}));
  const Result one_more = run(container({probe(), "forks"}));
  EXPECT_TRUE(printed(one_more, "18 forked, then EAGAIN, 18 alive\n"));
  for (Running& running : all) {
    const std::string cgroup = cgroup_of(running);
    EXPECT_TRUE(is("pids.current", read_file(cgroup + "/pids.current"), "2\n"))
        << cgroup << " was touched by another container's start or end";
  }
}

TEST(PidsCgroup, WhatAKilledRuntimeLeftTheNextRunRemoves) {
  matters("after kill -9 nobody is left to clean up, so the next run does");
  std::string cgroup;
  {
    Running running(container({probe(), "pause"}));
    cgroup = cgroup_of(running);
    running.runtime().send(SIGKILL);
    running.end();
  }
  EXPECT_TRUE(eventually(alone, kMoment))
      << but("after kill -9 no process is left", "one is");
  const Result next = run(container({probe(), "exit", "0"}));
  EXPECT_TRUE(exited(next, 0));
  expect_removed(cgroup);
}

// A limit that cannot be taken as one must not become another.
TEST(PidsMax, IsANumberOfOneOrMore) {
  const auto expect_refused = [](const std::vector<const char*>& limits) {
    for (const auto* limit : limits) {
      const std::vector<std::string> option{"--pids-max", limit};
      EXPECT_TRUE(
          refused(run(container({"/bin/echo", "ran"}, option)), "pids-max"));
    }
  };
  matters("atoi(\"x\") is 0, and \"max\" is no limit at all");
  expect_refused({"", "max", "x", "1x", "0x10", "+1", " 5", "5 ", "1.5"});
  matters("nothing can run with less than one");
  expect_refused({"0", "-1", "-20"});
  matters("cut to 32 bits, 4294967297 becomes 1");
  expect_refused({"2147483648", "4294967297", "18446744073709551617"});
}

TEST(PidsMax, OneIsTooLittleForInitAndCommand) {
  matters(
      "the init is the one task, so starting the command fails with EAGAIN: "
      "report that error");
  EXPECT_TRUE(refused(
      run(container({"/bin/echo", "ran"}, {"--pids-max", "1"})),
      "resource temporarily unavailable"));
}

}  // namespace

// SPDX-License-Identifier: MIT
// What a step leaves open, and a later one closes: there these tests fail. This
// is for learning, and no sandbox.
#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <string>
#include <vector>

#include <fcntl.h>
#include <sys/mount.h>
#include <unistd.h>

#include "tests/support/errors.hpp"
#include "tests/support/files.hpp"
#include "tests/support/host.hpp"
#include "tests/support/step.hpp"

namespace {

using namespace support;

TEST(OpenUntilChroot, HostFilesAreReadable) {
  matters(
      "step 01 leaves it open, on purpose: step 02 closes it, and not before");
  const TemporaryDirectory directory;
  write_file(directory.path() + "/secret", "the host's secret\n");
  const Result result = run(container({"cat", directory.path() + "/secret"}));
  EXPECT_TRUE(printed(result, "the host's secret\n"));
}

TEST(OpenUntilPidNamespace, HostProcessesAreVisible) {
  matters("it is open until step 03, on purpose: each step adds one thing");
  const HostProcess target;
  const Result result =
      run(container({probe(), "reach", std::to_string(target.pid())}));
  EXPECT_TRUE(printed(result, "reached\n"));
}

TEST(OpenUntilPidNamespace, ADaemonOutlivesTheContainer) {
  matters(
      "it is open until step 03, on purpose: only a PID namespace ends all");
  const Result result = run(container({probe(), "daemon"}));
  const pid_t daemon = std::atoi(result.out.c_str());
  EXPECT_TRUE(daemon > 2 && alive(daemon))
      << but("a daemon goes on when the container has ended",
             "it is gone",
             &result);
  if (daemon > 2) kill(daemon, SIGKILL);
}

TEST(OpenUntilPidNamespace, AMountMadeInsideReachesTheHost) {
  matters("it is open until step 03, on purpose: each step adds one thing");
  const CommonDirectory target;
  const Result result =
      run(container({"mount", "-t", "tmpfs", "inside", target.inside()}));
  EXPECT_EQ(umount(target.outside().c_str()), 0)
      << but("a mount made in the container is the host's, too, still",
             "it did not reach the host",
             &result);
}

// Whether all of these namespaces are the host's.
void expect_of_host(const std::vector<const char*>& names) {
  Running running(container({probe(), "pause"}));
  for (const auto* name : names) {
    EXPECT_FALSE(own_namespace(running.command(), name)) << but(
        "this one is the host's, still",
        std::string("the container has a namespace of its own: ") + name);
  }
}

TEST(OpenUntilPidNamespace, TheNamespacesAreTheHosts) {
  matters("they come with step 03: each step adds one thing");
  expect_of_host({"pid", "mnt"});
}

TEST(ProcIsEmpty, SoPsAsksForIt) {
  matters(
      "the rootfs has an empty /proc: step 03 mounts what ps wants to read");
  const Result result = run(container({"ps", "aux"}));
  EXPECT_NE(result.status, 0) << but("ps fails", "ps found processes", &result);
  EXPECT_NE(result.err.find("mount -t proc"), std::string::npos)
      << but("ps asks for a mount of /proc",
             "ps found processes, or is not the one of procps",
             &result);
}

TEST(OpenUntilCgroups, ForksAndThreadsAreUnlimited) {
  matters("namespaces limit nothing: step 04 does");
  Result result = run(container({probe(), "forks"}));
  EXPECT_TRUE(printed(result, "40 forked, then no refusal, 40 alive\n"));
  result = run(container({probe(), "threads"}));
  EXPECT_TRUE(printed(result, "40 started, then no refusal\n"));
}

TEST(StillOpen, TheOtherNamespacesAreTheHosts) {
  matters(
      "the steps are about four things; what they leave is said, not hidden");
  expect_of_host({"net", "ipc", "user", "cgroup", "time"});
}

TEST(StillOpen, RootInsideIsRootOutside) {
  matters("no step has a user namespace: this is for learning, and no sandbox");
  Running running(container({probe(), "pause"}));
  EXPECT_TRUE(
      is("the user in the container, as the host sees it",
         words(status_field(running.command(), "Uid"))[0],
         "0"));
}

TEST(StillOpen, ADirectoryThatTheCallerHoldsIsAWayOut) {
  matters(
      "what the caller has open is passed on: known, and said in the chapters");
  const TemporaryDirectory directory;
  write_file(directory.path() + "/secret", "the host's secret\n");
  constexpr int kDirectory = 9;
  Launch launch = container({probe(), "read-at", "9", "secret"});
  launch.before_exec = [&] {
    dup2(open(directory.path().c_str(), O_RDONLY | O_CLOEXEC), kDirectory);
  };
  const Result result = run(launch);
  EXPECT_TRUE(printed(result, "the host's secret\n"));
}

}  // namespace

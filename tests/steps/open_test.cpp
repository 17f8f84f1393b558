// SPDX-License-Identifier: MIT
// What a step leaves open, and a later one closes: there these tests fail. This
// is for learning, and no sandbox.
#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <string>

#include <fcntl.h>
#include <sys/mount.h>
#include <unistd.h>

#include "tests/support/files.hpp"
#include "tests/support/host.hpp"
#include "tests/support/step.hpp"

namespace {

using namespace support;

TEST(OpenUntilChroot, HostFilesAreReadable) {
  const TemporaryDirectory directory;
  write_file(directory.path() + "/secret", "the host's secret\n");
  const Result result = run(container({"cat", directory.path() + "/secret"}));
  EXPECT_EQ(result.out, "the host's secret\n") << result;
}

TEST(OpenUntilChroot, TheRootIsTheHosts) {
  Running running(container({probe(), "pause"}));
  const std::string root =
      "/proc/" + std::to_string(running.command()) + "/root";
  EXPECT_EQ(read_link(root), "/") << "the container has a root of its own";
}

TEST(OpenUntilPidNamespace, HostProcessesAreVisible) {
  const HostProcess target;
  const Result result =
      run(container({probe(), "reach", std::to_string(target.pid())}));
  EXPECT_EQ(result.out, "reached\n") << result;
}

TEST(OpenUntilPidNamespace, ADaemonOutlivesTheContainer) {
  const Result result = run(container({probe(), "daemon"}));
  const pid_t daemon = std::atoi(result.out.c_str());
  EXPECT_TRUE(daemon > 2 && alive(daemon)) << "it is gone" << result;
  if (daemon > 2) kill(daemon, SIGKILL);
}

TEST(OpenUntilPidNamespace, AMountMadeInsideReachesTheHost) {
  const CommonDirectory target;
  const Result result =
      run(container({"mount", "-t", "tmpfs", "inside", target.inside()}));
  EXPECT_EQ(umount(target.outside().c_str()), 0)
      << "it did not reach the host" << result;
}

TEST(OpenUntilPidNamespace, TheNamespacesAreTheHosts) {
  Running running(container({probe(), "pause"}));
  for (const auto* name : {"pid", "mnt"}) {
    EXPECT_FALSE(own_namespace(running.command(), name))
        << "the container has a namespace of its own: " << name;
  }
}

TEST(ProcIsEmpty, SoPsAsksForIt) {
  const Result result = run(container({"ps", "aux"}));
  EXPECT_NE(result.status, 0) << "ps found processes" << result;
  EXPECT_NE(result.err.find("mount -t proc"), std::string::npos)
      << "ps found processes, or is not the one of procps" << result;
}

TEST(OpenUntilCgroups, ForksAreUnlimited) {
  const Result result = run(container({probe(), "forks"}));
  EXPECT_EQ(result.out, "40 forked, then no refusal, 40 alive\n") << result;
}

TEST(OpenUntilCgroups, ThreadsAreUnlimited) {
  const Result result = run(container({probe(), "threads"}));
  EXPECT_EQ(result.out, "40 started, then no refusal\n") << result;
}

TEST(StillOpen, TheOtherNamespacesAreTheHosts) {
  Running running(container({probe(), "pause"}));
  for (const auto* name : {"net", "ipc", "user", "cgroup", "time"}) {
    EXPECT_FALSE(own_namespace(running.command(), name))
        << "the container has a namespace of its own: " << name;
  }
}

TEST(StillOpen, RootInsideIsRootOutside) {
  Running running(container({probe(), "pause"}));
  EXPECT_EQ(words(status_field(running.command(), "Uid"))[0], "0");
}

TEST(StillOpen, ADirectoryThatTheCallerHoldsIsAWayOut) {
  const TemporaryDirectory directory;
  write_file(directory.path() + "/secret", "the host's secret\n");
  constexpr int kDirectory = 9;
  Launch launch = container({probe(), "read-at", "9", "secret"});
  launch.before_exec = [&] {
    dup2(open(directory.path().c_str(), O_RDONLY | O_CLOEXEC), kDirectory);
  };
  const Result result = run(launch);
  EXPECT_EQ(result.out, "the host's secret\n") << result;
}

}  // namespace

// SPDX-License-Identifier: MIT
// What a step leaves open, and a later one closes: there these tests fail. The
// attacks try much more.
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include <sys/stat.h>
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
  // Its pid must be higher than any in the container.
  std::optional<Process> other;
  while (!other || other->pid() < 50)
    other.emplace(Launch{.argv = {"sleep", "1000"}});
  const std::string pid = std::to_string(other->pid());
  const Result result = run(container({"sh", "-c", "kill -0 " + pid}));
  EXPECT_EQ(result.status, 0)
      << but("a signal can be sent to a process of the host",
             "there is no such process",
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

TEST(OpenUntilCgroups, ForksAreUnlimited) {
  matters("namespaces limit nothing: step 04 does");
  const Result result = run(container({probe(), "forks"}));
  EXPECT_TRUE(printed(result, "40 forked, then no refusal, 40 alive\n"));
}

TEST(OpenUntilInherited, TheIpcNamespaceIsTheHosts) {
  matters("step 06 closes it: each step adds one thing");
  expect_of_host({"ipc"});
}

TEST(OpenUntilLimits, TheCgroupNamespaceIsTheHosts) {
  matters("step 11 closes it: each step adds one thing");
  expect_of_host({"cgroup"});
}

TEST(OpenUntilNetwork, TheNetworkNamespaceIsTheHosts) {
  matters("step 12 closes it: each step adds one thing");
  expect_of_host({"net"});
}

TEST(OpenUntilOverlay, WhatIsWrittenInsideStaysInTheRootfs) {
  matters("step 13 closes it: until then, all containers write to one image");
  const CommonDirectory directory;
  ASSERT_EQ(chmod(directory.outside().c_str(), 0777), 0);
  const std::string file = directory.inside() + "/file";
  EXPECT_TRUE(exited(run(container({"sh", "-c", "echo text >" + file})), 0));
  EXPECT_TRUE(
      is("the file, as the host sees it",
         read_file(directory.outside() + "/file"),
         "text\n"));
}

TEST(StillOpen, TheTimeNamespaceIsTheHosts) {
  matters("what no step isolates is said, not hidden");
  expect_of_host({"time"});
}

TEST(OpenUntilUserNamespace, RootInsideIsRootOutside) {
  matters("step 08 closes it: until then, root inside can do what root can");
  expect_of_host({"user"});
  Running running(container({probe(), "pause"}));
  EXPECT_TRUE(
      is("the user in the container, as the host sees it",
         words(status_field(running.command(), "Uid"))[0],
         "0"));
}

}  // namespace

// SPDX-License-Identifier: MIT
// Who asks for it gets a limit of memory. Who uses more is killed. Only in the guest
// of tools/vm/run: elsewhere, the memory is the machine's.
#include <gtest/gtest.h>

#include <csignal>
#include <string>

#include "tests/support/errors.hpp"
#include "tests/support/files.hpp"
#include "tests/support/host.hpp"
#include "tests/support/step.hpp"

namespace {

using namespace support;

TEST(Memory, HasTheLimitAskedFor) {
  matters("a number may end in K, M or G: the kernel reads it");
  Running running(container({probe(), "pause"}, {"--memory", "64M"}));
  const std::string cgroup = support::cgroup_of(running.command(), "memory");
  EXPECT_TRUE(
      is("memory.max", read_file(cgroup + "/memory.max"), "67108864\n"));
  EXPECT_TRUE(
      is("memory.swap.max", read_file(cgroup + "/memory.swap.max"), "0\n"));
  EXPECT_TRUE(
      is("memory.oom.group", read_file(cgroup + "/memory.oom.group"), "1\n"));
}

TEST(Memory, ThatIsTooMuchKillsAndNoCallFails) {
  matters("mmap(2) gives addresses. Memory is counted when it is used");
  const Result result =
      run(container({probe(), "memory", "200"}, {"--memory", "64M"}));
  EXPECT_TRUE(printed(result, "mapped\n", 128 + SIGKILL));
}

TEST(Memory, ThatIsTooMuchKillsAllOfTheContainer) {
  matters("a shell that goes on without its command may do great damage");
  const std::string script = "/bin/probe memory 200; echo the shell goes on";
  const Result result =
      run(container({"sh", "-c", script}, {"--memory", "64M"}));
  EXPECT_TRUE(printed(result, "mapped\n", 128 + SIGKILL));
}

TEST(Memory, OfAnotherContainerIsNotTouched) {
  matters("one container that uses too much must not end another one");
  Running other(container({probe(), "pause"}, {"--memory", "64M"}));
  EXPECT_TRUE(exited(
      run(container({probe(), "memory", "200"}, {"--memory", "64M"})),
      128 + SIGKILL));
  EXPECT_TRUE(is("the other one's status", other.end().status, 0));
  EXPECT_TRUE(printed(
      run(container({probe(), "memory", "200"}, {"--memory", "300M"})),
      "mapped\nused\n"));
}

TEST(Memory, ThatIsTooLittleForTheInitKillsIt) {
  matters("the command does not run, and the status says why");
  const Result result =
      run(container({"/bin/echo", "ran"}, {"--memory", "100K"}));
  EXPECT_TRUE(printed(result, "", 128 + SIGKILL));
}

TEST(Memory, IsANumberThatTheKernelReads) {
  matters("what it refuses is no limit: the command must not run");
  for (const auto* size : {"1.5G", "64MB", "-1", "much"}) {
    const Result result =
        run(container({"/bin/echo", "ran"}, {"--memory", size}));
    EXPECT_TRUE(refused(result, "memory.max: Invalid argument"));
    EXPECT_TRUE(has_hint(result));
  }
}

}  // namespace

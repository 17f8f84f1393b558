// SPDX-License-Identifier: MIT
// The container numbers its processes itself, and sees no others: CLONE_NEWPID.
// Its first process is an init, with an init's duties (pid_namespaces(7)).
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/errors.hpp"
#include "tests/support/files.hpp"
#include "tests/support/host.hpp"
#include "tests/support/pty.hpp"
#include "tests/support/step.hpp"
#include "tests/support/wait.hpp"

namespace {

using namespace support;

// A process has a number in its own namespace and in each around it up to the
// host's, which comes first.
testing::AssertionResult has_number_inside(pid_t pid, int number) {
  const auto all = words(status_field(pid, "NSpid"));
  if (all.size() == 2 && all.back() == std::to_string(number)) {
    return testing::AssertionSuccess();
  }
  return testing::AssertionFailure()
      << but("pid " + std::to_string(number) + " in the container",
             "its pids, as the host numbers it first: " +
                 testing::PrintToString(all));
}

TEST(PidNamespace, IsNotTheHosts) {
  matters("CLONE_NEWPID among the flags of clone(2) makes it");
  Running running(container({probe(), "pause"}));
  EXPECT_TRUE(own_namespace(running.command(), "pid"));
}

TEST(PidNamespace, CommandIsPidTwo) {
  matters(
      "the init, PID 1, stays and starts the command as its child; threads "
      "would take numbers, too");
  Running running(container({probe(), "pause"}));
  EXPECT_TRUE(has_number_inside(running.init(), 1));
  EXPECT_TRUE(has_number_inside(running.command(), 2));
}

std::vector<pid_t> zombies() {
  std::vector<pid_t> all = processes();
  std::erase_if(all, [](pid_t pid) {
    return !status_field(pid, "State").starts_with("Z");
  });
  return all;
}

TEST(Init, ReapsOrphans) {
  matters(
      "orphans become the init's children. If it does not wait for them, they "
      "stay as zombies, and at step 04 each of them counts");
  // More than step 04 lets exist: each that is not reaped counts.
  Running running(container({probe(), "orphans", "100"}));
  EXPECT_TRUE(eventually([] { return zombies().empty(); }, kMoment))
      << but("the init waits for orphans",
             "orphans that have ended stay as zombies: " +
                 std::to_string(zombies().size()));
}

TEST(Init, IsNotKilledFromInside) {
  matters(
      "the kernel protects PID 1: kill -9 from inside its namespace does "
      "nothing");
  Launch launch =
      container({"/bin/sh", "-c", "kill -KILL $PPID; echo still here"});
  const Result result = run(launch);
  EXPECT_TRUE(result.status == 0)
      << but("kill -KILL $PPID does nothing: the parent is PID 1",
             "the command killed its parent; " + end_of(result),
             &result);
  EXPECT_TRUE(printed(result, "still here\n"));
}

TEST(Proc, IsTheContainersOwn) {
  matters(
      "a proc shows the PID namespace of the process that mounts it: mount it "
      "in the container, and after chroot(2), on the /proc of the rootfs");
  const Result result = run(container({"ls", "/proc"}));
  std::vector<std::string> pids = lines(result.out);
  std::erase_if(pids, [](const std::string& name) {
    return name.find_first_not_of("0123456789") != std::string::npos;
  });
  EXPECT_TRUE(pids == (std::vector<std::string>{"1", "2"}))
      << but("/proc shows two processes, 1 and 2: the runtime and ls",
             "/proc shows " +
                 (pids.empty() ? "none: nothing is mounted on it"
                               : testing::PrintToString(pids)),
             &result);
}

TEST(Proc, PsTypedIntoAShellShowsThreeProcesses) {
  matters(
      "these three are all that a container has: the runtime, the shell, and "
      "ps");
  // ps shows command lines, so none of them may have the whole prompt.
  const std::string shell = "PS1=b$0 ENV= exec /bin/sh";
  Pty pty(container({"/bin/sh", "-c", shell, "ox> "}).argv);
  EXPECT_TRUE(is("what it says before its prompt", pty.expect("box> "), ""));
  pty.type("ps aux\n");
  pty.expect("\n");
  const std::string shown = pty.expect("box> ");
  pty.type("exit 3\n");
  EXPECT_TRUE(is("the wait status", pty.wait(), W_EXITCODE(3, 0)));

  std::vector<std::string> seen;  // "2 /bin/sh"
  for (const std::string& line : lines(shown)) {
    const std::vector<std::string> columns = words(line);
    if (columns.size() < 11 || columns[0] == "USER") continue;
    seen.push_back(columns[1]);
    for (size_t i = 10; i < columns.size(); ++i)
      seen.back() += " " + columns[i];
  }
  ASSERT_EQ(seen.size(), 3U)
      << but("three processes: the runtime, the shell and ps",
             "/proc shows:\n" + shown);
  EXPECT_TRUE(is("the first pid", seen[0].substr(0, 2), "1 ")) << shown;
  EXPECT_TRUE(names(seen[0], program_name())) << shown;
  EXPECT_TRUE(is("the second process", seen[1], "2 /bin/sh")) << shown;
  EXPECT_TRUE(names(seen[2], " ps aux")) << shown;
}

// The lines of its mount table for /proc.
std::vector<std::string> mounts_of_proc(const Running& running) {
  std::vector<std::string> mounts = lines(
      read_file("/proc/" + std::to_string(running.command()) + "/mountinfo"));
  std::erase_if(mounts, [](const std::string& mount) {
    return words(mount)[4] != "/proc";
  });
  return mounts;
}

TEST(Proc, IsNotSeenInTheRootfsOnTheHost) {
  matters("a mount that the host sees stays when the container has ended");
  const Running running(container({probe(), "pause"}));
  EXPECT_FALSE(mounts_of_proc(running).empty())
      << but("a mount on /proc", "nothing is mounted on the container's /proc");
  EXPECT_TRUE(list_directory(rootfs() + "/proc").empty())
      << but("on the host, the rootfs has an empty proc",
             "the mount on the container's /proc is there on the host, too");
  EXPECT_TRUE(read_link("/proc/self") == std::to_string(getpid()))
      << but("the host's own /proc shows the host's processes",
             "the container mounted over it: it is damaged");
}

TEST(Proc, HasNoSetuidProgramsDevicesOrPrograms) {
  matters("MS_NOSUID, MS_NODEV and MS_NOEXEC: as every distribution mounts it");
  const std::vector<std::string> mounts =
      mounts_of_proc(Running(container({probe(), "pause"})));
  ASSERT_EQ(mounts.size(), 1U)
      << but("a mount on /proc", "nothing is mounted on the container's /proc");
  for (const auto* flag : {"nosuid", "nodev", "noexec"}) {
    EXPECT_TRUE(words(mounts[0])[5].find(flag) != std::string::npos)
        << but("/proc is mounted nosuid, nodev and noexec",
               std::string(flag) + " is missing: " + mounts[0]);
  }
  // Where mount(8) lists it, it is to be known for what it is.
  EXPECT_TRUE(names(mounts[0], " - proc proc "));
}

}  // namespace

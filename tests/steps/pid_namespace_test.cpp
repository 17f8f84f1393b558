// SPDX-License-Identifier: MIT
// The container numbers its processes itself, and sees no others: CLONE_NEWPID.
// Its first process is an init, with an init's duties (pid_namespaces(7)).
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include <unistd.h>

#include "tests/support/files.hpp"
#include "tests/support/host.hpp"
#include "tests/support/pty.hpp"
#include "tests/support/step.hpp"
#include "tests/support/wait.hpp"

namespace {

using namespace support;

// The number of a process in its own namespace and in those around it up to the
// host's, which comes first.
std::vector<std::string> numbers(pid_t pid) {
  return words(status_field(pid, "NSpid"));
}

testing::AssertionResult has_number_inside(pid_t pid, int number) {
  const auto all = numbers(pid);
  if (all.size() == 2 && all.back() == std::to_string(number)) {
    return testing::AssertionSuccess();
  }
  return testing::AssertionFailure()
      << "expected pid " << number << " in the container; as the host "
      << "numbers it: " << testing::PrintToString(all);
}

TEST(PidNamespace, IsNotTheHosts) {
  Running running(container({probe(), "pause"}));
  EXPECT_TRUE(own_namespace(running.command(), "pid"));
}

TEST(PidNamespace, InitIsPidOne) {
  Running running(container({probe(), "pause"}));
  EXPECT_TRUE(has_number_inside(running.init(), 1));
}

TEST(PidNamespace, CommandIsPidTwo) {
  Running running(container({probe(), "pause"}));
  EXPECT_TRUE(has_number_inside(running.command(), 2));
}

TEST(PidNamespace, CommandSeesItselfAsPidTwoAndInitAsPidOne) {
  const Result result = run(container({probe(), "pid"}));
  EXPECT_EQ(result.out, "2 1\n")
      << "its own pid and its parent's, as the host numbers them" << result;
}

TEST(PidNamespace, HostProcessesAreOutOfReach) {
  const HostProcess target;
  const Result result =
      run(container({probe(), "reach", std::to_string(target.pid())}));
  EXPECT_EQ(result.out, "ESRCH\n")
      << "the container could send a signal to a process of the host" << result;
}

TEST(PidNamespace, BackgroundProcessesEndWithTheContainer) {
  const Result result = run(container({probe(), "daemon"}));
  ASSERT_EQ(result.status, 0) << result;
  EXPECT_TRUE(alone())
      << "a process of the container outlived it; with its init, the kernel "
         "ends all others in a PID namespace";
}

std::vector<pid_t> zombies() {
  std::vector<pid_t> all = processes();
  std::erase_if(all, [](pid_t pid) {
    return !status_field(pid, "State").starts_with("Z");
  });
  return all;
}

TEST(Init, ReapsOrphans) {
  // More than step 04 lets exist: each that is not reaped counts.
  Running running(container({probe(), "orphans", "100"}));
  EXPECT_TRUE(eventually([] { return zombies().empty(); }, kMoment))
      << "orphans that have ended stay as zombies: " << zombies().size();
}

TEST(Init, LeavesTheChildrenOfOthersAlone) {
  // The control of the test above: this is what a zombie looks like.
  Running running(container({probe(), "zombie"}));
  const auto found = zombies();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(status_field(found[0], "PPid"), std::to_string(running.command()));
  EXPECT_EQ(numbers(found[0]).size(), 2U)
      << "the zombie is not in the container but, as the host numbers it, "
      << found[0];
}

TEST(Init, IsNotKilledFromInside) {
  Launch launch =
      container({"/bin/sh", "-c", "kill -KILL $PPID; echo still here"});
  const Result result = run(launch);
  EXPECT_EQ(result.status, 0) << "the command killed its parent" << result;
  EXPECT_EQ(result.out, "still here\n") << result;
}

// The columns of `ps aux` but for the numbers that change.
struct Row {
  std::string pid;
  std::string command;
};

std::vector<Row> rows(const std::string& ps) {
  std::vector<Row> result;
  for (const std::string& line : lines(ps)) {
    const std::vector<std::string> columns = words(line);
    if (columns.size() < 11 || columns[0] == "USER") continue;
    result.push_back({.pid = columns[1], .command = columns[10]});
  }
  return result;
}

TEST(Proc, PsTypedIntoAShellShowsThreeProcesses) {
  Pty pty(container({"/bin/sh"}).argv, {{"PS1", "box> "}, {"ENV", ""}});
  pty.expect("box> ");
  pty.type("ps aux\n");
  pty.expect("\n");
  const std::string shown = pty.expect("box> ");
  pty.type("exit\n");
  pty.wait();

  const std::vector<Row> seen = rows(shown);
  ASSERT_EQ(seen.size(), 3U)
      << "expected the runtime, the shell and ps; /proc shows:\n"
      << shown;
  EXPECT_EQ(seen[0].pid, "1") << shown;
  EXPECT_NE(seen[0].command.find(program_name()), std::string::npos) << shown;
  EXPECT_EQ(seen[1].pid, "2") << shown;
  EXPECT_EQ(seen[1].command, "/bin/sh") << shown;
  EXPECT_EQ(seen[2].command, "ps") << shown;
}

TEST(Proc, IsTheContainersOwn) {
  const Result result = run(container({"ls", "/proc"}));
  std::vector<std::string> pids = lines(result.out);
  std::erase_if(pids, [](const std::string& name) {
    return name.find_first_not_of("0123456789") != std::string::npos;
  });
  EXPECT_EQ(pids, (std::vector<std::string>{"1", "2"}))
      << "expected the runtime and ls; /proc shows:" << result;
}

TEST(Proc, IsNotSeenInTheRootfsOnTheHost) {
  Running running(container({probe(), "pause"}));
  const std::string mounts =
      read_file("/proc/" + std::to_string(running.command()) + "/mountinfo");
  EXPECT_NE(mounts.find(" /proc "), std::string::npos)
      << "nothing is mounted on the container's /proc:\n"
      << mounts;
  EXPECT_EQ(list_directory(rootfs() + "/proc").size(), 0U)
      << "the mount on the container's /proc is there on the host, too";
  EXPECT_EQ(read_link("/proc/self"), std::to_string(getpid()))
      << "the host's own /proc is damaged";
}

TEST(Proc, HasNoSetuidProgramsDevicesOrPrograms) {
  // As every distribution mounts it.
  Running running(container({probe(), "pause"}));
  for (const std::string& mount : lines(read_file(
           "/proc/" + std::to_string(running.command()) + "/mountinfo"))) {
    if (words(mount)[4] != "/proc") continue;
    for (const auto* flag : {"nosuid", "nodev", "noexec"}) {
      EXPECT_NE(words(mount)[5].find(flag), std::string::npos)
          << flag << " is missing: " << mount;
    }
    // Where mount(8) lists it, it is to be known for what it is.
    EXPECT_TRUE(mount.find(" - proc proc ") != std::string::npos) << mount;
    return;
  }
  ADD_FAILURE() << "nothing is mounted on the container's /proc";
}

}  // namespace

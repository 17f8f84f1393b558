// SPDX-License-Identifier: MIT
#include "common/command.hpp"

#include <gtest/gtest.h>

#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "common/file.hpp"
#include "common/prepare.hpp"
#include "tests/common/in_child.hpp"
#include "tests/support/files.hpp"
#include "tests/support/pty.hpp"
#include "tests/support/wait.hpp"

namespace {

using support::eventually;
using support::in_child;
using support::Launch;
using support::run;
using support::TemporaryDirectory;
using support::write_file;

// An init outside any namespace: a subreaper is handed orphans too (prctl(2)).
Launch init(const std::vector<std::string>& command) {
  return in_child([=] {
    common::prepare_process();
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    return common::run_command(command);
  });
}

Launch shell(const std::string& script) {
  return init({"/bin/sh", "-c", script});
}

Launch with_path(const std::string& path, Launch launch) {
  launch.before_exec = [path, body = launch.before_exec] {
    setenv("PATH", path.c_str(), /*overwrite=*/1);
    body();
  };
  return launch;
}

bool is_gone(pid_t pid) {
  const char state = support::process_state(pid);
  return state == '-' || state == 'Z';
}

TEST(Command, GivesItsStatus) {
  EXPECT_EQ(run(shell("exit 0")).status, 0);
  EXPECT_EQ(run(shell("exit 3")).status, 3);
  EXPECT_EQ(run(shell("exit 255")).status, 255);
}

TEST(Command, ThatASignalKillsIs128AndTheSignal) {
  EXPECT_EQ(run(shell("kill -TERM $$")).status, 128 + SIGTERM);
  EXPECT_EQ(run(shell("kill -KILL $$")).status, 128 + SIGKILL);
}

TEST(Command, ThatIsNotThereIs127) {
  const auto by_name = run(init({"boxstep-no-such-command"}));
  EXPECT_EQ(by_name.status, 127) << by_name;
  EXPECT_NE(
      by_name.err.find("exec boxstep-no-such-command: No such file"),
      std::string::npos)
      << by_name;
  EXPECT_EQ(run(init({"/nope/command"})).status, 127);
  EXPECT_EQ(run(init({""})).status, 127);
}

TEST(Command, ThatIsNotThereIs127EvenIfNobodyReadsTheReason) {
  const auto result = run(in_child([] {
    dup2(common::make_pipe().write_end.get(), STDERR_FILENO);
    common::prepare_process();
    return common::run_command({"/nope/command"});
  }));
  EXPECT_EQ(result.status, 127) << result;
}

TEST(Command, SaysThatItsInterpreterIsWhatIsNotThere) {
  const TemporaryDirectory directory;
  const std::string path = directory.path() + "/script";
  write_file(path, "#!/nope/sh\n", 0755);
  EXPECT_NE(
      run(init({path})).err.find("exec interpreter of " + path + ": No such"),
      std::string::npos);
}

TEST(Command, ThatCannotBeExecutedIs126) {
  const TemporaryDirectory directory;
  const std::string no_x = directory.path() + "/no-x";
  write_file(no_x, "#!/bin/sh\n", 0644);
  const std::string no_interpreter = directory.path() + "/no-interpreter";
  write_file(no_interpreter, "#!/nope/sh\n", 0755);
  const std::string no_program = directory.path() + "/no-program";
  write_file(no_program, "neither ELF nor #!\n", 0755);
  for (const std::string& path :
       {no_x, no_interpreter, no_program, directory.path()}) {
    const auto result = run(init({path}));
    EXPECT_EQ(result.status, 126) << result;
    EXPECT_NE(result.err.find(path + ": "), std::string::npos) << result;
  }
}

// execvp(3) would hand it to sh.
TEST(Command, ThatIsNoProgramIsNotTakenForAScript) {
  const TemporaryDirectory directory;
  write_file(directory.path() + "/program", "exit 0\n", 0755);
  EXPECT_EQ(run(with_path(directory.path(), init({"program"}))).status, 126);
}

TEST(Command, IsLookedUpInPathLikeAShellDoes) {
  const TemporaryDirectory directory;
  const std::string& path = directory.path();
  for (const char* name : {"/a", "/b", "/c"})
    mkdir((path + name).c_str(), 0755);
  mkdir((path + "/a/program").c_str(), 0755);  // not a file
  write_file(path + "/b/program", "", 0644);  // not executable
  write_file(path + "/c/program", "#!/bin/sh\nexit 7\n", 0755);
  const std::string all = path + "/a:" + path + "/b:" + path + "/c";
  EXPECT_EQ(run(with_path(all, init({"program"}))).status, 7);
  const std::string first_two = path + "/a:" + path + "/b";
  EXPECT_EQ(run(with_path(first_two, init({"program"}))).status, 126);
  EXPECT_EQ(run(with_path(path + "/a", init({"program"}))).status, 127);
}

// POSIX: an empty name in PATH is the current directory.
TEST(Command, IsLookedUpHereWherePathHasAnEmptyName) {
  const TemporaryDirectory directory;
  write_file(directory.path() + "/program", "#!/bin/sh\nexit 7\n", 0755);
  for (const char* path : {":/nope", "/nope::/nope"}) {
    Launch launch = with_path(path, init({"program"}));
    launch.directory = directory.path();
    EXPECT_EQ(run(launch).status, 7) << path;
  }
}

TEST(Command, IsLookedUpInAUsualPathWhereThereIsNone) {
  Launch launch = init({"sh", "-c", "exit 7"});
  launch.before_exec = [body = launch.before_exec] {
    unsetenv("PATH");
    body();
  };
  EXPECT_EQ(run(launch).status, 7);
}

TEST(Command, StartsWithDefaultSignalsAndAnEmptyMask) {
  Launch launch = init({"/bin/grep", "^Sig[BI]", "/proc/self/status"});
  launch.before_exec = [body = launch.before_exec] {
    std::signal(SIGINT, SIG_IGN);
    std::signal(SIGTERM, SIG_IGN);
    std::signal(SIGCHLD, SIG_IGN);
    body();
  };
  EXPECT_EQ(
      run(launch).out,
      "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
}

// The shell that starts the orphan ends, so it falls to the init. Until that
// has reaped it, kill -0 finds a zombie.
TEST(Command, HasAnInitThatReapsOrphans) {
  const auto result =
      run(shell("orphan=$(sh -c '(sleep 0.05; exit 5) > /dev/null & echo $!')\n"
                "while kill -0 $orphan 2> /dev/null; do sleep 0.01; done\n"
                "exit 3"));
  EXPECT_EQ(result.status, 3) << result;
}

TEST(Command, GetsEverySignalThatItsInitGets) {
  for (const int signal :
       {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGWINCH, SIGPIPE}) {
    support::Process init(shell(
        "trap 'kill $!; exit 42' " + std::to_string(signal) +
        "\nsleep 1000 & echo ready; wait"));
    ASSERT_TRUE(eventually([&] { return init.out() == "ready\n"; }));
    init.send(signal);
    const auto result = init.wait();
    EXPECT_EQ(result.status, 42) << strsignal(signal) << result;
  }
}

TEST(Command, DiesWithItsInit) {
  support::Process init(shell("echo $$; exec sleep 1000"));
  ASSERT_TRUE(eventually([&] { return !init.out().empty(); }));
  const pid_t command = std::stoi(init.out());
  EXPECT_FALSE(is_gone(command));
  init.send(SIGKILL);
  EXPECT_TRUE(eventually([&] { return is_gone(command); }));
}

}  // namespace

// SPDX-License-Identifier: MIT
#include "common/terminal.hpp"

#include <gtest/gtest.h>

#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <string>

#include "common/check.hpp"
#include "common/prepare.hpp"
#include "common/process.hpp"
#include "tests/common/in_child.hpp"
#include "tests/common/on_terminal.hpp"
#include "tests/support/pty.hpp"
#include "tests/support/wait.hpp"

namespace {

using common::check;
using common::Terminal;
using support::eventually;
using support::in_child;
using support::on_terminal;
using support::process_state;
using support::run;

pid_t foreground() {
  return tcgetpgrp(STDIN_FILENO);
}

int wait_for_end_of(common::Process& process) {
  int status = 0;
  check(waitpid(process.pid(), &status, 0), "waitpid");
  process.reaped();
  return common::exit_status(status);
}

TEST(Terminal, IsNotThereWithoutAControllingTerminal) {
  const auto result = run(in_child([] {
    setsid();
    const Terminal terminal;
    return terminal.exists() || terminal.in_foreground() ? 1 : 0;
  }));
  EXPECT_EQ(result.status, 0) << result;
}

TEST(Terminal, BelongsToTheSessionsLeaderAtFirst) {
  const auto result = run(on_terminal([] {
    const Terminal terminal;
    return terminal.exists() && terminal.in_foreground() ? 0 : 1;
  }));
  EXPECT_EQ(result.status, 0) << result;
}

TEST(Terminal, IsFoundOnAnyOfTheStandardDescriptors) {
  const auto result = run(on_terminal([] {
    dup2(STDIN_FILENO, STDERR_FILENO);
    close(STDIN_FILENO);
    close(STDOUT_FILENO);
    return Terminal().in_foreground() ? 0 : 1;
  }));
  EXPECT_EQ(result.status, 0) << result;
}

TEST(Terminal, IsGivenToAnotherGroupAndTakenBack) {
  const auto result = run(on_terminal([] {
    const Terminal terminal;
    const common::Process other(SIGCHLD, pause);
    setpgid(other.pid(), other.pid());
    terminal.give_to(other.pid());
    const bool given = foreground() == other.pid() && !terminal.in_foreground();
    terminal.give_to(getpgrp());
    return given && terminal.in_foreground() ? 0 : 1;
  }));
  EXPECT_EQ(result.status, 0) << result;
}

TEST(Terminal, IsAbandonedOnceNobodyOfItsGroupIsLeft) {
  const auto result = run(on_terminal([] {
    const Terminal terminal;
    bool abandoned_while_it_lives = true;
    {
      const common::Process other(SIGCHLD, pause);
      setpgid(other.pid(), other.pid());
      terminal.give_to(other.pid());
      abandoned_while_it_lives = terminal.is_abandoned();
    }
    return !abandoned_while_it_lives && terminal.is_abandoned() ? 0 : 1;
  }));
  EXPECT_EQ(result.status, 0) << result;
}

TEST(Terminal, NamesTheCallThatCouldNotGiveIt) {
  const auto result = run(on_terminal([] {
    Terminal().give_to(1);  // of another session
    return 0;
  }));
  EXPECT_EQ(result.status, 125) << result;
  EXPECT_NE(result.err.find("tcsetpgrp: "), std::string::npos) << result;
}

TEST(Terminal, HasItsModesRestored) {
  const auto result = run(on_terminal([] {
    const Terminal terminal;
    termios raw{};
    tcgetattr(STDIN_FILENO, &raw);
    const termios before = raw;
    cfmakeraw(&raw);
    tcsetattr(STDIN_FILENO, TCSANOW, &raw);
    terminal.take_back();
    termios after{};
    tcgetattr(STDIN_FILENO, &after);
    return after.c_lflag == before.c_lflag && raw.c_lflag != before.c_lflag ? 0
                                                                            : 1;
  }));
  EXPECT_EQ(result.status, 0) << result;
}

TEST(ProcessGroup, IsLedWithoutTheTerminal) {
  const auto result = run(on_terminal([] {
    const Terminal terminal;
    const pid_t ours = getpgrp();
    common::Process member(SIGCHLD, [&] {
      common::lead_process_group(terminal, /*with_terminal=*/false);
      return getpgrp() == getpid() && foreground() == ours ? 0 : 1;
    });
    return wait_for_end_of(member);
  }));
  EXPECT_EQ(result.status, 0) << result;
}

TEST(ProcessGroup, TakesTheTerminalAlong) {
  const auto result = run(on_terminal([] {
    const Terminal terminal;
    common::Process member(SIGCHLD, [&] {
      common::lead_process_group(terminal, /*with_terminal=*/true);
      return getpgrp() == getpid() && foreground() == getpid() ? 0 : 1;
    });
    return wait_for_end_of(member);
  }));
  EXPECT_EQ(result.status, 0) << result;
}

TEST(ProcessGroup, StopsUntilItIsContinued) {
  support::Process job(in_child([] {
    setpgid(0, 0);
    common::prepare_process();
    common::stop_process_group();
    return 3;
  }));
  ASSERT_TRUE(eventually([&] { return process_state(job.pid()) == 'T'; }));
  job.send(SIGCONT);
  EXPECT_EQ(job.wait().status, 3);
}

TEST(ProcessGroup, StopsWithAllThatAreInIt) {
  support::Process job(in_child([] {
    setpgid(0, 0);
    const pid_t member = fork();
    if (member == 0) _exit(pause());
    std::printf("%d\n", member);
    std::fflush(stdout);
    common::prepare_process();
    common::stop_process_group();
    return kill(member, SIGKILL);
  }));
  ASSERT_TRUE(eventually([&] { return process_state(job.pid()) == 'T'; }));
  const pid_t member = std::stoi(job.out());
  EXPECT_TRUE(eventually([&] { return process_state(member) == 'T'; }));
  job.send(SIGCONT);
  EXPECT_EQ(job.wait().status, 0);
}

TEST(ProcessGroup, DoesNotStopWhereNobodyCouldContinueIt) {
  const auto result = run(in_child([] {
    setsid();  // a session's leader has no parent in it: an orphaned group
    common::prepare_process();
    common::stop_process_group();
    return 3;
  }));
  EXPECT_EQ(result.status, 3) << result;
}

}  // namespace

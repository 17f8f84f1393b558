// SPDX-License-Identifier: MIT
#include "common/terminal.hpp"

#include <gtest/gtest.h>

#include <termios.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <string>

#include "common/prepare.hpp"
#include "common/process.hpp"
#include "tests/common/in_child.hpp"
#include "tests/common/on_terminal.hpp"
#include "tests/common/status_of.hpp"
#include "tests/support/pty.hpp"
#include "tests/support/wait.hpp"

namespace {

using common::Terminal;
using support::eventually;
using support::in_child;
using support::on_terminal;
using support::process_state;
using support::run;
using support::status_of;

pid_t foreground() {
  return tcgetpgrp(STDIN_FILENO);
}

TEST(Terminal, IsNotThereWithoutAControllingTerminal) {
  const auto result = run(in_child([] {
    setsid();
    const Terminal terminal;
    terminal.take_back();
    return terminal.exists() || terminal.is_with(getpgrp()) ? 1 : 0;
  }));
  EXPECT_EQ(result.status, 0) << result;
}

TEST(Terminal, IsFoundOnAnyOfTheStandardDescriptors) {
  const auto result = run(on_terminal([] {
    const bool on_first = Terminal().is_with(getpgrp());
    dup2(STDIN_FILENO, STDERR_FILENO);
    close(STDIN_FILENO);
    close(STDOUT_FILENO);
    return on_first && Terminal().is_with(getpgrp()) ? 0 : 1;
  }));
  EXPECT_EQ(result.status, 0) << result;
}

TEST(Terminal, IsTakenBackFromAGroupWhoseLeaderIsGone) {
  const auto result = run(on_terminal([] {
    const Terminal terminal;
    {
      const common::Process other(SIGCHLD, pause);
      setpgid(other.pid(), other.pid());
      terminal.give_to(other.pid());
      if (terminal.is_with(getpgrp()) || foreground() != other.pid()) return 1;
      terminal.take_back();
      if (terminal.is_with(getpgrp())) return 2;  // taken from a living one
    }
    terminal.take_back();
    return terminal.is_with(getpgrp()) ? 0 : 3;
  }));
  EXPECT_EQ(result.status, 0) << result;
}

TEST(Terminal, HasItsModesRestored) {
  const auto result = run(on_terminal([] {
    const Terminal terminal;
    {
      const common::Process other(SIGCHLD, pause);
      setpgid(other.pid(), other.pid());
      terminal.give_to(other.pid());
    }
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

TEST(ProcessGroup, StopsWithAllThatAreInItUntilItIsContinued) {
  support::Process job(in_child([] {
    setpgid(0, 0);
    const pid_t member = fork();
    if (member == 0) _exit(pause());
    std::printf("%d\n", member);
    std::fflush(stdout);
    common::prepare_process();
    const bool continued = common::stop(0, SIGTSTP);
    kill(member, SIGKILL);
    return continued ? 3 : 1;
  }));
  ASSERT_TRUE(eventually([&] { return process_state(job.pid()) == 'T'; }));
  const pid_t member = std::stoi(job.out());
  EXPECT_TRUE(eventually([&] { return process_state(member) == 'T'; }));
  job.send(SIGCONT);
  EXPECT_EQ(job.wait().status, 3);
}

TEST(ProcessGroup, DoesNotStopWhereNobodyCouldContinueIt) {
  const auto result = run(in_child([] {
    setsid();  // a session's leader has no parent in it: an orphaned group
    common::prepare_process();
    return common::stop(0, SIGTSTP) ? 1 : 3;
  }));
  EXPECT_EQ(result.status, 3) << result;
}

}  // namespace

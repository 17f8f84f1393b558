// SPDX-License-Identifier: MIT
// Containers without a namespace of their own: what is left is a runtime, an
// init and a command, and that needs no root.
#include "common/container.hpp"

#include <gtest/gtest.h>

#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <csignal>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>

#include "common/command.hpp"
#include "common/file.hpp"
#include "common/prepare.hpp"
#include "common/report.hpp"
#include "tests/common/in_child.hpp"
#include "tests/common/on_terminal.hpp"
#include "tests/support/files.hpp"
#include "tests/support/pty.hpp"
#include "tests/support/wait.hpp"

namespace {

using common::Container;
using support::eventually;
using support::in_child;
using support::Launch;
using support::on_terminal;
using support::run;

int run_script(const std::string& script) {
  Container container = common::start(SIGCHLD, [&] {
    return common::run_command({"/bin/sh", "-c", script});
  });
  return container.wait();
}

Launch runtime(const std::string& script) {
  return in_child([=] {
    common::prepare_process();
    return run_script(script);
  });
}

TEST(Container, GivesTheStatusOfItsCommand) {
  EXPECT_EQ(run(runtime("exit 3")).status, 3);
  EXPECT_EQ(run(runtime("kill -KILL $$")).status, 128 + SIGKILL);
}

TEST(Container, ReportsAnExceptionOfItsChildOnce) {
  const auto result = run(in_child([] {
    common::prepare_process();
    return common::start(
               SIGCHLD,
               []() -> int { throw std::runtime_error("chroot failed"); })
        .wait();
  }));
  EXPECT_EQ(result.status, 125) << result;
  EXPECT_EQ(
      result.err,
      std::string(program_invocation_short_name) + ": chroot failed\n");
}

TEST(Container, HasThePidThatTheHostSees) {
  const auto result = run(in_child([] {
    common::prepare_process();
    const common::Pipe pipe = common::make_pipe();
    Container container = common::start(SIGCHLD, [&] {
      const pid_t self = getpid();
      return write(pipe.write_end.get(), &self, sizeof self) < 0 ? 1 : 0;
    });
    pid_t self = -1;
    if (read(pipe.read_end.get(), &self, sizeof self) == -1) return 1;
    return self == container.pid() ? container.wait() : 2;
  }));
  EXPECT_EQ(result.status, 0) << result;
}

// The descriptors of a command whose caller has left open `fds`.
std::string descriptors_of_command(const std::set<int>& fds) {
  const auto result = run(in_child([&] {
    for (int fd = 0; fd < 32; ++fd) {
      if (!fds.contains(fd)) close(fd);
    }
    common::prepare_process();
    // The shell looks without opening anything itself.
    return run_script(
        "n=0; while [ $n -lt 32 ]; do\n"
        "  if [ -e /proc/$$/fd/$n ]; then printf '%s ' $n; fi\n"
        "  n=$((n + 1))\n"
        "done");
  }));
  return result.out;
}

TEST(Container, GivesItsCommandTheDescriptorsOfTheCallerAndNoOther) {
  EXPECT_EQ(descriptors_of_command({0, 1, 2}), "0 1 2 ");
}

TEST(Container, GetsASignalThatCameBeforeItWasStarted) {
  const auto result = run(in_child([] {
    common::prepare_process();
    if (fork() == 0) _exit(kill(getppid(), SIGTERM));
    wait(nullptr);
    return run_script("exec sleep 1000");
  }));
  EXPECT_EQ(result.status, 128 + SIGTERM) << result;
}

TEST(Container, IsKilledIfNobodyWaitsForIt) {
  const common::Pipe pipe = common::make_pipe();
  const auto result = run(in_child([&] {
    common::prepare_process();
    Container container = common::start(SIGCHLD, [] { return pause(); });
    const pid_t pid = container.pid();
    const ssize_t size = write(pipe.write_end.get(), &pid, sizeof pid);
    return size == sizeof pid ? 3 : 1;
  }));
  EXPECT_EQ(result.status, 3) << result;
  pid_t init = -1;
  ASSERT_EQ(
      read(pipe.read_end.get(), &init, sizeof init),
      ssize_t{sizeof init});
  EXPECT_EQ(kill(init, 0), -1);
}

// As in `run ls | less`, where the keys are for less, until ls wants them.
TEST(Container, HasTheTerminalInAPipelineOnlyIfItReadsIt) {
  const auto result = run(on_terminal([] {
    close(STDOUT_FILENO);
    const int in_foreground = run_script(
        "foreground() {\n"
        "  read -r pid name state parent group session tty foreground rest"
        " < /proc/$$/stat; test $group = $foreground\n"
        "}\n"
        "foreground && exit 1\n"
        "stty sane\n"  // changes the terminal: asks for it, as reading does
        "foreground");
    return in_foreground == 0 && tcgetpgrp(STDIN_FILENO) == getpgrp() ? 0 : 1;
  }));
  EXPECT_EQ(result.status, 0) << result;
}

// A job with a shell above it: it can be stopped and continued.
TEST(Container, StopsItsJobWithTheCommandAndContinuesWithIt) {
  const auto result = run(on_terminal([] {
    const pid_t job = fork();
    if (job == 0) {
      setpgid(0, 0);
      tcsetpgrp(STDIN_FILENO, getpgrp());
      _exit(run_script("kill -TSTP $$; exit 3"));
    }
    int status = 0;
    waitpid(job, &status, WUNTRACED);
    if (!WIFSTOPPED(status)) return 1;
    tcsetpgrp(STDIN_FILENO, job);
    kill(job, SIGCONT);
    waitpid(job, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 3 ? 0 : 2;
  }));
  EXPECT_EQ(result.status, 0) << result;
}

// The stop is old news when the runtime gets to read it.
TEST(Container, DoesNotStopItsJobForACommandThatHasEndedSince) {
  const auto result = run(on_terminal([] {
    const pid_t job = fork();
    if (job == 0) {
      setpgid(0, 0);
      Container container = common::start(SIGCHLD, [] {
        common::tell_host(W_STOPCODE(SIGTSTP));
        common::tell_host(W_EXITCODE(0, SIGKILL));
        return 3;
      });
      const auto init = static_cast<id_t>(container.pid());
      siginfo_t end{};
      waitid(P_PID, init, &end, WEXITED | WNOWAIT);
      _exit(container.wait());
    }
    int status = 0;
    waitpid(job, &status, WUNTRACED);
    return WIFEXITED(status) && WEXITSTATUS(status) == 3 ? 0 : 1;
  }));
  EXPECT_EQ(result.status, 0) << result;
}

// A SIGPIPE of the runtime's own is not meant for the command.
TEST(Container, OutlivesAStderrThatNobodyReads) {
  const auto result = run(in_child([] {
    dup2(common::make_pipe().write_end.get(), STDERR_FILENO);
    common::prepare_process();
    common::say(/*quiet=*/false, "host", "has a SIGPIPE pending now");
    return run_script("exit 3");
  }));
  EXPECT_EQ(result.status, 3) << result;
}

}  // namespace

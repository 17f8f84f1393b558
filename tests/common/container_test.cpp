// SPDX-License-Identifier: MIT
// A race of the terminal. All else a person notices: tests/features/.
#include "common/container.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "common/check.hpp"
#include "common/process.hpp"
#include "tests/common/in_child.hpp"

namespace {

using common::check;

// Makes us the leader of a session, in the foreground of a new terminal that is
// our stdin and stdout. Returns its other end.
int take_a_terminal() {
  const int master =
      check(posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC), "posix_openpt");
  check(grantpt(master), "grantpt");
  check(unlockpt(master), "unlockpt");
  check(setsid(), "setsid");
  // The first terminal that a session's leader opens becomes its own.
  const int slave = check(open(ptsname(master), O_RDWR | O_CLOEXEC), "open");
  check(dup2(slave, STDIN_FILENO), "dup2");
  check(dup2(slave, STDOUT_FILENO), "dup2");
  return master;
}

// A job whose command has stopped, and has then been killed. Both are old news
// when the runtime gets to read them.
int run_job() {
  check(setpgid(0, 0), "setpgid");
  common::Container container = common::start(SIGCHLD, [] {
    common::tell_host(W_STOPCODE(SIGTSTP));
    common::tell_host(W_EXITCODE(0, SIGKILL));
    return 3;
  });
  siginfo_t end{};
  const auto init = static_cast<id_t>(container.pid());
  check(waitid(P_PID, init, &end, WEXITED | WNOWAIT), "waitid");
  return container.wait();
}

TEST(Container, DoesNotStopItsJobForACommandThatHasEndedSince) {
  const auto result = support::run(support::in_child([] {
    take_a_terminal();
    common::prepare_process();
    const pid_t job = fork();
    if (job == 0) _exit(run_job());
    int status = 0;
    waitpid(job, &status, WUNTRACED);
    return WIFEXITED(status) && WEXITSTATUS(status) == 3 ? 0 : 1;
  }));
  EXPECT_EQ(result.status, 0) << result;
}

}  // namespace

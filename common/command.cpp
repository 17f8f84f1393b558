// SPDX-License-Identifier: MIT
#include "common/command.hpp"

#include <signal.h>

#include "common/check.hpp"
#include "common/container.hpp"
#include "common/execute.hpp"
#include "common/prepare.hpp"
#include "common/process.hpp"

namespace common {
namespace {

// What a terminal sends, it sends to a whole group: a shell waits for others.
bool is_for_group(int signal) {
  return signal == SIGINT || signal == SIGQUIT || signal == SIGTSTP ||
      signal == SIGCONT;
}

void pass_on(int signal, pid_t command) {
  if (is_for_group(signal) && kill(-command, signal) == 0) return;
  kill(command, signal);  // also if it has no group yet
}

}  // namespace

int run_command(const std::vector<std::string>& command) {
  Process process(SIGCHLD, [&] { return execute(command); });
  const sigset_t all = all_signals();
  for (;;) {
    siginfo_t info{};
    const int signal = sigwaitinfo(&all, &info);
    // We were stopped and continued (signal(7)).
    if (signal == -1 && errno == EINTR) continue;
    check(signal, "sigwaitinfo");
    if (signal != SIGCHLD) {
      if (is_for_command(info.si_code, info.si_pid))
        pass_on(signal, process.pid());
      continue;
    }
    const std::optional<int> change = process.reap();
    if (!change) continue;
    tell_host(*change);
    if (has_ended(*change)) return exit_status(*change);
  }
}

}  // namespace common

// SPDX-License-Identifier: MIT
// Keeps a processor busy: sched(7).
// It has worked if the container gets as much of a processor as a process of
// the host that tries the same; of an idle machine, that is the whole of one.
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>

#include "tests/attacks/rig/attack.hpp"

namespace attacks::processor {

// More than the 100 ms that a cgroup's cpu.max counts in.
constexpr timespec kWindow{.tv_sec = 0, .tv_nsec = 200'000'000};
// Where there are other processes, a window may be unfair.
constexpr int kTries = 10;
constexpr long kEnough = 80;  // percent of what the host's gets

void spin() {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  volatile unsigned n = 0;
  for (;;)
    n = n + 1;
}

long now(clockid_t clock) {
  constexpr long kMillion = 1'000'000;
  timespec time{};
  clock_gettime(clock, &time);
  return time.tv_sec * kMillion + time.tv_nsec / 1000;
}

long processor_time(const std::vector<pid_t>& pids) {
  long sum = 0;
  for (const pid_t pid : pids) {
    clockid_t clock = 0;
    if (clock_getcpuclockid(pid, &clock) == 0) sum += now(clock);
  }
  return sum;
}

std::string effect(Host& host) {
  const std::vector<pid_t> container = host.container_processes();
  const std::vector<pid_t> other{fork()};
  if (other[0] == 0) spin();
  std::string seen;
  for (int i = 0; i < kTries && seen.empty(); ++i) {
    const long start = now(CLOCK_MONOTONIC);
    const long container_start = processor_time(container);
    const long other_start = processor_time(other);
    nanosleep(&kWindow, nullptr);
    const long time = now(CLOCK_MONOTONIC) - start;
    const long share = 100 * (processor_time(container) - container_start);
    const long other_share = 100 * (processor_time(other) - other_start);
    if (share * 100 >= other_share * kEnough) {
      seen = "the container gets " + std::to_string(share / time) +
          " % of a processor, and a host process that wants one " +
          std::to_string(other_share / time) + " %";
    }
  }
  kill(other[0], SIGKILL);
  waitpid(other[0], nullptr, 0);
  return seen;
}

const Entry kEntry({
    .name = "processor",
    .title = "take a whole processor",
    .open = "a namespace limits nothing, and the cgroup of step 04 limits only "
            "tasks: the cpu controller would be another file beside pids.max, "
            "cgroups(7)",
    .attempt = [](const Words&) { fork_to(spin); },
    .effect = effect,
});

}  // namespace attacks::processor

// SPDX-License-Identifier: MIT
// Attacks on what all share: processes, memory, the processor.
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>

#include <cstdlib>

#include "tests/attacks/rig/attack.hpp"

namespace attacks::resources {

// Starts 100 processes: fork(2). A fork bomb, but for the number.
const Entry kHundredForks({
    .name = "hundred-forks",
    .title = "start 100 processes",
    .open = "a namespace limits nothing: what shows a container fewer "
            "processes lets it make as many as ever",
    .held = "its pids cgroup has a pids.max, and a fork(2) that would pass it "
            "fails. Nobody is killed: cgroups(7)",
    .attempt = [](const Words&) { fork_many(); },
    .effect = many_processes_run,
});

const Entry kRaiseLimit({
    .name = "raise-limit",
    .title = "mount cgroupfs, raise the limit, start 100 processes",
    .open =
        "whoever may mount may mount cgroupfs, where the limit is a file that "
        "root may write: cgroups(7). It holds only for those who cannot",
    .attempt =
        [](const Words&) {
          write_to(
              mount_pids_cgroups() + own_pids_cgroup() + "/pids.max",
              "max");
          fork_many();
        },
    .effect = many_processes_run,
});

const Entry kLeaveCgroup({
    .name = "leave-cgroup",
    .title = "mount cgroupfs, leave the cgroup, start 100 processes",
    .open = "whoever may mount may mount cgroupfs, and root may write to the "
            "cgroup.procs of any cgroup that shows: cgroups(7)",
    .attempt =
        [](const Words&) {
          write_to(mount_pids_cgroups() + kHostCgroup + "/cgroup.procs", "0");
          fork_many();
        },
    .effect = many_processes_run,
});

constexpr size_t kMiB = 1024UL * 1024;
constexpr size_t kSize = 200 * kMiB;
// The kernel counts a little late: "RssAnon … is inaccurate".
constexpr size_t kSeen = 190 * kMiB;

void memory(const Words&) {
  void* memory = mmap(
      nullptr,
      kSize,
      PROT_READ | PROT_WRITE,
      MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE,
      /*fd=*/-1,
      /*offset=*/0);
  try_to(reinterpret_cast<long>(memory), "mmap", "200 MiB");
}

std::string effect_of_memory(Host& host) {
  size_t size = 0;
  for (const pid_t pid : host.container_processes()) {
    const std::string status =
        support::read_file("/proc/" + std::to_string(pid) + "/status");
    const size_t field = status.find("RssAnon:");
    if (field == std::string::npos) continue;
    size += 1024 * std::strtoul(&status[field + 8], nullptr, 10);
  }
  return size >= kSeen
      ? "the container has " + std::to_string(size / kMiB) + " MiB"
      : "";
}

const Entry kMemoryAttack({
    .name = "memory",
    .title = "take 200 MiB of memory",
    .open = "a namespace limits nothing, and the cgroup of step 04 limits only "
            "tasks: the memory controller is another file beside pids.max, "
            "cgroups(7)",
    .held =
        "with --memory 64M, mmap(2) still succeeds. When the memory is used, "
        "the kernel kills all of the container: memory.oom.group",
    .options = "--memory 64M",
    .killed = 128 + SIGKILL,
    .only_in_version2 = true,
    .attempt = memory,
    .effect = effect_of_memory,
});

// Keeps a processor busy: sched(7).
// It has worked if the container gets as much of a processor as a process of
// the host that tries the same; of an idle machine, that is the whole of one.

// More than the 100 ms that a cgroup's cpu.max counts in.
constexpr timespec kWindow{.tv_sec = 0, .tv_nsec = 200'000'000};
// Where there are other processes, a window may be unfair.
constexpr int kTries = 30;
constexpr long kEnough = 80;  // percent of what the host's gets
// Percent of a processor that the host's must get, to say something: the container
// gets up to 3 with --cpus 0.02.
constexpr long kLeast = 5;
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

std::string effect_of_processor(Host& host) {
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
    if (other_share / time >= kLeast && share * 100 >= other_share * kEnough) {
      seen = "the container gets " + std::to_string(share / time) +
          " % of a processor, and a host process that wants one " +
          std::to_string(other_share / time) + " %";
    }
  }
  kill(other[0], SIGKILL);
  waitpid(other[0], nullptr, 0);
  return seen;
}

const Entry kProcessorAttack({
    .name = "processor",
    .title = "take a whole processor",
    .open = "a namespace limits nothing, and the cgroup of step 04 limits only "
            "tasks: the cpu controller is another file beside pids.max, "
            "cgroups(7)",
    .held = "with --cpus 0.02, its processes wait when they have used two "
            "milliseconds of a tenth of a second: sched(7)",
    .options = "--cpus 0.02",
    .attempt = [](const Words&) { fork_to(spin); },
    .effect = effect_of_processor,
});

}  // namespace attacks::resources

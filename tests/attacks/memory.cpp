// SPDX-License-Identifier: MIT
// Takes 200 MiB of memory, and uses every page: mmap(2).
// It has worked if the host sees the container have that much.
#include <sys/mman.h>

#include <cstdlib>

#include "tests/attacks/rig/attack.hpp"

namespace attacks::memory {

constexpr size_t kMiB = 1024UL * 1024;
constexpr size_t kSize = 200 * kMiB;
// The kernel counts a little late: "RssAnon … is inaccurate".
constexpr size_t kSeen = 190 * kMiB;

void attempt(const Words&) {
  void* memory = mmap(
      nullptr,
      kSize,
      PROT_READ | PROT_WRITE,
      MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE,
      /*fd=*/-1,
      /*offset=*/0);
  try_to(reinterpret_cast<long>(memory), "mmap", "200 MiB");
}

std::string effect(Host& host) {
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

const Entry kEntry({
    .name = "memory",
    .title = "take 200 MiB of memory",
    .open = "a namespace limits nothing, and the cgroup of step 04 limits only "
            "tasks: the memory controller would be another file beside "
            "pids.max, cgroups(7)",
    .attempt = attempt,
    .effect = effect,
});

}  // namespace attacks::memory

// SPDX-License-Identifier: MIT
// Changes the memory of a host process as a debugger would: ptrace(2).
// It has worked if the host finds the process's memory changed.
#include <sys/ptrace.h>
#include <sys/wait.h>

#include "tests/attacks/rig/attack.hpp"

namespace attacks::trace_process {

void attempt(const Words& words) {
  const pid_t pid = std::stoi(words[0]);
  const unsigned long address = std::stoul(words[1]);
  const unsigned long zero = 0;
  const std::string name = "of " + words[0];
  try_to(ptrace(PTRACE_ATTACH, pid, zero, zero), "ptrace ATTACH", name);
  try_to(waitpid(pid, nullptr, __WALL), "waitpid", words[0]);
  try_to(ptrace(PTRACE_POKEDATA, pid, address, zero), "ptrace POKE", name);
  try_to(ptrace(PTRACE_DETACH, pid, zero, zero), "ptrace DETACH", name);
}

const Entry kEntry({
    .name = "trace-process",
    .title = "ptrace a host process",
    .open = "the process has a number here, and root may trace any that has: "
            "ptrace(2)",
    .held = "the process has no number in the container's PID namespace: "
            "pid_namespaces(7)",
    .prepare = start_victim,
    .attempt = attempt,
    .effect = victim_is_changed,
});

}  // namespace attacks::trace_process

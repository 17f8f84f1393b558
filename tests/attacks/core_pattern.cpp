// SPDX-License-Identifier: MIT
// Writes kernel.core_pattern: core(5). A pattern that begins with "|" names a
// program, which the kernel runs as root on the host at the next crash.
// It has worked if the kernel has taken what was written.
//
// The setting is the machine's own, so this writes what was there before.
#include "common/file.hpp"
#include "tests/attacks/rig/attack.hpp"

namespace attacks::core_pattern {

void attempt(const Words&) {
  const std::string path = find_proc() + "/sys/kernel/core_pattern";
  const std::string before = common::read_file(path);
  write_to(path, before.substr(0, before.find('\n')));
  tell("core_pattern written");
}

std::string effect(Host& host) {
  return if_so(
      host.has_heard("core_pattern written"),
      "the kernel took a core_pattern from the container");
}

const Entry kEntry({
    .name = "core-pattern",
    .title = "write kernel.core_pattern, code as root on the host",
    .open = "there is one core_pattern for the whole machine, any proc file "
            "system has it, and root may write it: core(5)",
    .attempt = attempt,
    .effect = effect,
});

}  // namespace attacks::core_pattern

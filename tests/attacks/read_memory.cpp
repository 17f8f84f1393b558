// SPDX-License-Identifier: MIT
// Reads the memory of a host process: process_vm_readv(2).
// It has worked if the container has the secret that is in there.
#include <sys/uio.h>

#include "tests/attacks/rig/attack.hpp"

namespace attacks::read_memory {

void attempt(const Words& words) {
  std::string text(kSecretLength, '\0');
  const iovec here{.iov_base = text.data(), .iov_len = text.size()};
  const iovec there{
      .iov_base = reinterpret_cast<void*>(std::stoul(words[1])),
      .iov_len = text.size()};
  const pid_t pid = std::stoi(words[0]);
  try_to(
      process_vm_readv(pid, &here, 1, &there, 1, /*flags=*/0),
      "process_vm_readv",
      words[0]);
  tell(text);
}

const Entry kEntry({
    .name = "read-memory",
    .title = "read the memory of a host process",
    .open = "the process has a number here, and who may trace it may read it: "
            "process_vm_readv(2)",
    .held = "the process has no number in the container's PID namespace: "
            "pid_namespaces(7)",
    .prepare = start_victim,
    .attempt = attempt,
});

}  // namespace attacks::read_memory

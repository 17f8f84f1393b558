// SPDX-License-Identifier: MIT
// Attaches a SysV shared memory segment of the host: shmat in shmop(2).
// It has worked if the container has the secret that is in there.
#include <sys/ipc.h>
#include <sys/shm.h>

#include <cstring>

#include "tests/attacks/rig/attack.hpp"

namespace attacks::shared_memory {

constexpr key_t kKey = 4711;

Words prepare(Host& host) {
  const int id =
      check(shmget(kKey, kSecretLength + 1, IPC_CREAT | 0600), "shmget");
  void* memory = shmat(id, nullptr, /*shmflg=*/0);
  std::memcpy(memory, host.secret.c_str(), kSecretLength + 1);
  return {};
}

void attempt(const Words&) {
  const int id = try_to(
      shmget(kKey, kSecretLength + 1, /*shmflg=*/0),
      "shmget",
      std::to_string(kKey));
  const void* memory = shmat(id, nullptr, SHM_RDONLY);
  try_to(reinterpret_cast<long>(memory), "shmat");
  tell(static_cast<const char*>(memory));
}

const Entry kEntry({
    .name = "shared-memory",
    .title = "read SysV shared memory of the host",
    .open = "keys of shared memory belong to an IPC namespace, and the "
            "container is in the host's: ipc_namespaces(7)",
    .prepare = prepare,
    .attempt = attempt,
});

}  // namespace attacks::shared_memory

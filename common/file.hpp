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

#include <unistd.h>

#include <string>
#include <string_view>
#include <utility>

namespace common {

std::string read_file(const std::string& path);

void write_file(const std::string& path, std::string_view text);

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

}  // namespace common

// SPDX-License-Identifier: MIT
// Owns one file descriptor and closes it in the destructor. -1 means none.
//
//   UniqueFd file(check(open(path, O_RDONLY | O_CLOEXEC), "open", path));
//   read(file.get(), data, size);
//   file.reset();  // closes it now
//
// Errors: none; close(2) frees the descriptor even when it fails.
#pragma once

#include <unistd.h>

#include <utility>

namespace common {

class UniqueFd {
 public:
  UniqueFd() = default;
  explicit UniqueFd(int fd) : fd_(fd) {}
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
  int fd_ = -1;
};

}  // namespace common

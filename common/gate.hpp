// SPDX-License-Identifier: MIT
// A gate: the container waits at it until the host has set up what only the
// host can set up.
//
//   Gate gate;                                           // before start()
//   gate.wait();                                         // in the container
//   gate.open();                                         // on the host
//
// Guarantees: wait() returns only after open(), and closes the container's copy.
// Errors: std::system_error; wait() throws EPIPE if the host is gone.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <array>

#include "common/check.hpp"
#include "common/file.hpp"

namespace common {

class Gate {
 public:
  Gate() {
    std::array<int, 2> ends{};
    check(pipe2(ends.data(), O_CLOEXEC), "pipe2");
    read_end_.reset(ends[0]);
    write_end_.reset(ends[1]);
  }

  void wait() {
    // read(2) ends when a byte comes or the last writer goes: not us (pipe(7)).
    write_end_.reset();
    char byte = 0;
    if (check(read(read_end_.get(), &byte, 1), "read", "gate") == 0)
      fail(EPIPE, "read", "gate");
    read_end_.reset();
  }

  void open() { check(write(write_end_.get(), "", 1), "write", "gate"); }

 private:
  UniqueFd read_end_;
  UniqueFd write_end_;
};

}  // namespace common

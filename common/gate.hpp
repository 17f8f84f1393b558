// SPDX-License-Identifier: MIT
// A gate: the container waits at it until the host has set up what only the
// host can set up.
//
//   Gate gate;                                           // before start()
//   gate.wait();                                         // in the container
//   gate.open();                                         // on the host
//
// Guarantees: wait() returns only after open().
// Errors: std::system_error; wait() throws EPIPE if the host is gone.
#pragma once

#include <unistd.h>

#include "common/check.hpp"
#include "common/file.hpp"

namespace common {

class Gate {
 public:
  void wait() {
    // read(2) ends when a byte comes or the last writer goes: not us (pipe(7)).
    pipe_.write_end.reset();
    char byte = 0;
    if (check(read(pipe_.read_end.get(), &byte, 1), "read", "gate") == 0)
      fail(EPIPE, "read", "gate");
    pipe_.read_end.reset();
  }

  void open() { check(write(pipe_.write_end.get(), "", 1), "write", "gate"); }

 private:
  Pipe pipe_ = make_pipe();
};

}  // namespace common

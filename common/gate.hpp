// SPDX-License-Identifier: MIT
// A gate: the container waits at it until the host has set up what only the
// host can.
//
//   Gate gate;                                           // before start()
//   gate.wait();                                         // in the container
//   gate.open();                                         // on the host
//
// Guarantees: wait() returns only after open(); a host that is gone opens none.
// Errors: std::system_error; wait() throws EPIPE when the host is gone.
#pragma once

#include "common/file.hpp"

namespace common {

class Gate {
 public:
  Gate() : pipe_(make_pipe()) {}
  void wait();
  void open();

 private:
  // pipe(7): reading waits for a byte, or for the last writer to go.
  Pipe pipe_;
};

}  // namespace common

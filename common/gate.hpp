// SPDX-License-Identifier: MIT
// A gate: the container waits at it until the host has set up what only the
// host can set up.
//
//   Gate gate;                                           // before start()
//   gate.wait();                                         // in the container
//   gate.open();                                         // on the host
//
// Guarantees: wait() returns only after open(), and closes the container's copy.
// If the host gives up or is gone, the container is killed: common/process.hpp.
// Errors: std::system_error.
#pragma once

#include <sys/eventfd.h>

#include "common/check.hpp"
#include "common/file.hpp"

namespace common {

class Gate {
 public:
  void wait() {
    eventfd_t opened = 0;  // read(2) waits while the counter is 0: eventfd(2)
    check(eventfd_read(counter_.get(), &opened), "read", "gate");
    counter_.reset();
  }

  void open() { check(eventfd_write(counter_.get(), 1), "write", "gate"); }

 private:
  UniqueFd counter_{check(eventfd(0, EFD_CLOEXEC), "eventfd")};
};

}  // namespace common

// SPDX-License-Identifier: MIT
// That a gate holds the container until it is opened: tests/features/. That the
// container ends if the host is killed before: tests/faults/.
#include "common/gate.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>

#include <csignal>

#include "common/process.hpp"
#include "tests/common/status_of.hpp"

namespace {

// Whoever has the descriptor could open a gate.
TEST(Gate, LeavesNoDescriptorInTheContainer) {
  const int next = open("/", O_PATH | O_CLOEXEC);
  close(next);
  common::Gate gate;
  EXPECT_EQ(fcntl(next, F_GETFD), FD_CLOEXEC) << "not the gate's number";
  common::Process container(SIGCHLD, [&] {
    gate.wait();
    return fcntl(next, F_GETFD) == -1 ? 42 : 1;
  });
  gate.open();
  EXPECT_EQ(support::status_of(container), 42);
}

}  // namespace

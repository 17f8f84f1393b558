// SPDX-License-Identifier: MIT
// That a gate holds the container until it is opened: tests/features/. That the
// container ends if the host is killed before: tests/faults/.
#include "common/container.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>

#include <cerrno>
#include <csignal>
#include <system_error>

#include "common/process.hpp"
#include "tests/common/status_of.hpp"

namespace {

int open_files() {
  int count = 0;
  for (int fd = 0; fd < 64; ++fd)
    if (fcntl(fd, F_GETFD) != -1) ++count;
  return count;
}

// Whoever has the descriptor could open a gate.
TEST(Gate, LeavesNoDescriptorInTheContainer) {
  const int before = open_files();
  common::Gate gate;
  common::Process container(SIGCHLD, [&] {
    gate.wait();
    return open_files() == before ? 42 : 1;
  });
  gate.open();
  EXPECT_EQ(support::status_of(container), 42);
}

bool wait_fails(common::Gate& gate) {
  try {
    gate.wait();
  } catch (const std::system_error& error) {
    return error.code().value() == EPIPE;
  }
  return false;
}

// As when the host has died between two gates: docs/08-user-namespace.md.
TEST(Gate, FailsIfNobodyCanOpenIt) {
  common::Process container(SIGCHLD, [&] {
    common::Gate gate;
    return wait_fails(gate) ? 42 : 1;
  });
  EXPECT_EQ(support::status_of(container), 42);
}

// The host can open all gates at once, and die while the container has no
// PR_SET_PDEATHSIG: a change of ids cancels it.
TEST(Gate, FailsIfTheHostHasOpenedItAndIsGone) {
  common::Process container(SIGCHLD, [&] {
    common::Gate gate;
    gate.open();
    return wait_fails(gate) ? 42 : 1;
  });
  EXPECT_EQ(support::status_of(container), 42);
}

}  // namespace

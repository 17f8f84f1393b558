// SPDX-License-Identifier: MIT
// That a gate holds the container until it is opened: tests/features/.
#include "common/gate.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <optional>
#include <system_error>

#include "common/process.hpp"
#include "tests/common/status_of.hpp"

namespace {

// A host that is killed closes its end of the pipe, too.
TEST(Gate, IsNotOpenedByAHostThatGivesUp) {
  std::optional<common::Gate> gate(std::in_place);
  common::Process container(SIGCHLD, [&] {
    try {
      gate->wait();
    } catch (const std::system_error& error) {
      return error.code().value();
    }
    return 0;
  });
  gate.reset();
  EXPECT_EQ(support::status_of(container), EPIPE);
}

}  // namespace

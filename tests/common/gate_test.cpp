// SPDX-License-Identifier: MIT
#include "common/gate.hpp"

#include <gtest/gtest.h>

#include <poll.h>
#include <unistd.h>

#include <csignal>
#include <optional>
#include <system_error>

#include "common/file.hpp"
#include "common/process.hpp"
#include "tests/common/in_child.hpp"
#include "tests/common/status_of.hpp"

namespace {

using common::Gate;
using common::Process;
using support::in_child;
using support::run;
using support::status_of;

// Whether a byte is there, or comes in so many milliseconds.
bool comes(const common::Pipe& pipe, std::chrono::milliseconds time) {
  pollfd news{.fd = pipe.read_end.get(), .events = POLLIN, .revents = 0};
  return poll(&news, 1, static_cast<int>(time.count())) == 1;
}

// 0, or the error that waiting at `gate` ends with.
int wait_at(Gate& gate) {
  try {
    gate.wait();
  } catch (const std::system_error& error) {
    return error.code().value();
  }
  return 0;
}

TEST(Gate, HoldsTheContainerUntilItIsOpened) {
  Gate gate;
  const common::Pipe passed = common::make_pipe();
  Process container(SIGCHLD, [&] {
    gate.wait();
    return write(passed.write_end.get(), "x", 1) == 1 ? 0 : 1;
  });
  EXPECT_FALSE(comes(passed, std::chrono::milliseconds{50}));
  gate.open();
  EXPECT_TRUE(comes(passed, support::kDeadline));
}

TEST(Gate, MayBeOpenedBeforeTheContainerGetsThere) {
  Gate gate;
  gate.open();
  Process container(SIGCHLD, [&] { return wait_at(gate); });
  EXPECT_EQ(status_of(container), 0);
}

TEST(Gate, IsNotOpenedByAHostThatGivesUp) {
  std::optional<Gate> gate(std::in_place);
  Process container(SIGCHLD, [&] { return wait_at(*gate); });
  gate.reset();
  EXPECT_EQ(status_of(container), EPIPE);
}

// The host starts its container by fork(2) alone here, so that this is about
// the gate: common/process.hpp would have it killed.
TEST(Gate, IsNotOpenedByAHostThatIsKilled) {
  const common::Pipe answer = common::make_pipe();
  run(in_child([&] {
    Gate gate;
    if (fork() == 0) {
      const int error = wait_at(gate);
      const ssize_t size = write(answer.write_end.get(), &error, sizeof error);
      _exit(size == sizeof error ? 0 : 1);
    }
    return raise(SIGKILL);
  }));
  ASSERT_TRUE(comes(answer, support::kDeadline));
  int error = 0;
  ASSERT_EQ(
      read(answer.read_end.get(), &error, sizeof error),
      ssize_t{sizeof error});
  EXPECT_EQ(error, EPIPE);
}

}  // namespace

// SPDX-License-Identifier: MIT
// What becomes of signals: tests/features/caller_signals_test.cpp.
#include "common/process.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "tests/common/in_child.hpp"

namespace {

// Or a pipe of the runtime's own could be where it prints its errors.
TEST(Prepare, MakesClosedStandardDescriptorsTakenAndUseless) {
  const auto result = support::run(support::in_child([] {
    for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
      close(fd);
    common::prepare_process();
    char byte = 0;
    const bool fails = read(STDIN_FILENO, &byte, 1) == -1 && errno == EBADF &&
        write(STDOUT_FILENO, "x", 1) == -1 && errno == EBADF &&
        write(STDERR_FILENO, "x", 1) == -1 && errno == EBADF;
    const int next = open("/dev/null", O_RDONLY | O_CLOEXEC);
    return fails && next > STDERR_FILENO ? 0 : 1;
  }));
  EXPECT_EQ(result.status, 0) << result;
}

}  // namespace

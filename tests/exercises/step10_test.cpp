// SPDX-License-Identifier: MIT
// The checks of the exercises of step 10.
#include <gtest/gtest.h>

#include <string>

#include <sys/socket.h>
#include <sys/syscall.h>

#include "tests/support/errors.hpp"
#include "tests/support/step.hpp"

namespace {

using namespace support;

// Type 0 is none: without a filter, the kernel refuses it with another error.
Result make_socket(unsigned long family, unsigned long type) {
  return run(container(
      {probe(),
       "call",
       std::to_string(SYS_socket),
       std::to_string(family),
       std::to_string(type)}));
}

TEST(ExerciseVsock, IsRefusedAndNothingElseIs) {
  matters("it is a way out of the container that no namespace closes");
  EXPECT_TRUE(printed(make_socket(AF_VSOCK, 0), "Operation not permitted\n"));
  matters("the kernel ignores the high 32 bits of the family");
  EXPECT_TRUE(printed(
      make_socket(1UL << 32 | AF_VSOCK, 0),
      "Operation not permitted\n"));
  matters("other sockets are for ordinary programs");
  EXPECT_TRUE(printed(make_socket(AF_UNIX, SOCK_STREAM), "no error\n"));
}

}  // namespace

// SPDX-License-Identifier: MIT
// TODO: what the container can no longer see.
#include <gtest/gtest.h>

#include "tests/support/errors.hpp"
#include "tests/support/step.hpp"

namespace {

using namespace support;

TEST(Devices, Todo) {
  matters("TODO");
  FAIL() << "TODO: a claim, which is false on 08-user-namespace";
}

}  // namespace

// SPDX-License-Identifier: MIT
// What a runtime says when it could not do as it was asked.
//
//   EXPECT_TRUE(refused(run(runtime({"run", "--colour"})), "--colour"));
//   EXPECT_TRUE(not_run(run(container({"/nonexistent"})), 127, "/nonexistent"));
//
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "tests/support/process.hpp"

namespace support {

// The runtime itself failed: status 125, nothing on stdout (so the command did
// not run), one error line "PROGRAM: ..." that has `text` in it, upper or lower
// case, and after it nothing but, maybe, one line "hint: ...".
testing::AssertionResult refused(const Result& result, const std::string& text);

// The same for a command that could not be run: status 126 or 127.
testing::AssertionResult
not_run(const Result& result, int status, const std::string& text);

// One line on stderr says what the person can do about it.
testing::AssertionResult has_hint(const Result& result);

}  // namespace support

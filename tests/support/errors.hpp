// SPDX-License-Identifier: MIT
// What came of a run. A failure's text says first what was expected, then what
// came, and last what was run. TellsWhy records the same of a test's first failure
// as properties of the test: `./boxstep check` shows them to a learner.
//
//   EXPECT_TRUE(printed(run(container({"hostname"})), "container\n"));
//
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <type_traits>

#include "tests/support/process.hpp"

namespace support {

// The command was run, this is what it said on stdout, and it ended as it should.
testing::AssertionResult
printed(const Result& result, const std::string& text, int status = 0);

testing::AssertionResult exited(const Result& result, int status);

// A text has another in it, or has not.
testing::AssertionResult
names(const std::string& text, const std::string& part, bool expected = true);

// Records the properties `expected`, `came`, `ran` and `said` of a test that fails.
class TellsWhy : public testing::EmptyTestEventListener {
  void OnTestStart(const testing::TestInfo& test) override;
  void OnTestPartResult(const testing::TestPartResult& part) override;

  bool recorded_ = false;
};

// A text as part of a sentence, without the end of its line.
std::string quoted(const std::string& text);

// A value is the one that is expected; `what` says of what it is.
template <typename Value, typename Expected>
testing::AssertionResult
is(const std::string& what, const Value& value, const Expected& expected) {
  if (value == expected) return testing::AssertionSuccess();
  const auto shown = [](const auto& any) {
    if constexpr (std::is_convertible_v<decltype(any), std::string>) {
      return quoted(any);
    } else {
      return testing::PrintToString(any);
    }
  };
  return testing::AssertionFailure()
      << but(what + " is " + shown(expected), shown(value));
}

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

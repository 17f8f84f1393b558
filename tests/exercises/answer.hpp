// SPDX-License-Identifier: MIT
// The answer to an exercise that asks a question: what the learner has typed
// after `./boxstep check NAME`, in BOXSTEP_ANSWER.
//
//   EXPECT_TRUE(answered({"64", "EINVAL"}, "the kernel has it in …"));
//
#pragma once

#include <gtest/gtest.h>

#include <cctype>
#include <cstdlib>
#include <set>
#include <string>

#include "tests/support/files.hpp"

namespace exercises {

inline std::string answer() {
  const char* text = std::getenv("BOXSTEP_ANSWER");
  return text == nullptr ? "" : text;
}

// As it is compared: EINVAL for einval, HUP for SIGHUP.
inline std::string plain(std::string word) {
  for (char& c : word) {
    c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return word.starts_with("SIG") ? word.substr(3) : word;
}

// Whether the words of the answer are those of the truth, which has been found
// out by running; in any order. The truth is not told, only how to find it.
inline testing::AssertionResult answered(
    const std::set<std::string>& truth,
    const std::string& where_to_look) {
  if (answer().empty()) {
    return testing::AssertionFailure()
        << "there is no answer: type it after the name of the exercise";
  }
  std::set<std::string> expected;
  for (const std::string& word : truth)
    expected.insert(plain(word));
  std::set<std::string> given;
  std::string wrong;
  for (const std::string& word : support::words(answer())) {
    given.insert(plain(word));
    if (!expected.contains(plain(word))) wrong += " '" + word + "'";
  }
  if (given == expected) return testing::AssertionSuccess();
  return testing::AssertionFailure()
      << "not what comes when it is run: "
      << (wrong.empty() ? "something is missing" : "wrong is" + wrong)
      << "; expected are " << truth.size() << " words. " << where_to_look;
}

}  // namespace exercises

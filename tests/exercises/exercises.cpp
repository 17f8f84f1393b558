// SPDX-License-Identifier: MIT
#include "tests/exercises/exercises.hpp"

#include <cctype>
#include <cstdlib>

namespace exercises {
namespace {

// As it is compared.
std::string plain(std::string word) {
  for (char& c : word)
    c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return word.starts_with("SIG") ? word.substr(3) : word;
}

}  // namespace

std::string answer() {
  const char* text = std::getenv("BOXSTEP_ANSWER");
  return text == nullptr ? "" : text;
}

testing::AssertionResult answered(
    const std::set<std::string>& truth,
    const std::string& kind,
    const std::string& where_to_look) {
  support::matters(where_to_look);
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
  return testing::AssertionFailure() << support::but(
             kind,
             given.empty() ? "no answer"
                 : wrong.empty()
                 ? "what you name is right, and something is missing"
                 : "this is not right:" + wrong);
}

}  // namespace exercises

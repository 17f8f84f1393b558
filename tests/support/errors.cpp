// SPDX-License-Identifier: MIT
#include "tests/support/errors.hpp"

#include <algorithm>
#include <cctype>
#include <sstream>
#include <vector>

#include "tests/support/files.hpp"
#include "tests/support/step.hpp"

namespace support {
namespace {

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) {
    return std::tolower(c);
  });
  return text;
}

// What is wrong with it, or nothing.
std::string
complaint(const Result& result, int status, const std::string& text) {
  const std::vector<std::string> said = lines(result.err);
  if (!result.out.empty()) {
    return "the command ran, on what it should not have run on";
  }
  if (result.status != status) {
    return "the exit status is " + std::to_string(result.status) + ", not " +
        std::to_string(status);
  }
  if (said.empty()) return "stderr says nothing";
  if (!said[0].starts_with(program_name() + ": ")) {
    return "the error line does not start with '" + program_name() + ": '";
  }
  if (lower(said[0]).find(lower(text)) == std::string::npos) {
    return "the error line does not name '" + text + "'";
  }
  if (said.size() > 2 || (said.size() == 2 && !said[1].starts_with("hint: "))) {
    return "stderr is more than one error line and one 'hint: ' line";
  }
  return "";
}

}  // namespace

testing::AssertionResult
not_run(const Result& result, int status, const std::string& text) {
  const std::string wrong = complaint(result, status, text);
  if (wrong.empty()) return testing::AssertionSuccess();
  std::ostringstream story;
  story << result;
  return testing::AssertionFailure()
      << wrong << "; expected status " << status << ", and on stderr one line '"
      << program_name() << ": ...' that names '" << text << "'" << story.str();
}

testing::AssertionResult has_hint(const Result& result) {
  for (const std::string& line : lines(result.err)) {
    if (line.starts_with("hint: ")) return testing::AssertionSuccess();
  }
  std::ostringstream story;
  story << result;
  return testing::AssertionFailure()
      << "no line 'hint: ...' says what to do about it" << story.str();
}

testing::AssertionResult refused(
    const Result& result,
    const std::string& text) {
  return not_run(result, /*status=*/125, text);
}

}  // namespace support

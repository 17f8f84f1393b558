// SPDX-License-Identifier: MIT
#include "tests/support/errors.hpp"

#include <cstring>
#include <vector>

#include "tests/support/files.hpp"
#include "tests/support/step.hpp"

namespace support {
namespace {

// Where nothing was printed, the reason is often on stderr, after the lines that
// say who runs what.
std::string first_error(const Result& result) {
  for (const std::string& line : lines(result.err)) {
    if (!line.starts_with("host: ") && !line.starts_with("container: "))
      return "\n" + line;
  }
  return "";
}

testing::AssertionResult broken(
    const Result& result,
    const std::string& expected,
    const std::string& came) {
  return testing::AssertionFailure() << but(expected, came, &result);
}

// What is wrong with it, or nothing.
std::string
complaint(const Result& result, int status, const std::string& text) {
  const std::vector<std::string> said = lines(result.err);
  if (!result.out.empty()) {
    return "the command ran all the same";
  }
  if (result.timed_out || result.status != status) return end_of(result);
  if (said.empty()) return "stderr says nothing";
  const std::string start = program_name() + ": ";
  if (said[0].starts_with("host: ")) {
    return "the container was started, and the error was found after that";
  }
  if (!said[0].starts_with(start)) {
    return "the error line does not start with '" + start + "'";
  }
  // Not in the name itself: 03-pid-mount names mount(2) in every error.
  if (strcasestr(said[0].c_str() + start.size(), text.c_str()) == nullptr) {
    return "the error line does not name '" + text + "'";
  }
  if (said.size() > 2 || (said.size() == 2 && !said[1].starts_with("hint: "))) {
    return "stderr is more than one error line and one 'hint: ' line";
  }
  return "";
}

}  // namespace

testing::AssertionResult
printed(const Result& result, const std::string& text, int status) {
  const bool ended = !result.timed_out && result.status == status;
  if (result.out == text && ended) return testing::AssertionSuccess();
  std::string came = quoted(result.out);
  if (ended && came == quoted(text)) came += ", but with other ends of lines";
  if (!ended) {
    came += "; " + end_of(result) + first_error(result);
  }
  return broken(result, "it prints " + quoted(text), came);
}

testing::AssertionResult
names(const std::string& text, const std::string& part, bool expected) {
  if ((text.find(part) != std::string::npos) == expected) {
    return testing::AssertionSuccess();
  }
  return testing::AssertionFailure()
      << but(quoted(part) + (expected ? " in it" : " not in it"), quoted(text));
}

std::string quoted(const std::string& text) {
  const std::vector<std::string> all = lines(text);
  if (text.empty()) return "nothing";
  if (all.empty()) return "an empty line";
  if (all.size() > 1) return "several lines:\n" + text;
  std::string line = all[0];
  if (line.ends_with('\r')) line.pop_back();  // on a terminal
  return "'" + line + "'";
}

void TellsWhy::OnTestStart(const testing::TestInfo& /*test*/) {
  last_told() = {};
  recorded_ = false;
}

void TellsWhy::OnTestPartResult(const testing::TestPartResult& part) {
  const Told& told = last_told();
  if (!part.failed() || told.expected.empty() || recorded_) return;
  recorded_ = true;
  testing::Test::RecordProperty("expected", told.expected);
  testing::Test::RecordProperty("came", told.came);
  testing::Test::RecordProperty("ran", told.ran);
  testing::Test::RecordProperty("said", told.said);
}

testing::AssertionResult exited(const Result& result, int status) {
  if (!result.timed_out && result.status == status) {
    return testing::AssertionSuccess();
  }
  return broken(
      result,
      "exit status " + std::to_string(status),
      end_of(result) + first_error(result));
}

testing::AssertionResult
not_run(const Result& result, int status, const std::string& text) {
  const std::string wrong = complaint(result, status, text);
  if (wrong.empty()) return testing::AssertionSuccess();
  return broken(
      result,
      "exit status " + std::to_string(status) + ", and on stderr one line '" +
          program_name() + ": ...' that names '" + text + "'",
      wrong);
}

testing::AssertionResult has_hint(const Result& result) {
  for (const std::string& line : lines(result.err)) {
    if (line.starts_with("hint: ")) return testing::AssertionSuccess();
  }
  return broken(
      result,
      "after the error, a line 'hint: ...' that says what to do",
      "there is none");
}

testing::AssertionResult refused(
    const Result& result,
    const std::string& text) {
  return not_run(result, /*status=*/125, text);
}

}  // namespace support

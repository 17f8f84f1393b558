// SPDX-License-Identifier: MIT
#include "common/report.hpp"

#include <errno.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <string>
#include <system_error>

#include "common/check.hpp"
#include "common/hints.hpp"

namespace common {
namespace {

// Whatever bytes the name of a file has.
std::string one_line(std::string text) {
  const auto is_control = [](unsigned char c) { return std::iscntrl(c) != 0; };
  std::replace_if(text.begin(), text.end(), is_control, '?');
  return text.append("\n");
}

void print(const std::string& text) {
  [[maybe_unused]] const auto lost =
      write(STDERR_FILENO, text.data(), text.size());
}

}  // namespace

int report(const std::exception& error) {
  std::string_view hint;
  if (dynamic_cast<const UsageError*>(&error)) {
    hint = "--help shows the options";
  }
  if (const auto* failed = dynamic_cast<const std::system_error*>(&error)) {
    hint = find_hint(error.what(), failed->code().value());
  }
  std::string text = program_invocation_short_name;
  text = one_line(text.append(": ").append(error.what()));
  if (!hint.empty()) text.append("hint: ").append(hint).append("\n");
  print(text);
  return kRuntimeFailed;
}

void warn(int result, std::string_view call, std::string_view object) {
  try {
    check(result, call, object);
  } catch (const std::system_error& error) {
    report(error);
  }
}

void say(bool quiet, std::string_view side, std::string_view what) {
  if (quiet) return;
  std::string text(side);
  text.append(": pid ")
      .append(std::to_string(getpid()))
      .append(" ")
      .append(what);
  print(one_line(text));
}

}  // namespace common

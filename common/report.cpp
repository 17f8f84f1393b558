// SPDX-License-Identifier: MIT
#include "common/report.hpp"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <string>
#include <system_error>

#include "common/check.hpp"
#include "common/hints.hpp"

namespace common {
namespace {

// An argument can hold any bytes and be very long.
std::string one_line(std::string text) {
  const auto is_control = [](unsigned char c) { return std::iscntrl(c) != 0; };
  std::replace_if(text.begin(), text.end(), is_control, '?');
  text.resize(std::min<std::size_t>(text.size(), PIPE_BUF / 2));
  return text.append("\n");
}

// A pipe that poll(2) calls writable has room for PIPE_BUF bytes. A longer text
// could block.
void print(const std::string& text) {
  pollfd room{.fd = STDERR_FILENO, .events = POLLOUT, .revents = 0};
  if (poll(&room, 1, /*timeout=*/0) < 1) return;
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
  text.append(": pid ").append(std::to_string(getpid())).append(" ");
  print(one_line(text.append(what)));
}

}  // namespace common

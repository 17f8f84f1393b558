// SPDX-License-Identifier: MIT
#include "common/report.hpp"

#include <errno.h>
#include <unistd.h>

#include <string>
#include <system_error>

#include "common/hints.hpp"

namespace common {

int report(const std::exception& error) {
  std::string_view hint;
  if (dynamic_cast<const UsageError*>(&error)) {
    hint = "--help shows the options";
  }
  if (const auto* failed = dynamic_cast<const std::system_error*>(&error)) {
    hint = find_hint(error.what(), failed->code().value());
  }
  std::string text = program_invocation_short_name;
  text.append(": ").append(error.what()).append("\n");
  if (!hint.empty()) text.append("hint: ").append(hint).append("\n");
  [[maybe_unused]] const auto lost =
      write(STDERR_FILENO, text.data(), text.size());
  return kRuntimeFailed;
}

}  // namespace common

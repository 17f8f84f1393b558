// SPDX-License-Identifier: MIT
// The parsers of what the kernel writes, on any text: whatever comes, no mount
// is made up of more than the text has.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "common/mountinfo.hpp"

// The name and the types are libFuzzer's.
// NOLINTNEXTLINE(readability-identifier-naming)
extern "C" int LLVMFuzzerTestOneInput(
    const std::uint8_t* data,
    std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::size_t total = 0;
  for (const common::Mount& mount : common::parse_mountinfo(text)) {
    total += mount.point.size() + mount.type.size() + mount.options.size();
    if (text.find(mount.type) == text.npos) std::abort();
    common::contains_word(mount.options, "pids", ',');
  }
  if (total > size) std::abort();
  if (common::contains_word(text, "pids", ' ') &&
      text.find("pids") == text.npos) {
    std::abort();
  }
  return 0;
}

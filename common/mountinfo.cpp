// SPDX-License-Identifier: MIT
#include "common/mountinfo.hpp"

#include <algorithm>

namespace common {
namespace {

std::string_view next_word(std::string_view& text, char separator) {
  const std::string_view word = text.substr(0, text.find(separator));
  text.remove_prefix(std::min(text.size(), word.size() + 1));
  return word;
}

bool is_octal(std::string_view digits) {
  return digits.size() == 3 &&
      std::all_of(digits.begin(), digits.end(), [](char c) {
           return c >= '0' && c <= '7';
         });
}

// Space, tab, newline and backslash are written as a backslash and three digits.
std::string unescape(std::string_view text) {
  std::string plain;
  while (!text.empty()) {
    if (text[0] == '\\' && is_octal(text.substr(1, 3))) {
      const int code =
          (text[1] - '0') * 64 + (text[2] - '0') * 8 + (text[3] - '0');
      plain += static_cast<char>(code);
      text.remove_prefix(4);
    } else {
      plain += text[0];
      text.remove_prefix(1);
    }
  }
  return plain;
}

}  // namespace

// 36 35 98:0 /root /point options [optional…] - type source super-options
std::vector<Mount> parse_mountinfo(std::string_view text) {
  constexpr int kWordsBeforePoint = 4;
  std::vector<Mount> mounts;
  while (!text.empty()) {
    const std::string_view line = next_word(text, '\n');
    const std::size_t dash = line.find(" - ");
    if (dash == std::string_view::npos) continue;
    std::string_view head = line.substr(0, dash);
    std::string_view tail = line.substr(dash + 3);
    for (int i = 0; i < kWordsBeforePoint; ++i)
      next_word(head, ' ');
    const std::string_view point = next_word(head, ' ');
    if (point.empty()) continue;
    const std::string_view type = next_word(tail, ' ');
    next_word(tail, ' ');  // source
    mounts.push_back({unescape(point), std::string(type), std::string(tail)});
  }
  return mounts;
}

bool contains_word(
    std::string_view words,
    std::string_view word,
    char separator) {
  while (!words.empty()) {
    if (next_word(words, separator) == word) return true;
  }
  return false;
}

}  // namespace common

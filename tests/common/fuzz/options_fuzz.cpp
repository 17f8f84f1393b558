// SPDX-License-Identifier: MIT
// The option parser on any words: it either says what is wrong with them or
// gives a command, of which every word was there.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "common/options.hpp"
#include "common/report.hpp"

namespace {

std::vector<std::string> split(const std::uint8_t* data, std::size_t size) {
  std::vector<std::string> words{"program", "run", ""};
  for (std::size_t i = 0; i < size; ++i) {
    if (data[i] == 0) {
      words.emplace_back();
    } else {
      words.back().push_back(static_cast<char>(data[i]));
    }
  }
  return words;
}

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

// The name and the types are libFuzzer's.
// NOLINTNEXTLINE(readability-identifier-naming)
extern "C" int LLVMFuzzerTestOneInput(
    const std::uint8_t* data,
    std::size_t size) {
  const std::vector<std::string> words = split(data, size);
  std::vector<const char*> argv;
  for (const std::string& word : words) {
    if (word == "--help") return 0;  // prints
    argv.push_back(word.c_str());
  }
  std::string text = "default";
  int number = 20;
  bool flag = false;
  std::vector<std::string> command;
  try {
    const bool parsed = common::parse_options(
        static_cast<int>(argv.size()),
        argv.data(),
        {
            {"--text", "TEXT", "a text", &text},
            {"--number", "N", "a number", &number},
            {"--flag", "", "a flag", &flag},
        },
        command);
    require(parsed);
    require(!command.empty() && command.size() <= words.size() - 2);
    require(command.back() == words.back());
  } catch (const common::UsageError&) {
    require(command.empty());
  }
  require(number >= 1 && !text.empty());
  return 0;
}

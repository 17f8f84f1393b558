// SPDX-License-Identifier: MIT
#include "common/options.hpp"

#include <errno.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <set>

#include "common/check.hpp"
#include "common/report.hpp"

namespace common {
namespace {

std::string default_of(const Option& option) {
  std::string value;
  if (auto* const* number = std::get_if<int*>(&option.target))
    value = std::to_string(**number);
  if (auto* const* text = std::get_if<std::string*>(&option.target))
    value = **text;
  return value.empty() ? "" : " (default " + value + ")";
}

void print_help(std::initializer_list<Option> options) {
  std::string text = "usage: ";
  text.append(program_invocation_short_name)
      .append(" run [OPTION...] [--] COMMAND [ARG...]\n");
  constexpr std::size_t kColumn = 20;
  for (const Option& option : options) {
    std::string left = "  " + std::string(option.name);
    if (!option.value.empty()) left.append(" ").append(option.value);
    left.resize(std::max(left.size() + 1, kColumn), ' ');
    text.append(left).append(option.help);
    text.append(default_of(option)).append("\n");
  }
  check(std::fputs(text.c_str(), stdout), "write", "help");
  check(std::fflush(stdout), "write", "help");
}

void store(const Option& option, const std::string& text) {
  const std::string name(option.name);
  if (text.empty()) throw UsageError(name + " needs a value");
  if (auto* const* value = std::get_if<std::string*>(&option.target)) {
    **value = text;
    return;
  }
  int& number = *std::get<int*>(option.target);
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || rest != end || number < 1)
    throw UsageError(name + " needs a number, 1 or more, not '" + text + "'");
}

}  // namespace

bool parse_options(
    int argc,
    const char* const* argv,
    std::initializer_list<Option> options,
    std::vector<std::string>& command) {
  const std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
  if (words.empty()) throw UsageError("nothing to do: expected 'run'");
  const bool runs = words[0] == "run";
  if (!runs && words[0] != "--help")
    throw UsageError("unknown word '" + words[0] + "': expected 'run'");
  std::set<std::string> given;
  auto word = words.begin() + (runs ? 1 : 0);
  for (; word != words.end() && word->starts_with("-"); ++word) {
    if (*word == "--help") {
      print_help(options);
      return false;
    }
    if (*word == "--") {
      ++word;
      break;
    }
    const auto* option =
        std::find_if(options.begin(), options.end(), [&](const Option& known) {
          return known.name == *word;
        });
    if (option == options.end()) throw UsageError("unknown option " + *word);
    if (!given.insert(*word).second)
      throw UsageError(*word + " is given twice");
    if (auto* const* flag = std::get_if<bool*>(&option->target)) {
      **flag = true;
    } else {
      if (word + 1 == words.end()) throw UsageError(*word + " needs a value");
      store(*option, *++word);
    }
  }
  command.assign(word, words.end());
  if (command.empty()) throw UsageError("no command to run");
  return true;
}

}  // namespace common

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
  if (auto* const* number = std::get_if<int*>(&option.target)) {
    return " (default " + std::to_string(**number) + ")";
  }
  auto* const* text = std::get_if<std::string*>(&option.target);
  if (text != nullptr && !(*text)->empty()) {
    return " (default " + **text + ")";
  }
  return "";
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

int parse_number(const Option& option, const std::string& text) {
  int number = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error == std::errc() && rest == end && number >= 1) return number;
  throw UsageError(
      std::string(option.name) + " takes a number from 1 on, not '" + text +
      "'");
}

void store(const Option& option, const std::string& text) {
  if (text.empty()) {
    throw UsageError(
        std::string(option.name) + " takes a value that is not ''");
  }
  if (auto* const* number = std::get_if<int*>(&option.target)) {
    **number = parse_number(option, text);
  } else {
    *std::get<std::string*>(option.target) = text;
  }
}

}  // namespace

bool parse_options(
    int argc,
    const char* const* argv,
    std::initializer_list<Option> options,
    std::vector<std::string>& command) {
  const std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
  std::size_t next = 0;
  const auto asks_for_help = [&] {
    return next < words.size() && words[next] == "--help";
  };
  if (words.empty()) throw UsageError("nothing to do: expected 'run'");
  if (!asks_for_help() && words[next++] != "run") {
    throw UsageError("unknown word '" + words[0] + "': expected 'run'");
  }
  std::set<std::string> given;
  for (; next < words.size() && words[next].starts_with("-"); ++next) {
    const std::string& word = words[next];
    if (asks_for_help()) {
      print_help(options);
      return false;
    }
    if (word == "--") {
      ++next;
      break;
    }
    const auto* option =
        std::find_if(options.begin(), options.end(), [&](const Option& known) {
          return known.name == word;
        });
    if (option == options.end()) throw UsageError("unknown option " + word);
    if (!given.insert(word).second) throw UsageError(word + " is given twice");
    if (option->value.empty()) {
      *std::get<bool*>(option->target) = true;
      continue;
    }
    if (++next == words.size()) throw UsageError(word + " lacks its value");
    store(*option, words[next]);
  }
  command.assign(
      words.begin() + static_cast<std::ptrdiff_t>(next),
      words.end());
  if (command.empty()) throw UsageError("no command to run");
  return true;
}

}  // namespace common

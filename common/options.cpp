// SPDX-License-Identifier: MIT
#include "common/options.hpp"

#include <limits.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <set>
#include <type_traits>

#include "common/check.hpp"

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

bool is_other_word(const std::string& word) {
  for (const char* each : {"create", "start", "state", "kill", "delete"})
    if (word == each) return true;
  return false;
}

void print_help(std::initializer_list<Option> options, bool has_words) {
  const std::string program = program_invocation_short_name;
  std::string text =
      "usage: " + program + " run [OPTION...] [--] COMMAND [ARG...]\n";
  if (has_words)
    text += "       " + program +
        " create ID [OPTION...] [--] COMMAND [ARG...]\n       " + program +
        " start|state|delete ID\n       " + program + " kill ID [SIGNAL]\n";
  constexpr std::size_t kColumn = 20;
  for (const Option& option : options) {
    std::string left = "  " + option.name + " " + option.value;
    left.resize(std::max(left.size() + 1, kColumn), ' ');
    text += left + option.help + default_of(option) + "\n";
  }
  check(std::fputs(text.c_str(), stdout), "write", "help");
  check(std::fflush(stdout), "write", "help");
}

// A fraction is a part of a processor: the kernel accepts a hundredth.
template <typename Number>
void parse(const Option& option, const std::string& text, Number& number) {
  const bool is_whole = std::is_same_v<Number, int>;
  const std::string least = is_whole ? "1" : "0.01";
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  // Not "inf" or "nan", which are numbers, too.
  const bool fits = number >= std::stod(least) && number <= INT_MAX;
  if (error != std::errc() || rest != end || !fits)
    throw UsageError(
        option.name + " needs a number, " + least + " or more, not '" + text +
        "'");
}

void store(const Option& option, const std::string& text) {
  if (text.empty()) throw UsageError(option.name + " needs a value");
  if (auto* const* value = std::get_if<std::string*>(&option.target)) {
    **value = text;
    return;
  }
  if (auto* const* values =
          std::get_if<std::vector<std::string>*>(&option.target)) {
    (**values).push_back(text);
    return;
  }
  if (auto* const* value = std::get_if<double*>(&option.target))
    return parse(option, text, **value);
  parse(option, text, *std::get<int*>(option.target));
}

}  // namespace

bool parse_options(
    int argc,
    const char* const* argv,
    std::initializer_list<Option> options,
    std::vector<std::string>& command,
    const Words& others) {
  const std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
  if (words.empty()) throw UsageError("nothing to do: expected 'run'");
  auto word = words.begin();
  std::string what = "run";
  std::string id;
  if (*word == "run") {
    ++word;
  } else if (others.word && is_other_word(*word)) {
    what = *word++;
    if (word == words.end() || word->starts_with("-"))
      throw UsageError(what + " needs the ID of a container");
    id = *word++;
  } else if (*word != "--help") {
    throw UsageError("unknown word '" + *word + "': expected 'run'");
  }
  const bool has_command = what == "run" || what == "create";
  std::set<std::string> given;
  while (word != words.end() && word->starts_with("-")) {
    const std::string& name = *word++;
    if (name == "--") break;
    if (name == "--help") {
      print_help(options, others.word != nullptr);
      return false;
    }
    const auto* option = std::ranges::find(options, name, &Option::name);
    if (option == options.end()) throw UsageError("unknown option " + name);
    if (!has_command && name != "--root" && name != "--force")
      throw UsageError(what + " has no option " + name);
    const bool is_list =
        std::holds_alternative<std::vector<std::string>*>(option->target);
    if (!given.insert(name).second && !is_list)
      throw UsageError(name + " is given twice");
    if (auto* const* flag = std::get_if<bool*>(&option->target))
      **flag = true;
    else
      store(*option, word == words.end() ? "" : *word++);
  }
  command.assign(word, words.end());
  if (command.empty() && has_command) throw UsageError("no command to run");
  if (!command.empty() && !has_command && what != "kill")
    throw UsageError(what + " needs the ID, and no more");
  if (others.word) *others.word = what;
  if (others.id) *others.id = id;
  return true;
}

}  // namespace common

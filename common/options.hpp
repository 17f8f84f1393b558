// SPDX-License-Identifier: MIT
// The command line: PROGRAM run [OPTION…] [--] COMMAND [ARG…], and in some steps
// PROGRAM WORD ID [OPTION…] …
//
//   if (!parse_options(argc, argv, {{"--quiet", "", "say less", &quiet}}, command)) {
//     return 0;  // --help has been printed
//   }
//
// Guarantees: options end at the first word that is not one. The table is the
// help text too, with the targets' values as the defaults.
// Errors: UsageError for anything unknown, double, missing or empty, and for a
// number below 1, or below 0.01 for a double; std::system_error if the help cannot
// be written.
#pragma once

#include <initializer_list>
#include <string>
#include <variant>
#include <vector>

namespace common {

struct Option {
  std::string name;  // "--hostname"
  std::string value;  // what to call its value in the help; "" for none
  std::string help;
  std::variant<bool*, int*, double*, std::string*, std::vector<std::string>*>
      target;  // a vector: the option can be given again and again
};

/// For a step that has more words than run: create, start, state, kill and delete.
/// Each needs the ID of a container. create has options and a command, as run has.
/// The others have only the options --root and --force.
struct Words {
  std::string* word = nullptr;
  std::string* id = nullptr;
};

/// False if --help was asked for and printed.
bool parse_options(
    int argc,
    const char* const* argv,
    std::initializer_list<Option> options,
    std::vector<std::string>& command,
    const Words& others = {});

}  // namespace common

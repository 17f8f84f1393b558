// SPDX-License-Identifier: MIT
// The program of the isolation matrix: see usage(). It runs itself again in
// three roles: on the machine, to make a host; on that host, to start the
// container and look what became of it; and in the container, to attack.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>

#include "tests/attacks/rig/attack.hpp"
#include "tests/attacks/rig/cell.hpp"
#include "tests/attacks/rig/host.hpp"
#include "tests/attacks/rig/machine.hpp"
#include "tests/attacks/rig/table.hpp"
#include "tests/support/files.hpp"

namespace attacks {
namespace {

constexpr int kUsageError = 125;

std::string held_or_open(const std::string& outcome) {
  return outcome == kOpen ? outcome : "HELD " + outcome;
}

std::string indented(const std::string& text, const std::string& by) {
  std::string result;
  for (const std::string& line : support::lines(text))
    result += by + line + "\n";
  return result;
}

bool must_run() {
  const char* value = std::getenv("BOXSTEP_MUST_RUN");
  return value != nullptr && std::string(value) == "1";
}

// ---- for a person ------------------------------------------------------------

int list() {
  std::cout << "attack NAME STEP runs one, on a throwaway host. There are:\n\n";
  for (const Row& row : read_table().rows) {
    std::printf(
        "  %-18s %s\n",
        row.attack.c_str(),
        make_attack(row.attack)->text().title);
  }
  return 0;
}

// The step of a number or a name; "none" for none.
std::string find_step(const Table& table, const std::string& given) {
  for (const std::string& step : table.columns) {
    const std::string number = step.substr(0, step.find('-'));
    if (given == step || given == number || "0" + given == number) return step;
  }
  throw std::invalid_argument("no such step: " + given);
}

void explain(const Attack& attack, const Cell& cell) {
  const bool open = cell.outcome == kOpen;
  const std::string why = open ? attack.text().open : attack.text().held;
  if (!open && cell.outcome == attack.text().without_effect) {
    std::cout << "The host has lost nothing.\n";
  }
  if (open) std::cout << "On the host: " << cell.seen << ".\n";
  if (!why.empty()) std::cout << "Why: " << why << ".\n";
}

void require_root() {
  if (geteuid() != 0) throw std::runtime_error("this needs root: try sudo");
}

int watch(const std::string& name, const std::string& given_step) {
  const Table table = read_table();
  const std::string step = find_step(table, given_step);
  const std::string& expected = table.outcome(name, step);
  const std::unique_ptr<Attack> attack = make_attack(name);
  std::cout << name << ": " << attack->text().title << "\n"
            << (step == kNone ? "without a container" : "in " + step)
            << ", on a throwaway host that has a secret in /root/secret\n\n";
  if (expected == kNotApplicable) {
    std::cout << "Not applicable: " << table.row(name).reason << ".\n";
    return 0;
  }
  require_root();
  const Cell cell = run_cell(name, step);
  std::cout << cell.story << "\n";
  if (!is_outcome(cell)) {
    std::cout << cell.outcome << ": " << cell.seen << "\n";
    return 1;
  }
  std::cout << held_or_open(cell.outcome) << "\n";
  explain(*attack, cell);
  if (cell.outcome == expected) return 0;
  std::cout << "This is not as expected: " << held_or_open(expected) << "\n";
  return 1;
}

// ---- for Meson ---------------------------------------------------------------

// Test Anything Protocol.
class Tap {
 public:
  void result(bool ok, const std::string& what, const std::string& details) {
    std::cout << (ok ? "ok " : "not ok ") << ++count_ << " - " << what << "\n"
              << indented(details, "# ") << std::flush;
    failed_ = failed_ || !ok;
  }

  void missing(const std::string& what, const std::string& missing) {
    if (must_run()) {
      result(false, what, "missing: " + missing + " (BOXSTEP_MUST_RUN=1)");
    } else {
      result(true, what + " # SKIP missing: " + missing, "");
    }
  }

  int end() const {
    std::cout << "1.." << count_ << "\n";
    return failed_ ? 1 : 0;
  }

 private:
  int count_ = 0;
  bool failed_ = false;
};

int test(const std::string& step) {
  const Table table = read_table();
  find_step(table, step);
  Tap tap;
  if (geteuid() != 0) {
    tap.missing("all", "root");
    return tap.end();
  }
  const Machine before;
  constexpr int kMostHung = 2;
  int hung = 0;
  for (const Row& row : table.rows) {
    const std::string& expected = table.outcome(row.attack, step);
    if (expected == kNotApplicable) continue;
    const std::string what = row.attack + " is " + held_or_open(expected);
    if (hung == kMostHung) {
      tap.result(false, what, "not tried, as others did not end");
      continue;
    }
    const Cell cell = run_cell(row.attack, step);
    if (cell.outcome == kHung) ++hung;
    if (cell.outcome == kMissing) {
      tap.missing(what, cell.seen);
    } else if (cell.outcome == expected) {
      tap.result(true, what, "");
    } else {
      tap.result(
          false,
          what,
          "it is " + cell.outcome + "\n" + cell.seen + "\n" + cell.story);
    }
  }
  const std::string changed = before.difference();
  tap.result(changed.empty(), "the machine is as it was before", changed);
  return tap.end();
}

// ---- for the documents -------------------------------------------------------

constexpr const char* kIntroduction =
    R"(<!-- `build/tests/attacks/attack --markdown` prints this page. -->

# What a container of each step can still do to its host

Each attack is a small program in `tests/attacks/`, run as root in a container
of each step, and then the host is looked at. **OPEN**: it worked, and the host
shows it. *held*: a call was refused with that error; or every call worked, and
the container had only its *own* of it; or the kernel ended it by a *signal*.

`sudo ./boxstep attack NAME STEP` runs one on a throwaway host, and says what
happened and why. The suite `attacks` runs all of them, and fails if one has
another outcome than this table says. Each works where nothing is in its way:
that is tested too.

## The matrix

)";

std::string in_markdown(const std::string& outcome) {
  if (outcome == kOpen) return "**OPEN**";
  if (outcome == kNotApplicable) return "–";
  return "held: " + outcome;
}

int print_markdown() {
  const Table table = read_table();
  const Words steps(table.columns.begin() + 1, table.columns.end());
  std::cout << kIntroduction << "| Attack | What it tries |";
  for (const std::string& step : steps)
    std::cout << " " << step << " |";
  std::cout << "\n|---|---|";
  for (size_t i = 0; i < steps.size(); ++i)
    std::cout << "---|";
  std::cout << "\n";
  std::string reasons;
  for (const Row& row : table.rows) {
    const std::unique_ptr<Attack> attack = make_attack(row.attack);
    std::cout << "| `" << row.attack << "` | " << attack->text().title << " |";
    for (const std::string& step : steps) {
      std::cout << " " << in_markdown(table.outcome(row.attack, step)) << " |";
    }
    std::cout << "\n";
    if (row.reason.empty()) continue;
    reasons += "- `" + row.attack + "`: " + row.reason + ".\n";
  }
  std::cout << "\n## Where there is a –\n\n" << reasons;
  return 0;
}

int usage() {
  std::cerr
      << "usage: attack                  lists the attacks\n"
         "       attack NAME STEP        runs one, and explains; STEP may "
         "be none\n"
         "       attack --test STEP      runs all, and reports in TAP\n"
         "       attack --markdown       prints the table for documents\n";
  return kUsageError;
}

int dispatch(const Words& words) {
  const auto is = [&](const char* command, size_t arguments) {
    return words.size() == arguments + 1 && words[0] == command;
  };
  if (words.empty()) return list();
  if (is("--test", 1)) return test(words[1]);
  if (is("--markdown", 0)) return print_markdown();
  if (is("--machine", 2)) return run_on_machine(words[1], words[2]);
  if (is("--host", 2)) return run_on_host(words[1], words[2]);
  if (is("--victim", 1)) return run_victim(words[1]);
  if (words.size() >= 2 && words[0] == "--container") {
    return run_in_container(words[1], {words.begin() + 2, words.end()});
  }
  if (words.size() == 2 && words[0][0] != '-') return watch(words[0], words[1]);
  return usage();
}

}  // namespace
}  // namespace attacks

int main(int argc, char** argv) {
  try {
    return attacks::dispatch({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::cerr << "attack: " << error.what() << "\n";
    return attacks::kUsageError;
  }
}

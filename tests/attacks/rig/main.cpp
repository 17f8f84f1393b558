// SPDX-License-Identifier: MIT
// The program of the isolation matrix: see usage(). It runs itself again in three
// roles: to make a throwaway host and start the container there, as a process of
// that host, and in the container, to attack.
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <map>
#include <stdexcept>
#include <string>

#include "common/file.hpp"
#include "tests/attacks/expected.hpp"
#include "tests/attacks/rig/attack.hpp"
#include "tests/attacks/rig/host.hpp"
#include "tests/attacks/rig/runtime.hpp"
#include "tests/support/files.hpp"
#include "tests/support/skip.hpp"

namespace attacks {
namespace {

constexpr int kUsageError = 125;
constexpr const char* kNotApplicable = "-";

// ---- expected.txt and others.txt ---------------------------------------------

struct Row {
  std::string attack;
  std::map<std::string, std::string> outcomes;  // by step
  std::string reason;  // why the attack is not applicable on some
};

void require(bool so, const std::string& what) {
  if (!so) throw std::runtime_error("expected.txt or others.txt: " + what);
}

Words steps() {
  return support::words(kSteps);
}

// The steps, then the other runtimes.
Words columns() {
  return support::words(std::string(kSteps) + " " + kOthers);
}

Row parse_row(const std::string& line, const Words& columns) {
  const size_t hash = line.find('#');
  const Words cells = support::words(line.substr(0, hash));
  Row row{.attack = cells[0], .outcomes = {}, .reason = ""};
  if (hash != std::string::npos) row.reason = line.substr(hash + 2);
  require(
      cells.size() == columns.size() + 1,
      row.attack + " needs an outcome for each column");
  for (size_t i = 1; i < cells.size(); ++i)
    row.outcomes[columns[i - 1]] = cells[i];
  const auto has = [&](const char* outcome) {
    return std::count(cells.begin(), cells.end(), outcome) > 0;
  };
  require(
      has(kNotApplicable) != row.reason.empty(),
      row.attack + " needs a reason behind a # for - and for - only");
  return row;
}

// Throws std::runtime_error where it does not fit the attacks and the columns.
std::vector<Row> parse_table(
    const std::string& text,
    const std::string& header) {
  Words lines = support::lines(text);
  std::erase_if(lines, [](const std::string& line) { return line[0] == '#'; });
  const Words columns = support::words(header);
  require(
      support::words(lines.at(0)) == support::words("attack " + header),
      "its columns are not " + header);
  std::vector<Row> rows;
  for (size_t i = 1; i < lines.size(); ++i)
    rows.push_back(parse_row(lines[i], columns));
  for (const Attack& attack : all_attacks()) {
    const auto same = [&](const Row& row) { return row.attack == attack.name; };
    require(
        std::count_if(rows.begin(), rows.end(), same) == 1,
        std::string(attack.name) + " does not have one row below " + header);
  }
  return rows;
}

// The tables as they were when this was built; of the steps, the file that
// BOXSTEP_EXPECTED names.
std::vector<Row> read_table() {
  const char* file = std::getenv("BOXSTEP_EXPECTED");
  std::vector<Row> rows =
      parse_table(file ? common::read_file(file) : kExpected, kSteps);
  const std::vector<Row> others = parse_table(kExpectedOfOthers, kOthers);
  for (Row& row : rows) {
    const auto open = [](const auto& cell) { return cell.second == kOpen; };
    require(
        std::any_of(row.outcomes.begin(), row.outcomes.end(), open),
        row.attack + " is OPEN nowhere: nothing shows that it works");
    for (const Row& other : others)
      if (other.attack == row.attack)
        row.outcomes.insert(other.outcomes.begin(), other.outcomes.end());
    for (const std::string by : {"", "podman-"})
      require(
          row.outcomes.at(by + "crun") == kOpen ||
              row.outcomes.at(by + "16-engine") != kOpen,
          row.attack + " is OPEN in step 16, and crun holds it");
  }
  return rows;
}

std::string held_or_open(const std::string& outcome) {
  return outcome == kOpen ? outcome : "HELD " + outcome;
}

// ---- for a person ------------------------------------------------------------

int list() {
  std::cout << "attack NAME STEP runs one, on a throwaway host. There are:\n\n";
  for (const Row& row : read_table()) {
    std::printf(
        "  %-18s %s\n",
        row.attack.c_str(),
        find_attack(row.attack).title);
  }
  return 0;
}

// The step of a number or a name, or another runtime.
std::string find_step(const std::string& given) {
  for (const std::string& step : columns()) {
    const std::string number = step.substr(0, step.find('-'));
    if (given == step || given == number || "0" + given == number) return step;
  }
  throw std::invalid_argument("no such step: " + given);
}

int watch(const std::string& name, const std::string& given_step) {
  const std::string step = find_step(given_step);
  const Attack& attack = find_attack(name);
  const std::vector<Row> table = read_table();
  const Row& row =
      *std::find_if(table.begin(), table.end(), [&](const Row& any) {
        return any.attack == name;
      });
  const std::string& expected = row.outcomes.at(step);
  std::cout << name << ": " << attack.title << "\nin " << step
            << ", on a throwaway host that has a secret in /root/secret\n\n";
  if (expected == kNotApplicable) {
    std::cout << "Not applicable: " << row.reason << ".\n";
    return 0;
  }
  if (geteuid() != 0) throw std::runtime_error("this needs root: try sudo");
  if (const std::string missing = find_missing(step); !missing.empty()) {
    throw std::runtime_error("missing: " + missing);
  }
  const Cell cell = run_cell(name, step);
  std::cout << cell.story << "\n";
  if (cell.outcome == kOnlyInGuest || cell.outcome == kMissing ||
      cell.outcome == kBroken || cell.outcome == kHung) {
    std::cout << cell.outcome << ": " << cell.seen << "\n";
    return 1;
  }
  std::cout << held_or_open(cell.outcome) << "\n";
  const bool open = cell.outcome == kOpen;
  if (cell.outcome == attack.without_effect) {
    std::cout << "The host has lost nothing.\n";
  }
  if (open) std::cout << "On the host: " << cell.seen << ".\n";
  const std::string why = open ? attack.open : attack.held;
  if (!why.empty() && !is_other(step)) std::cout << "Why: " << why << ".\n";
  if (cell.outcome == expected) return 0;
  std::cout << "This is not as expected: " << held_or_open(expected) << "\n";
  return 1;
}

// ---- for Meson ---------------------------------------------------------------

// What the machine, which lends itself for throwaway hosts, is not to lose.
std::map<std::string, std::string> state_of_machine() {
  std::map<std::string, std::string> state;
  for (const char* path :
       {"/proc/self/mountinfo",
        "/proc/sys/kernel/core_pattern",
        "/proc/sys/kernel/domainname",
        "/proc/sys/kernel/hostname",
        "/proc/sys/kernel/msgmax",
        "/proc/sysvipc/shm"}) {
    state[path] = support::read_file(path);
  }
  for (const std::string& step : steps()) {
    struct stat program {};
    stat((steps_directory() + "/" + step).c_str(), &program);
    state["the mode of " + step] = std::to_string(program.st_mode);
  }
  for (const char* path : {"/root/secret", "/rootfs", "/bin/attack"})
    state[path] = support::exists(path) ? "is there" : "is not there";
  return state;
}

// Prints in the Test Anything Protocol.
int test(const std::string& given_step) {
  const std::string step = find_step(given_step);
  int count = 0;
  bool failed = false;
  const auto tell = [&](bool ok,
                        const std::string& what,
                        const std::string& details = "") {
    std::cout << (ok ? "ok " : "not ok ") << ++count << " - " << what << "\n";
    for (const std::string& line : support::lines(details))
      std::cout << "# " << line << "\n";
    std::cout << std::flush;
    failed = failed || !ok;
  };
  const auto lacks = [&](const std::string& what, const std::string& missing) {
    if (support::must_run()) {
      tell(false, what, "missing: " + missing + " (BOXSTEP_MUST_RUN=1)");
    } else {
      tell(true, what + " # SKIP missing: " + missing);
    }
  };
  const auto end = [&] {
    std::cout << "1.." << count << "\n";
    return failed ? 1 : 0;
  };
  if (geteuid() != 0) {
    lacks("all", "root");
    return end();
  }
  if (const std::string missing = find_missing(step); !missing.empty()) {
    lacks("all", missing);
    return end();
  }
  const auto before = state_of_machine();
  constexpr int kMostHung = 2;
  int hung = 0;
  for (const Row& row : read_table()) {
    const std::string& expected = row.outcomes.at(step);
    if (expected == kNotApplicable) continue;
    const std::string what = row.attack + " is " + held_or_open(expected);
    if (hung == kMostHung) {
      tell(false, what, "not tried, as others did not end");
      continue;
    }
    const Cell cell = run_cell(row.attack, step);
    hung += cell.outcome == kHung;
    if (cell.outcome == kOnlyInGuest) {
      // No case of its own: ./boxstep test vm-all has it.
      std::cout << "# " << what << ", only in the guest: " << cell.seen << "\n";
    } else if (cell.outcome == kMissing) {
      lacks(what, cell.seen);
    } else if (cell.outcome == expected) {
      tell(true, what);
    } else {
      tell(
          false,
          what,
          "it is " + cell.outcome + "\n" + cell.seen + "\n" + cell.story);
    }
  }
  std::string changed;
  for (const auto& [what, value] : state_of_machine()) {
    if (before.at(what) != value) changed += what + " has changed\n";
  }
  tell(changed.empty(), "the machine is as it was before", changed);
  return end();
}

// ---- for the documents -------------------------------------------------------

constexpr const char* kIntroduction =
    R"(<!-- `build/tests/attacks/attack --markdown` prints this page. -->

# What a container of each step can still do to its host

Each attack is a small program in `tests/attacks/`. It runs as root in a
container of each step. Afterwards a test looks at the host. **OPEN** means that
the attack worked, and that the host shows it. *held* means that it failed, in
one of four ways:

- `held: ENOENT` or another error: the kernel refused a call with this error.
- `held: own`: all calls worked, but changed only what the container owns.
- `held: SIGKILL`: the kernel ended what the attack started, by this signal.
- `held: no-start`: the runtime refused to start a container there.

`sudo ./boxstep attack NAME STEP` runs one attack on a throwaway host. It says
what happened and why. The suite `attacks` runs all of them. It fails if an
outcome is different from this table. Step 00 isolates nothing. What is OPEN
there shows that the attack itself works.
)";

constexpr const char* kAboutOthers = R"(
## Beside other runtimes

The same attacks in containers of bubblewrap, runc and crun. bubblewrap is started by
an ordinary user, with the options of the example that it comes with. runc and crun
have the settings that Docker gives a container. [sandbox.md](sandbox.md) says more.
)";

std::string in_markdown(const std::string& outcome) {
  if (outcome == kOpen) return "**OPEN**";
  if (outcome == kNotApplicable) return "–";
  return "held: " + outcome;
}

constexpr const char* kAboutPodman = R"(
## Step 16, and podman

`16-engine` is started with the same settings as crun. In the columns of podman, the
command is `podman run`, once with crun and once with step 16. All else is the same.
`podman-privileged` is the control: podman starts step 16 with `--privileged` and the
namespaces of the host. What is OPEN there shows that the attack works below podman, too.
)";

void print_table(const Words& columns) {
  std::cout << "\n| Attack | What it tries |";
  std::string line = "\n|---|---|";
  for (const std::string& column : columns) {
    std::cout << " " << column << " |";
    line += "---|";
  }
  std::cout << line << "\n";
  for (const Row& row : read_table()) {
    std::cout << "| `" << row.attack << "` | " << find_attack(row.attack).title
              << " |";
    for (const std::string& column : columns)
      std::cout << " " << in_markdown(row.outcomes.at(column)) << " |";
    std::cout << "\n";
  }
}

int print_markdown() {
  const std::string part_one = "04-cgroups";
  std::cout << kIntroduction;
  const Words all = steps();
  const auto middle = std::find(all.begin(), all.end(), part_one);
  std::cout << "\n## The matrix\n";
  print_table({all.begin(), middle + 1});
  std::cout << "\n## Part Two\n";
  print_table({middle, all.end()});
  std::cout << kAboutOthers;
  print_table({part_one, all.back(), "bubblewrap", "runc", "crun"});
  std::cout << kAboutPodman;
  print_table(
      {"crun",
       "16-engine",
       "podman-crun",
       "podman-16-engine",
       "podman-privileged"});
  std::cout << "\n## Where there is a –\n\n";
  for (const Row& row : read_table()) {
    if (row.reason.empty()) continue;
    std::cout << "- `" << row.attack << "`: " << row.reason << ".\n";
  }
  return 0;
}

// Of a program that is planted: whose rights it has.
int print_user() {
  std::cout << geteuid() << "\n";
  return 0;
}

int usage() {
  std::cerr
      << "usage: attack                  lists the attacks\n"
         "       attack NAME STEP        runs one, and explains; STEP may also "
         "be\n"
         "                               bubblewrap, runc or crun\n"
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
  if (is("--cell", 2)) return print_cell(words[1], words[2]);
  if (is("--victim", 1)) return run_victim(words[1]);
  if (is("--whoami", 0)) return print_user();
  if (is("--engine", 1)) return run_as_engine(words[1]);
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

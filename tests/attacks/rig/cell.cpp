// SPDX-License-Identifier: MIT
#include "tests/attacks/rig/cell.hpp"

#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "tests/attacks/rig/attack.hpp"
#include "tests/attacks/rig/throwaway.hpp"
#include "tests/support/process.hpp"
#include "tests/support/wait.hpp"

namespace attacks {
namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// Cuts the first line off.
std::string take_line(std::string& text) {
  const size_t end = text.find('\n');
  if (end == std::string::npos) return "";
  std::string line = text.substr(0, end);
  text.erase(0, end + 1);
  return line;
}

}  // namespace

std::string steps_directory() {
  const std::string given = environment("BOXSTEP_STEPS");
  if (!given.empty()) return given;
  const auto self = std::filesystem::read_symlink("/proc/self/exe");
  return self.parent_path().parent_path().parent_path() / "steps";
}

Cell run_cell(const std::string& attack, const std::string& step) {
  support::Process process(
      {.argv = {"/proc/self/exe", "--machine", attack, step}});
  // Longer than it waits for anything itself.
  support::eventually(
      [&] { return !process.running(); },
      2 * support::kDeadline);
  const support::Result result = process.wait();
  std::string rest = result.out;
  Cell cell;
  cell.outcome = take_line(rest);
  cell.seen = take_line(rest);
  cell.story = rest + result.err;
  if (cell.outcome.empty() || result.status != 0) {
    cell.outcome = result.timed_out ? kHung : kBroken;
  }
  return cell;
}

bool is_outcome(const Cell& cell) {
  return cell.outcome != kMissing && cell.outcome != kBroken &&
      cell.outcome != kHung;
}

int run_on_machine(const std::string& attack, const std::string& step) {
  Runtime runtime{.source = "", .name = step};
  if (step != kNone) {
    runtime.source = environment("BOXSTEP_BINARY");
    if (runtime.source.empty()) runtime.source = steps_directory() + "/" + step;
  }
  try {
    return on_throwaway_host(runtime, {"--host", attack, step});
  } catch (const Missing& missing) {
    print_cell({.outcome = kMissing, .seen = missing.what, .story = ""});
    return 0;
  }
}

void print_cell(const Cell& cell) {
  std::printf(
      "%s\n%s\n%s",
      cell.outcome.c_str(),
      cell.seen.c_str(),
      cell.story.c_str());
}

}  // namespace attacks

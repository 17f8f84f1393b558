// SPDX-License-Identifier: MIT
// One cell of the matrix: an attack, on a step, on a host of its own.
//
//   const Cell cell = run_cell("dot-dot", "03-pid-mount");
//   // {.outcome = "ENOENT", .seen = "", .story = "  open ../secret: No such…"}
//
#pragma once

#include <string>

namespace attacks {

constexpr const char* kNone = "none";  // in place of a step: no container

// Outcomes: OPEN, or else HELD in one of these ways: the name of the error
// that a call was refused with, or a word for how it came to nothing.
constexpr const char* kOpen = "OPEN";
// Not outcomes: this machine lacks something; the attack did not get as far as
// what it is about; the runtime did not end.
constexpr const char* kMissing = "MISSING";
constexpr const char* kBroken = "BROKEN";
constexpr const char* kHung = "HUNG";

struct Cell {
  std::string outcome;
  std::string seen;  // on the host, or what is missing or broken
  std::string story;  // each call of the attack, and how it went
};

bool is_outcome(const Cell& cell);

// BOXSTEP_BINARY or else BOXSTEP_STEPS/`step` is the runtime. Unless set, the
// latter is where Meson puts the steps of this build.
Cell run_cell(const std::string& attack, const std::string& step);

// The part of it that runs on the machine, in a process of its own.
int run_on_machine(const std::string& attack, const std::string& step);

// For what runs on the host, to print what it found.
void print_cell(const Cell& cell);

// The directory of the runtimes.
std::string steps_directory();

}  // namespace attacks

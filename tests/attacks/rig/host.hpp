// SPDX-License-Identifier: MIT
// One cell of the matrix: an attack, on a step, on a throwaway host of its own.
//
// Its / is a small tmpfs with bin/attack (this program), the runtime beside it,
// and a rootfs. Both programs are static, as nothing else is there: the machine's
// own files are not mounted anywhere, and who leaves every chroot finds only these.
// Devices and /proc/sys are the machine's: the attacks on these read, or write
// what was there before.
#pragma once

#include <string>
#include <string_view>

#include "tests/attacks/rig/attack.hpp"

namespace attacks {

// What an attack and the host agree on.
constexpr std::string_view kMessage = "attacked";
constexpr std::string_view kNewName = "attacked";
constexpr const char* kMountSource = "attacks-mount";

struct Cell {
  // kOpen; or, of one that was held, the name of the error that a call was refused
  // with, or a word for how it came to nothing; or one of the others below.
  std::string outcome;
  std::string seen;  // on the host, or what is missing or broken
  std::string story;  // each call of the attack, and how it went
};
constexpr const char* kOpen = "OPEN";
// The runtime did not start a container in such a place.
constexpr const char* kNoStart = "no-start";
// This machine lacks something; the attack did not get as far as what it is about;
// the runtime did not end.
constexpr const char* kMissing = "MISSING";
constexpr const char* kOnlyInGuest = "ONLY-IN-GUEST";
constexpr const char* kBroken = "BROKEN";
constexpr const char* kHung = "HUNG";

Cell run_cell(const std::string& attack, const std::string& step);

// This program's other roles: what run_cell() starts, the victim, and the
// container's command.
int print_cell(const std::string& name, const std::string& step);
int run_victim(const std::string& secret);
int run_in_container(const std::string& name, const Words& words);

// The directory of the runtimes: BOXSTEP_STEPS, or that of this build.
std::string steps_directory();

}  // namespace attacks

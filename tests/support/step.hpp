// SPDX-License-Identifier: MIT
// The runtime under test, a black box that is known by its command line alone:
//
//   RUNTIME run [--hostname NAME] [--rootfs DIR] [--pids-max N] [--quiet]
//               [--] COMMAND [ARG...]
//
// BOXSTEP_BINARY   the runtime; any program that speaks this command line.
//                  Unless set, it is BOXSTEP_STEPS/BOXSTEP_STEP
// BOXSTEP_STEP     the step it is to be judged by: 03-pid-mount
// BOXSTEP_ROOTFS   a root file system made by rootfs-scripts/from-host, in
//                  which /bin/probe is tests/probe
// BOXSTEP_PROBE    tests/probe on the host
//
//   const Result result = run(container({"/bin/hostname"}));
//   const Result longer = run(container({"/bin/true"}, {"--hostname", "box"}));
//
#pragma once

#include <string>
#include <vector>

#include "tests/support/process.hpp"

namespace support {

std::string binary();
std::string step();
// 3 for 03-pid-mount.
int step_number();
std::string rootfs();
// The name in the runtime's own error lines.
std::string program_name();

// The probe's path as a command in the container sees it: in the rootfs from
// step 02 on, the host's before.
std::string probe();

// The launch of `command` in a container of the step under test, --quiet, in
// the test rootfs if the step takes one, with `options` before the command.
Launch container(
    const std::vector<std::string>& command,
    const std::vector<std::string>& options = {});

// The same, with nothing that the test did not ask for.
Launch runtime(const std::vector<std::string>& arguments);

// What is missing for the tests of this step: "root", BOXSTEP_STEP, …; empty
// when they can run.
std::string missing();

}  // namespace support

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
// BOXSTEP_LACKS    what a runtime that is being written lacks yet, as the tests
//                  of Starts name it: other tests then do without, so that one
//                  thing that is missing is not the reason of all failures
#pragma once

#include <string>
#include <vector>

#include "tests/support/files.hpp"
#include "tests/support/process.hpp"

namespace support {

std::string binary();
std::string step();
// 3 for 03-pid-mount.
int step_number();
// Whether it is an option of the step: "--rootfs" from 02-chroot on.
bool knows(const std::string& option);
std::string rootfs();
// The name in the runtime's own error lines.
std::string program_name();

// Whether the command is to be found in the rootfs: from step 02 on.
bool enters_rootfs();

// The probe's path as a command in the container sees it: in the rootfs or, before
// there is one, the host's.
std::string probe();

// Why the promise of the running test matters: for whoever breaks it.
void matters(const std::string& why);
// What a runtime that fails the running test lacks: see BOXSTEP_LACKS.
void shows_that_it_lacks(const std::string& what);
// The failure of the running test belongs to another feature: "MountNamespace".
void is_about(const std::string& feature);

// The launch of `command` in a container of the step under test, --quiet, with
// `options` before the command. Options that the step does not know yet are left
// out, so that a feature's test, run on a step before it, shows what is missing
// there and not just that the option is. From step 02 on, the test rootfs is
// used unless `options` names another.
Launch container(
    const std::vector<std::string>& command,
    const std::vector<std::string>& options = {});

// The same without --quiet.
Launch loud(
    const std::vector<std::string>& command,
    const std::vector<std::string>& options = {});

// The same, with nothing that the test did not ask for.
Launch runtime(const std::vector<std::string>& arguments);

// A container that is running a command which has printed "ready", as the
// probe's do that wait for the end of their input.
class Running {
 public:
  // Throws std::runtime_error when the command does not get so far.
  explicit Running(const Launch& launch);
  // As end(): a runtime that is killed instead may leave a cgroup.
  ~Running();
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  Process& runtime() { return runtime_; }
  // The pids that the host sees: of the command, and of its parent.
  pid_t command() const { return command_; }
  pid_t init() const { return init_; }

  // Ends the command's input and waits for the runtime's end.
  Result end();

 private:
  Process runtime_;
  pid_t command_ = -1;
  pid_t init_ = -1;
};

// A container whose host is late, as on a busy machine: the runtime is stopped
// as soon as it has started the container, until go_on(). See ptrace(2).
class LateHost {
 public:
  explicit LateHost(Launch launch);

  Process& runtime() { return runtime_; }
  void go_on();

 private:
  Process runtime_;
};

// A new directory that the host and the container both see, under two names.
class CommonDirectory {
 public:
  CommonDirectory();

  const std::string& outside() const { return directory_.path(); }
  const std::string& inside() const { return inside_; }

 private:
  TemporaryDirectory directory_;
  std::string inside_;
};

// What is missing for the tests of this step: "root", BOXSTEP_STEP, …; empty
// when they can run.
std::string missing();

}  // namespace support

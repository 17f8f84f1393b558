// SPDX-License-Identifier: MIT
// Step 00: what it takes to run a command, and no container yet
// Chapter: docs/setup.md

#include <exception>
#include <string>
#include <vector>

#include <sched.h>
#include <signal.h>
#include <unistd.h>

#include "common/check.hpp"
#include "common/command.hpp"
#include "common/container.hpp"
#include "common/options.hpp"
#include "common/prepare.hpp"
#include "common/report.hpp"

namespace {

using common::check;

// What is new for the container instead of shared with the host, see clone(2).
constexpr int kCloneFlags =
    SIGCHLD;  // no namespace: without it waitpid(2) would not see the end

struct Options {
  std::string hostname = "container";
  bool quiet = false;
  std::vector<std::string> command;
};

// Runs in the container, as its first process.
int child(const Options& options) {
  common::say(options.quiet, "container", "runs " + options.command.front());
  // As a child of its own: this process stays and is the container's init.
  return common::run_command(options.command);
}

// Runs on the host. If a call here throws, the container is killed before main()
// reports it.
int run(const Options& options) {
  auto container = common::start(kCloneFlags, [&] { return child(options); });
  const std::string pid = std::to_string(container.pid());
  common::say(options.quiet, "host", "runs the container as pid " + pid);
  const int status = container.wait();
  return status;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    common::prepare_process();
    Options options;
    const bool asked_to_run = common::parse_options(
        argc,
        argv,
        {
            {"--hostname", "NAME", "what hostname prints", &options.hostname},
            {"--quiet", "", "do not say who is who", &options.quiet},
        },
        options.command);
    return asked_to_run ? run(options) : 0;
  } catch (const std::exception& error) {
    return common::report(error);
  }
}

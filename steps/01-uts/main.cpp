// SPDX-License-Identifier: MIT
// Step 01: the container has its own hostname
// Chapter: docs/01-uts.md

#include <exception>
#include <string>
#include <vector>

#include <sched.h>
#include <signal.h>
#include <unistd.h>

#include "common/check.hpp"
#include "common/container.hpp"
#include "common/options.hpp"
#include "common/process.hpp"

namespace {

using common::check;

// Each CLONE_NEW* flag gives the container its own copy or instance of
// something: clone(2).
constexpr int kCloneFlags =
    CLONE_NEWUTS |  // hostname and domain name: uts_namespaces(7)
    SIGCHLD;  // not a namespace: the signal the parent gets when the child ends

struct Options {
  std::string hostname = "container";
  bool quiet = false;
  std::vector<std::string> command;
};

// In the container. Without CLONE_NEWUTS this call would rename the host.
void set_hostname(const Options& options) {
  const std::string& name = options.hostname;
  check(sethostname(name.data(), name.size()), "sethostname", name);
}

// Runs in the container, as its first process.
int child(const Options& options) {
  set_hostname(options);
  common::say(options.quiet, "container", "runs " + options.command.front());
  // Forks again: the child runs the command, and this process stays as the
  // container's init.
  return common::run_command(options.command);
}

// Runs on the host. If a call here throws, the container is killed before
// main() reports the error.
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
            {"--quiet", "", "hide host: and container: lines", &options.quiet},
        },
        options.command);
    return asked_to_run ? run(options) : 0;
  } catch (const std::exception& error) {
    return common::report(error);
  }
}

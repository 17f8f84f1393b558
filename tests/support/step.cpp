// SPDX-License-Identifier: MIT
#include "tests/support/step.hpp"

#include <cstdlib>

#include <unistd.h>

#include "tests/support/host.hpp"

namespace support {
namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

std::string binary() {
  const std::string given = environment("BOXSTEP_BINARY");
  return given.empty() ? environment("BOXSTEP_STEPS") + "/" + step() : given;
}

std::string step() {
  return environment("BOXSTEP_STEP");
}

int step_number() {
  return std::atoi(step().c_str());
}

std::string rootfs() {
  return environment("BOXSTEP_ROOTFS");
}

std::string program_name() {
  const std::string path = binary();
  return path.substr(path.rfind('/') + 1);
}

std::string probe() {
  return step_number() >= 2 ? "/bin/probe" : environment("BOXSTEP_PROBE");
}

Launch container(
    const std::vector<std::string>& command,
    const std::vector<std::string>& options) {
  std::vector<std::string> arguments{"run", "--quiet"};
  bool chosen = false;
  for (const std::string& option : options)
    chosen |= option == "--rootfs";
  if (step_number() >= 2 && !chosen) {
    arguments.insert(arguments.end(), {"--rootfs", rootfs()});
  }
  arguments.insert(arguments.end(), options.begin(), options.end());
  arguments.emplace_back("--");
  arguments.insert(arguments.end(), command.begin(), command.end());
  return runtime(arguments);
}

Launch runtime(const std::vector<std::string>& arguments) {
  Launch launch{.argv = {binary()}};
  launch.argv.insert(launch.argv.end(), arguments.begin(), arguments.end());
  return launch;
}

std::string missing() {
  if (step_number() < 1) return "BOXSTEP_STEP, such as 03-pid-mount";
  if (access(binary().c_str(), X_OK) == -1) {
    return "a runtime at BOXSTEP_BINARY=" + binary();
  }
  if (access(environment("BOXSTEP_PROBE").c_str(), X_OK) == -1) {
    return "the probe at BOXSTEP_PROBE=" + environment("BOXSTEP_PROBE");
  }
  if (access((rootfs() + "/bin/probe").c_str(), X_OK) == -1) {
    return "bin/probe in the rootfs at BOXSTEP_ROOTFS=" + rootfs();
  }
  if (geteuid() != 0) return "root: try sudo";
  if (step_number() >= 4 && pids_hierarchy().empty()) {
    return "the pids cgroup controller";
  }
  return "";
}

}  // namespace support

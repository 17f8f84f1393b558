// SPDX-License-Identifier: MIT
#include "tests/attacks/rig/runtime.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <sstream>

#include <grp.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "tests/attacks/expected.hpp"
#include "tests/attacks/rig/host.hpp"
#include "tests/support/files.hpp"
#include "tests/support/process.hpp"
#include "tests/support/wait.hpp"

namespace attacks {
namespace {

constexpr uid_t kHostUser = 1000;
constexpr const char* kConfig = "BOXSTEP_OCI_CONFIG";
constexpr const char* kBundle = "/bundle";
constexpr std::string_view kByPodman = "podman-";
constexpr const char* kPodman = "/usr/bin/podman";

constexpr const char* kUnprivileged =
    "--network none --security-opt apparmor=unconfined "
    "--security-opt label=disable --rootfs /bundle/rootfs";
// The control: all that podman can leave open.
constexpr const char* kControl = "podman-privileged";
constexpr const char* kPrivileged =
    "--privileged --network host --ipc host --pid host --uts host "
    "--cgroupns host --rootfs /rootfs";

// Where config.json has the command.
constexpr std::string_view kNoCommand = "\"args\": []";

bool is_by_podman(const std::string& column) {
  return column.starts_with(kByPodman);
}

bool is_oci(const std::string& column) {
  return is_other(column) && column != "bubblewrap";
}

std::string name_of(const std::string& column) {
  if (column == "bubblewrap") return "bwrap";
  if (column == kControl) return "16-engine";
  return is_by_podman(column) ? column.substr(kByPodman.size()) : column;
}

// The last line of a program's complaint, "SKIPPED: missing: the filter".
std::string last_of(const std::string& text) {
  const Words lines = support::lines(text);
  const std::string last = lines.empty() ? "" : lines.back();
  const size_t start = last.rfind("missing: ");
  return start == std::string::npos ? last : last.substr(start + 9);
}

// Some distributions let only root make user namespaces.
std::string find_what_refuses_users() {
  const std::string settings[][2] = {
      {"unprivileged_userns_clone", "0"},
      {"apparmor_restrict_unprivileged_userns", "1"}};
  for (const auto& [name, value] : settings) {
    const std::string path = "/proc/sys/kernel/" + name;
    if (support::exists(path) && support::read_file(path) == value + "\n") {
      return "user namespaces for users: " + path + " is " + value;
    }
  }
  return "";
}

void bind_from_machine(const std::string& name) {
  const std::string source = "/" + name;
  if (!support::exists(source)) return;
  if (std::filesystem::is_symlink(source)) {
    std::filesystem::copy_symlink(source, name);
    return;
  }
  std::filesystem::create_directory(name);
  const auto remount = [&](unsigned long flags) {
    check(
        mount(source.c_str(), name.c_str(), nullptr, MS_BIND | flags, nullptr),
        "mount",
        name);
  };
  remount(0);
  remount(MS_REMOUNT | MS_RDONLY);
}

// As Docker has it: what the container writes goes to a directory of its own.
std::string make_bundle() {
  const std::string bundle = &kBundle[1];
  for (const char* directory : {"", "/rootfs", "/upper", "/work"})
    check(mkdir((bundle + directory).c_str(), 0700), "mkdir", directory);
  const std::string options = "lowerdir=rootfs,upperdir=" + bundle +
      "/upper,workdir=" + bundle + "/work";
  const int result = mount(
      "overlay",
      (bundle + "/rootfs").c_str(),
      "overlay",
      /*flags=*/0,
      options.c_str());
  if (result == -1 && errno == ENODEV) throw Missing{"overlayfs"};
  check(result, "mount overlay");
  return bundle + "/rootfs";
}

void write_config(const Words& command) {
  std::string words;
  for (const std::string& word : command)
    words += (words.empty() ? "\"" : ", \"") + word + "\"";
  std::string text = std::getenv(kConfig);
  text.replace(
      text.find(kNoCommand),
      kNoCommand.size(),
      "\"args\": [" + words + "]");
  support::write_file(std::string(kBundle) + "/config.json", text);
}

void become_host_user() {
  const bool done = setgroups(0, nullptr) == 0 &&
      setresgid(kHostUser, kHostUser, kHostUser) == 0 &&
      setresuid(kHostUser, kHostUser, kHostUser) == 0;
  if (!done) _exit(1);
}

}  // namespace

bool is_other(const std::string& column) {
  const Words others = support::words(kOthers);
  return std::find(others.begin(), others.end(), column) != others.end();
}

bool is_limited(const std::string& column) {
  return !is_other(column) && column > "11";
}

bool has_layers(const std::string& column) {
  return !is_other(column) && column > "13";
}

std::string program_of(const std::string& column) {
  const bool is_step = name_of(column) == "16-engine";
  std::istringstream path(is_step ? steps_directory() : std::getenv("PATH"));
  std::string directory;
  while (std::getline(path, directory, ':')) {
    std::string program = directory + "/" + name_of(column);
    if (access(program.c_str(), X_OK) == 0) return program;
  }
  return "";
}

std::string find_missing(const std::string& column) {
  if (!is_other(column)) return "";
  if (program_of(column).empty()) return name_of(column);
  if (!is_oci(column)) return find_what_refuses_users();
  if (is_by_podman(column)) return access(kPodman, X_OK) == 0 ? "" : "podman";
  if (std::getenv(kConfig)) return "";
  support::Process script({.argv = {"python3", kDockerConfig}});
  constexpr std::chrono::minutes kDownload(2);
  support::eventually([&] { return !script.running(); }, kDownload);
  const support::Result made = script.wait();
  if (made.status != 0) return "Docker's settings: " + last_of(made.err);
  setenv(kConfig, made.out.c_str(), /*overwrite=*/1);
  return "";
}

std::string make_place_for(const std::string& column) {
  const std::string rootfs = "rootfs";
  if (!is_other(column)) return rootfs;
  // Its libraries are in these.
  for (const char* name : {"usr", "lib", "lib64"})
    bind_from_machine(name);
  return is_oci(column) && column != kControl ? make_bundle() : rootfs;
}

void set_command(
    support::Launch& launch,
    const std::string& column,
    const std::string& options,
    const Words& command) {
  Words& line = launch.argv;
  const auto add = [&](const Words& words) {
    line.insert(line.end(), words.begin(), words.end());
  };
  if (is_by_podman(column)) {
    line = {kPodman, "--root", "/run/storage", "--runroot", "/run/podman"};
    add({"--tmpdir", "/run/libpod", "--events-backend", "none"});
    add({"--cgroup-manager", "cgroupfs", "--runtime", "/bin/" + column});
    add({"run", "--rm", "-i", "--cgroups", "no-conmon"});
    // Some hosts of tests may not raise limits, or make a network.
    add({"--ulimit", "nofile=512:512", "--ulimit", "nproc=1000:1000"});
    add(support::words(column == kControl ? kPrivileged : kUnprivileged));
    add(command);
  } else if (is_oci(column)) {
    write_config(command);
    if (column == "16-engine")
      line = {"/bin/attack", "--engine", line.front()};
    else
      add({"run", "--bundle", kBundle, "attacked"});
  } else if (is_other(column)) {
    add({"--unshare-all", "--die-with-parent"});
    add({"--ro-bind", "/rootfs", "/", "--tmpfs", "/tmp"});
    add({"--proc", "/proc", "--dev", "/dev", "--chdir", "/"});
    add(command);
    launch.before_exec = [before = launch.before_exec] {
      if (before) before();
      become_host_user();
    };
  } else {
    add({"run", "--quiet"});
    if (column > "02") add({"--rootfs", "/rootfs"});
    if (is_limited(column)) add(support::words(options));
    add({"--"});
    add(command);
  }
}

// The container's end is that of our child: the runtime, its parent, ends first.
int run_as_engine(const std::string& runtime) {
  constexpr const char* kPidFile = "/run/attacked.pid";
  check(prctl(PR_SET_CHILD_SUBREAPER, 1), "prctl", "PR_SET_CHILD_SUBREAPER");
  const auto wait_for = [](pid_t pid) {
    int status = 0;
    check(waitpid(pid, &status, /*flags=*/0), "waitpid");
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  };
  const auto call = [&](const Words& words) {
    const pid_t child = check(fork(), "fork");
    if (child == 0) support::become(words);
    return wait_for(child);
  };
  int status = call(
      {runtime,
       "create",
       "--bundle",
       kBundle,
       "--pid-file",
       kPidFile,
       "attacked"});
  if (status != 0) return status;
  const pid_t container = std::stoi(support::read_file(kPidFile));
  status = call({runtime, "start", "attacked"});
  if (status == 0) status = wait_for(container);
  call({runtime, "delete", "--force", "attacked"});
  return status;
}

}  // namespace attacks

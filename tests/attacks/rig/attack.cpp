// SPDX-License-Identifier: MIT
#include "tests/attacks/rig/attack.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <stdexcept>
#include <utility>

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/check.hpp"
#include "common/unique_fd.hpp"
#include "tests/attacks/rig/host.hpp"
#include "tests/support/files.hpp"

namespace attacks {
namespace {

using common::check;
using common::UniqueFd;

// Not a variable: it must be there before the first Entry is.
std::vector<Maker>& makers() {
  static std::vector<Maker> all;
  return all;
}

// The rest of the line of /proc/self/cgroup that has `mark`, or "".
std::string find_cgroup_line(const std::string& mark) {
  const std::string text = support::read_file(find_proc() + "/self/cgroup");
  for (const std::string& line : support::lines(text)) {
    const size_t start = line.find(mark);
    if (start != std::string::npos) return line.substr(start + mark.size());
  }
  return "";
}

std::string own_pids_cgroup_1() {
  return find_cgroup_line(":pids:");
}

}  // namespace

Words Attack::prepare(Host& /*host*/) {
  return {};
}

std::string Attack::effect(Host& host) {
  const bool known = host.output().find(host.secret()) != std::string::npos;
  return known ? "the container has the secret of the host" : "";
}

void tell_tried(std::string_view call, std::string_view object, int error) {
  const std::string text = std::string(call) +
      (object.empty() ? "" : " " + std::string(object)) + ": " +
      (error == 0 ? "done" : std::strerror(error));
  dprintf(STDOUT_FILENO, "  %s\n", text.c_str());
}

void tell(const std::string& text) {
  dprintf(STDOUT_FILENO, "  it has: %s\n", text.c_str());
}

void read_secret_from(int fd) {
  std::array<char, 256> text{};
  const ssize_t length =
      try_to(read(fd, text.data(), text.size()), "read", "it");
  tell(std::string(text.data(), static_cast<size_t>(length)));
}

void read_secret(const std::string& path) {
  const UniqueFd file(
      try_to(open(path.c_str(), O_RDONLY | O_CLOEXEC), "open", path));
  read_secret_from(file.get());
}

void write_to(const std::string& path, const std::string& text) {
  const UniqueFd file(
      try_to(open(path.c_str(), O_WRONLY | O_CLOEXEC), "open", path));
  try_to(
      write(file.get(), text.data(), text.size()),
      "write",
      "\"" + text + "\" to it");
}

std::string make_directory(const std::string& name) {
  const std::string path = "/tmp/" + name;
  check(mkdir(path.c_str(), 0755), "mkdir", path);
  return path;
}

void leave_chroot() {
  const std::string below = make_directory("second");
  try_to(chroot(below.c_str()), "chroot", below);
  constexpr int kDeepEnough = 16;
  int result = 0;
  for (int i = 0; i < kDeepEnough && result == 0; ++i)
    result = chdir("..");
  try_to(result, "chdir", "to .., many times");
  try_to(chroot("."), "chroot", ".");
}

std::string find_proc() {
  if (access("/proc/self", F_OK) == 0) return "/proc";
  std::string path = make_directory("proc");
  const int result =
      mount("proc", path.c_str(), "proc", /*flags=*/0, /*data=*/nullptr);
  try_to(result, "mount proc", "on " + path);
  return path;
}

void fork_to(void (*body)()) {
  const pid_t child = fork();
  if (child == 0) {
    body();
    _exit(0);
  }
  try_to(child, "fork");
}

void fork_idle(int count) {
  for (int i = 1; i <= count; ++i) {
    const pid_t child = fork();
    if (child == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      for (;;)
        pause();
    }
    if (child == -1 || i == count) {
      try_to(child, "fork", std::to_string(i) + " times");
    }
  }
}

std::string mount_pids_cgroups() {
  const bool version1 = !own_pids_cgroup_1().empty();
  const char* type = version1 ? "cgroup" : "cgroup2";
  const char* options = version1 ? "pids" : nullptr;
  const std::string path = make_directory("cgroups");
  try_to(
      mount("cgroup", path.c_str(), type, /*flags=*/0, options),
      std::string("mount ") + type,
      "on " + path);
  return path;
}

std::string own_pids_cgroup() {
  const std::string version1 = own_pids_cgroup_1();
  return version1.empty() ? find_cgroup_line("0::") : version1;
}

// strerrorname_np() is glibc's alone.
std::string error_name(int error) {
  const std::pair<int, const char*> names[] = {
      {EACCES, "EACCES"},
      {EAGAIN, "EAGAIN"},
      {EBADF, "EBADF"},
      {EBUSY, "EBUSY"},
      {ECONNREFUSED, "ECONNREFUSED"},
      {EINVAL, "EINVAL"},
      {EIO, "EIO"},
      {ENODEV, "ENODEV"},
      {ENOENT, "ENOENT"},
      {ENOKEY, "ENOKEY"},
      {ENOSYS, "ENOSYS"},
      {ENOTDIR, "ENOTDIR"},
      {ENXIO, "ENXIO"},
      {EPERM, "EPERM"},
      {EROFS, "EROFS"},
      {ESRCH, "ESRCH"},
  };
  for (const auto& [known, name] : names) {
    if (known == error) return name;
  }
  return "errno-" + std::to_string(error);
}

void add_attack(Maker maker) {
  makers().push_back(maker);
}

std::vector<std::unique_ptr<Attack>> all_attacks() {
  std::vector<std::unique_ptr<Attack>> all;
  for (const Maker maker : makers())
    all.push_back(maker());
  return all;
}

std::unique_ptr<Attack> make_attack(const std::string& name) {
  for (std::unique_ptr<Attack>& attack : all_attacks()) {
    if (attack->text().name == name) return std::move(attack);
  }
  throw std::invalid_argument("no such attack: " + name);
}

}  // namespace attacks

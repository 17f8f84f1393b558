// SPDX-License-Identifier: MIT
// The list of attacks, and what they do in the container.
#include "tests/attacks/rig/attack.hpp"

#include <array>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <stdexcept>
#include <utility>

#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "tests/attacks/rig/host.hpp"
#include "tests/support/throwaway.hpp"

namespace attacks {
namespace {

std::string own_cgroups() {
  return support::read_file(find_proc() + "/self/cgroup");
}

}  // namespace

Entry::Entry(const Attack& attack) {
  all_attacks().push_back(attack);
}

// Not a variable: it must be there before the first Entry is.
std::vector<Attack>& all_attacks() {
  static std::vector<Attack> all;
  return all;
}

const Attack& find_attack(const std::string& name) {
  for (const Attack& attack : all_attacks()) {
    if (attack.name == name) return attack;
  }
  throw std::invalid_argument("no such attack: " + name);
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

int try_open(const std::string& path, int flags) {
  return try_to(open(path.c_str(), flags | O_CLOEXEC), "open", path);
}

void try_mount(
    const std::string& type,
    const std::string& path,
    const char* options,
    const char* source) {
  try_to(
      mount(source, path.c_str(), type.c_str(), /*flags=*/0, options),
      "mount " + type,
      "on " + path);
}

void read_secret_from(int fd) {
  std::array<char, 256> text{};
  const ssize_t length =
      try_to(read(fd, text.data(), text.size()), "read", "it");
  tell(std::string(text.data(), static_cast<size_t>(length)));
}

void read_secret(const std::string& path) {
  read_secret_from(try_open(path));
}

void write_to(const std::string& path, const std::string& text) {
  try_to(
      write(try_open(path, O_WRONLY), text.data(), text.size()),
      "write",
      "\"" + text + "\" to it");
}

void send_message(int connection) {
  try_to(send(connection, kMessage.data(), kMessage.size(), 0), "send");
}

void rename_host() {
  try_to(
      sethostname(kNewName.data(), kNewName.size()),
      "sethostname",
      kNewName);
}

void mount_something() {
  try_mount("tmpfs", "/tmp", /*options=*/nullptr, kMountSource);
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

void join_host(const std::string& name, int flag) {
  leave_chroot();
  try_to(setns(try_open("/proc/1/ns/" + name), flag), "setns");
}

std::string find_proc() {
  if (access("/proc/self", F_OK) == 0) return "/proc";
  std::string path = make_directory("proc");
  try_mount("proc", path);
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

// They live until this process ends.
void fork_many() {
  for (int i = 1; i <= kMany; ++i) {
    const pid_t child = fork();
    if (child == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      for (;;)
        pause();
    }
    if (child == -1 || i == kMany) {
      try_to(child, "fork", std::to_string(i) + " times");
    }
  }
}

std::string mount_pids_cgroups() {
  const bool version1 = own_cgroups().find(":pids:") != std::string::npos;
  std::string path = make_directory("cgroups");
  if (version1) {
    try_mount("cgroup", path, "pids");
  } else {
    try_mount("cgroup2", path);
  }
  return path;
}

std::string own_pids_cgroup() {
  return support::pids_path(own_cgroups());
}

// strerrorname_np() is glibc's alone.
std::string error_name(int error) {
  const std::pair<int, const char*> names[] = {
      {EACCES, "EACCES"},
      {EAGAIN, "EAGAIN"},
      {EBADF, "EBADF"},
      {ECONNREFUSED, "ECONNREFUSED"},
      {EINVAL, "EINVAL"},
      {ENETUNREACH, "ENETUNREACH"},
      {ENOENT, "ENOENT"},
      {ENOKEY, "ENOKEY"},
      {ENOSYS, "ENOSYS"},
      {ENOTDIR, "ENOTDIR"},
      {ENOTTY, "ENOTTY"},
      {EPERM, "EPERM"},
      {EROFS, "EROFS"},
      {ESRCH, "ESRCH"},
  };
  for (const auto& [known, name] : names) {
    if (known == error) return name;
  }
  return "errno-" + std::to_string(error);
}

}  // namespace attacks

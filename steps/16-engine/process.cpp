// SPDX-License-Identifier: MIT
#include "process.hpp"

#include <fcntl.h>
#include <grp.h>
#include <linux/keyctl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "common/check.hpp"
#include "common/container.hpp"
#include "common/file.hpp"
#include "common/process.hpp"
#include "rights.hpp"

using common::check;
using common::UniqueFd;

// In the container, when it has its ids. It is still user 0 of the host, which
// has no number here, and becomes user 0 of the container.
void become_root() {
  check(setresgid(0, 0, 0), "setresgid");
  check(setresuid(0, 0, 0), "setresuid");
  // A change of ids cancels it: prctl(2). If the runtime has died since, the
  // next gate fails.
  check(prctl(PR_SET_PDEATHSIG, SIGKILL), "prctl", "PR_SET_PDEATHSIG");
  // Closes /proc/1 to the command: proc(5). The change of ids does that, too,
  // but not where the host has 1 in fs.suid_dumpable.
  check(prctl(PR_SET_DUMPABLE, 0), "prctl", "PR_SET_DUMPABLE");
}

// In the container. clone(2) has copied these from the caller, too.
void forget_caller() {
  check(setgroups(0, nullptr), "setgroups");
  check(syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, nullptr), "keyctl");
  umask(022);
}

// On the host. openat(2) can start at a directory, and the process keeps these.
void check_streams() {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    struct stat file {};
    check(fstat(fd, &file), "fstat", std::to_string(fd));
    if (S_ISDIR(file.st_mode)) common::fail(EISDIR, "stdin, stdout or stderr");
  }
}

// In the container, before the user changes: this user may open /dev/stdout again.
void own_streams(const Process& process) {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    struct stat file {};
    check(fstat(fd, &file), "fstat", std::to_string(fd));
    // That of the host has the host's mode and owner, which root may change.
    if (S_ISCHR(file.st_mode) && file.st_rdev == makedev(1, 3)) {
      const UniqueFd null(
          check(open("/dev/null", O_RDWR | O_CLOEXEC), "open", "/dev/null"));
      check(dup2(null.get(), fd), "dup2");
      continue;
    }
    if (!S_ISFIFO(file.st_mode) || file.st_uid == process.uid) continue;
    // In a user namespace, the owner may be one that has no number here.
    if (fchown(fd, process.uid, -1U) == -1 && errno != EPERM && errno != EINVAL)
      check(-1, "chown", "a stream");
  }
}

void set_environment(const Process& process) {
  clearenv();
  for (const std::string& variable : process.environment) {
    const std::size_t sign = variable.find('=');
    if (sign == std::string::npos || sign == 0) continue;
    const std::string name = variable.substr(0, sign);
    check(setenv(name.c_str(), variable.c_str() + sign + 1, 1), "setenv", name);
  }
  if (!getenv("HOME")) setenv("HOME", process.uid == 0 ? "/root" : "/", 1);
}

// In the container. A descriptor of a directory of the host, or a link to one in
// /proc, would take us out of the rootfs; the kernel then has no path for it.
void enter_cwd(const Process& process) {
  check(chdir(process.cwd.c_str()), "chdir", process.cwd);
  char* const path = getcwd(nullptr, 0);
  if (!path || *path != '/') common::fail(ENOENT, "getcwd", process.cwd);
  free(path);
}

// In the container: an error that start would meet later is reported now.
void check_command(const Process& process) {
  const std::string& name = process.command.front();
  const std::string program = common::find_program(name);
  if (program.empty())
    throw std::runtime_error(
        "exec " + name + ": executable file not found in $PATH");
  check(access(program.c_str(), F_OK), "exec", name);
  struct stat file {};
  check(stat(program.c_str(), &file), "exec", name);
  if (!S_ISREG(file.st_mode) ||
      faccessat(AT_FDCWD, program.c_str(), X_OK, AT_EACCESS) == -1)
    common::fail(EACCES, "exec", name);
}

// In the container, last. Returns only if the command cannot be executed.
int become(
    const Process& process,
    scmp_filter_ctx filter,
    unsigned preserve_fds) {
  // All that is ours. The gate's end, too: execve(2) closes it, and that tells
  // start that it has worked.
  const unsigned first = STDERR_FILENO + 1 + preserve_fds;
  check(close_range(first, ~0U, CLOSE_RANGE_CLOEXEC), "close_range");
  drop_rights(process, filter);
  return common::become_command(process.command);
}

// In the container, as root: only root may raise one. In a user namespace, that is
// only the host's root.
void set_rlimits(const Process& process, pid_t pid) {
  for (const Rlimit& limit : process.rlimits) {
    const auto which = static_cast<__rlimit_resource>(limit.resource);
    check(prlimit(pid, which, &limit.values, nullptr), "prlimit");
  }
}

void set_oom_score(const Process& process, pid_t pid) {
  if (!process.oom_score) return;
  const std::string file = "/proc/" + std::to_string(pid) + "/oom_score_adj";
  common::write_file(file, std::to_string(*process.oom_score));
}

void write_pid_file(const std::string& path, pid_t pid) {
  if (path.empty()) return;
  const std::string is_new = path + ".new";
  {
    const UniqueFd file(check(
        open(is_new.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644),
        "open",
        is_new));
  }
  common::write_file(is_new, std::to_string(pid));
  check(rename(is_new.c_str(), path.c_str()), "rename", is_new);
}

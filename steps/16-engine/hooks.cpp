// SPDX-License-Identifier: MIT
#include "hooks.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>

#include "common/check.hpp"
#include "common/file.hpp"
#include "common/process.hpp"

namespace {

using common::check;
using common::UniqueFd;

std::vector<char*> as_array(const std::vector<std::string>& words) {
  std::vector<char*> array;
  for (const std::string& word : words)
    array.push_back(const_cast<char*>(word.c_str()));
  array.push_back(nullptr);
  return array;
}

void run_hook(const Hook& hook, const std::string& state) {
  // Its name is in no directory; the hook reads it from the start.
  const UniqueFd input(
      check(static_cast<int>(syscall(SYS_memfd_create, "state", 0)), "memfd"));
  check(write(input.get(), state.data(), state.size()), "write", "state");
  check(lseek(input.get(), 0, SEEK_SET), "lseek", "state");
  const std::vector<char*> arguments = as_array(hook.command);
  const std::vector<char*> environment = as_array(hook.environment);
  const pid_t child = check(fork(), "fork");
  if (child == 0) {
    setpgid(0, 0);
    dup2(input.get(), STDIN_FILENO);
    dup2(STDERR_FILENO, STDOUT_FILENO);  // stdout is for the container
    close_range(STDERR_FILENO + 1, ~0U, 0);
    common::reset_signals();
    execve(hook.path.c_str(), arguments.data(), environment.data());
    _exit(127);
  }
  const UniqueFd end(static_cast<int>(
      check(syscall(SYS_pidfd_open, child, 0), "pidfd_open", hook.path)));
  pollfd ended{.fd = end.get(), .events = POLLIN, .revents = 0};
  const int limit = hook.timeout == 0 ? -1 : hook.timeout * 1000;
  const bool in_time = check(poll(&ended, 1, limit), "poll") > 0;
  if (!in_time) {
    kill(child, SIGKILL);
    kill(-child, SIGKILL);
  }
  int status = 0;
  check(waitpid(child, &status, 0), "waitpid", hook.path);
  if (!in_time)
    throw std::runtime_error("hook " + hook.path + ": no end in time");
  const auto result = common::exit_status(status);
  if (result != 0)
    throw std::runtime_error(
        "hook " + hook.path + ": status " +
        std::to_string(result.value_or(-1)));
}

}  // namespace

void run_hooks(const std::vector<Hook>& hooks, const std::string& state) {
  for (const Hook& hook : hooks)
    run_hook(hook, state);
}

void try_hooks(const std::vector<Hook>& hooks, const std::string& state) {
  for (const Hook& hook : hooks) {
    try {
      run_hook(hook, state);
    } catch (const std::exception& error) {
      common::report(error);
    }
  }
}

// SPDX-License-Identifier: MIT
#include "common/container.hpp"

#include <paths.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <string_view>

#include "common/check.hpp"
#include "common/process.hpp"
#include "common/terminal.hpp"

namespace common {
namespace {

bool is_file(const std::string& path) {
  struct stat found {};
  return stat(path.c_str(), &found) == 0 && S_ISREG(found.st_mode);
}

// The command of run_command(), in its own process.
int execute(const std::vector<std::string>& command) {
  // Group 0 is the caller's, from outside our PID namespace: see Terminal().
  if (getpgrp() != 0) check(setpgid(0, 0), "setpgid");
  if (Terminal().exists()) wait_for_terminal();
  return become_command(command);
}

}  // namespace

// execvp(3) would not do: it runs a file that the kernel refuses, say one for
// another machine, as a shell script.
std::string find_program(const std::string& name) {
  if (name.find('/') != std::string::npos) return name;
  const char* path = std::getenv("PATH");
  std::string_view rest = path ? path : _PATH_DEFPATH;
  std::string found;
  while (!rest.empty()) {
    const std::string_view directory = rest.substr(0, rest.find(':'));
    rest.remove_prefix(std::min(rest.size(), directory.size() + 1));
    std::string file(directory.empty() ? "." : directory);
    file.append("/").append(name);
    if (!is_file(file)) continue;
    if (access(file.c_str(), X_OK) == 0) return file;
    if (found.empty()) found = file;
  }
  return found;
}

int become_command(const std::vector<std::string>& command) {
  reset_signals();
  std::vector<char*> arguments;
  for (const std::string& argument : command)
    arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  const std::string program = find_program(command.front());
  const bool found = access(program.c_str(), F_OK) == 0;
  execv(program.c_str(), arguments.data());
  // A file that is there needs another one: its #! program or its loader.
  const bool lacks_another = found && errno == ENOENT;
  ::signal(SIGPIPE, SIG_IGN);  // the status counts, whether or not anyone reads
  warn(-1, lacks_another ? "exec interpreter of" : "exec", command.front());
  return found ? 126 : 127;  // as in sh(1)
}

int run_command(const std::vector<std::string>& command) {
  Process process(SIGCHLD, [&] { return execute(command); });
  for (;;) {
    siginfo_t info{};
    const int signal = sigwaitinfo(&kAllSignals, &info);
    // We were stopped and continued (signal(7)).
    if (signal == -1 && errno == EINTR) continue;
    check(signal, "sigwaitinfo");
    if (signal != SIGCHLD) {
      if (is_for_command(info)) pass_on(signal, process.pid());
      continue;
    }
    const std::optional<int> change = process.reap();
    if (!change) continue;
    tell_host(*change);
    if (const auto status = exit_status(*change)) return *status;
  }
}

}  // namespace common

// SPDX-License-Identifier: MIT
#include "common/command.hpp"

#include <paths.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "common/check.hpp"
#include "common/container.hpp"
#include "common/prepare.hpp"
#include "common/process.hpp"
#include "common/report.hpp"
#include "common/terminal.hpp"

namespace common {
namespace {

constexpr int kNotExecutable = 126;
constexpr int kNotFound = 127;

bool is_file(const std::string& path) {
  struct stat found {};
  return stat(path.c_str(), &found) == 0 && S_ISREG(found.st_mode);
}

// The first executable of that name in PATH, or else the first file, or "".
// execvp(3) would do but for one thing: it hands a file that the kernel cannot
// execute, one for another machine say, to sh as a script.
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

int execute(const std::vector<std::string>& command) {
  const Terminal terminal;
  lead_process_group(terminal, terminal.in_foreground());
  reset_signals();
  std::vector<char*> arguments;
  for (const std::string& argument : command) {
    arguments.push_back(const_cast<char*>(argument.c_str()));
  }
  arguments.push_back(nullptr);
  const std::string program = find_program(command.front());
  execv(program.c_str(), arguments.data());
  const int error = errno;
  const bool found = access(program.c_str(), F_OK) == 0;
  // If it is there, what is not is what its #! line or its ELF header names.
  const std::string what =
      found && error == ENOENT ? "exec interpreter of " : "exec ";
  ::signal(SIGPIPE, SIG_IGN);  // the status counts, whether or not anyone reads
  report(std::system_error(
      error,
      std::generic_category(),
      what + command.front()));
  return found ? kNotExecutable : kNotFound;
}

// As the terminal would: to all of the command's process group, not only to a
// shell that waits for the others.
void pass_on_to_group(int signal, pid_t command) {
  if (kill(-command, signal) == 0) return;
  kill(command, signal);  // it has not made its group yet
}

void pass_on(int signal, pid_t command) {
  switch (signal) {
    case SIGCONT: {
      // The runtime sends it when the command is to go on, and lends our group
      // the terminal first if the command is to have it.
      const Terminal terminal;
      if (terminal.in_foreground()) terminal.give_to(command);
      pass_on_to_group(signal, command);
      break;
    }
    case SIGINT:
    case SIGQUIT:
    case SIGTSTP:
      pass_on_to_group(signal, command);
      break;
    default:
      kill(command, signal);
  }
}

}  // namespace

int run_command(const std::vector<std::string>& command) {
  Process process(SIGCHLD, [&] { return execute(command); });
  sigset_t all;
  sigfillset(&all);
  for (;;) {
    siginfo_t info{};
    const int signal =
        check(retry([&] { return sigwaitinfo(&all, &info); }), "sigwaitinfo");
    if (signal != SIGCHLD) {
      // Our own is the SIGPIPE of a stderr that nobody reads any more.
      if (info.si_pid != getpid()) pass_on(signal, process.pid());
      continue;
    }
    // One SIGCHLD may stand for several children. ECHILD, none at all, is an
    // error: the command is one until it is reaped here.
    int status = 0;
    const auto next_child = [&] {
      return waitpid(-1, &status, WNOHANG | WUNTRACED);
    };
    while (const pid_t child = check(retry(next_child), "waitpid")) {
      if (child != process.pid()) continue;
      if (WIFSTOPPED(status)) {
        const auto by = static_cast<unsigned char>(WSTOPSIG(status));
        check(write(stops_fd(), &by, sizeof(by)), "write", "stops");
        continue;
      }
      process.reaped();
      return exit_status(status);
    }
  }
}

}  // namespace common

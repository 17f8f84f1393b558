// SPDX-License-Identifier: MIT
// Makes one system call of a program fail, or lists those that could.
//
//   inject list PROGRAM ARG…                 -> lines "PROCESS CALL NUMBER"
//   inject PROCESS CALL ERRNO PROGRAM ARG…   -> PROGRAM's exit status
//   inject PROCESS CALL kill PROGRAM ARG…    -> PROGRAM is killed at that call
//
// The first line on stderr is "inject: pid N", PROGRAM's.
// PROCESS counts the processes in the order in which they are started (0 is
// PROGRAM), CALL the system calls of that process, both from 0; NUMBER is that
// of syscalls(2). Of the last process that a runtime starts, the command, the
// calls count up to its execve(2), which is the last one listed.
//
// strace -e inject=… does the same, but counts a call in every process alike: it
// cannot fail the init's clone(2) without having failed the runtime's before.
// The tracee runs as it would, up to and after the call: ptrace(2).
#include <elf.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>

namespace {

constexpr int kCommandProcess = 2;  // runtime, init, command

struct Tracee {
  int process;
  long calls = 0;
  bool failing = false;
  bool executed = false;
};

struct Target {
  bool list;
  int process;
  long call;
  int error;  // 0: kill PROGRAM
  pid_t first;  // PROGRAM
};

void check(long result, const char* what) {
  if (result != -1) return;
  std::perror(what);
  std::exit(2);
}

// While the tracee is stopped. SIGKILL ends it all the same.
struct Killed {};

void check_stopped(long result, const char* what) {
  if (result == -1 && errno == ESRCH) throw Killed{};
  check(result, what);
}

#if defined(__x86_64__)
void set_call(pid_t pid, user_regs_struct& registers, std::uint64_t number) {
  registers.orig_rax = number;
  iovec io{&registers, sizeof(registers)};
  check_stopped(
      ptrace(PTRACE_SETREGSET, pid, NT_PRSTATUS, &io),
      "PTRACE_SETREGSET");
}
void set_result(pid_t pid, user_regs_struct& registers, std::int64_t result) {
  registers.rax = static_cast<std::uint64_t>(result);
  iovec io{&registers, sizeof(registers)};
  check_stopped(
      ptrace(PTRACE_SETREGSET, pid, NT_PRSTATUS, &io),
      "PTRACE_SETREGSET");
}
#elif defined(__aarch64__)
void set_call(pid_t pid, user_regs_struct&, std::uint64_t number) {
  int call = static_cast<int>(number);
  iovec io{&call, sizeof(call)};
  check_stopped(
      ptrace(PTRACE_SETREGSET, pid, NT_ARM_SYSTEM_CALL, &io),
      "SETREGSET");
}
void set_result(pid_t pid, user_regs_struct& registers, std::int64_t result) {
  registers.regs[0] = static_cast<std::uint64_t>(result);
  iovec io{&registers, sizeof(registers)};
  check_stopped(
      ptrace(PTRACE_SETREGSET, pid, NT_PRSTATUS, &io),
      "PTRACE_SETREGSET");
}
#else
#error "set_call() and set_result() are written for x86-64 and arm64"
#endif

user_regs_struct registers_of(pid_t pid) {
  user_regs_struct registers{};
  iovec io{&registers, sizeof(registers)};
  check_stopped(
      ptrace(PTRACE_GETREGSET, pid, NT_PRSTATUS, &io),
      "PTRACE_GETREGSET");
  return registers;
}

void at_call(pid_t pid, Tracee& tracee, const Target& target) {
  __ptrace_syscall_info info{};
  check_stopped(
      ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(info), &info),
      "PTRACE_GET_SYSCALL_INFO");
  user_regs_struct registers = registers_of(pid);
  if (info.op == PTRACE_SYSCALL_INFO_EXIT) {
    if (tracee.failing) set_result(pid, registers, -target.error);
    tracee.failing = false;
    return;
  }
  if (tracee.process > kCommandProcess || tracee.executed) return;
  if (target.list) {
    const auto number = static_cast<long>(info.entry.nr);
    std::printf("%d %ld %ld\n", tracee.process, tracee.calls, number);
  } else if (tracee.process == target.process && tracee.calls == target.call) {
    if (target.error == 0) {
      kill(target.first, SIGKILL);
      siginfo_t end{};
      const auto first = static_cast<id_t>(target.first);
      check(waitid(P_PID, first, &end, WEXITED | WNOWAIT | __WALL), "waitid");
    } else {
      set_call(pid, registers, static_cast<std::uint64_t>(-1));
      tracee.failing = true;
    }
  }
  ++tracee.calls;
}

int trace(const Target& target) {
  std::map<pid_t, Tracee> tracees;
  int first_status = 0;
  for (;;) {
    int status = 0;
    const pid_t pid = waitpid(-1, &status, __WALL);
    if (pid == -1 && errno == ECHILD) return first_status;
    check(pid, "waitpid");
    if (!WIFSTOPPED(status)) {
      if (pid == target.first) {
        first_status =
            WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
      }
      continue;
    }
    const int process = static_cast<int>(tracees.size());
    const auto [entry, is_new] = tracees.try_emplace(pid, Tracee{process});
    const int event = status >> 16;
    int signal = WSTOPSIG(status);
    if (signal == (SIGTRAP | 0x80)) {
      signal = 0;
      try {
        at_call(pid, entry->second, target);
      } catch (const Killed&) {
        continue;  // its end comes next
      }
    } else if (is_new || event != 0) {
      if (event == PTRACE_EVENT_EXEC) {
        entry->second.executed = entry->second.process == kCommandProcess;
      }
      signal = 0;
    }
    // It may have been killed by now, too.
    ptrace(PTRACE_SYSCALL, pid, nullptr, signal);
  }
}

int usage() {
  std::fputs("usage: inject list|PROCESS CALL ERRNO PROGRAM ARG...\n", stderr);
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return usage();
  const bool list = std::strcmp(argv[1], "list") == 0;
  const int program = list ? 2 : 4;
  if (argc <= program) return usage();
  Target target{list, 0, 0, 0, -1};
  if (!list) {
    const bool kills = std::strcmp(argv[3], "kill") == 0;
    const int error = kills ? 0 : std::atoi(argv[3]);
    target = {list, std::atoi(argv[1]), std::atol(argv[2]), error, -1};
  }
  const pid_t pid = fork();
  check(pid, "fork");
  if (pid == 0) {
    check(ptrace(PTRACE_TRACEME, 0, nullptr, nullptr), "PTRACE_TRACEME");
    check(raise(SIGSTOP), "raise");
    execv(argv[program], argv + program);
    std::perror(argv[program]);
    _exit(2);
  }
  std::fprintf(stderr, "inject: pid %d\n", pid);
  target.first = pid;
  int status = 0;
  check(waitpid(pid, &status, __WALL), "waitpid");
  const long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK |
      PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC |
      PTRACE_O_EXITKILL;
  check(ptrace(PTRACE_SETOPTIONS, pid, nullptr, options), "PTRACE_SETOPTIONS");
  // Runs to its execve(2); what it calls from there on is what counts.
  check(ptrace(PTRACE_CONT, pid, nullptr, nullptr), "PTRACE_CONT");
  check(waitpid(pid, &status, __WALL), "waitpid");
  check(ptrace(PTRACE_SYSCALL, pid, nullptr, nullptr), "PTRACE_SYSCALL");
  return trace(target);
}

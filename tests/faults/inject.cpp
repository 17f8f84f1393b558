// SPDX-License-Identifier: MIT
// Makes one system call of a program fail, or lists those that could.
//
//   inject list PROGRAM ARG…                       -> lines "PROCESS NUMBER"
//   inject PROCESS NUMBER NTH ERRNO PROGRAM ARG…   -> PROGRAM's exit status
//   inject PROCESS NUMBER NTH kill PROGRAM ARG…    -> PROGRAM is killed then
//   inject first …                                 -> until PROGRAM has ended; else
//                                                     until all have
//
// The first line on stderr is "inject: pid N", PROGRAM's, and the last one is
// "inject: done" if the call came. PROCESS counts the processes in the order of
// their start, from 0, which is PROGRAM. NTH counts the calls of that process to
// the system call NUMBER of syscalls(2), also from 0: what else the process has
// to wait for in between does not matter. Of the last process that a runtime
// starts, the command, calls count up to its execve(2), which is listed last.
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

namespace {

constexpr int kCommandProcess = 2;  // runtime, init, command

struct Tracee {
  int process;
  std::map<std::uint64_t, int> calls;  // how many to each number
  bool failing = false;
  bool executed = false;
};

struct Target {
  bool list;
  int process;
  std::uint64_t number;
  int nth;
  int error;  // 0: kill PROGRAM
  pid_t first;  // PROGRAM
  bool until_first;  // has ended
  bool done;
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

// What can be read and written of a tracee's registers.
template <typename Registers>
void access(__ptrace_request request, pid_t pid, int kind, Registers* all) {
  iovec io{all, sizeof(*all)};
  check_stopped(ptrace(request, pid, kind, &io), "ptrace of registers");
}

// Instead of the call that it is about to make, one that there is not.
void skip_call(pid_t pid) {
#if defined(__x86_64__)
  user_regs_struct registers{};
  access(PTRACE_GETREGSET, pid, NT_PRSTATUS, &registers);
  registers.orig_rax = static_cast<std::uint64_t>(-1);
  access(PTRACE_SETREGSET, pid, NT_PRSTATUS, &registers);
#elif defined(__aarch64__)
  int number = -1;
  access(PTRACE_SETREGSET, pid, NT_ARM_SYSTEM_CALL, &number);
#else
#error "skip_call() and set_result() are written for x86-64 and arm64"
#endif
}

void set_result(pid_t pid, std::int64_t result) {
  user_regs_struct registers{};
  access(PTRACE_GETREGSET, pid, NT_PRSTATUS, &registers);
#if defined(__x86_64__)
  registers.rax = static_cast<std::uint64_t>(result);
#elif defined(__aarch64__)
  registers.regs[0] = static_cast<std::uint64_t>(result);
#endif
  access(PTRACE_SETREGSET, pid, NT_PRSTATUS, &registers);
}

void at_call(pid_t pid, Tracee& tracee, Target& target) {
  __ptrace_syscall_info info{};
  check_stopped(
      ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(info), &info),
      "PTRACE_GET_SYSCALL_INFO");
  if (info.op == PTRACE_SYSCALL_INFO_EXIT) {
    if (tracee.failing) set_result(pid, -target.error);
    tracee.failing = false;
    return;
  }
  if (tracee.process > kCommandProcess || tracee.executed) return;
  const std::uint64_t number = info.entry.nr;
  const int nth = tracee.calls[number]++;
  if (target.list) {
    std::printf("%d %lu\n", tracee.process, static_cast<unsigned long>(number));
    return;
  }
  if (tracee.process != target.process || number != target.number ||
      nth != target.nth) {
    return;
  }
  target.done = true;
  if (target.error == 0) {
    kill(target.first, SIGKILL);
    siginfo_t end{};
    const auto first = static_cast<id_t>(target.first);
    check(waitid(P_PID, first, &end, WEXITED | WNOWAIT | __WALL), "waitid");
  } else {
    skip_call(pid);
    tracee.failing = true;
  }
}

int trace(Target& target) {
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
        if (target.until_first) return first_status;  // the others go on
      }
      continue;
    }
    const int process = static_cast<int>(tracees.size());
    const auto [entry, is_new] = tracees.try_emplace(pid, Tracee{process, {}});
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
  std::fputs(
      "usage: inject [first] list|PROCESS NUMBER NTH ERRNO|kill "
      "PROGRAM ARG...\n",
      stderr);
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  Target target{};
  target.until_first = argc > 1 && std::strcmp(argv[1], "first") == 0;
  if (target.until_first) --argc, ++argv;
  if (argc < 3) return usage();
  target.list = std::strcmp(argv[1], "list") == 0;
  const int program = target.list ? 2 : 5;
  if (argc <= program) return usage();
  if (!target.list) {
    target.process = std::atoi(argv[1]);
    target.number = std::strtoul(argv[2], nullptr, 10);
    target.nth = std::atoi(argv[3]);
    target.error = std::atoi(argv[4]);  // "kill" is 0
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
      (target.until_first ? 0 : PTRACE_O_EXITKILL);
  check(ptrace(PTRACE_SETOPTIONS, pid, nullptr, options), "PTRACE_SETOPTIONS");
  // Runs to its execve(2); what it calls from there on is what counts.
  check(ptrace(PTRACE_CONT, pid, nullptr, nullptr), "PTRACE_CONT");
  check(waitpid(pid, &status, __WALL), "waitpid");
  check(ptrace(PTRACE_SYSCALL, pid, nullptr, nullptr), "PTRACE_SYSCALL");
  const int result = trace(target);
  if (target.done) std::fputs("inject: done\n", stderr);
  return result;
}

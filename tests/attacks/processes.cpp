// SPDX-License-Identifier: MIT
// Attacks on the processes of the host.
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>

#include <algorithm>

#include "tests/attacks/rig/attack.hpp"
#include "tests/support/wait.hpp"

namespace attacks::processes {

// Reads the command lines of all processes: proc_pid_cmdline(5). One of the
// host's has a secret on its.
void see_processes(const Words&) {
  const std::string proc = find_proc();
  for (const std::string& name : support::list_directory(proc)) {
    if (name[0] < '1' || name[0] > '9') continue;
    std::string line = support::read_file(proc + "/" + name + "/cmdline");
    std::replace(line.begin(), line.end(), '\0', ' ');
    tell(name + " " + line);
  }
}

const Entry kSeeProcesses({
    .name = "see-processes",
    .title = "see host processes",
    .open = "a proc file system shows the PID namespace of whoever mounts it, "
            "which is the host's. A container without a /proc mounts one: "
            "pid_namespaces(7)",
    .held =
        "the container has a PID namespace of its own, clone(CLONE_NEWPID), "
        "and any proc that it mounts shows that one: pid_namespaces(7)",
    .prepare = start_victim,
    .attempt = see_processes,
});

const Entry kKillProcess({
    .name = "kill-process",
    .title = "kill a host process",
    .open = "the process has a number here, and root may signal any that has: "
            "kill(2)",
    .held = "the process has no number in the container's PID namespace, so "
            "there is nothing to name it by: pid_namespaces(7)",
    .prepare = start_victim,
    .attempt =
        [](const Words& words) {
          try_to(kill(std::stoi(words[0]), SIGKILL), "kill", words[0]);
        },
    .effect = victim_is_dead,
});

void trace_process(const Words& words) {
  const pid_t pid = std::stoi(words[0]);
  const unsigned long address = std::stoul(words[1]);
  const unsigned long zero = 0;
  const std::string name = "of " + words[0];
  try_to(ptrace(PTRACE_ATTACH, pid, zero, zero), "ptrace ATTACH", name);
  try_to(waitpid(pid, nullptr, __WALL), "waitpid", words[0]);
  try_to(ptrace(PTRACE_POKEDATA, pid, address, zero), "ptrace POKE", name);
  try_to(ptrace(PTRACE_DETACH, pid, zero, zero), "ptrace DETACH", name);
}

const Entry kTraceProcess({
    .name = "trace-process",
    .title = "ptrace a host process",
    .open = "the process has a number here, and root may trace any that has: "
            "ptrace(2)",
    .held = "the process has no number in the container's PID namespace: "
            "pid_namespaces(7)",
    .prepare = start_victim,
    .attempt = trace_process,
    .effect = victim_is_changed,
});

void read_memory(const Words& words) {
  std::string text(kSecretLength, '\0');
  const iovec here{.iov_base = text.data(), .iov_len = text.size()};
  const iovec there{
      .iov_base = reinterpret_cast<void*>(std::stoul(words[1])),
      .iov_len = text.size()};
  const pid_t pid = std::stoi(words[0]);
  try_to(
      process_vm_readv(pid, &here, 1, &there, 1, /*flags=*/0),
      "process_vm_readv",
      words[0]);
  tell(text);
}

const Entry kReadMemory({
    .name = "read-memory",
    .title = "read the memory of a host process",
    .open = "the process has a number here, and who may trace it may read it: "
            "process_vm_readv(2)",
    .held = "the process has no number in the container's PID namespace: "
            "pid_namespaces(7)",
    .prepare = start_victim,
    .attempt = read_memory,
});

// Reads the environment that the container's first process had at its start:
// proc_pid_environ(5). Callers keep passwords in theirs. Without a PID
// namespace, it is the runtime's process on the host.
const Entry kProc1Environ({
    .name = "proc-1-environ",
    .title = "read the caller's environment in /proc/1/environ",
    .open = "the init has the memory of the runtime, in which the variables of "
            "its caller still are, and root may read it: proc_pid_environ(5)",
    .prepare =
        [](Host& host) {
          host.launch.environment["ATTACKS_PASSWORD"] = host.secret;
          return Words{};
        },
    .attempt =
        [](const Words&) {
          const std::string parent = std::to_string(getppid());
          const std::string path = find_proc() + "/" + parent + "/environ";
          const int fd = try_open(path);
          std::string text(1 << 16, '\0');
          const ssize_t length =
              try_to(read(fd, text.data(), text.size()), "read", "it");
          text.resize(static_cast<size_t>(length));
          std::replace(text.begin(), text.end(), '\0', ' ');
          tell(text);
        },
});

// Traces the process that runs the runtime's own code, the parent of the
// command. On the host, status says who traces it: proc_pid_status(5).

void refuse_with_yama(const Host& host) {
  // Yama lets a process without CAP_SYS_PTRACE trace its own children only, and
  // a step that keeps no such capability is held by the machine then.
  const char* path = "/proc/sys/kernel/yama/ptrace_scope";
  const std::string& runtime = host.runtime;
  if (!runtime.starts_with("/bin/07-") && runtime != "/bin/bubblewrap") return;
  if (support::exists(path) && support::read_file(path) != "0\n") {
    throw Missing{"kernel.yama.ptrace_scope=0"};
  }
}

std::string effect_of_ptrace_init(Host& host) {
  for (const pid_t pid : host.container_processes()) {
    const std::string path = "/proc/" + std::to_string(pid) + "/status";
    for (const std::string& line : support::lines(support::read_file(path))) {
      if (line.starts_with("TracerPid:") && line != "TracerPid:\t0") {
        return "the container traces the process of the runtime";
      }
    }
  }
  return "";
}

const Entry kPtraceInit({
    .name = "ptrace-init",
    .title = "ptrace the process that runs the runtime's code",
    .open = "the init is a process of root like the command, with no more "
            "rights, so the command may trace it, and change what the runtime "
            "does in there: ptrace(2)",
    .prepare =
        [](Host& host) {
          refuse_with_yama(host);
          return Words{};
        },
    .attempt =
        [](const Words&) {
          const unsigned long zero = 0;
          try_to(
              ptrace(PTRACE_SEIZE, getppid(), zero, zero),
              "ptrace SEIZE",
              "of the parent");
        },
    .effect = effect_of_ptrace_init,
});

// Takes a descriptor out of the runtime's process: pidfd_getfd(2).
const Entry kPidfdGetfd({
    .name = "pidfd-getfd",
    .title = "take an open directory from the runtime's process",
    .open = "who may trace a process may have a copy of each of its "
            "descriptors, and the runtime's process has a caller's directory "
            "open: pidfd_getfd(2)",
    .prepare =
        [](Host& host) {
          refuse_with_yama(host);
          return leave_root_open(host);
        },
    .attempt =
        [](const Words& words) {
          const int number = std::stoi(words[0]);
          close(number);
          const long process = try_to(
              syscall(SYS_pidfd_open, getppid(), /*flags=*/0),
              "pidfd_open",
              "of the parent");
          const auto root = static_cast<int>(try_to(
              syscall(SYS_pidfd_getfd, process, number, /*flags=*/0),
              "pidfd_getfd",
              words[0]));
          constexpr int kFlags = O_RDONLY | O_CLOEXEC;
          read_secret_from(
              try_to(openat(root, "root/secret", kFlags), "openat"));
        },
});

// Leaves a process in the background that is to outlive the container: setsid(2).

constexpr unsigned kSeconds = 60;

void background_daemon(const Words&) {
  fork_to([] {
    setsid();
    alarm(kSeconds);
    for (;;)
      pause();
  });
}

// What is killed takes a moment to go, and is a child of the host's init then.
std::string effect_of_background_daemon(Host& host) {
  const auto gone = [&] {
    while (waitpid(-1, nullptr, WNOHANG) > 0) {
    }
    return host.container_processes().empty();
  };
  return support::eventually(gone, support::kMoment)
      ? ""
      : "a process of the container runs on, without it";
}

const Entry kBackgroundDaemon({
    .name = "background-daemon",
    .title = "leave a daemon that outlives the container",
    .open = "an orphan is adopted by the init of its PID namespace, which is "
            "the host's, and lives on: pid_namespaces(7)",
    .held = "when the init of a PID namespace ends, the kernel kills all that "
            "is in it: pid_namespaces(7)",
    .without_effect = "SIGKILL",
    .look_afterwards = true,
    .attempt = background_daemon,
    .effect = effect_of_background_daemon,
});

}  // namespace attacks::processes

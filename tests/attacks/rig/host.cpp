// SPDX-License-Identifier: MIT
#include "tests/attacks/rig/host.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <filesystem>
#include <iostream>
#include <sstream>

#include <linux/sched.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <sys/wait.h>

#include "tests/attacks/rig/runtime.hpp"
#include "tests/support/throwaway.hpp"
#include "tests/support/wait.hpp"

namespace attacks {
namespace {

constexpr const char* kUnused = nullptr;

// What the attack says last; then, if all went well, it waits.
constexpr std::string_view kEnd = "attempt: ";
constexpr std::string_view kDone = "done";
constexpr std::string_view kWasRefused = "refused ";

constexpr pid_t kVictim = 10000;

// The status of a runtime that could not start the command.
constexpr int kRuntimeFailed = 125;

std::array<char, kSecretLength + 1> victims_copy;

std::string make_secret() {
  unsigned long random = 0;
  check(getrandom(&random, sizeof random, /*flags=*/0), "getrandom");
  std::array<char, kSecretLength + 1> text{};
  std::snprintf(text.data(), text.size(), "secret-%016lx", random);
  return text.data();
}

// fork(2), but for a number of our choice.
pid_t fork_as(pid_t pid) {
  clone_args arguments{};
  arguments.exit_signal = SIGCHLD;
  arguments.set_tid = reinterpret_cast<unsigned long>(&pid);
  arguments.set_tid_size = 1;
  return static_cast<pid_t>(
      check(syscall(SYS_clone3, &arguments, sizeof arguments), "clone3"));
}

constexpr uid_t kContainerRoot = 100000;

void mount_at(
    const std::string& target,
    const std::string& source,
    const char* type,
    unsigned long flags = 0) {
  const int result =
      mount(source.c_str(), target.c_str(), type, flags, /*data=*/nullptr);
  check(result, "mount", target);
}

// Read-only: who finds it, through /proc/PID/exe say, cannot change it. A copy
// would do as well, but where the processor is emulated it is slow.
void bind_program(int program, const std::string& name) {
  const std::string source = "/proc/self/fd/" + std::to_string(program);
  support::write_file(name, "", 0755);
  mount_at(name, source, kUnused, MS_BIND);
  mount_at(name, source, kUnused, MS_REMOUNT | MS_BIND | MS_RDONLY);
}

// Those that every host has: null(4), random(4), tty(4).
void make_devices() {
  const auto make = [](const std::string& name,
                       unsigned major,
                       unsigned minor) {
    const std::string path = "dev/" + name;
    check(mknod(path.c_str(), S_IFCHR, makedev(major, minor)), "mknod", name);
    check(chmod(path.c_str(), 0666), "chmod", name);
  };
  make("null", 1, 3);
  make("zero", 1, 5);
  make("full", 1, 7);
  make("random", 1, 8);
  make("urandom", 1, 9);
  make("tty", 5, 0);
}

// The program of a step, or of another runtime.
std::string find_binary(const std::string& step) {
  if (is_other(step)) return program_of(step);
  const char* given = std::getenv("BOXSTEP_BINARY");
  return given ? given : steps_directory() + "/" + step;
}

// The root of the host, in place of the machine's.
void make_root(const std::string& step) {
  const std::string binary = find_binary(step);
  // By its path: the link itself leads to a mount of the machine's namespace.
  const std::string path = support::read_link("/proc/self/exe");
  const int self =
      check(open(path.c_str(), O_RDONLY | O_CLOEXEC), "open", path);
  const int runtime =
      check(open(binary.c_str(), O_RDONLY | O_CLOEXEC), "open", binary);

  mount_at("/tmp", "tmpfs", "tmpfs");
  check(chdir("/tmp"), "chdir", "/tmp");
  for (const std::string& directory :
       support::words("bin dev/shm proc root run sys/fs/cgroup tmp "
                      "rootfs/bin rootfs/dev rootfs/proc rootfs/tmp"))
    std::filesystem::create_directories(directory);
  make_devices();
  // Of a user namespace, root is this user of the host.
  for (const auto& each :
       std::filesystem::recursive_directory_iterator("rootfs"))
    check(lchown(each.path().c_str(), kContainerRoot, kContainerRoot), "chown");
  bind_program(self, "bin/attack");
  bind_program(runtime, "bin/" + step);
  const std::string rootfs = make_place_for(step);
  // A mount of its own, as where it is on another disk than /: what is mounted
  // in there propagates unless the container makes it private too (MS_REC).
  mount_at("rootfs", "rootfs", kUnused, MS_BIND);
  if (has_layers(step)) {
    // What is mounted below a layer is not a part of it.
    const std::string program = support::read_file("bin/attack");
    support::write_file(rootfs + "/bin/attack", program, 0755);
  } else {
    bind_program(self, rootfs + "/bin/attack");
  }
  mount_at("proc", "proc", "proc");

  check(syscall(SYS_pivot_root, ".", "."), "pivot_root");
  // Of the two that are at / now, the upper is the machine's.
  check(umount2(".", MNT_DETACH), "umount", "the machine's /");
  check(chdir("/"), "chdir", "/");
}

// "refused ENOENT", or "" while it has not come to an end.
std::string last_words(const std::string& output) {
  const size_t start = output.rfind("\n" + std::string(kEnd));
  if (start == std::string::npos || output.back() != '\n') return "";
  const size_t text = start + 1 + kEnd.size();
  return output.substr(text, output.size() - 1 - text);
}

std::string story_of(const support::Result& result) {
  // What a runtime that failed has said comes right behind it.
  const std::string out = result.out.empty() ? "\n" : result.out;
  return "+ " + support::command_line(result) + out.substr(0, out.rfind(kEnd)) +
      result.err;
}

// Starts the container that attacks, and looks at the host.
Cell watch(const Attack& attack, Host& host) {
  support::Process container(host.launch);
  support::eventually([&] {
    return !last_words(container.out()).empty() || !container.running();
  });
  std::string seen;
  const auto look = [&](const std::string& output) {
    host.output = output;
    seen = attack.effect(host);
  };
  if (!attack.look_afterwards) look(container.out());
  container.end_input();
  const support::Result result = container.wait();
  if (attack.look_afterwards) look(result.out);

  const std::string end = last_words(result.out);
  const bool refused = end.starts_with(kWasRefused);
  Cell cell{.outcome = kBroken, .seen = seen, .story = story_of(result)};
  if (result.timed_out) {
    cell.outcome = kHung;
  } else if (
      end.empty() && attack.refusal && result.status == kRuntimeFailed &&
      result.err.find(attack.refusal) != std::string::npos) {
    cell.outcome = kNoStart;
  } else if (end.empty() && result.status == attack.killed) {
    cell.outcome = "SIGKILL";
  } else if (end.empty()) {
    cell.seen = "it did not get as far as the attack";
  } else if (!refused && end != kDone) {
    cell.seen = end;
  } else if (result.status != 0) {
    cell.seen = "the runtime's status is " + std::to_string(result.status);
  } else if (!seen.empty()) {
    cell.outcome = kOpen;
  } else if (refused) {
    cell.outcome = end.substr(kWasRefused.size());
  } else {
    cell.outcome = attack.without_effect;
  }
  return cell;
}

}  // namespace

std::vector<pid_t> Host::container_processes() const {
  std::vector<pid_t> all = support::processes();
  std::erase_if(all, [&](pid_t pid) { return pid == 1 || pid == victim; });
  return all;
}

std::string if_so(bool so, const std::string& what) {
  return so ? what : "";
}

Words prepare_nothing(Host& /*host*/) {
  return {};
}

Words start_victim(Host& host) {
  int pipe[2];
  check(pipe2(pipe, O_CLOEXEC), "pipe2");
  host.victim = fork_as(kVictim);
  if (host.victim == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(pipe[1], STDOUT_FILENO);
    execl("/bin/attack", "attack", "--victim", host.secret.c_str(), nullptr);
    _exit(1);
  }
  std::array<char, 64> text{};
  check(read(pipe[0], text.data(), text.size() - 1), "read");
  host.address = std::strtoul(text.data(), nullptr, 16);
  return {std::to_string(host.victim), std::to_string(host.address)};
}

Words leave_root_open(Host& host) {
  constexpr int kFlags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
  constexpr int kFirst = 100;  // init has no file of its own there
  const int root = check(open("/", kFlags), "open", "/");
  const int fd = check(fcntl(root, F_DUPFD_CLOEXEC, kFirst), "fcntl");
  close(root);
  host.launch.before_exec = [fd] { fcntl(fd, F_SETFD, 0); };  // inherited
  return {std::to_string(fd)};
}

std::string secret_is_known(Host& host) {
  return if_so(
      host.has_heard(host.secret),
      "the container has the secret of the host");
}

// Its end takes a moment, where it was not refused.
std::string victim_is_dead(Host& host) {
  const auto dead = [&] {
    siginfo_t end{};
    constexpr int kFlags = WEXITED | WNOHANG | WNOWAIT;
    check(
        waitid(P_PID, static_cast<id_t>(host.victim), &end, kFlags),
        "waitid");
    return end.si_pid != 0;
  };
  const bool refused = last_words(host.output).starts_with(kWasRefused);
  return if_so(
      refused ? dead() : support::eventually(dead),
      "a process of the host is dead");
}

std::string victim_is_changed(Host& host) {
  std::string text(kSecretLength, '\0');
  const iovec here{.iov_base = text.data(), .iov_len = text.size()};
  const iovec there{
      .iov_base = reinterpret_cast<void*>(host.address),
      .iov_len = text.size()};
  check(
      process_vm_readv(host.victim, &here, 1, &there, 1, /*flags=*/0),
      "process_vm_readv");
  return if_so(text != host.secret, "the memory of a host process is changed");
}

std::string host_is_renamed(Host& /*host*/) {
  return if_so(
      support::hostname() == kNewName,
      "the host is called " + std::string(kNewName));
}

std::string mount_shows(Host& /*host*/) {
  const std::string mounts = support::read_file("/proc/self/mountinfo");
  return if_so(
      mounts.find(kMountSource) != std::string::npos,
      "the container's tmpfs is mounted on the host");
}

std::string many_processes_run(Host& host) {
  return if_so(
      host.container_processes().size() > kMany,
      std::to_string(kMany) + " processes of the container run on the host");
}

std::string has_message(int connection) {
  std::array<char, 64> text{};
  recv(connection, text.data(), text.size() - 1, 0);
  return if_so(text.data() == kMessage, "a host process has got a message");
}

int run_victim(const std::string& secret) {
  std::strncpy(victims_copy.data(), secret.c_str(), kSecretLength);
  dprintf(STDOUT_FILENO, "%p\n", static_cast<void*>(victims_copy.data()));
  for (;;)
    pause();
}

int run_in_container(const std::string& name, const Words& words) {
  const auto end = [](const std::string& how) {
    dprintf(STDOUT_FILENO, "%s%s\n", kEnd.data(), how.c_str());
  };
  const Attack& attack = find_attack(name);
  dprintf(STDOUT_FILENO, "\n");
  try {
    attack.attempt(words);
  } catch (const Refused& refused) {
    end(std::string(kWasRefused) + error_name(refused.error));
    return 0;
  } catch (const std::exception& error) {
    end(error.what());
    return 0;
  }
  end(std::string(kDone));
  if (attack.look_afterwards) return 0;
  // While the host looks, until it closes our input.
  char byte = 0;
  while (read(STDIN_FILENO, &byte, 1) > 0) {
  }
  return 0;
}

Cell run_cell(const std::string& attack, const std::string& step) {
  support::Process process(
      {.argv = {"/proc/self/exe", "--cell", attack, step}});
  // Longer than it waits for anything itself.
  support::eventually(
      [&] { return !process.running(); },
      2 * support::kDeadline);
  const support::Result result = process.wait();
  Cell cell;
  std::istringstream said(result.out);
  std::getline(said, cell.outcome);
  std::getline(said, cell.seen);
  std::getline(said, cell.story, '\0');
  cell.story += result.err;
  if (cell.outcome.empty() || result.status != 0) {
    cell.outcome = result.timed_out ? kHung : kBroken;
  }
  return cell;
}

int print_cell(const std::string& name, const std::string& step) {
  const Attack& attack = find_attack(name);
  Host host;
  Cell cell;
  const auto prepare = [&] {
    try {
      const bool wants_memory = attack.only_in_version2 && is_limited(step);
      if (wants_memory && support::find_hierarchy("memory").type != "cgroup2")
        throw Missing{"a memory controller that is not the machine's", true};
      make_root(step);
      host.secret = make_secret();
      support::write_file("/root/secret", host.secret, 0600);
      host.runtime = "/bin/" + step;
      host.launch.argv = {host.runtime};
      host.launch.keep_input_open = true;
      Words command = {"/bin/attack", "--container", name};
      for (const std::string& word : attack.prepare(host))
        command.push_back(word);
      set_command(host.launch, step, attack.options, command);
    } catch (const Missing& lacks) {
      cell = {lacks.in_guest ? kOnlyInGuest : kMissing, lacks.what, ""};
    }
  };
  const auto print = [&] {
    if (cell.outcome.empty()) cell = watch(attack, host);
    std::cout << cell.outcome << "\n" << cell.seen << "\n" << cell.story;
    return 0;
  };
  if (support::find_hierarchy("pids").point.empty()) {
    cell = {kMissing, "the pids cgroup controller", ""};
    return print();
  }
  return support::run_on_throwaway_host(
      print,
      {.namespaces = CLONE_NEWIPC,
       .prepare = prepare,
       .cgroup = kHostCgroup,
       .controllers = is_other(step) ? Words{"devices", "freezer"}
                                     : Words{"cpu", "memory"}});
}

std::string steps_directory() {
  const char* given = std::getenv("BOXSTEP_STEPS");
  if (given) return given;
  const auto self = std::filesystem::read_symlink("/proc/self/exe");
  return self.parent_path().parent_path().parent_path() / "steps";
}

}  // namespace attacks

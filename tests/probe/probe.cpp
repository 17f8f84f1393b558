// SPDX-License-Identifier: MIT
// The program that the tests run inside containers: it does one thing, and
// prints what it sees in a form that is easy to compare. Static, so that it
// runs in an empty rootfs, and needs no /proc.
//
// Nothing here can harm a host that sets no limits: each loop has a bound.
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

// More than the limit of step 04 lets live, and little for a host.
constexpr int kMostTasks = 40;

const char* error_name(int error) {
  if (error == EACCES) return "EACCES";
  if (error == EAGAIN) return "EAGAIN";
  if (error == EPERM) return "EPERM";
  if (error == ESRCH) return "ESRCH";
  return std::strerror(error);
}

// Tells the test that this process is where it should be.
void say(const char* text) {
  std::printf("%s\n", text);
  std::fflush(stdout);
}

// Until the test closes our standard input, or kills us.
void wait_for_end_of_input() {
  char byte = 0;
  while (read(STDIN_FILENO, &byte, 1) > 0) {
  }
}

// argv A...: each argument on a line, in brackets.
int print_arguments(char** arguments) {
  for (; *arguments != nullptr; ++arguments)
    std::printf("[%s]\n", *arguments);
  return 0;
}

// exit N
int exit_with(char** arguments) {
  return std::atoi(arguments[0]);
}

// call N ARG...: a system call by its number, with up to six arguments, and
// what came of it.
int call_raw(char** arguments) {
  unsigned long values[7] = {};
  for (int i = 0; i < 7 && arguments[i] != nullptr; ++i) {
    values[i] = std::strtoul(arguments[i], nullptr, 0);
  }
  const long result = syscall(
      static_cast<long>(values[0]),
      values[1],
      values[2],
      values[3],
      values[4],
      values[5],
      values[6]);
  say(result == -1 ? std::strerror(errno) : "no error");
  return 0;
}

// memory N: N MiB, of which it says when they are there, and when they are used.
int use_memory(char** arguments) {
  const size_t size = std::strtoul(arguments[0], nullptr, 10) << 20;
  constexpr int kProtection = PROT_READ | PROT_WRITE;
  constexpr int kFlags = MAP_PRIVATE | MAP_ANONYMOUS;
  void* memory = mmap(nullptr, size, kProtection, kFlags, -1, 0);
  say(memory == MAP_FAILED ? std::strerror(errno) : "mapped");
  if (memory != MAP_FAILED) std::memset(memory, 1, size);
  say("used");
  return 0;
}

// call32: getpid(2) of the 32-bit architecture, from a 64-bit program.
int call_of_32_bit(char** /*arguments*/) {
#ifdef __x86_64__
  int result = 20;
  asm volatile("int $0x80" : "+a"(result) : : "memory");
  say("no error");
#else
  say("not on this processor");
#endif
  return 0;
}

// raise N: ends by that signal.
int raise_signal(char** arguments) {
  raise(std::atoi(arguments[0]));
  return 0;
}

// pid: its own number and its parent's.
int print_pid(char** /*arguments*/) {
  std::printf("%d %d\n", getpid(), getppid());
  return 0;
}

// signals: the numbers of those that are blocked and of those that are not at
// their default.
int print_signals(char** /*arguments*/) {
  sigset_t mask;
  sigprocmask(SIG_SETMASK, nullptr, &mask);
  std::printf("blocked:");
  for (int signal = 1; signal < NSIG; ++signal) {
    if (sigismember(&mask, signal) == 1) std::printf(" %d", signal);
  }
  std::printf("\nnot default:");
  for (int signal = 1; signal < NSIG; ++signal) {
    struct sigaction action {};
    if (sigaction(signal, nullptr, &action) == 0 &&
        action.sa_handler != SIG_DFL) {
      std::printf(" %d", signal);
    }
  }
  std::printf("\n");
  return 0;
}

// descriptors: the numbers of those that are open.
int print_descriptors(char** /*arguments*/) {
  for (int fd = 0; fd < 1024; ++fd) {
    if (fcntl(fd, F_GETFD) != -1) std::printf("%d\n", fd);
  }
  return 0;
}

// closed: the status is the sum of 1 if 0 is closed, 2 if 1 is, 4 if 2 is. It
// opens nothing, and so works with nothing open.
int exit_with_closed(char** /*arguments*/) {
  int sum = 0;
  for (int fd = 0; fd < 3; ++fd) {
    if (fcntl(fd, F_GETFD) == -1) sum += 1 << fd;
  }
  return sum;
}

// pause: prints "ready"; ends with status 0 when its input does.
int pause_until_end(char** /*arguments*/) {
  say("ready");
  wait_for_end_of_input();
  return 0;
}

void block(sigset_t& all) {
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, nullptr);
}

// catch: prints the number of each signal that comes, as often as it comes;
// otherwise as `pause`.
int print_caught_signals(char** /*arguments*/) {
  sigset_t all;
  block(all);
  pollfd events[] = {
      {.fd = STDIN_FILENO, .events = POLLIN, .revents = 0},
      {.fd = signalfd(-1, &all, 0), .events = POLLIN, .revents = 0}};
  say("ready");
  while (poll(events, 2, -1) > 0) {
    signalfd_siginfo info{};
    if (events[1].revents != 0) {
      if (read(events[1].fd, &info, sizeof info) != sizeof info) return 1;
      say(std::to_string(info.ssi_signo).c_str());
    } else {
      return 0;
    }
  }
  return 1;
}

// send N: sends it to its parent; then as `catch`.
int send_to_parent(char** arguments) {
  sigset_t all;
  block(all);
  if (kill(getppid(), std::atoi(arguments[0])) != 0) return 1;
  return print_caught_signals(nullptr);
}

// forks: how many children can live at once, what refused the next one, and how
// many of them still live then.
int fork_until_refused(char** /*arguments*/) {
  pid_t children[kMostTasks];
  int count = 0;
  int error = 0;
  while (count < kMostTasks) {
    const pid_t child = fork();
    if (child == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      for (;;)
        pause();
    }
    if (child == -1) {
      error = errno;
      break;
    }
    children[count++] = child;
  }
  int alive = 0;
  for (int i = 0; i < count; ++i) {
    alive += waitpid(children[i], nullptr, WNOHANG) == 0 ? 1 : 0;
  }
  std::printf(
      "%d forked, then %s, %d alive\n",
      count,
      error == 0 ? "no refusal" : error_name(error),
      alive);
  for (int i = 0; i < count; ++i) {
    kill(children[i], SIGKILL);
    waitpid(children[i], nullptr, 0);
  }
  return 0;
}

void* idle(void* /*argument*/) {
  for (;;)
    pause();
}

// threads: the same with threads.
int start_threads_until_refused(char** /*arguments*/) {
  pthread_attr_t small;
  pthread_attr_init(&small);
  pthread_attr_setstacksize(&small, 65536);
  int count = 0;
  int error = 0;
  while (count < kMostTasks && error == 0) {
    pthread_t thread;
    error = pthread_create(&thread, &small, idle, nullptr);
    if (error == 0) ++count;
  }
  std::printf(
      "%d started, then %s\n",
      count,
      error == 0 ? "no refusal" : error_name(error));
  std::fflush(stdout);
  _exit(0);
}

// The init may be late with reaping, for a second at most.
pid_t fork_patiently() {
  for (int tries = 0; tries < 1000; ++tries) {
    const pid_t child = fork();
    if (child != -1 || errno != EAGAIN) return child;
    usleep(1000);
  }
  return -1;
}

// orphans N: leaves N processes without a parent, one after the other, each of
// which ends at once; then as `pause`. Prints the error if one is refused.
int make_orphans(char** arguments) {
  for (int i = 0; i < std::atoi(arguments[0]); ++i) {
    const pid_t child = fork_patiently();
    if (child == -1) {
      say(error_name(errno));
      return 1;
    }
    if (child == 0) {
      const pid_t orphan = fork_patiently();
      _exit(orphan == -1 ? 1 : 0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    if (status != 0) {
      say("EAGAIN in the child");
      return 1;
    }
  }
  return pause_until_end(nullptr);
}

// hostname
int print_hostname(char** /*arguments*/) {
  utsname name{};
  uname(&name);
  say(name.nodename);
  return 0;
}

// as UID PROGRAM ARG...: becomes the program, as this user.
int run_as_user(char** arguments) {
  const auto id = static_cast<uid_t>(std::atoi(arguments[0]));
  if (setresgid(id, id, id) != 0 || setresuid(id, id, id) != 0) {
    say(error_name(errno));
    return 1;
  }
  execv(arguments[1], arguments + 1);
  say(error_name(errno));
  return 1;
}

// Needs CAP_SETUID in the child and CAP_KILL in the parent.
int kill_another_user() {
  const pid_t child = fork();
  if (child == 0) {
    if (setresuid(1000, 1000, 1000) != 0) _exit(errno);
    // The parent stops waiting only when we are that user.
    raise(SIGSTOP);
    for (;;)
      pause();
  }
  int status = 0;
  waitpid(child, &status, WUNTRACED);
  if (WIFEXITED(status)) {
    errno = WEXITSTATUS(status);
    return -1;
  }
  const int result = kill(child, SIGKILL);
  const int error = errno;
  if (result != 0) kill(child, SIGCONT);
  if (result == 0) waitpid(child, &status, 0);
  errno = error;
  return result;
}

// Works with no network, too: IP_FREEBIND takes any address.
int bind_port_80() {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  const int on = 1;
  setsockopt(fd, IPPROTO_IP, IP_FREEBIND, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(80);
  address.sin_addr.s_addr = htonl(0x7f505050);
  return bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address);
}

// calls WHAT...: makes each call, and prints what came of it. None can do harm on
// the host that the tests throw away.
int make_calls(char** arguments) {
  for (; *arguments != nullptr; ++arguments) {
    const std::string name = *arguments;
    int result = 0;
    if (name == "mknod") {  // in the working directory; /dev/null
      result = mknod("device", S_IFCHR | 0600, makedev(1, 3));
    } else if (name == "mount") {
      result = mount("tmpfs", "/proc", "tmpfs", 0, nullptr);
    } else if (name == "sethostname") {
      result = sethostname("other", 5);
    } else if (name == "chroot") {
      result = chroot("/");
    } else if (name == "chown") {  // a file in memory, so of our own
      result = fchown(memfd_create("own", MFD_CLOEXEC), 1000, 1000);
    } else if (name == "kill") {
      result = kill_another_user();
    } else if (name == "bind") {
      result = bind_port_80();
    } else {
      return 120;
    }
    say((name + ": " + (result == 0 ? "works" : error_name(errno))).c_str());
  }
  return 0;
}

// Prints what has failed, and the reason.
int fail(const char* what) {
  std::printf("%s: %s\n", what, error_name(errno));
  return 1;
}

// An ordinary user: one that may only do what a file's mode allows.
bool become_user() {
  return setgid(1000) == 0 && setuid(1000) == 0;
}

// terminal: makes one as an ordinary user, and prints its name and what comes
// through it.
int make_terminal(char** /*arguments*/) {
  if (!become_user()) return fail("setuid");
  const int master = posix_openpt(O_RDWR | O_NOCTTY);
  if (master == -1) return fail("posix_openpt");
  if (grantpt(master) == -1 || unlockpt(master) == -1) return fail("unlockpt");
  const char* name = ptsname(master);
  const int slave =
      name == nullptr ? -1 : open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (slave == -1) return fail("open of the terminal");
  char line[8]{};
  if (write(master, "word\n", 5) != 5 || read(slave, line, 7) != 5)
    return fail("read from the terminal");
  std::printf("%s: %s", name, line);
  return 0;
}

// shared-memory: makes one as an ordinary user, and maps it.
int make_shared_memory(char** /*arguments*/) {
  if (!become_user()) return fail("setuid");
  const int fd = shm_open("/probe", O_CREAT | O_EXCL | O_RDWR, 0600);
  if (fd == -1) return fail("shm_open");
  if (ftruncate(fd, 4096) == -1) return fail("ftruncate");
  void* memory = mmap(nullptr, 4096, PROT_WRITE, MAP_SHARED, fd, 0);
  if (memory == MAP_FAILED) return fail("mmap");
  std::memset(memory, 1, 4096);
  say("shared memory");
  return 0;
}

struct Command {
  const char* name;
  int arguments;
  int (*run)(char** arguments);
};

constexpr Command kCommands[] = {
    {"argv", 0, print_arguments},
    {"as", 2, run_as_user},
    {"calls", 1, make_calls},
    {"call", 1, call_raw},
    {"call32", 0, call_of_32_bit},
    {"catch", 0, print_caught_signals},
    {"closed", 0, exit_with_closed},
    {"descriptors", 0, print_descriptors},
    {"exit", 1, exit_with},
    {"forks", 0, fork_until_refused},
    {"hostname", 0, print_hostname},
    {"memory", 1, use_memory},
    {"orphans", 1, make_orphans},
    {"pause", 0, pause_until_end},
    {"pid", 0, print_pid},
    {"raise", 1, raise_signal},
    {"send", 1, send_to_parent},
    {"shared-memory", 0, make_shared_memory},
    {"signals", 0, print_signals},
    {"terminal", 0, make_terminal},
    {"threads", 0, start_threads_until_refused},
};

}  // namespace

int main(int argc, char** argv) {
  for (const Command& command : kCommands) {
    if (argc - 2 >= command.arguments &&
        std::strcmp(argv[1], command.name) == 0) {
      return command.run(argv + 2);
    }
  }
  std::fputs("usage: probe WHAT [ARG...]\n", stderr);
  return 120;
}

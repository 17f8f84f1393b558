// SPDX-License-Identifier: MIT
#include "tests/support/process.hpp"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ostream>
#include <string_view>
#include <system_error>

#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/check.hpp"
#include "tests/support/files.hpp"
#include "tests/support/wait.hpp"

namespace support {
namespace {

using common::check;

// Output goes to files in memory, not into pipes: nothing has to read along,
// and a stray process that keeps one open cannot make the test wait for it.
int memory_file(const char* name, const std::string& content = {}) {
  const int fd = check(memfd_create(name, MFD_CLOEXEC), "memfd_create");
  check(
      static_cast<int>(pwrite(fd, content.data(), content.size(), 0)),
      "pwrite");
  return fd;
}

std::string content_of(int fd) {
  struct stat status {};
  check(fstat(fd, &status), "fstat");
  std::string content(static_cast<size_t>(status.st_size), '\0');
  const ssize_t got = pread(fd, content.data(), content.size(), 0);
  content.resize(got > 0 ? static_cast<size_t>(got) : 0);
  return content;
}

// Runs in the new process.
[[noreturn]] void start(const Launch& launch, int in, int out, int err) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  set_up(launch.environment);
  // The shell may have left files open, too.
  close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
  dup2(in, STDIN_FILENO);
  dup2(out, STDOUT_FILENO);
  dup2(err, STDERR_FILENO);
  if (!launch.directory.empty() && chdir(launch.directory.c_str()) == -1) {
    dprintf(STDERR_FILENO, "test: cannot chdir %s\n", launch.directory.c_str());
    _exit(120);
  }
  if (launch.before_exec) launch.before_exec();
  for (const int fd : launch.closed)
    close(fd);
  become(launch.argv);
}

// As a person has to type it.
std::string shell_word(const std::string& word) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
      "0123456789-_./:=,+@%";
  if (!word.empty() && word.find_first_not_of(kPlain) == std::string::npos)
    return word;
  std::string text = "'";
  for (const char c : word)
    text += c == '\'' ? "'\\''" : std::string(1, c);
  return text + "'";
}

}  // namespace

void set_up(const std::map<std::string, std::string>& environment) {
  for (int signal = 1; signal < NSIG; ++signal)
    std::signal(signal, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  for (const auto& [name, value] : environment)
    setenv(name.c_str(), value.c_str(), /*overwrite=*/1);
}

void become(const std::vector<std::string>& argv) {
  std::vector<char*> words;
  for (const std::string& word : argv)
    words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  execvp(words[0], words.data());
  dprintf(STDERR_FILENO, "test: cannot run %s\n", words[0]);
  _exit(120);
}

std::vector<pid_t> processes() {
  std::vector<pid_t> all;
  for (const std::string& name : list_directory("/proc")) {
    if (const pid_t pid = std::atoi(name.c_str()); pid > 0) all.push_back(pid);
  }
  return all;
}

std::string hostname() {
  char name[256] = {};
  check(gethostname(name, sizeof name - 1), "gethostname");
  return name;
}

std::string status_field(pid_t pid, const std::string& field) {
  const std::string status =
      "\n" + read_file("/proc/" + std::to_string(pid) + "/status");
  const size_t start = status.find("\n" + field + ":\t");
  if (start == std::string::npos) return "";
  const size_t value = start + field.size() + 3;
  return status.substr(value, status.find('\n', value) - value);
}

char process_state(pid_t pid) {
  const std::string state = status_field(pid, "State");
  return state.empty() ? '-' : state[0];
}

std::string command_line(const Result& result) {
  std::string line;
  for (const std::string& word : result.argv)
    line += (line.empty() ? "" : " ") + shell_word(word);
  return line;
}

std::string end_of(const Result& result) {
  if (result.timed_out) return "it hung: it did not end, and was killed";
  if (result.status < 0) {
    return "it crashed, or was killed: signal " +
        std::to_string(-result.status) + ", " + strsignal(-result.status);
  }
  return "exit status " + std::to_string(result.status);
}

std::ostream& operator<<(std::ostream& stream, const Result& result) {
  return stream << "\n--- ran: " << command_line(result) << "\n--- "
                << end_of(result) << "\n--- stdout:\n"
                << result.out << "--- stderr:\n"
                << result.err << "---\n";
}

Process::Process(const Launch& launch) : launch_(launch) {
  int in = -1;
  if (launch.keep_input_open) {
    int ends[2];
    check(pipe2(ends, O_CLOEXEC), "pipe2");
    in = ends[0];
    input_ = ends[1];
  } else if (launch.input.empty()) {
    in = check(open("/dev/null", O_RDONLY | O_CLOEXEC), "open /dev/null");
  } else {
    in = memory_file("stdin", launch.input);
  }
  out_ = memory_file("stdout");
  err_ = memory_file("stderr");
  // Or the lines of two processes that write at once could cover each other.
  for (const int fd : {out_, err_}) {
    check(fcntl(fd, F_SETFL, O_APPEND), "fcntl");
  }
  std::fflush(nullptr);  // or the child prints it, too
  pid_ = check(fork(), "fork");
  if (pid_ == 0) start(launch, in, out_, err_);
  close(in);
  pidfd_ =
      check(static_cast<int>(syscall(SYS_pidfd_open, pid_, 0)), "pidfd_open");
}

Process::~Process() {
  if (!reaped_) {
    kill(pid_, SIGKILL);
    waitpid(pid_, &wait_status_, 0);
  }
  for (const int fd : {pidfd_, input_, out_, err_}) {
    if (fd != -1) close(fd);
  }
}

bool Process::ended(std::chrono::milliseconds deadline) {
  if (reaped_) return true;
  pollfd end{.fd = pidfd_, .events = POLLIN, .revents = 0};
  if (poll(&end, 1, static_cast<int>(deadline.count())) < 1) return false;
  check(waitpid(pid_, &wait_status_, 0), "waitpid");
  reaped_ = true;
  return true;
}

bool Process::running() {
  return !ended(std::chrono::milliseconds{0});
}

void Process::send(int signal) {
  if (!reaped_) check(kill(pid_, signal), "kill");
}

void Process::end_input() {
  if (input_ != -1) close(input_);
  input_ = -1;
}

std::string Process::out() const {
  return content_of(out_);
}

std::string Process::err() const {
  return content_of(err_);
}

Result Process::wait() {
  if (!ended(patience())) {
    lose_patience();
    timed_out_ = true;
    kill(pid_, SIGKILL);
    ended(kDeadline);
  }
  return {
      .argv = launch_.argv,
      .status = WIFEXITED(wait_status_) ? WEXITSTATUS(wait_status_)
                                        : -WTERMSIG(wait_status_),
      .timed_out = timed_out_,
      .out = out(),
      .err = err()};
}

Result run(const Launch& launch) {
  return Process(launch).wait();
}

std::string but(
    const std::string& expected,
    const std::string& came,
    const Result* result) {
  last_told() = {.expected = expected, .came = came, .ran = "", .said = ""};
  std::ostringstream text;
  text << "expected: " << expected << "\ncame: " << came << "\n";
  if (result != nullptr) {
    last_told().ran = command_line(*result);
    last_told().said = result->out + result->err;
    text << *result;
  }
  return text.str();
}

Told& last_told() {
  static Told told;
  return told;
}

}  // namespace support

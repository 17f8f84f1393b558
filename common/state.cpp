// SPDX-License-Identifier: MIT
#include "common/state.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <iterator>
#include <memory>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <vector>

#include "common/check.hpp"

namespace common {
namespace {

// From linux/sched.h: the process has been forked, and has not called execve(2).
constexpr unsigned long kForkedOnly = 0x40;

// What /proc/PID/stat says of a process that has not ended.
struct Stat {
  unsigned long flags = 0;
  unsigned long long start = 0;
};

std::optional<Stat> look_at(pid_t pid) {
  std::string text;
  try {
    text = read_file("/proc/" + std::to_string(pid) + "/stat");
  } catch (const std::system_error& error) {
    const int number = error.code().value();
    if (number == ENOENT || number == ESRCH) return std::nullopt;
    throw;
  }
  // The name of the program may have spaces and parentheses. After it comes the
  // third field.
  std::istringstream fields(text.substr(text.rfind(')') + 1));
  std::vector<std::string> words(3);
  for (std::string word; fields >> word;)
    words.push_back(word);
  if (words.size() < 23) fail(EPROTO, "read", "/proc/PID/stat");
  // A zombie has ended. But its threads may go on without the first of them.
  const bool has_threads = std::atoi(words[20].c_str()) > 1;
  if (words[3] == "X" || (words[3] == "Z" && !has_threads)) return std::nullopt;
  return Stat{std::stoul(words[9]), std::stoull(words[22])};
}

std::string to_text(const ProcessId& init) {
  return "boxstep 1: pid " + std::to_string(init.pid) + " started at " +
      std::to_string(init.start) + "\n";
}

std::optional<ProcessId> from_text(const std::string& text) {
  ProcessId init;
  constexpr const char* kFormat = "boxstep 1: pid %d started at %llu";
  std::sscanf(text.c_str(), kFormat, &init.pid, &init.start);
  // A text with less, or with more, is not ours.
  if (init.pid <= 0 || to_text(init) != text) return std::nullopt;
  return init;
}

UniqueFd open_directory(const std::string& path) {
  constexpr int kFlags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
  return UniqueFd(check(open(path.c_str(), kFlags), "open", path));
}

bool is_name(const std::string& id) {
  const auto may_be = [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c == '+' || c == '-' || c == '.';
  };
  return !id.empty() && id != "." && id != ".." &&
      std::ranges::all_of(id, may_be);
}

}  // namespace

ProcessId find_process(pid_t pid) {
  const auto found = look_at(pid);
  if (!found) fail(ESRCH, "find process", std::to_string(pid));
  return {pid, found->start};
}

UniqueFd open_process(const ProcessId& process) {
  const std::string pid = std::to_string(process.pid);
  UniqueFd fd(static_cast<int>(
      check(syscall(SYS_pidfd_open, process.pid, 0), "pidfd_open", pid)));
  // If it is still the same process now, it was so when we opened it.
  const auto found = look_at(process.pid);
  if (!found || found->start != process.start) fail(ESRCH, "pidfd_open", pid);
  return fd;
}

void send_signal(const ProcessId& process, int signal) {
  const UniqueFd fd = open_process(process);
  check(
      syscall(SYS_pidfd_send_signal, fd.get(), signal, nullptr, 0),
      "pidfd_send_signal");
}

StateDirectory::StateDirectory(const std::string& root, const std::string& id)
    : root_(root), id_(id) {}

std::string StateDirectory::path(const std::string& name) const {
  if (!is_name(id_))
    throw std::runtime_error("'" + id_ + "' cannot be a container's ID");
  return root_ + "/" + id_ + (name.empty() ? "" : "/") + name;
}

UniqueFd StateDirectory::make() const {
  // What is in there is for root only, as the containers are.
  for (std::size_t end = 0; end != std::string::npos;) {
    end = root_.find('/', end + 1);
    const std::string part = root_.substr(0, end);
    if (mkdir(part.c_str(), 0700) == -1 && errno != EEXIST)
      check(-1, "mkdir", part);
  }
  const int made = mkdir(path("").c_str(), 0700);
  if (made == -1 && errno == EEXIST)
    throw std::runtime_error("container " + id_ + " already exists");
  check(made, "mkdir", path(""));
  try {
    UniqueFd lock = open_directory(path(""));
    // Who reads the state has it for a moment.
    check(flock(lock.get(), LOCK_EX), "flock", path(""));
    // The process at the gate may be of any user. The directory is closed to them.
    check(mkfifo(path("gate").c_str(), 0666), "mkfifo", path("gate"));
    check(chmod(path("gate").c_str(), 0666), "chmod", path("gate"));
    return lock;
  } catch (const std::exception&) {
    remove();
    throw;
  }
}

bool StateDirectory::exists() const {
  return access(path("").c_str(), F_OK) == 0;
}

State StateDirectory::read() const {
  if (!exists()) throw std::runtime_error("container does not exist: " + id_);
  if (access(path("init").c_str(), F_OK) == -1) {
    // Whoever makes it holds a lock, which goes with its process.
    const UniqueFd directory = open_directory(path(""));
    const bool is_locked = flock(directory.get(), LOCK_SH | LOCK_NB) == -1;
    return {is_locked ? "creating" : "stopped", {}};
  }
  const auto init = from_text(read_file(path("init")));
  if (!init)
    throw std::runtime_error(
        "the state of container " + id_ +
        " is damaged, or of another version: delete --force removes it");
  const auto found = look_at(init->pid);
  if (!found || found->start != init->start) return {"stopped", *init};
  const bool waits = (found->flags & kForkedOnly) != 0;
  return {waits ? "created" : "running", *init};
}

State StateDirectory::expect(const std::string& status) const {
  State state = read();
  if (state.status != status)
    throw std::runtime_error(
        "container " + id_ + " is " + state.status + ", not " + status);
  return state;
}

void StateDirectory::write(const std::string& name, const std::string& text)
    const {
  const std::string is_new = path(name + ".new");
  {
    const UniqueFd file(check(
        open(is_new.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600),
        "open",
        is_new));
    const ssize_t size =
        check(::write(file.get(), text.data(), text.size()), "write", is_new);
    if (static_cast<std::size_t>(size) != text.size())
      fail(EIO, "write", is_new);
  }
  check(rename(is_new.c_str(), path(name).c_str()), "rename", is_new);
}

void StateDirectory::write_init(const ProcessId& init) const {
  write("init", to_text(init));
}

std::string StateDirectory::open_gate(const ProcessId& process) const {
  const std::string fifo = path("gate");
  const UniqueFd init = open_process(process);
  // One at a time. The second one finds that it runs.
  const UniqueFd turn(check(
      open(path("init").c_str(), O_RDONLY | O_CLOEXEC),
      "open",
      path("init")));
  check(flock(turn.get(), LOCK_EX), "flock", path("init"));
  expect("created");
  // Not blocked: the process may end before it has opened the other end.
  const UniqueFd gate(check(
      open(fifo.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC),
      "open",
      fifo));
  std::string text;
  for (;;) {
    pollfd events[] = {
        {.fd = gate.get(), .events = POLLIN, .revents = 0},
        {.fd = init.get(), .events = POLLIN, .revents = 0},
    };
    check(poll(events, std::size(events), /*timeout=*/-1), "poll");
    const bool has_ended = events[1].revents != 0;
    if (has_ended)
      check(poll(events, 1, /*timeout=*/0), "poll");  // as it is now
    // Nobody has ever opened the other end.
    if (events[0].revents == 0)
      fail(ESRCH, "start", "a container that has ended");
    char block[4096];
    const ssize_t size = ::read(gate.get(), block, sizeof(block));
    check(size, "read", fifo);
    if (size == 0) {
      // It has told an error, and ends.
      if (!text.empty()) check(poll(events + 1, 1, /*timeout=*/-1), "poll");
      return text;
    }
    text.append(block, static_cast<std::size_t>(size));
  }
}

void StateDirectory::remove() const {
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(
      opendir(path("").c_str()),
      closedir);
  if (!directory) return;
  while (const dirent* entry = readdir(directory.get())) {
    const std::string name = entry->d_name;
    if (name == "." || name == "..") continue;
    if (unlink(path(name).c_str()) == -1 && errno != ENOENT)
      check(-1, "unlink", path(name));
  }
  if (rmdir(path("").c_str()) == -1 && errno != ENOENT)
    check(-1, "rmdir", path(""));
}

// The destructor runs if this constructor throws, as the other one has ended.
NewState::NewState(const std::string& root, const std::string& id)
    : NewState() {
  if (id.empty()) return;
  lock_ = StateDirectory(root, id).make();
  // Not by its path, see above.
  const std::string opened = "/proc/self/fd/" + std::to_string(lock_.get());
  directory_.emplace(opened + "/..", id);
  created_.emplace();
  const std::string path = directory_->path("gate");
  fifo_.reset(check(open(path.c_str(), O_PATH | O_CLOEXEC), "open", path));
  fifo_path_ = "/proc/self/fd/" + std::to_string(fifo_.get());
}

NewState::~NewState() {
  if (!directory_ || std::uncaught_exceptions() == 0) return;
  try {
    directory_->remove();
  } catch (const std::system_error& error) {
    report(error);
  }
}

void NewState::set_init(pid_t pid) const {
  if (directory_) directory_->write_init(find_process(pid));
}

int NewState::wait() {
  created_->wait();
  const std::string init = directory_->path("init");
  check(access(init.c_str(), F_OK), "access", init);
  return 0;
}

int StateDirectory::print() const {
  const State state = read();
  std::string text = "{\"ociVersion\":\"1.2.0\",\"id\":\"" + id_ +
      "\",\"status\":\"" + state.status + "\"";
  if (state.status == "created" || state.status == "running")
    text += ",\"pid\":" + std::to_string(state.init.pid);
  text += ",\"bundle\":\"\"}\n";
  check(::write(STDOUT_FILENO, text.data(), text.size()), "write", "stdout");
  return 0;
}

int StateDirectory::signal(const std::vector<std::string>& words) const {
  const int number = parse_signal(words);
  const State state = read();
  if (state.status == "creating" || state.status == "stopped")
    fail(ESRCH, "kill", "a container that is " + state.status);
  send_signal(state.init, number);
  return 0;
}

}  // namespace common

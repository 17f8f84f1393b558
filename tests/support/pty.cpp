// SPDX-License-Identifier: MIT
#include "tests/support/pty.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <stdexcept>

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/check.hpp"
#include "tests/support/files.hpp"
#include "tests/support/process.hpp"
#include "tests/support/wait.hpp"

namespace support {
namespace {

using common::check;

// How often a condition is looked at, in milliseconds.
constexpr int kPause = 2;

}  // namespace

Pty::Pty(const std::vector<std::string>& argv, const Environment& extra) {
  winsize size{.ws_row = 24, .ws_col = 200, .ws_xpixel = 0, .ws_ypixel = 0};
  int master = -1;
  leader_ = check(forkpty(&master, nullptr, nullptr, &size), "forkpty");
  if (leader_ == 0) {
    set_up(extra);
    become(argv);
  }
  master_.reset(master);
  check(fcntl(master, F_SETFD, FD_CLOEXEC), "fcntl");
}

Pty::~Pty() {
  hang_up();
  const auto empty = [&] { return processes().empty(); };
  if (!eventually(empty, kMoment)) {
    for (const pid_t pid : processes())
      kill(pid, SIGKILL);
    eventually(empty);
  }
  if (!leader_waited_for_) waitpid(leader_, nullptr, 0);
}

void Pty::type(std::string_view keys) {
  const auto size =
      check(write(master_.get(), keys.data(), keys.size()), "write");
  if (static_cast<std::size_t>(size) != keys.size()) {
    throw std::runtime_error("the terminal's input is full");
  }
}

std::string Pty::expect(std::string_view wanted) {
  std::size_t found = std::string::npos;
  until("'" + std::string(wanted) + "' is shown", [&] {
    found = transcript_.find(wanted, seen_);
    return found != std::string::npos;
  });
  const std::string before = transcript_.substr(seen_, found - seen_);
  seen_ = found + wanted.size();
  return before;
}

void Pty::until(std::string_view what, const std::function<bool()>& condition) {
  const auto end = std::chrono::steady_clock::now() + patience();
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= end) {
      lose_patience();
      throw std::runtime_error(
          but(std::string(what),
              "the terminal does not show it; the last line is '" +
                  transcript_.substr(transcript_.rfind('\n') + 1) + "'") +
          "the terminal has shown:\n" + transcript_ + "\n(end)");
    }
    read_some();
  }
}

int Pty::wait() {
  int status = 0;
  until("the program ends", [&] {
    leader_waited_for_ =
        check(waitpid(leader_, &status, WNOHANG), "waitpid") == leader_;
    return leader_waited_for_;
  });
  return status;
}

void Pty::resize(unsigned short rows, unsigned short columns) {
  const winsize size{
      .ws_row = rows,
      .ws_col = columns,
      .ws_xpixel = 0,
      .ws_ypixel = 0};
  check(ioctl(master_.get(), TIOCSWINSZ, &size), "ioctl", "TIOCSWINSZ");
}

pid_t Pty::foreground() const {
  return check(tcgetpgrp(master_.get()), "tcgetpgrp");
}

termios Pty::modes() const {
  termios modes{};
  check(tcgetattr(master_.get(), &modes), "tcgetattr");
  return modes;
}

std::vector<pid_t> Pty::processes(std::string_view name) const {
  std::vector<pid_t> found;
  for (const pid_t pid : support::processes()) {
    // The number of its session as it is here, and in its own PID namespace.
    const std::vector<std::string> session = words(status_field(pid, "NSsid"));
    if (session.empty() || session[0] != std::to_string(leader_)) continue;
    if (process_state(pid) == 'Z') continue;
    if (name.empty() || status_field(pid, "Name") == name) found.push_back(pid);
  }
  return found;
}

pid_t Pty::process(std::string_view name) {
  std::vector<pid_t> found;
  until("a process is called " + std::string(name), [&] {
    found = processes(name);
    return !found.empty();
  });
  return found.front();
}

void Pty::read_some() {
  pollfd input{.fd = master_.get(), .events = POLLIN, .revents = 0};
  poll(&input, 1, kPause);
  if ((input.revents & POLLIN) != 0) {
    char text[4096];
    const ssize_t size = read(master_.get(), text, sizeof text);
    if (size > 0) transcript_.append(text, static_cast<std::size_t>(size));
  } else if (input.revents != 0) {
    poll(nullptr, 0, kPause);  // the other side is closed: no wait above
  }
}

bool is_pending(pid_t pid, int signal) {
  const std::string set = status_field(pid, "ShdPnd");
  if (set.empty()) return false;
  return ((std::stoull(set, nullptr, /*base=*/16) >> (signal - 1)) & 1) == 1;
}

}  // namespace support

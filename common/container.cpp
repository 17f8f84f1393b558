// SPDX-License-Identifier: MIT
#include "common/container.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>

#include "common/check.hpp"

namespace common {
namespace {

int inherited_stops_fd = -1;

// Not where a pipe shares the job: in `RUNTIME run ls | less` the keys are for
// less. A command that does want the terminal is stopped by it, and asks.
bool for_a_person(const Terminal& terminal) {
  return terminal.in_foreground() && isatty(STDIN_FILENO) == 1 &&
      isatty(STDOUT_FILENO) == 1;
}

bool is_pending(int signal) {
  sigset_t pending;
  return sigpending(&pending) == 0 && sigismember(&pending, signal) == 1;
}

}  // namespace

int stops_fd() {
  return inherited_stops_fd;
}

Container start(int clone_flags, const std::function<int()>& child) {
  return {clone_flags, child};
}

Container::Container(int clone_flags, const std::function<int()>& child)
    : loan_{terminal_, for_a_person(terminal_), for_a_person(terminal_)},
      stops_(make_pipe()),
      init_(clone_flags, [&] {
        inherited_stops_fd = stops_.write_end.get();
        lead_process_group(terminal_, loan_.lent);
        return child();
      }) {}

Container::Loan::~Loan() {
  // Not read yet, as SIGCHLD came first: we were stopped, and whoever did it may
  // have taken the terminal back.
  if (is_pending(SIGCONT)) lent = false;
  const bool ours = lent || (wanted && terminal.is_abandoned());
  if (ours) terminal.take_back();
}

int Container::wait() {
  sigset_t all;
  sigfillset(&all);
  const UniqueFd signals(check(signalfd(-1, &all, SFD_CLOEXEC), "signalfd"));
  std::optional<int> status;
  while (!status) {
    std::array<pollfd, 2> ready{{
        {.fd = signals.get(), .events = POLLIN, .revents = 0},
        {.fd = stops_.read_end.get(), .events = POLLIN, .revents = 0},
    }};
    check(retry([&] { return poll(ready.data(), ready.size(), -1); }), "poll");
    if (ready[0].revents != 0) status = take_signal(signals.get());
    // A stop that it still tells of is that of a command which has ended since.
    if (status || ready[1].revents == 0) continue;
    unsigned char signal = 0;
    check(read(stops_.read_end.get(), &signal, sizeof(signal)), "read");
    command_stopped(signal);
  }
  return *status;
}

std::optional<int> Container::take_signal(int signal_fd) {
  signalfd_siginfo info{};
  check(retry([&] { return read(signal_fd, &info, sizeof(info)); }), "read");
  const int signal = static_cast<int>(info.ssi_signo);
  switch (signal) {
    case SIGCHLD:
      return init_.reap();
    case SIGCONT:
      loan_.lent = false;  // whoever stopped us may have taken it back
      resume();
      break;
    case SIGTTIN:  // another process of our job read the terminal
    case SIGTTOU:
      break;
    default:
      // Our own is the SIGPIPE of a stderr that nobody reads any more.
      if (static_cast<pid_t>(info.ssi_pid) != getpid()) kill(pid(), signal);
  }
  return std::nullopt;
}

void Container::command_stopped(int signal) {
  const bool asks = signal == SIGTTIN || signal == SIGTTOU;
  if (asks) loan_.wanted = true;
  if (!asks || !terminal_.in_foreground()) {
    // A kill -STOP with nobody there to say `fg`: leave it stopped.
    if (signal == SIGSTOP && !terminal_.exists()) return;
    if (loan_.lent) terminal_.give_to(getpgrp());
    stop_process_group();
    kill(getpid(), SIGCONT);  // one with that which continued us, if any did
    return;
  }
  resume();
}

void Container::resume() {
  if (loan_.wanted && terminal_.in_foreground()) {
    terminal_.save_modes();  // the shell had it, and may have changed them
    terminal_.give_to(pid());  // the init gives it to the command
    loan_.lent = true;
  }
  kill(pid(), SIGCONT);
}

}  // namespace common

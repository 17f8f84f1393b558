// SPDX-License-Identifier: MIT
#include "common/container.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

#include "common/check.hpp"
#include "common/prepare.hpp"

namespace common {
namespace {

int to_host = -1;

// In a pipeline the keys are for another program: `RUNTIME run ls | less`. A
// command that needs the terminal there is stopped by SIGTTIN: it asks for it.
bool is_for_a_person(const Terminal& terminal) {
  return terminal.in_foreground() && isatty(STDIN_FILENO) == 1 &&
      isatty(STDOUT_FILENO) == 1;
}

UniqueFd open_signals() {
  const sigset_t all = all_signals();
  return UniqueFd(check(signalfd(-1, &all, SFD_CLOEXEC), "signalfd"));
}

// A socket and no pipe: nobody can open it through /proc/1/fd.
Pipe open_changes() {
  std::array<int, 2> ends{};
  check(
      socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, ends.data()),
      "socketpair");
  return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

// The newest status that the init has sent, or 0.
int last_change(int socket) {
  int status = 0;
  while (recv(socket, &status, sizeof(status), MSG_DONTWAIT) != -1)
    continue;
  return status;
}

// As the command did, but at exit, when all is cleaned up. A session's leader
// has no shell above it.
void die_of_key(int wait_status) {
  static int key;
  key = WIFSIGNALED(wait_status) ? WTERMSIG(wait_status) : 0;
  if ((key != SIGINT && key != SIGQUIT) || getsid(0) == getpid()) return;
  std::atexit([] {
    prctl(PR_SET_DUMPABLE, 0);  // a core dump of ours would be of no use
    reset_signals();
    raise(key);
  });
}

}  // namespace

void tell_host(int wait_status) {
  // If it cannot be sent, the host is stopped or gone: do not wait for it.
  constexpr int kFlags = MSG_DONTWAIT | MSG_NOSIGNAL;
  send(to_host, &wait_status, sizeof(wait_status), kFlags);
}

Container start(int clone_flags, const std::function<int()>& child) {
  return {clone_flags, child};
}

Container::Container(int clone_flags, const std::function<int()>& child)
    : wants_terminal_(is_for_a_person(terminal_)),
      signals_(open_signals()),
      changes_(open_changes()),
      init_(clone_flags, [&, group = getpgrp()] {
        signals_.reset();
        changes_.read_end.reset();
        to_host = changes_.write_end.get();
        if (group != 0) lead_process_group(terminal_, wants_terminal_);
        return child();
      }) {}

Container::~Container() {
  init_.end();
  if (wants_terminal_) terminal_.take_back();
}

int Container::wait() {
  for (;;) {
    std::array<pollfd, 2> ready{{
        {.fd = signals_.get(), .events = POLLIN, .revents = 0},
        {.fd = changes_.read_end.get(), .events = POLLIN, .revents = 0},
    }};
    check(poll(ready.data(), ready.size(), -1), "poll");
    std::optional<int> status;
    if (ready[0].revents != 0) status = take_signal();
    const int change = last_change(changes_.read_end.get());
    if (change != 0) last_change_ = change;
    if (status) {
      if (terminal_.exists()) die_of_key(last_change_);
      return *status;
    }
    if (WIFSTOPPED(change)) command_stopped(WSTOPSIG(change));
  }
}

std::optional<int> Container::take_signal() {
  signalfd_siginfo info{};
  check(read(signals_.get(), &info, sizeof(info)), "read", "signalfd");
  const int signal = static_cast<int>(info.ssi_signo);
  switch (signal) {
    case SIGCHLD: {
      const std::optional<int> change = init_.reap();
      if (change && has_ended(*change)) return exit_status(*change);
      break;
    }
    case SIGCONT:
      resume();
      break;
    case SIGTTIN:  // another process of our job uses the terminal
    case SIGTTOU:
      break;
    default:
      if (is_for_command(info.ssi_code, static_cast<pid_t>(info.ssi_pid)))
        kill(pid(), signal);
      // It cancels a SIGCONT that was on its way, and so the command is still
      // stopped: the init has nothing to tell.
      if (signal == SIGTSTP && WIFSTOPPED(last_change_))
        command_stopped(SIGSTOP);
  }
  return std::nullopt;
}

void Container::command_stopped(int signal) {
  if (!terminal_.exists()) return;  // nobody can type `fg`: it stays stopped
  const bool asks = signal == SIGTTIN || signal == SIGTTOU;
  if (asks) wants_terminal_ = true;
  if (asks && terminal_.in_foreground()) return resume();
  // With us stopped, the shell has the terminal, until its SIGCONT comes.
  if (stop_process_group()) return;
  // No shell controls our job. It cannot be stopped by keys, only by SIGSTOP.
  if (signal == SIGSTOP) return;
  if (asks) {
    // It will never have the terminal: as if that had been hung up.
    terminal_.forget();
    kill(pid(), SIGHUP);
  }
  kill(pid(), SIGCONT);
}

void Container::resume() {
  if (wants_terminal_ && terminal_.in_foreground()) {
    terminal_.save_modes();  // the shell may have changed them
    terminal_.give_to(pid());  // the init gives it to the command
  }
  kill(pid(), SIGCONT);
}

}  // namespace common

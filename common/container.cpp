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
#include <cstring>

#include "common/check.hpp"
#include "common/prepare.hpp"

namespace common {
namespace {

int host = -1;  // the container's end of a socket

// What the command sends. No wait status is negative.
constexpr int kWantsTerminal = -1;

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

// No pipe: a process in the container could open that through /proc/1/fd.
SocketPair open_news() {
  std::array<int, 2> ends{};
  check(
      socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, ends.data()),
      "socketpair");
  SocketPair news{UniqueFd(ends[0]), UniqueFd(ends[1])};
  const int on = 1;
  check(
      setsockopt(ends[0], SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)),
      "setsockopt",
      "SO_PASSCRED");
  return news;
}

// The next message, if there is one. The kernel adds who has sent it, by the pid
// that we see: SCM_CREDENTIALS in unix(7).
std::optional<int> receive(int socket, pid_t& sender) {
  int message = 0;
  iovec part{.iov_base = &message, .iov_len = sizeof(message)};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(ucred))> control{};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  header.msg_control = control.data();
  header.msg_controllen = control.size();
  if (recvmsg(socket, &header, MSG_DONTWAIT) == -1) return std::nullopt;
  ucred credentials{};
  const unsigned char* data = CMSG_DATA(CMSG_FIRSTHDR(&header));
  std::memcpy(&credentials, data, sizeof(credentials));
  sender = credentials.pid;
  return message;
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
  send(host, &wait_status, sizeof(wait_status), kFlags);
}

void wait_for_terminal() {
  tell_host(kWantsTerminal);
  char answer = 0;
  recv(host, &answer, 1, 0);
}

Container start(int clone_flags, const std::function<int()>& child) {
  return {clone_flags, child};
}

Container::Container(int clone_flags, const std::function<int()>& child)
    : wants_terminal_(is_for_a_person(terminal_)),
      signals_(open_signals()),
      news_(open_news()),
      init_(clone_flags, [&, group = getpgrp()] {
        signals_.reset();
        news_.host.reset();
        host = news_.container.get();
        if (group != 0) check(setpgid(0, 0), "setpgid");
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
        {.fd = news_.host.get(), .events = POLLIN, .revents = 0},
    }};
    check(poll(ready.data(), ready.size(), -1), "poll");
    std::optional<int> status;
    if (ready[0].revents != 0) status = take_signal();
    const int change = take_news();
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
      if (signal == SIGTSTP && WIFSTOPPED(last_change_)) {
        // It has cancelled a SIGCONT that was on its way: the command is still
        // stopped, and the init has nothing to tell.
        command_stopped(SIGSTOP);
      } else if (is_for_command(
                     info.ssi_code,
                     static_cast<pid_t>(info.ssi_pid))) {
        kill(pid(), signal);
      }
  }
  return std::nullopt;
}

// Returns the newest change of the command, or 0.
int Container::take_news() {
  int change = 0;
  pid_t sender = 0;
  while (const auto message = receive(news_.host.get(), sender)) {
    if (*message == kWantsTerminal) {
      command_ = sender;
      give_terminal();
      send(news_.host.get(), "", 1, MSG_DONTWAIT);
    } else {
      last_change_ = change = *message;
    }
  }
  return change;
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

// As a shell does: a Ctrl-Z that comes next stops the command again.
void Container::resume() {
  last_change_ = 0;
  give_terminal();
  if (command_ == 0 || kill(-command_, SIGCONT) == -1) kill(pid(), SIGCONT);
}

void Container::give_terminal() {
  if (!wants_terminal_ || !terminal_.in_foreground()) return;
  terminal_.save_modes();  // the shell may have changed them
  terminal_.give_to(command_);
}

}  // namespace common

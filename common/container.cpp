// SPDX-License-Identifier: MIT
#include "common/container.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include "common/check.hpp"

namespace common {
namespace {

int host = -1;  // the container's end of a socket

// What the command sends. No wait status is negative.
constexpr int kWantsTerminal = -1;

// In a pipeline the keys are for another program: `RUNTIME run ls | less`. A
// command that needs the terminal there is stopped by SIGTTIN: it asks for it.
bool is_for_a_person(const Terminal& terminal) {
  return terminal.is_with(getpgrp()) && isatty(STDIN_FILENO) == 1 &&
      isatty(STDOUT_FILENO) == 1;
}

// No pipe: a process in the container could open that through /proc/1/fd.
UniqueFd open_news(UniqueFd& end_of_init) {
  int ends[2];
  check(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, ends), "socketpair");
  end_of_init.reset(ends[1]);
  UniqueFd news(ends[0]);
  const int on = 1;
  const int set =
      setsockopt(news.get(), SOL_SOCKET, SO_PASSCRED, &on, sizeof(on));
  check(set, "setsockopt", "SO_PASSCRED");
  return news;
}

// The next message, if there is one. The kernel adds who has sent it, by the pid
// that we see: SCM_CREDENTIALS in unix(7).
std::optional<int> receive(int socket, ucred& sender) {
  int message = 0;
  iovec part{.iov_base = &message, .iov_len = sizeof(message)};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(ucred))];
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  header.msg_control = control;
  header.msg_controllen = sizeof(control);
  const ssize_t size = recvmsg(socket, &header, MSG_DONTWAIT);
  if (size == -1 && errno == EAGAIN) return std::nullopt;
  check(size, "recvmsg");
  const cmsghdr* const credentials = CMSG_FIRSTHDR(&header);
  if (!credentials) fail(EPROTO, "recvmsg", "credentials");
  std::memcpy(&sender, CMSG_DATA(credentials), sizeof(sender));
  return message;
}

// As the command did, but at exit, when all is cleaned up. If the command had the
// terminal, the key has reached its group only: a script that runs us needs it,
// too. A session's leader has no shell above it.
void die_of_key(int wait_status, bool had_terminal) {
  static int key;
  static pid_t whom;  // as in kill(2): 0 is our group
  key = WTERMSIG(wait_status);  // 0 if no signal killed it
  whom = had_terminal ? 0 : getpid();
  if ((key != SIGINT && key != SIGQUIT) || getsid(0) == getpid()) return;
  std::atexit([] {
    prctl(PR_SET_DUMPABLE, 0);  // a core dump of ours would be of no use
    reset_signals();
    kill(whom, key);
  });
}

}  // namespace

void tell_host(int wait_status) {
  // If it cannot be sent, the host is stopped or gone: do not wait for it.
  send(host, &wait_status, sizeof(wait_status), MSG_DONTWAIT | MSG_NOSIGNAL);
}

void wait_for_terminal() {
  check(send(host, &kWantsTerminal, sizeof(kWantsTerminal), 0), "send");
  char answer = 0;
  check(recv(host, &answer, 1, 0), "recv");
}

Container::Container(
    int clone_flags,
    const std::function<int()>& child,
    bool is_detached)
    : wants_terminal_(is_for_a_person(terminal_)),
      signals_(check(signalfd(-1, &kAllSignals, SFD_CLOEXEC), "signalfd")),
      news_(open_news(end_of_init_)),
      init_(clone_flags, [&, group = getpgrp()] {
        signals_.reset();
        news_.reset();
        host = end_of_init_.get();
        if (is_detached)
          check(setsid(), "setsid");
        else if (group != 0)
          check(setpgid(0, 0), "setpgid");
        return child();
      }) {}

int Container::wait() {
  for (;;) {
    pollfd ready[] = {
        {.fd = signals_.get(), .events = POLLIN, .revents = 0},
        {.fd = news_.get(), .events = POLLIN, .revents = 0},
    };
    check(poll(ready, std::size(ready), /*timeout=*/-1), "poll");
    take_news();
    // All of them, whatever poll(2) has found: if we were stopped after it, there is a
    // SIGCONT now, which is newer than the stop that news_ tells of.
    if (const auto status = take_signals()) return *status;
    if (must_stop_) command_stopped(stopped_by_);
  }
}

std::optional<int> Container::take_signals() {
  for (;;) {
    siginfo_t info{};
    const timespec at_once{};
    const int signal = sigtimedwait(&kAllSignals, &info, &at_once);
    if (signal == -1 && errno == EAGAIN) return std::nullopt;  // no more
    check(signal, "sigtimedwait");
    if (signal == SIGCHLD) {
      const std::optional<int> change = init_.reap();
      const auto status = change ? exit_status(*change) : std::nullopt;
      if (!status) continue;
      take_news();  // what it told before it ended
      return status;
    }
    if (signal == SIGCONT) {
      resume();
    } else if (signal == SIGTSTP && stopped_by_ != 0) {
      // It has cancelled a SIGCONT that was on its way: the command is still
      // stopped, and the init has nothing to tell.
      command_stopped(SIGSTOP);
    } else if (signal != SIGTTIN && signal != SIGTTOU && is_for_command(info)) {
      // Those two come if another process of our job uses the terminal.
      tell_command(signal);
    }
  }
}

// Only the newest change of the command counts.
void Container::take_news() {
  ucred sender{};
  while (const auto message = receive(news_.get(), sender)) {
    if (*message == kWantsTerminal) {
      command_ = sender.pid;
      give_terminal();
      check(send(news_.get(), "", 1, MSG_DONTWAIT), "send");
      continue;
    }
    stopped_by_ = WIFSTOPPED(*message) ? WSTOPSIG(*message) : 0;
    must_stop_ = stopped_by_ != 0;
    if (!exit_status(*message)) continue;
    if (terminal_.exists()) die_of_key(*message, terminal_.is_with(command_));
    command_ = 0;
  }
}

void Container::command_stopped(int signal) {
  must_stop_ = false;
  if (!terminal_.exists()) return;  // nobody can type `fg`: it stays stopped
  const bool asks = signal == SIGTTIN || signal == SIGTTOU;
  if (asks) wants_terminal_ = true;
  if (asks && terminal_.is_with(getpgrp())) return resume();
  // As the kernel does: reading stops all of a group, and so does a Ctrl-Z. If the
  // command did not have the terminal, our group has got the Ctrl-Z already.
  const bool all = asks || terminal_.is_with(command_);
  // With us stopped, the shell has the terminal, until its SIGCONT comes.
  if (stop(all ? 0 : getpid(), asks ? signal : SIGTSTP)) return;
  // No shell controls our job. It cannot be stopped by keys, only by SIGSTOP.
  if (signal == SIGSTOP) return;
  if (asks) {
    // It will never have the terminal: as if that had been hung up.
    terminal_.forget();
    if (command_ != 0) kill(-command_, SIGHUP);
  }
  tell_command(SIGCONT);
}

void Container::resume() {
  take_news();  // what it tells of a stop is older than the SIGCONT
  must_stop_ = false;
  stopped_by_ = 0;
  give_terminal();
  tell_command(SIGCONT);
}

// All take the same way, so that they arrive in their order: straight to the
// command, or by the init while we do not know its pid.
void Container::tell_command(int signal) {
  if (command_ != 0) return pass_on(signal, command_);
  kill(pid(), signal);
}

void Container::give_terminal() {
  if (wants_terminal_ && terminal_.is_with(getpgrp()))
    terminal_.give_to(command_);
}

}  // namespace common

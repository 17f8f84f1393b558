// SPDX-License-Identifier: MIT
// throwaway-host COMMAND [ARG...]: runs it on a throwaway host, whose init we are.
#include <cerrno>
#include <cstdio>
#include <exception>

#include <sys/wait.h>
#include <unistd.h>

#include "common/check.hpp"
#include "tests/support/throwaway.hpp"

namespace {

int run(char** command) {
  const pid_t child = common::check(fork(), "fork");
  if (child == 0) {
    execvp(command[0], command);
    std::perror(command[0]);
    _exit(127);
  }
  int status = 0;
  pid_t ended = 0;
  do {
    ended = wait(&status);  // orphans, too
  } while (ended != child && (ended != -1 || errno == EINTR));
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fputs("usage: throwaway-host COMMAND [ARG...]\n", stderr);
    return 2;
  }
  try {
    return support::run_on_throwaway_host(
        [&] { return run(argv + 1); },
        {.controllers = {"cpu", "memory"}});
  } catch (const std::exception& error) {
    std::fprintf(stderr, "throwaway-host: %s\n", error.what());
    return 1;
  }
}

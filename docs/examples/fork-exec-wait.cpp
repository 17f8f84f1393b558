// SPDX-License-Identifier: MIT
// Starts hostname and waits for it: what a shell does for every command.
#include <cstdio>

#include <sys/wait.h>
#include <unistd.h>

int main() {
  const pid_t pid = fork();
  if (pid == 0) {
    execlp("hostname", "hostname", nullptr);
    _exit(127);  // only reached if there is no such program
  }
  int status = 0;
  waitpid(pid, &status, 0);
  std::printf("exit status %d\n", WEXITSTATUS(status));
}

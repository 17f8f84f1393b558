// SPDX-License-Identifier: MIT
// The command: does nothing; with an argument, it does so until it is killed.
#include <unistd.h>

int main(int argc, char** argv) {
  (void)argv;
  return argc > 1 ? pause() : 0;
}

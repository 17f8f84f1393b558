// SPDX-License-Identifier: MIT
// A command that does nothing until it is killed.
#include <unistd.h>

int main(void) {
  return pause();
}

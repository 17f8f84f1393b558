// SPDX-License-Identifier: MIT
// The smallest command: what is measured is the runtime, not what it runs.
int main(void) {
  return 0;
}

// SPDX-License-Identifier: MIT
// The throwaway host, as its PID 1 sees it: what it has to lose, and the
// container that is attacking it.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

#include "tests/attacks/rig/attack.hpp"
#include "tests/support/process.hpp"

namespace attacks {

// A process of the host that has the secret on its command line and in its
// memory. Its number is above all that a container can have inside.
struct Victim {
  pid_t pid;
  unsigned long address;  // of the secret; for kSecretLength bytes
};

class Host {
 public:
  // Writes the secret to /root/secret.
  Host();

  // New each time.
  const std::string& secret() const { return secret_; }
  Victim start_victim();
  // Whether it still runs, for long enough after the attack to tell.
  bool victim_lives() const;
  // What is in its memory at that address now.
  std::string victim_memory() const;

  // How the container is started; prepare() may add to it. The program is the
  // runtime, or the attack itself where there is none.
  support::Launch launch;
  const std::string& runtime() const { return launch.argv.front(); }

  // The container's processes, by the host's numbers, the runtime among them:
  // all but the host's own.
  std::vector<pid_t> container_processes() const;

  // What the attack has said so far.
  const std::string& output() const { return output_; }
  void listen_to(const std::string& output) { output_ = output; }

 private:
  // Waits for the attack's effect; looks only once if it was refused.
  bool eventually(const std::function<bool()>& condition) const;

  std::string secret_;
  std::string output_;
  Victim victim_{.pid = -1, .address = 0};
};

// "secret-" and 16 hexadecimal digits.
constexpr size_t kSecretLength = 23;

// Runs as the victim, until it is killed.
int run_victim(const std::string& secret);

// Runs the attack on this host, in a container of the step or, if that is
// "none", in no container. Prints what became of it: see rig/cell.hpp.
int run_on_host(const std::string& name, const std::string& step);

// Runs as the container's command.
int run_in_container(const std::string& name, const Words& words);

}  // namespace attacks

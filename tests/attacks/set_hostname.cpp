// SPDX-License-Identifier: MIT
// Renames the machine: sethostname(2), uts_namespaces(7).
// It has worked if the host has the new name.
#include <unistd.h>

#include <string>

#include "tests/attacks/rig/attack.hpp"

namespace attacks::set_hostname {

const std::string kName = "attacked";

class SetHostname final : public Attack {
 public:
  SetHostname()
      : Attack({
            .name = "set-hostname",
            .title = "set the host's hostname",
            .open = "the hostname belongs to a UTS namespace, and the process "
                    "is in the host's: uts_namespaces(7)",
            .held = "clone(CLONE_NEWUTS) gave the container a hostname of its "
                    "own, and that is the one it set: uts_namespaces(7)",
        }) {}

  void attempt(const Words& /*words*/) override {
    try_to(sethostname(kName.data(), kName.size()), "sethostname", kName);
  }

  std::string effect(Host& /*host*/) override {
    char name[256] = {};
    gethostname(name, sizeof name - 1);
    return name == kName ? "the host is called " + kName : "";
  }
};

const Entry<SetHostname> kEntry;

}  // namespace attacks::set_hostname

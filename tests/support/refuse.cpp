// SPDX-License-Identifier: MIT
#include "tests/support/refuse.hpp"

#include <array>
#include <cerrno>
#include <cstddef>

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <unistd.h>

namespace support {
namespace {

sock_filter statement(unsigned code, unsigned value) {
  return BPF_STMT(static_cast<unsigned short>(code), value);
}

// Skips as many statements as the two counts say when it is so, and when not.
sock_filter jump(unsigned code, unsigned value, int if_so, int if_not) {
  return BPF_JUMP(
      static_cast<unsigned short>(BPF_JMP | code | BPF_K),
      value,
      static_cast<unsigned char>(if_so),
      static_cast<unsigned char>(if_not));
}

sock_filter load(std::size_t offset) {
  return statement(BPF_LD | BPF_W | BPF_ABS, static_cast<unsigned>(offset));
}

// Refuses the call where the argument has one of the bits, or has none.
std::function<void()>
refuse_bits(int system_call, int argument, unsigned bits, bool set) {
  return [=] {
    // The low half of the argument, on a little-endian machine.
    const auto place =
        offsetof(seccomp_data, args) + 8 * static_cast<std::size_t>(argument);
    std::array filter{
        load(offsetof(seccomp_data, nr)),
        jump(BPF_JEQ, static_cast<unsigned>(system_call), 0, 3),
        load(place),
        jump(BPF_JSET, bits, set ? 0 : 1, set ? 1 : 0),
        statement(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
        statement(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const sock_fprog program{.len = filter.size(), .filter = filter.data()};
    // Root needs no PR_SET_NO_NEW_PRIVS for it (seccomp(2)).
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == -1) _exit(120);
  };
}

}  // namespace

std::function<void()> refuse(int system_call) {
  return refuse_without(system_call, /*argument=*/0, /*bits=*/0);
}

std::function<void()>
refuse_with(int system_call, int argument, unsigned bits) {
  return refuse_bits(system_call, argument, bits, /*set=*/true);
}

std::function<void()>
refuse_without(int system_call, int argument, unsigned bits) {
  return refuse_bits(system_call, argument, bits, /*set=*/false);
}

std::function<void()> drop_capability(int capability) {
  return [=] {
    if (prctl(PR_CAPBSET_DROP, capability) == -1) _exit(120);
  };
}

}  // namespace support

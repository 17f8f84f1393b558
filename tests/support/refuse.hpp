// SPDX-License-Identifier: MIT
// A host that refuses a system call: EPERM, as a security module or a container
// around the runtime would answer.
//
//   Launch launch = container({"/bin/echo", "ran"});
//   launch.before_exec = refuse(SYS_chroot);
//   EXPECT_TRUE(refused(run(launch), "chroot"));
//
#pragma once

#include <functional>

namespace support {

std::function<void()> refuse(int system_call);

// Only when argument number `argument`, from 0, has one bit of `bits`, or when
// it has none of them.
std::function<void()> refuse_with(int system_call, int argument, unsigned bits);
std::function<void()>
refuse_without(int system_call, int argument, unsigned bits);

// Takes a capability away from the program that is started, root or not.
std::function<void()> drop_capability(int capability);

}  // namespace support

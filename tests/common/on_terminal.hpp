// SPDX-License-Identifier: MIT
// A piece of a runtime at a terminal, as a person starts it.
//
//   const Result result = run(on_terminal([] {
//     return common::Terminal().exists() ? 0 : 1;
//   }));
//
// As in_child(), but the process leads a session, in the foreground of a
// pseudo-terminal that is its stdin and stdout; stderr is still a file.
#pragma once

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <functional>
#include <utility>

#include "common/check.hpp"
#include "common/prepare.hpp"
#include "common/unique_fd.hpp"
#include "tests/common/in_child.hpp"

namespace support {

inline Launch on_terminal(std::function<int()> body) {
  return in_child([body = std::move(body)] {
    using common::check;
    const common::UniqueFd master(
        check(posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC), "posix_openpt"));
    check(grantpt(master.get()), "grantpt");
    check(unlockpt(master.get()), "unlockpt");
    check(setsid(), "setsid");
    // The first terminal that a session's leader opens becomes its own.
    const common::UniqueFd slave(
        check(open(ptsname(master.get()), O_RDWR | O_CLOEXEC), "open", "pts"));
    check(dup2(slave.get(), STDIN_FILENO), "dup2");
    check(dup2(slave.get(), STDOUT_FILENO), "dup2");
    common::prepare_process();
    return body();
  });
}

}  // namespace support

// SPDX-License-Identifier: MIT
// A piece of a runtime, run in a process of its own: it may block its signals,
// leave its process group or be killed, and the test is still there to look.
//
//   const Result result = run(in_child([] {
//     common::prepare_process();
//     return common::run_command({"true"});
//   }));
//   EXPECT_EQ(result.status, 0) << result;
//
// The process starts with default signals, and with /dev/null to read. What it
// prints goes to files, so stdio holds it back until it is flushed. An exception
// is reported as a runtime's main() does it.
#pragma once

#include <unistd.h>

#include <cstdio>
#include <exception>
#include <functional>
#include <utility>

#include "common/check.hpp"
#include "tests/support/process.hpp"

namespace support {

inline Launch in_child(std::function<int()> body) {
  return {
      .argv = {"(a child of the test)"},
      .before_exec = [body = std::move(body)]() noexcept {
        int status = 0;
        try {
          status = body();
        } catch (const std::exception& error) {
          status = common::report(error);
        }
        std::fflush(nullptr);
        _exit(status);  // so that nothing is executed
      }};
}

}  // namespace support

// SPDX-License-Identifier: MIT
// The container lives as long as its runtime, and the runtime as long as it.
#include <gtest/gtest.h>

#include <csignal>
#include <string>

#include "tests/support/errors.hpp"
#include "tests/support/host.hpp"
#include "tests/support/step.hpp"
#include "tests/support/wait.hpp"

namespace {

using namespace support;

TEST(Lifetime, KillingTheRuntimeOrTheInitEndsAll) {
  matters(
      "kill -9 cannot be caught: PR_SET_PDEATHSIG has the kernel end the "
      "children. And a runtime must not wait for a container that is gone");
  for (const bool init : {true, false}) {
    Running running(container({probe(), "pause"}));
    kill(init ? running.init() : running.runtime().pid(), SIGKILL);
    EXPECT_TRUE(
        exited(running.runtime().wait(), init ? 128 + SIGKILL : -SIGKILL));
    EXPECT_TRUE(eventually(alone, kMoment))
        << but("runtime, init and command end", "one of them is there");
  }
  // This one removes what a killed one could not.
  EXPECT_TRUE(exited(run(container({probe(), "exit", "0"})), 0));
}

// The first process of a machine or of a container, as in an image whose only
// program is the runtime.
TEST(Lifetime, ARuntimeThatIsPidOneReapsOrphans) {
  matters("whoever is PID 1 gets all orphans, and nobody else can reap them");
  const Launch step = container(
      {"sh",
       "-c",
       "orphan=$(sh -c '(sleep 0.01) >&- & echo $!')\n"
       "while kill -0 $orphan 2>&-; do sleep 0.01; done; exit 3"});
  Launch launch = step;
  launch.argv = {"unshare", "--pid", "--fork", "--mount-proc"};
  launch.argv.insert(launch.argv.end(), step.argv.begin(), step.argv.end());
  EXPECT_TRUE(exited(run(launch), 3));
}

}  // namespace

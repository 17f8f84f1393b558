// SPDX-License-Identifier: MIT
// The container has a hostname of its own: CLONE_NEWUTS and sethostname(2).
#include <gtest/gtest.h>

#include <string>

#include "tests/support/errors.hpp"
#include "tests/support/host.hpp"
#include "tests/support/step.hpp"
#include "tests/support/throwaway.hpp"

namespace {

using namespace support;

// Of every step: 00, which changes no hostname, keeps this promise, too.
TEST(Lifetime, LeavesTheHostsHostnameAsItWas) {
  matters(
      "sethostname(2) without CLONE_NEWUTS, or in run(), renames the machine");
  Running running(container({probe(), "pause"}));
  EXPECT_TRUE(is("the host's own hostname", hostname(), kHostname));
  running.end();
  EXPECT_TRUE(is("the host's own hostname", hostname(), kHostname));
}

TEST(UtsNamespace, HostnameIsContainer) {
  matters("the name in the prompt tells you where you are");
  const Result result = run(container({"hostname"}));
  EXPECT_TRUE(printed(result, "container\n"));
}

TEST(UtsNamespace, HostnameIsTheOneAskedFor) {
  matters(
      "with one fixed name you cannot tell two containers apart; the kernel "
      "takes 64 bytes, without room for a 0 at the end");
  for (const std::string& name : {std::string("box"), std::string(64, 'x')}) {
    const Result result = run(container({"hostname"}, {"--hostname", name}));
    EXPECT_TRUE(printed(result, name + "\n"));
  }
}

TEST(RootInside, SetsOnlyTheContainersHostname) {
  matters(
      "what root does to the name in the container must not reach the host");
  const Result result =
      run(container({"/bin/sh", "-c", "hostname other && hostname"}));
  EXPECT_TRUE(printed(result, "other\n"));
  EXPECT_TRUE(is("the host's own hostname", hostname(), kHostname));
}

TEST(UtsNamespace, IsNotTheHosts) {
  matters(
      "the value may be right by chance; another namespace has another number");
  Running running(container({probe(), "pause"}));
  EXPECT_TRUE(own_namespace(running.command(), "uts"));
}

}  // namespace

// SPDX-License-Identifier: MIT
// The container has a hostname of its own: CLONE_NEWUTS and sethostname(2).
#include <gtest/gtest.h>

#include <string>

#include <unistd.h>

#include "tests/support/host.hpp"
#include "tests/support/step.hpp"

namespace {

using namespace support;

std::string hostname_outside() {
  char name[256] = {};
  gethostname(name, sizeof name - 1);
  return name;
}

TEST(UtsNamespace, HostnameIsContainer) {
  const Result result = run(container({"hostname"}));
  EXPECT_EQ(result.out, "container\n") << result;
}

TEST(UtsNamespace, HostnameIsTheOneAskedFor) {
  const Result result = run(container({"hostname"}, {"--hostname", "box"}));
  EXPECT_EQ(result.out, "box\n") << result;
}

TEST(UtsNamespace, HostnameMayHave64Bytes) {
  const std::string name(64, 'x');
  const Result result =
      run(container({probe(), "hostname"}, {"--hostname", name}));
  EXPECT_EQ(result.out, name + "\n") << result;
}

TEST(UtsNamespace, HostnameOutsideStaysAsItWas) {
  Running running(container({probe(), "pause"}));
  EXPECT_EQ(hostname_outside(), kHostname)
      << "the container's name is the host's, too, while it runs";
  running.end();
  EXPECT_EQ(hostname_outside(), kHostname);
}

TEST(UtsNamespace, HostnameSetInsideStaysInside) {
  const Result result =
      run(container({"/bin/sh", "-c", "hostname other && hostname"}));
  EXPECT_EQ(result.out, "other\n") << result;
  EXPECT_EQ(hostname_outside(), kHostname);
}

TEST(UtsNamespace, IsNotTheHosts) {
  Running running(container({probe(), "pause"}));
  EXPECT_TRUE(own_namespace(running.command(), "uts"));
}

}  // namespace

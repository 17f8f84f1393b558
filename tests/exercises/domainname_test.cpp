// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <string>

#include "tests/support/errors.hpp"
#include "tests/support/files.hpp"
#include "tests/support/step.hpp"

namespace {

using namespace support;

constexpr const char* kDomainname = "/proc/sys/kernel/domainname";

TEST(ExerciseDomainname, IsTheOneAskedFor) {
  const Result result =
      run(container({"cat", kDomainname}, {"--domainname", "example"}));
  EXPECT_EQ(result.out, "example\n")
      << "`--domainname example` is to be what the container reads in "
      << kDomainname << result;
}

TEST(ExerciseDomainname, TheHostsStaysAsItWas) {
  const std::string before = read_file(kDomainname);
  Running running(container({probe(), "pause"}, {"--domainname", "another"}));
  EXPECT_EQ(read_file(kDomainname), before)
      << "the host has got the container's name: who calls setdomainname(2), "
         "child() or run()?";
}

TEST(ExerciseDomainname, OneThatIsTooLongIsRefused) {
  EXPECT_TRUE(refused(
      run(container(
          {"/bin/echo", "ran"},
          {"--domainname", std::string(65, 'x')})),
      "setdomainname"))
      << "what cannot be set is an error, and the command does not run: "
         "check() "
         "the call";
}

}  // namespace

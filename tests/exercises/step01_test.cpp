// SPDX-License-Identifier: MIT
// The exercises of step 01.
#include <gtest/gtest.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "tests/exercises/exercises.hpp"

namespace {

using namespace support;
using namespace exercises;

TEST(ExerciseIpc, TheNamespaceIsNotTheHosts) {
  matters("one of the flags of clone(2) makes a new IPC namespace");
  Running running(container({probe(), "pause"}));
  EXPECT_TRUE(own_namespace(running.command(), "ipc"));
}

constexpr const char* kDomainname = "/proc/sys/kernel/domainname";

TEST(ExerciseDomainname, IsTheOneAskedFor) {
  matters("setdomainname(2) in child() sets what that file shows");
  EXPECT_TRUE(printed(
      run(container({"cat", kDomainname}, {"--domainname", "example"})),
      "example\n"));
}

TEST(ExerciseDomainname, TheHostsStaysAsItWas) {
  matters("call setdomainname(2) in child(), not in run()");
  const std::string before = read_file(kDomainname);
  Running running(container({probe(), "pause"}, {"--domainname", "another"}));
  EXPECT_TRUE(is("the host's domain name", read_file(kDomainname), before));
}

TEST(ExerciseDomainname, OneThatIsTooLongIsRefused) {
  matters(
      "if the name cannot be set, the command must not run: check() the call");
  EXPECT_TRUE(refused(
      run(container(kEcho, {"--domainname", std::string(65, 'x')})),
      "setdomainname"));
}

// The name of the error that the runtime has reported.
std::string error_in(const Result& result) {
  for (const auto& [error, name] :
       {std::pair(EINVAL, "EINVAL"),
        std::pair(ENAMETOOLONG, "ENAMETOOLONG"),
        std::pair(EPERM, "EPERM")}) {
    if (result.err.find(std::strerror(error)) != std::string::npos) return name;
  }
  return "?";
}

TEST(ExerciseHostnameLength, TheAnswerIsWhatTheKernelDoes) {
  constexpr size_t kNoSystemAllows = 1024;
  size_t longest = 0;
  Result refusal;
  for (size_t length = 1; length <= kNoSystemAllows; ++length) {
    refusal = run(container(
        {probe(), "hostname"},
        {"--hostname", std::string(length, 'x')}));
    if (refusal.status != 0) break;
    longest = length;
  }
  EXPECT_TRUE(answered(
      std::to_string(longest) + " " + error_in(refusal),
      "a number and the name of an error",
      "try longer and longer names with --hostname. sethostname(2) lists the "
      "names of the errors: the runtime prints the text of one"));
}

}  // namespace

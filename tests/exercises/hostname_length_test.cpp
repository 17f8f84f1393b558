// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <cerrno>
#include <cstring>
#include <map>
#include <string>

#include "tests/exercises/answer.hpp"
#include "tests/support/step.hpp"

namespace {

using namespace support;

Result run_with_hostname_of(size_t length) {
  return run(container(
      {probe(), "hostname"},
      {"--hostname", std::string(length, 'x')}));
}

// The name of the error that the runtime has reported.
std::string error_in(const Result& result) {
  const std::map<int, std::string> names{
      {EINVAL, "EINVAL"},
      {ENAMETOOLONG, "ENAMETOOLONG"},
      {E2BIG, "E2BIG"},
      {EPERM, "EPERM"},
      {EFAULT, "EFAULT"}};
  for (const auto& [error, name] : names) {
    if (result.err.find(std::strerror(error)) != std::string::npos) return name;
  }
  return "?";
}

TEST(ExerciseHostnameLength, TheAnswerIsWhatTheKernelDoes) {
  constexpr size_t kNoSystemAllows = 1024;
  size_t longest = 0;
  Result refusal;
  for (size_t length = 1; length <= kNoSystemAllows; ++length) {
    refusal = run_with_hostname_of(length);
    if (refusal.status != 0) break;
    longest = length;
  }
  EXPECT_TRUE(exercises::answered(
      {std::to_string(longest), error_in(refusal)},
      "Give longer and longer names with --hostname, and see from which length "
      "on the runtime reports an error. Its name is in sethostname(2) or "
      "errno(3)"));
}

}  // namespace

// SPDX-License-Identifier: MIT
// The exercises of step 12.
#include <gtest/gtest.h>

#include <cerrno>
#include <cstring>
#include <map>
#include <string>
#include <vector>

#include "tests/exercises/exercises.hpp"

namespace {

using namespace support;
using namespace exercises;

// The names in /proc/net/dev, below its two lines of headings.
std::vector<std::string> interfaces_of(const std::string& process) {
  std::vector<std::string> names;
  for (const std::string& line :
       lines(read_file("/proc/" + process + "/net/dev"))) {
    const size_t colon = line.find(':');
    if (colon == std::string::npos) continue;
    names.push_back(words(line.substr(0, colon)).at(0));
  }
  return names;
}

bool has_cable(const std::vector<std::string>& interfaces) {
  for (const std::string& name : interfaces) {
    if (name.starts_with("box") || name == "eth0") return true;
  }
  return false;
}

TEST(ExerciseNoCable, NeitherSideHasAnEndOfIt) {
  matters("both sides have to know the option");
  Running running(container({probe(), "pause"}, {"--no-cable"}));
  EXPECT_FALSE(has_cable(interfaces_of(std::to_string(running.command()))))
      << but("the container has no cable", "it has eth0");
  EXPECT_FALSE(has_cable(interfaces_of("self")))
      << but("the host has no cable", "it has the other end");
}

TEST(ExerciseNoCable, LoopbackIsUp) {
  matters("many programs talk to themselves by 127.0.0.1: bring it up");
  const Result result = run(
      container({"bash", "-c", "echo >/dev/tcp/127.0.0.1/9"}, {"--no-cable"}));
  EXPECT_TRUE(names(result.err, "Connection refused")) << result;
}

TEST(ExerciseNoCable, WithoutTheOptionAllIsAsBefore) {
  Running without(container({probe(), "pause"}));
  EXPECT_TRUE(has_cable(interfaces_of(std::to_string(without.command()))))
      << but("without the option there is a cable", "there is none");
  Running with(container({probe(), "pause"}, {"--no-cable"}));
}

TEST(ExerciseThreeRefusals, TheAnswerIsWhatTheKernelSays) {
  const std::map<std::string, int> names{
      {"EACCES", EACCES},
      {"EADDRINUSE", EADDRINUSE},
      {"EADDRNOTAVAIL", EADDRNOTAVAIL},
      {"ECONNREFUSED", ECONNREFUSED},
      {"EHOSTUNREACH", EHOSTUNREACH},
      {"ENETUNREACH", ENETUNREACH},
      {"EPERM", EPERM}};
  std::string truth;
  for (const char* command :
       {"echo >/dev/tcp/127.0.0.1/9",
        "busybox ip link set eth0 down",
        "busybox httpd -f -p 192.0.2.1:80"}) {
    const std::string said = run(container({"bash", "-c", command})).err;
    for (const auto& [name, error] : names) {
      if (said.find(std::strerror(error)) != std::string::npos)
        truth += " " + name;
    }
  }
  EXPECT_TRUE(answered(
      truth,
      "three names of errno(3)",
      "type the commands in the container, and look up what they say"));
}

}  // namespace

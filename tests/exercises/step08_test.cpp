// SPDX-License-Identifier: MIT
// The exercises of step 08.
#include <gtest/gtest.h>

#include <string>

#include <sys/stat.h>
#include <unistd.h>

#include "tests/exercises/exercises.hpp"

namespace {

using namespace support;
using namespace exercises;

TEST(ExerciseFirstUser, RootInsideIsThatUserOutside) {
  matters("root's number is in both maps: that of users and that of groups");
  Running running(container({probe(), "pause"}, {"--first-user", "300000"}));
  for (const char* field : {"Uid", "Gid"}) {
    const std::string ids = status_field(running.command(), field);
    EXPECT_TRUE(is(field, words(ids).at(0), "300000"));
  }
}

TEST(ExerciseFirstUser, OthersFollow) {
  matters("65536 ids: so the container has a user nobody, too");
  Running running(container({probe(), "pause"}, {"--first-user", "300000"}));
  const std::string process = "/proc/" + std::to_string(running.command());
  for (const char* file : {"/uid_map", "/gid_map"}) {
    EXPECT_TRUE(is(file, words(read_file(process + file)).at(2), "65536"));
  }
}

TEST(ExerciseWhose, TheAnswerIsWhatTheMapMakesOfIt) {
  const CommonDirectory directory;
  chmod(directory.outside().c_str(), 0777);
  write_file(directory.outside() + "/second", "");
  EXPECT_EQ(chown((directory.outside() + "/second").c_str(), 1000, 1000), 0);
  const Result inside = run(container(
      {"sh",
       "-c",
       "cd " + directory.inside() +
           " && touch first && chown 1000 first && stat -c %u second"}));
  EXPECT_TRUE(exited(inside, 0));
  struct stat first {};
  EXPECT_EQ(stat((directory.outside() + "/first").c_str(), &first), 0);
  EXPECT_TRUE(answered(
      std::to_string(first.st_uid) + " " + inside.out,
      "two numbers",
      "the map is 0 100000 65536. An id that it does not have is shown as "
      "nobody's"));
}

}  // namespace

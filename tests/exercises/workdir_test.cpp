// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <string>

#include <sys/stat.h>

#include "tests/support/errors.hpp"
#include "tests/support/files.hpp"
#include "tests/support/step.hpp"

namespace {

using namespace support;

Result run_in(const std::string& workdir) {
  return run(container({"pwd"}, {"--workdir", workdir}));
}

TEST(ExerciseWorkdir, IsTheOneAskedFor) {
  EXPECT_EQ(run_in("/tmp").out, "/tmp\n") << run_in("/tmp");
  EXPECT_EQ(run(container({"pwd"})).out, "/\n") << "/ is the default";
}

TEST(ExerciseWorkdir, ARelativeOneStartsAtTheRoot) {
  EXPECT_EQ(run_in("tmp").out, "/tmp\n") << run_in("tmp");
}

TEST(ExerciseWorkdir, ADirectoryOfTheHostIsNotFound) {
  // Where the runtime is started, but not in the rootfs.
  const TemporaryDirectory here;
  ASSERT_EQ(mkdir((here.path() + "/of-the-host").c_str(), 0755), 0);
  Launch launch = container({"/bin/echo", "ran"}, {"--workdir", "of-the-host"});
  launch.directory = here.path();
  EXPECT_TRUE(refused(run(launch), "of-the-host"))
      << "the command ran in a directory of the host, and from there ./../.. "
         "is all of it: chroot(2) moves / only, so first chdir(\"/\")";
}

TEST(ExerciseWorkdir, OneThatIsMissingIsRefused) {
  EXPECT_TRUE(refused(
      run(container({"/bin/echo", "ran"}, {"--workdir", "/nowhere"})),
      "/nowhere"))
      << "a command that runs in another directory than it was told may remove "
         "the wrong files: check() the call";
}

}  // namespace

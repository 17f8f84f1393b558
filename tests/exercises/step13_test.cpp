// SPDX-License-Identifier: MIT
// The exercises of step 13.
#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>

#include <string>
#include <utility>

#include "tests/exercises/exercises.hpp"

namespace {

using namespace support;
using namespace exercises;

// A directory that is on no overlay, as a checkout may be: there, the kernel has
// no upper layer.
class Kept {
 public:
  const std::string& path() const { return directory_.path(); }
  Result run_with(const std::string& script) const {
    return run(container({"sh", "-c", script}, {"--keep", path()}));
  }

 private:
  TemporaryDirectory directory_;
  Mounted memory_{"tmpfs", "tmpfs", directory_.path()};
};

// What is in the image, with a file that root inside may change.
class OfImage {
 public:
  OfImage() {
    constexpr uid_t kRootInside = 100000;
    write_file(file(), std::string(8 << 20, 'x'));
    EXPECT_EQ(chown(file().c_str(), kRootInside, kRootInside), 0);
    EXPECT_EQ(chown(directory_.outside().c_str(), kRootInside, kRootInside), 0);
  }
  std::string file() const { return directory_.outside() + "/big"; }
  const std::string& inside() const { return directory_.inside(); }

 private:
  CommonDirectory directory_;
};

TEST(ExerciseKeepLayer, ChangesAreThereAgain) {
  matters(
      "the directory is mounted in place of the tmpfs. The second time, "
      "work and upper are there already");
  const OfImage image;
  const Kept kept;
  const std::string enter = "cd " + image.inside() + " && ";
  EXPECT_TRUE(printed(kept.run_with(enter + "echo new >new; rm big"), ""));
  EXPECT_TRUE(printed(kept.run_with(enter + "cat new; ls"), "new\nnew\n"));
  EXPECT_TRUE(is("the file of the image", exists(image.file()), true));
}

TEST(ExerciseKeepLayer, AnotherDirectoryIsAnotherLayer) {
  matters("each directory has its own changes");
  const OfImage image;
  const Kept first;
  const Kept second;
  const std::string enter = "cd " + image.inside() + " && ";
  EXPECT_TRUE(printed(first.run_with(enter + "rm big; ls"), ""));
  EXPECT_TRUE(printed(second.run_with(enter + "ls"), "big\n"));
}

TEST(ExerciseKeepLayer, WithoutTheOptionNothingIsKept) {
  matters("the layer is then a tmpfs of this container, as before");
  const OfImage image;
  const Kept kept;
  const std::string enter = "cd " + image.inside() + " && ";
  EXPECT_TRUE(printed(kept.run_with(enter + "rm big; ls"), ""));
  for (int i = 0; i < 2; ++i) {
    EXPECT_TRUE(
        printed(run(container({"sh", "-c", enter + "ls; rm big"})), "big\n"));
  }
}

TEST(ExerciseKeepLayer, ADirectoryThatIsNotThereIsRefused) {
  matters("check the mount: otherwise, nothing is kept, and nobody is told");
  EXPECT_TRUE(refused(
      run(container(kEcho, {"--keep", "/nowhere"})),
      "/nowhere: No such file"));
}

TEST(ExerciseCopiedUp, TheAnswerIsWhatIsUsedInTheLayer) {
  std::string truth;
  for (const auto& [word, command] :
       {std::pair("cat", "cat big >/dev/null"),
        {"chmod", "chmod 600 big"},
        {"append", "echo >>big"},
        {"mv", "mv big other"},
        {"rm", "rm big"}}) {
    const OfImage image;
    const std::string used =
        "$(df -k / | sed -n '2s/[^ ]* *[^ ]* *//; 2s/ .*//p')";
    const Result result = run(container(
        {"sh",
         "-c",
         "cd " + image.inside() + "; before=" + used + "; " + command +
             "; echo $((" + used + " - before))"}));
    EXPECT_TRUE(exited(result, 0));
    if (std::stoi(result.out) >= 8192) truth += std::string(" ") + word;
  }
  EXPECT_TRUE(answered(
      truth,
      "words of the list",
      "df -k / shows the used space of the layer, before and after"));
}

}  // namespace

// SPDX-License-Identifier: MIT
// What the container writes is a layer of its own, on top of the image, and ends
// with it. There can be more layers in between: --layer.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/errors.hpp"
#include "tests/support/files.hpp"
#include "tests/support/step.hpp"

namespace {

using namespace support;

constexpr uid_t kRootInside = 100000;  // as the host sees it

// Root in the container is the owner of all that is in it.
void give_away(const std::string& directory) {
  ASSERT_EQ(chown(directory.c_str(), kRootInside, kRootInside), 0);
  for (const auto& each :
       std::filesystem::recursive_directory_iterator(directory))
    ASSERT_EQ(lchown(each.path().c_str(), kRootInside, kRootInside), 0);
}

// A directory of the image, in which root inside may do everything: with a file
// that says "old", and a directory with another one.
class OfImage {
 public:
  OfImage() {
    write_file(outside() + "/file", "old\n");
    std::filesystem::create_directory(outside() + "/full");
    write_file(outside() + "/full/inner", "inner\n");
    give_away(outside());
  }

  const std::string& outside() const { return directory_.outside(); }
  Result run_there(const std::string& script) const {
    const std::string there = "cd " + directory_.inside() + " && ";
    return run(container({"sh", "-c", there + script}));
  }
  // After a run that has printed `text`, all is as it was.
  void expect_unchanged(const Result& result, const std::string& text) const {
    EXPECT_TRUE(printed(result, text));
    const std::vector<std::string> names{"file", "full"};
    EXPECT_TRUE(is("what is in the image", list_directory(outside()), names));
    EXPECT_TRUE(
        is("a file in the image", read_file(outside() + "/file"), "old\n"));
    EXPECT_TRUE(
        is("a file in the image",
           read_file(outside() + "/full/inner"),
           "inner\n"));
  }

 private:
  CommonDirectory directory_;
};

TEST(Overlay, ANewFileIsNotInTheImage) {
  matters("what one container leaves in the image, the next one runs");
  const OfImage image;
  image.expect_unchanged(image.run_there("echo new >new && cat new"), "new\n");
}

TEST(Overlay, AChangeIsNotInTheImage) {
  matters("before a file changes, the kernel copies it to the upper layer");
  const OfImage image;
  image.expect_unchanged(
      image.run_there("echo more >>file && cat file"),
      "old\nmore\n");
}

TEST(Overlay, WhatIsRemovedIsStillInTheImage) {
  matters("the upper layer remembers that a name is gone");
  const OfImage image;
  image.expect_unchanged(image.run_there("rm -r file full && ls -A"), "");
}

TEST(Overlay, ADirectoryThatIsMadeAgainIsEmptyAndNotInTheImage) {
  matters(
      "package managers do this. The upper layer marks such a directory, which "
      "not every file system can do for a user namespace");
  const OfImage image;
  image.expect_unchanged(
      image.run_there("rm -r full && mkdir full && ls -A full && echo made"),
      "made\n");
}

TEST(Overlay, IsNewForEachContainerAndNotInTheImage) {
  matters("nobody sees what another container of the image has written");
  const OfImage image;
  for (int i = 0; i < 2; ++i)
    image.expect_unchanged(
        image.run_there("echo x >>file && cat file"),
        "old\nx\n");
}

TEST(Overlay, HasTheOwnerAndTheModeOfTheImage) {
  matters(
      "root inside must be able to make a directory in /, and in the image it "
      "is not");
  const TemporaryDirectory copy;
  const std::string image = copy.path() + "/image";
  std::filesystem::copy(
      rootfs(),
      image,
      std::filesystem::copy_options::recursive |
          std::filesystem::copy_options::copy_symlinks);
  give_away(image);
  ASSERT_EQ(chmod(image.c_str(), 0710), 0);
  const Result result = run(container(
      {"sh", "-c", "mkdir /new && stat -c '%u %g %a' /"},
      {"--rootfs", image}));
  EXPECT_TRUE(printed(result, "0 0 710\n"));
  EXPECT_FALSE(exists(image + "/new"))
      << but("a new directory is not in the image", "it is in the image");
}

TEST(Overlay, IsLimited) {
  matters("it is memory of the host: without a limit, it can be half of it");
  const OfImage image;
  const Result result = image.run_there("head -c 70M /dev/zero >file");
  EXPECT_TRUE(names(result.err, "No space left on device"))
      << but("64 MB fit, and no more", "there is no limit", &result);
}

TEST(Overlay, DoesNotShowWhereTheImageIs) {
  matters("the mount table has the names that mount(2) got");
  const Result result = run(container({"cat", "/proc/self/mountinfo"}));
  ASSERT_TRUE(exited(result, 0));
  const std::string name = rootfs().substr(rootfs().rfind('/'));
  EXPECT_TRUE(names(result.out, name, /*expected=*/false))
      << but("the mount table hides where the rootfs is",
             "the container sees the host's path",
             &result);
}

// Layers, of which each has a file `own` of its own, and all have a file `same`.
class Layer {
 public:
  explicit Layer(const std::string& name) : name_(name) {
    std::filesystem::create_directory(path());
    write_file(path() + "/own-" + name, name + "\n");
    write_file(path() + "/same", name + "\n");
    give_away(path());
  }
  std::string path() const { return directory_.path() + "/" + name_; }

 private:
  TemporaryDirectory directory_;
  std::string name_;
};

TEST(Layers, AreStackedInTheirOrder) {
  matters("the last one is on top: its files are the ones that count");
  const Layer a("a");
  const Layer b("b");
  const std::vector<std::string> cat{"cat", "/own-a", "/own-b", "/same"};
  EXPECT_TRUE(printed(
      run(container(cat, {"--layer", a.path(), "--layer", b.path()})),
      "a\nb\nb\n"))
      << "each has the layer below it";
  EXPECT_TRUE(printed(
      run(container(cat, {"--layer", b.path(), "--layer", a.path()})),
      "a\nb\na\n"))
      << "each has the layer below it";
}

TEST(Layers, StayAsTheyAre) {
  matters("another container may use the same one");
  const Layer a("a");
  const Result result = run(container(
      {"sh", "-c", "echo more >>/same && cat /same"},
      {"--layer", a.path()}));
  EXPECT_TRUE(printed(result, "a\nmore\n")) << "the layer is there";
  EXPECT_TRUE(is("the layer's file", read_file(a.path() + "/same"), "a\n"));
}

TEST(Layers, MayHaveAnyName) {
  matters("overlay separates its options by commas, and layers by colons");
  const Layer odd("a,b:c\\d");
  const Result result =
      run(container({"cat", "/same"}, {"--layer", odd.path()}));
  EXPECT_TRUE(printed(result, "a,b:c\\d\n")) << "of the layer";
}

TEST(Layers, MayBeNamedFromWhereTheCallerIs) {
  matters("people type --layer . and --layer ../tools");
  const Layer a("a");
  Launch launch = container({"cat", "/same"}, {"--layer", "."});
  launch.directory = a.path();
  EXPECT_TRUE(printed(run(launch), "a\n")) << "of the layer";
}

TEST(Layers, AreDirectoriesAndNotTheHostsRoot) {
  matters("what is not there, or is the host itself, is no layer");
  const TemporaryDirectory directory;
  const std::string file = directory.path() + "/file";
  const std::string root = directory.path() + "/root";
  write_file(file, "");
  ASSERT_EQ(symlink("/", root.c_str()), 0);
  using Case = std::pair<std::string, std::string>;
  for (const auto& [layer, reason] :
       {Case(directory.path() + "/nothing", "No such file"),
        Case(file, "Not a directory"),
        Case("/", "chroot /: Invalid argument"),
        Case(root, "chroot " + root + ": Invalid argument")}) {
    const std::vector<std::string> option{"--layer", layer};
    EXPECT_TRUE(refused(run(container({"/bin/echo", "ran"}, option)), reason));
  }
}

}  // namespace

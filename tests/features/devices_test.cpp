// SPDX-License-Identifier: MIT
// The container has the devices that programs need: the host lends them, one by
// one. Its terminals are its own, and of all this nothing is in the rootfs.
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "tests/support/errors.hpp"
#include "tests/support/files.hpp"
#include "tests/support/host.hpp"
#include "tests/support/pty.hpp"
#include "tests/support/step.hpp"

namespace {

using namespace support;

constexpr std::array
    kLentDevices{"null", "zero", "full", "random", "urandom", "tty"};

Result in_box_shell(const std::string& script) {
  return run(container({"/bin/sh", "-c", script}));
}

TEST(Devices, AreTheseAndNoOthers) {
  matters("each device is code of the kernel, and some are a disk");
  Launch launch = container({"ls", "/dev"});
  launch.environment = {{"LC_ALL", "C"}};
  const std::vector<std::string> expected{
      "fd",
      "full",
      "null",
      "ptmx",
      "pts",
      "random",
      "shm",
      "stderr",
      "stdin",
      "stdout",
      "tty",
      "urandom",
      "zero"};
  EXPECT_TRUE(is("ls /dev", lines(run(launch).out), expected));
}

// As the container sees it.
struct stat status_inside(const Running& running, const std::string& path) {
  const std::string pid = std::to_string(running.command());
  struct stat found {};
  stat(("/proc/" + pid + "/root" + path).c_str(), &found);
  return found;
}

TEST(Devices, AreTheHostsOwn) {
  matters("a file of that name keeps what is written to it");
  Running running(container({probe(), "pause"}));
  for (const std::string name : kLentDevices) {
    struct stat host {};
    stat(("/dev/" + name).c_str(), &host);
    const struct stat inside = status_inside(running, "/dev/" + name);
    EXPECT_TRUE(
        is("that /dev/" + name + " is a device",
           S_ISCHR(inside.st_mode),
           true));
    EXPECT_TRUE(is("the number of /dev/" + name, inside.st_rdev, host.st_rdev));
  }
}

TEST(Devices, NullKeepsNothingAndIsNotInTheImage) {
  matters("what every script throws away would be a file of the image");
  // Container root's own directory: here, a file would be made.
  const std::string dev = rootfs() + "/dev";
  const Mounted memory("tmpfs", "tmpfs", dev);
  ASSERT_EQ(chown(dev.c_str(), 100000, 100000), 0);
  const Result result = in_box_shell("echo word >/dev/null && cat /dev/null");
  EXPECT_TRUE(printed(result, ""));
  EXPECT_TRUE(
      is("what the image has in /dev",
         list_directory(dev),
         std::vector<std::string>{}));
}

TEST(Devices, ZeroGivesZeros) {
  matters("programs read it for empty memory and empty files");
  const Result result = in_box_shell("head -c 4 /dev/zero | od -An -tx1");
  EXPECT_TRUE(printed(result, " 00 00 00 00\n"));
}

TEST(Devices, FullIsFull) {
  matters("with it, a program shows whether it notices a full disk");
  const Result result = in_box_shell("exec 2>&1; cat /bin/sh >/dev/full");
  EXPECT_TRUE(names(result.out, "No space left on device")) << result;
}

TEST(Devices, RandomGivesOtherBytesEachTime) {
  matters("keys and passwords are made from them");
  for (const std::string name : {"random", "urandom"}) {
    const std::string read = "head -c 16 /dev/" + name + " | od -An -tx1";
    const Result result = in_box_shell(read + "; " + read);
    const std::vector<std::string> both = lines(result.out);
    EXPECT_TRUE(both.size() == 2 && both[0] != both[1])
        << but("16 bytes, and then others", result.out, &result);
  }
}

TEST(Devices, TtyIsTheTerminalOfTheCommand) {
  matters("programs ask there for a password, whatever their input is");
  Pty pty(container({"sh", "-c", "echo word >/dev/tty; echo 'end'"}).argv);
  EXPECT_TRUE(is("what is shown", pty.expect("end"), "word\r\n"));
  EXPECT_TRUE(is("the wait status", pty.wait(), 0));
}

TEST(Devices, StandardStreamsHaveNames) {
  matters("programs that want a file get a stream, and bash's <( ) is /dev/fd");
  Launch launch = container(
      {"bash",
       "-c",
       "{ cat /dev/stdin <(echo fd); echo out >/dev/stdout; } | cat;"
       "echo err >/dev/stderr"});
  launch.input = "in\n";
  const Result result = run(launch);
  EXPECT_TRUE(printed(result, "in\nfd\nout\n"));
  EXPECT_TRUE(is("stderr", result.err, "err\n"));
}

TEST(Devices, TerminalsAreTheContainersOwn) {
  matters(
      "each mount of devpts numbers its terminals from 0, and every user may "
      "make one: ptmxmode");
  // One that is open on the host, so that the next would not be 0 there.
  const Pty pty({"cat"});
  EXPECT_TRUE(
      printed(run(container({probe(), "terminal"})), "/dev/pts/0: word\n"));
}

TEST(Devices, SharedMemoryIsForEveryUser) {
  matters("shm_open(3) makes files in /dev/shm, and mkdir(2) obeys the umask");
  EXPECT_TRUE(
      printed(run(container({probe(), "shared-memory"})), "shared memory\n"));
  Running running(container({probe(), "pause"}));
  const mode_t mode = status_inside(running, "/dev/shm").st_mode;
  EXPECT_TRUE(is("the mode of /dev/shm", mode, mode_t{S_IFDIR | 01777}));
}

TEST(Devices, CannotBeChangedOrMade) {
  matters("they are the host's: a mode set here is set for the whole host");
  struct stat before {};
  struct stat after {};
  ASSERT_EQ(stat("/dev/null", &before), 0);
  const Result mode = in_box_shell("exec 2>&1; chmod 666 /dev/null");
  EXPECT_TRUE(names(mode.out, "Operation not permitted")) << mode;
  const Result made = in_box_shell("exec 2>&1; mknod /dev/shm/zero c 1 5");
  EXPECT_TRUE(names(made.out, "Operation not permitted")) << made;
  ASSERT_EQ(stat("/dev/null", &after), 0);
  EXPECT_TRUE(
      is("the ctime of /dev/null",
         after.st_ctim.tv_nsec,
         before.st_ctim.tv_nsec));
}

TEST(Devices, OfTheImageOpenNothing) {
  matters("in the image of a stranger, a node can be your disk, open to all");
  const CommonDirectory directory;
  const std::string node = directory.outside() + "/zero";
  ASSERT_EQ(mknod(node.c_str(), S_IFCHR, makedev(1, 5)), 0);
  ASSERT_EQ(chmod(node.c_str(), 0666), 0);
  // A user namespace may not take a flag from a mount of the host.
  const TemporaryDirectory place;
  const Mounted again("bind", rootfs(), place.path());
  constexpr unsigned long kFlags = MS_REMOUNT | MS_BIND | MS_NOSUID;
  ASSERT_EQ(mount("", place.path().c_str(), "", kFlags, ""), 0);
  const Result result = run(container(
      {"head", "-c", "1", directory.inside() + "/zero"},
      {"--rootfs", place.path()}));
  EXPECT_TRUE(names(result.err, "Permission denied"))
      << but("the node in the image opens nothing", "it is a device", &result);
}

// Of the mount at a place, what mount(8) prints of it: flags, type and source.
std::string mount_of_process(pid_t pid, const std::string& point) {
  const std::string mounts =
      read_file("/proc/" + std::to_string(pid) + "/mountinfo");
  for (const std::string& line : lines(mounts)) {
    const std::vector<std::string> fields = words(line);
    if (fields.at(4) != point) continue;
    const size_t dash = line.find(" - ");
    const std::vector<std::string> after = words(line.substr(dash + 3));
    const std::string flags = fields.at(5).substr(0, fields[5].find(",rel"));
    return flags + " " + after.at(0) + " " + after.at(1);
  }
  return "no mount";
}

TEST(Devices, AreInMountsThatRunNoPrograms) {
  matters("what can be written needs no devices, no setuid, and no programs");
  Running running(container({probe(), "pause"}));
  EXPECT_TRUE(
      is("the mount of /dev",
         mount_of_process(running.command(), "/dev"),
         "rw,nosuid,nodev,noexec tmpfs tmpfs"));
  EXPECT_TRUE(
      is("the mount of /dev/pts",
         mount_of_process(running.command(), "/dev/pts"),
         "rw,nosuid,noexec devpts devpts"));
  const mode_t mode = status_inside(running, "/dev").st_mode;
  EXPECT_TRUE(is("the mode of /dev", mode, mode_t{S_IFDIR | 0755}));
}

// A rootfs with nothing but what a container needs before it has a /dev.
class RootfsWithoutDev : public testing::Test {
 protected:
  RootfsWithoutDev() { mkdir((directory_.path() + "/proc").c_str(), 0755); }

  std::string dev() const { return directory_.path() + "/dev"; }
  Result run_there() const {
    return run(container(
        {"/bin/probe", "argv", "ran"},
        {"--rootfs", directory_.path()}));
  }

 private:
  struct Bin {
    explicit Bin(const std::string& path) { mkdir(path.c_str(), 0755); }
  };

  TemporaryDirectory directory_;
  Bin bin_{directory_.path() + "/bin"};
  Mounted programs_{"bind", rootfs() + "/bin", directory_.path() + "/bin"};
};

TEST_F(RootfsWithoutDev, IsRefused) {
  matters("without /dev/null, much else would fail later, without a reason");
  const Result result = run_there();
  EXPECT_TRUE(refused(result, "mount /dev: No such file or directory"));
  EXPECT_TRUE(has_hint(result));
  write_file(dev(), "");
  EXPECT_TRUE(refused(run_there(), "mount /dev: Not a directory"));
}

TEST_F(RootfsWithoutDev, WithALinkThereIsRefused) {
  matters(
      "`dev -> ../dev` leads to the host's, and then the container has none: "
      "mount(2) follows links");
  for (const char* target : {"../dev", "/tmp", "nowhere"}) {
    ASSERT_EQ(symlink(target, dev().c_str()), 0);
    const Result result = run_there();
    EXPECT_TRUE(refused(result, "mount /dev: Too many levels of symbolic"));
    EXPECT_TRUE(has_hint(result));
    ASSERT_EQ(unlink(dev().c_str()), 0);
  }
}

}  // namespace

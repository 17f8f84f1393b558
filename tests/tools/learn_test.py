#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Tests of tools/learn.py: on a scratch copy of the tree, what a learner does,
and what the kit says to runtimes that are right, not begun, or broken.

usage: kit_test.py BUILD [UNITTEST_OPTION...]
"""

import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
STEPS = sorted(path.name for path in (ROOT / "steps").glob("[0-9]*-*"))
BROKEN, NO_JUDGEMENT = 1, 125

# What the untouched start of a step breaks besides what is new in it: the
# command line grows, and a person at a terminal sees the new thing, too.
GROWS = {
    "01-uts": {
        "CommandLine.HostnameOf65BytesIsRefused",
        "CommandLine.WhoIsNotRootIsToldSo",
        "ContainerShell.ShowsTheContainersNameFilesAndProcesses",
        "SessionLeader.IsWhatScriptMakesOfTheRuntime",
    },
    "02-chroot": {
        "Starts.KnowsTheRootfsOption",
        "Starts.FindsTheCommandInTheRootfs",
        "CommandLine.OptionGivenTwiceIsRefused",
        "CommandLine.HelpNamesTheOptionsOfTheStep",
        "ContainerShell.ShowsTheContainersNameFilesAndProcesses",
    },
    "03-pid-mount": {
        "ContainerShell.ShowsTheContainersNameFilesAndProcesses",
    },
    "04-cgroups": {
        "Starts.KnowsThePidsMaxOption",
        "CommandLine.OptionGivenTwiceIsRefused",
        "CommandLine.HelpNamesTheOptionsOfTheStep",
    },
}

# Of these no promise is kept by the step before, whole or in part.
NEW = {
    "01-uts": {"UtsNamespace", "FailClosed"},
    "02-chroot": {"Rootfs", "ProcIsEmpty", "RootfsIsChecked", "FailClosedRootfs"},
    "03-pid-mount": {"PidNamespace", "Init", "Proc", "MountNamespace",
                     "RootfsWithoutProc", "FailClosedMounts"},
    "04-cgroups": {"PidsCgroup", "PidsMax", "FailClosedCgroups"},
}

# Runs the command, whatever is asked for.
UNISOLATED = """#!/bin/sh
%s
while [ "$1" != -- ]; do shift; done
shift
exec "$@"
"""


def patched(text, diff):
    """The text with a unified diff applied, as patch(1) would."""
    old, new, at = text.splitlines(), [], 0
    for line in diff.splitlines()[2:]:
        hunk = re.match(r"@@ -(\d+)", line)
        if hunk:
            new += old[at:int(hunk[1]) - 1]
            at = int(hunk[1]) - 1
            continue
        if line[:1] == "+":
            new.append(line[1:])
            continue
        assert old[at] == line[1:], line
        at += 1
        if line[:1] != "-":
            new.append(line[1:])
    return "\n".join(new + old[at:]) + "\n"


class Tree(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory(prefix="boxstep-kit-")
        self.addCleanup(scratch.cleanup)
        self.root = pathlib.Path(scratch.name)
        for name in ("tools", "steps", "docs", "common"):
            shutil.copytree(ROOT / name, self.root / name)
        # The same build; what is built of the learner's goes into this one.
        (self.root / "build").mkdir()
        for path in build.iterdir():
            if path.name != "my":
                (self.root / "build" / path.name).symlink_to(path)

    def kit(self, *words):
        done = subprocess.run(
            [sys.executable, "-B", self.root / "tools/learn.py", *words],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, check=False, cwd=self.root)
        return done.returncode, done.stdout

    def succeeds(self, *words):
        status, said = self.kit(*words)
        self.assertEqual(status, 0, said)
        return said

    def refuses(self, what, *words):
        status, said = self.kit(*words)
        self.assertEqual(status, NO_JUDGEMENT, said)
        self.assertIn(what, said)
        self.assertIn("hint: ", said)

    def runtime(self, text):
        path = self.root / "runtime"
        path.write_text(text)
        path.chmod(0o755)
        return path

    def verdict(self, *words):
        """The exit status, what was said, and the names of broken promises."""
        status, said = self.kit("check", "--all", *words)
        names = re.findall(r"^  again +.* (\S+)$", said, re.M)
        self.assertEqual(len(names), said.count("\nBROKEN  "), said)
        return status, said, [name.split("/")[0] for name in names]


class Start(Tree):
    def test_gives_the_code_of_the_step_before(self):
        for before, step in zip(STEPS, STEPS[1:]):
            self.succeeds("start", step)
            begun = (self.root / f"my/{step}/main.cpp").read_text()
            path = f"steps/{before}/main.cpp"
            head, code = begun.split("\n\n", 1)
            self.assertEqual(code, (ROOT / path).read_text().split("\n\n", 1)[1])
            new = (ROOT / f"steps/{step}/main.cpp").read_text()
            self.assertTrue(begun.startswith(new.split("\n\n", 1)[0]), head)

    def test_says_the_goal_of_the_chapter_as_it_is(self):
        chapter = self.root / "docs/02-chroot.md"
        chapter.write_text("## Goal\n\nTo *reach*\nthe [end](x.md).\n\n## Next\n")
        self.succeeds("start", "2")
        begun = (self.root / "my/02-chroot/main.cpp").read_text()
        self.assertIn("// To do: To reach the end.\n", begun)
        self.assertIn("//   ./boxstep check 02\n//   ./boxstep hint 02\n", begun)

    def test_overwrites_nothing(self):
        mine = self.root / "my/02-chroot/main.cpp"
        self.succeeds("start", "02")
        begun = mine.read_text()
        for number, text in enumerate(["mine", "mine, too"], 1):
            mine.write_text(text)
            self.refuses("exists", "start", "02")
            self.assertEqual(mine.read_text(), text)
            said = self.succeeds("start", "--force", "02")
            self.assertIn(f"my/02-chroot/main.cpp.{number}", said)
            kept = mine.with_name(f"main.cpp.{number}")
            self.assertEqual(kept.read_text(), text)
            self.assertEqual(mine.read_text(), begun)

    def test_knows_a_step_by_number_and_name(self):
        for word in ("3", "03", "03-pid-mount"):
            self.succeeds("start", "--force", word)
        self.refuses("no such step", "start", "30")
        self.refuses("what?", "start")
        self.refuses("not recognized", "start", "--nope", "3")
        self.refuses("not expected", "start", "3", "4")


class Hint(Tree):
    def test_gives_one_after_another_and_the_diff_last(self):
        file = self.root / "docs/workshop/hints/02-chroot.md"
        file.write_text("<!-- x -->\nfirst\nhint\n---\nsecond\n\n    code\n")
        said = [self.succeeds("hint", "02") for _ in range(4)]
        self.assertIn("Hint 1 of 3\n\nfirst\nhint\n", said[0])
        self.assertIn("Hint 2 of 3\n\nsecond\n\n    code\n", said[1])
        for text in said[2:]:
            self.assertIn("Hint 3 of 3\n", text)
            self.assertIn("+  enter_rootfs(options);\n", text)

    def test_again_and_all(self):
        self.assertIn("Hint 1 of", self.succeeds("hint", "--again", "02"))
        self.assertIn("Hint 2 of", self.succeeds("hint", "02"))
        self.assertIn("Hint 2 of", self.succeeds("hint", "--again", "02"))
        said = self.succeeds("hint", "--all", "02")
        self.assertIn("Hint 1 of", said)
        self.assertIn("+  enter_rootfs(options);\n", said)

    def test_each_step_has_some_and_its_diff_makes_the_step(self):
        for step in STEPS:
            said = self.succeeds("hint", "--all", step)
            self.assertGreater(said.count("Hint "), 3, said)
            diff = said[said.index("--- "):].strip() + "\n"
            old = self.root / re.search(r"^--- (\S+)", diff)[1]
            self.assertEqual(
                patched(old.read_text(), diff),
                (ROOT / f"steps/{step}/main.cpp").read_text())


# A program of tests, as the kit calls one: it fails unless the answer is 42.
ANSWERED = """#!/bin/sh
for word; do
  case $word in
    --gtest_output=json:*) report=${word#--gtest_output=json:} ;;
    --gtest_filter=*ExerciseMine.[*]*) ;;
    *) exit 9 ;;
  esac
done
[ "$BOXSTEP_ANSWER" = "4 2" ] || failures='"failures": [{"failure":
  "mine.cpp:1\\nexpected: another\\ncame: this one\\n"}],'
printf '{"testsuites": [{"testsuite": [{"name": "IsRight", "result":
  "COMPLETED", "status": "RUN", %s "why": "it is so"}]}]}' \
  "$failures" >"$report"
"""

# One that does not come to its end, after a promise that is kept.
CUT_SHORT = """#!/bin/sh
echo '[ RUN      ] ExerciseMine.IsRight'
echo '[       OK ] ExerciseMine.IsRight (1 ms)'
echo '[ RUN      ] ExerciseMine.IsBroken'
echo 'mine.cpp:1: Failure'
echo 'expected: this'
echo 'came: that'
echo 'why it matters: it is so'
echo '[  FAILED  ] ExerciseMine.IsBroken (1 ms)'
echo '[ RUN      ] ExerciseMine.IsNotReached'
"""


class Exercise(Tree):
    """One of our own, beside those that there are."""

    def setUp(self):
        super().setUp()
        self.files = self.root / "docs/exercises/02-mine"
        self.files.mkdir(parents=True)
        (self.files / "task.md").write_text("Do *this*.\n\n    code\n\nAnd that.\n")
        (self.files / "hints.md").write_text("first\n---\nsecond\n")

    def test_with_code_begins_with_that_of_its_step(self):
        (self.files / "solution.diff").write_text("--- the diff\n")
        self.succeeds("start", "mine")
        begun = (self.root / "my/02-mine/main.cpp").read_text()
        code = (ROOT / "steps/02-chroot/main.cpp").read_text().split("\n\n", 1)[1]
        self.assertTrue(begun.endswith(f"\n\n{code}"))
        self.assertIn("// To do: Do this.\n//\n//     code\n//\n// And that.\n",
                      begun)
        self.assertIn("//   ./boxstep check 02-mine\n", begun)
        said = self.succeeds("hint", "--all", "02-mine")
        self.assertIn("Hint 3 of 3\n\nAll of it, as a diff:\n\n--- the diff\n",
                      said)
        self.succeeds("build", "mine")
        self.assertTrue((self.root / "build/my/02-mine").exists())
        self.assertEqual(self.succeeds("targets", "mine"),
                         "exercise-tests rootfs probe 02-chroot\n")

    def put_tests(self, text):
        """Puts this in the place of the program of tests."""
        program = self.root / "exercise-tests"
        program.write_text(text)
        program.chmod(0o755)
        (self.root / "build/meson-info").unlink()
        (self.root / "build/meson-info").mkdir()
        (self.root / "build/meson-info/intro-tests.json").write_text(json.dumps([{
            "name": "mine", "suite": ["boxstep:exercises"], "env": {},
            "cmd": [str(program), "--gtest_filter=ExerciseMine.*"],
            "timeout": 1}]))

    def test_whose_tests_are_cut_short_gets_a_verdict(self):
        (self.files / "answer").write_text("4 2\n")
        for end, came in [
            # With somebody who keeps its output open.
            ("setsid sleep 20 & exec sleep 1000", "did not end within 3 s"),
            ("exit 7", "ended with status 7, in the middle of it"),
        ]:
            self.put_tests(CUT_SHORT + end)
            status, said = self.kit("check", "mine", "7")
            self.assertEqual(status, BROKEN, said)
            for text in ("BROKEN  Exercise mine: is broken\n", "this", "that",
                         "it is so", "BROKEN  Exercise mine: is not reached\n",
                         came, "1 promise kept, 2 broken"):
                self.assertIn(text, " ".join(said.split())
                              if text == came else said)
            shutil.rmtree(self.root / "build/meson-info")
            (self.root / "build/meson-info").symlink_to(build / "meson-info")

    def test_with_an_answer_is_judged_by_it(self):
        (self.files / "answer").write_text("4 2\n")
        self.assertIn("Do this.", self.succeeds("start", "mine"))
        self.assertIn("The answer:\n\n4 2\n", self.succeeds("hint", "--all", "mine"))
        self.put_tests(ANSWERED)
        self.refuses("takes an answer", "check", "mine")
        self.succeeds("build", "mine", "4", "2")
        self.assertIn("exercise 02-mine: 1 promise kept, 0 broken",
                      self.succeeds("check", "mine", "4", "2"))
        status, said = self.kit("check", "mine", "7")
        self.assertEqual(status, BROKEN, said)
        for text in ("Exercise mine: is right", "another", "this one",
                     "it is so", "docs/exercises.md#mine",
                     "./boxstep check 02-mine ANSWER\n"):
            self.assertIn(text, said)


class Reading(Tree):
    def test_is_there_for_each_feature_and_leads_somewhere(self):
        sys.path[:0] = [str(ROOT / "tools/sync"), str(ROOT / "tools")]
        sys.dont_write_bytecode = True
        import document
        import learn as kit
        places = kit.reading()
        for step in STEPS:
            for feature in kit.features_of(step):
                self.assertIn(feature.name, places)
        exercises = [kit.Exercise(path.name).place
                     for path in kit.EXERCISES.glob("[0-9]*-*")]
        changes = [f"{step}.md#the-change" for step in STEPS]
        for place in [*places.values(), *exercises, *changes]:
            name, anchor = place.split("#")
            chapter = document.Document(ROOT / "docs" / name)
            self.assertIn(anchor, chapter.anchors(), place)


class Build(Tree):
    def test_takes_what_is_there_and_says_what_is_not(self):
        self.refuses("there is no my/02-chroot/main.cpp", "build", "02")
        self.succeeds("start", "02")
        self.succeeds("build", "02")
        program = self.root / "build/my/02-chroot"
        said = subprocess.run([program, "--help"], stdout=subprocess.PIPE,
                              text=True, check=True).stdout
        self.assertIn("usage: 02-chroot run", said)

    def test_shows_the_errors_of_the_compiler_and_judges_no_older_one(self):
        self.succeeds("start", "02")
        self.succeeds("build", "02")
        mine = self.root / "my/02-chroot/main.cpp"
        mine.write_text(mine.read_text().replace("run(options)", "ruin(options)"))
        status, said = self.kit("build", "02")
        self.assertEqual(status, BROKEN)
        self.assertRegex(said, r"my/02-chroot/main\.cpp:\d+:\d+: error: .*ruin")
        self.assertIn("step 02: it does not compile yet", said)
        self.assertFalse((self.root / "build/my/02-chroot").exists())


@unittest.skipUnless(os.geteuid() == 0, "missing: root: try sudo")
class Check(Tree):
    def test_the_steps_keep_all_promises(self):
        for step in STEPS:
            path = self.root / "build/steps" / step
            said = self.succeeds("check", "--binary", str(path), step)
            self.assertRegex(
                said, rf"\nstep {step[:2]}: \d\d+ promises kept, 0 broken\n$")
            self.assertNotIn("BROKEN", said)

    def test_the_start_of_a_step_breaks_what_is_new_in_it(self):
        for step in STEPS:
            self.succeeds("start", step)
            self.succeeds("build", step)
            status, said, broken = self.verdict(step)
            self.assertEqual(status, BROKEN)
            new = {name for name in broken if name.split(".")[0] in NEW[step]}
            self.assertEqual(set(broken) - new, GROWS[step], said)
            for feature in NEW[step]:
                self.assertRegex(
                    said, rf"\n  (new|   ) {feature} +\d+ kept, \d+ broken\n")
            if step != STEPS[0]:
                # First what is missing, or what is new.
                first = broken[0].split(".")[0]
                self.assertIn(first, {"Starts"} | NEW[step])

    def test_says_what_was_expected_what_came_and_why_and_where(self):
        self.succeeds("start", "02")
        self.succeeds("build", "02")
        status, said = self.kit("check", "02", "Rootfs.TheCommandStartsInItsRoot")
        self.assertEqual(status, BROKEN)
        self.assertRegex(said, textwrap.dedent("""
            BROKEN  Rootfs: the command starts in its root
              expected  it prints '/'
              came      '/tmp/boxstep-test-.*'
              why       chroot\\(2\\) moves / and nothing else: .*
                        .*
              note      the command starts in the host's own directory: .*
                        .*
              ran       build/my/02-chroot run --quiet -- /bin/sh -c 'pwd -P'
                        it exited with status 0
              it said   /tmp/boxstep-test-.*
              read      docs/02-chroot.md#enter_rootfs
              again     ./boxstep check 02 Rootfs.TheCommandStartsInItsRoot

            step 02: 0 promises kept, 1 broken
            """))

    def test_says_that_an_error_is_found_out_too_late(self):
        late = ('[ "$2" != /bin/echo ] || { echo "host: pid 2 runs it"; '
                'echo "$0: rootfs: No such file or directory"; exit 125; } >&2')
        path = str(self.runtime(UNISOLATED % late))
        _, said = self.kit("check", "--binary", path, "02",
                           "RootfsIsChecked.MissingDefaultIsRefused")
        self.assertIn("  came      the container was started before", said)

    def test_names_first_what_is_to_be_typed_next(self):
        # Half of step 02: the root has moved, and nothing else.
        self.succeeds("start", "02")
        mine = self.root / "my/02-chroot/main.cpp"
        code = mine.read_text()
        for old, new in [
            ("  bool quiet", '  std::string rootfs = "rootfs";\n  bool quiet'),
            ('{"--quiet"',
             '{"--rootfs", "DIR", "", &options.rootfs}, {"--quiet"'),
            ("  set_hostname(options);\n",
             "  set_hostname(options);\n"
             '  check(chroot(options.rootfs.c_str()), "chroot");\n'),
        ]:
            self.assertIn(old, code)
            code = code.replace(old, new)
        mine.write_text(code)
        self.succeeds("build", "02")
        _, said, broken = self.verdict("02", "Starts", "Rootfs", "UtsNamespace")
        self.assertEqual(broken[0], "Rootfs.TheCommandStartsInItsRoot", said)
        self.assertNotIn("UtsNamespace", " ".join(broken))

    def test_every_broken_promise_is_told_whole(self):
        _, said, broken = self.verdict(
            "--binary", str(self.runtime(UNISOLATED % "")), "04-cgroups")
        self.assertGreater(len(broken), 100)
        for told in said.split("\nBROKEN  ")[1:]:
            for title in ("expected ", "came ", "why ", "read "):
                self.assertIn(f"\n  {title}", told)
            self.assertNotRegex(told, r"Expected equality|Value of:|Which is:")

    def test_one_that_runs_nothing_is_told_once(self):
        for text, came in [
            ("#!/bin/sh\nexit 0\n", "came      nothing"),
            ("#!/bin/sh\nkill -SEGV $$\n",
             "it crashed, or was killed: signal 11, Segmentation fault"),
            ("#!/no/such/shell\n", "came      exit status 120"),
            ("#!/bin/sh\nwhile :; do read -r x; sleep 1; done\n",
             "it hung: it did not end, and was killed"),
        ]:
            path = str(self.runtime(text))
            status, said, broken = self.verdict("--binary", path, "04")
            self.assertEqual(status, BROKEN, said)
            self.assertEqual(broken, ["Starts.RunsACommand"], said)
            self.assertIn(came, said)
            self.assertTrue(said.endswith(
                "step 04: 0 promises kept, as it does not run its command\n"))

    def test_one_that_hangs_later_gets_a_verdict(self):
        hangs = ('case $* in *hostname*) trap "" TERM; '
                 "while :; do read -r x; sleep 1; done ;; esac")
        path = str(self.runtime(UNISOLATED % hangs))
        status, said, broken = self.verdict(
            "--binary", path, "01", "UtsNamespace", "StandardStreams.InputR*")
        self.assertEqual(status, BROKEN)
        self.assertIn("UtsNamespace.HostnameIsContainer", broken)
        self.assertNotIn("StandardStreams.InputReachesTheCommand", broken)
        self.assertIn("it hung", said)

    def test_one_that_isolates_nothing_breaks_what_is_about_isolation(self):
        path = str(self.runtime(UNISOLATED % ""))
        status, said, broken = self.verdict(
            "--binary", path, "03", "Rootfs", "PidNamespace", "MountNamespace",
            "UtsNamespace", "StandardStreams.OutputAndErrorsStayApart")
        self.assertEqual(status, BROKEN)
        self.assertNotIn("StandardStreams.OutputAndErrorsStayApart", broken)
        for feature in ("Rootfs", "PidNamespace", "MountNamespace"):
            self.assertRegex(said, rf"\n  ... {feature} +0 kept, \d+ broken\n")
        self.assertIn("the container is in the host's own uts namespace", said)

    def test_one_that_leaves_a_mount_is_told_so_first_and_once(self):
        path = str(self.runtime(UNISOLATED % "mount -t tmpfs left /mnt"))
        status, said = self.kit("check", "--binary", path, "01", "Starts",
                                "UtsNamespace", "StandardStreams")
        self.assertEqual(status, BROKEN)
        self.assertEqual(said.count("the container changed the host's mounts"), 1)
        self.assertLess(said.index("the container changed the host's mounts"),
                        said.index("Uts namespace: "))
        self.assertIn("new:  ", said)
        self.assertIn("  why       it stays when the container has ended", said)

    def test_one_that_worked_before_its_step_is_sent_to_that_chapter(self):
        path = str(self.runtime("#!/bin/sh\nexit 0\n"))
        for step, place in {"01": "01-uts.md#run",
                            "03": "03-pid-mount.md#the-change"}.items():
            _, said, _ = self.verdict("--binary", path, step)
            self.assertIn(f"\n  read      docs/{place}\n", said)

    def test_a_name_that_is_none_is_refused(self):
        path = str(self.runtime(UNISOLATED % ""))
        self.refuses("no promise of this step is called Nope",
                     "check", "--binary", path, "01", "Nope")
        self.refuses("no promise of this step is called UtsNamespace.Nope",
                     "check", "--binary", path, "01", "StandardStreams",
                     "UtsNamespace.Nope")
        self.refuses("no program", "check", "--binary", "/no/such", "01")


    def test_ctrl_c_ends_it_and_its_tests(self):
        # One that hangs is looked at for a minute.
        path = str(self.runtime("#!/bin/sh\ntouch ${0%/*}/started\nexec sleep 1000\n"))
        started = self.root / "started"
        kit = subprocess.Popen(
            [sys.executable, "-B", self.root / "tools/learn.py", "check",
             "--binary", path, "01"], stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
            start_new_session=True)
        until(started.exists)
        os.killpg(kit.pid, signal.SIGINT)  # as a terminal does
        self.assertEqual(kit.communicate(timeout=20)[1], "")
        self.assertEqual(kit.returncode, 128 + signal.SIGINT)
        until(lambda: not processes_with(path))


def processes_with(word):
    found = []
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            if word.encode() in (process / "environ").read_bytes():
                found.append(process.name)
        except OSError:
            continue  # it has ended
    return found


def until(condition):
    end = time.monotonic() + 20
    while not condition():
        if time.monotonic() > end:
            raise AssertionError("waited in vain")
        time.sleep(0.01)


if __name__ == "__main__":
    build = pathlib.Path(sys.argv[1]).resolve()
    result = unittest.main(argv=[sys.argv[0], *sys.argv[2:]], exit=False).result
    if not result.wasSuccessful():
        sys.exit(1)
    if result.skipped:
        sys.exit(1 if os.environ.get("BOXSTEP_MUST_RUN") == "1" else 77)

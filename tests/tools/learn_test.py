#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Tests of tools/learn.py, on a scratch copy of the tree: what a learner does, and
what check says to runtimes that are right, not begun, or broken.

usage: learn_test.py BUILD [UNITTEST_OPTION...]
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
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.dont_write_bytecode = True
sys.path[:0] = [str(ROOT / "tools/sync"), str(ROOT / "tools")]
import document  # noqa: E402
import learn  # noqa: E402
import records  # noqa: E402

STEPS = list(records.read())
BROKEN, NO_JUDGEMENT = 1, 125

# Runs the command, whatever is asked for.
UNISOLATED = """#!/bin/sh
%s
while [ "$1" != -- ]; do shift; done
shift
exec "$@"
"""

# What learners do to a step; the first promise that is broken then, and a word of
# what they are told: the reason, or where to read.
MISTAKES = [
    ("01", [("    CLONE_NEWUTS [|].*\n", "")],
     "Host: stays as it was", "without CLONE_NEWUTS(.*\n)*.*#set_hostname"),
    ("01", [("  set_hostname\\(options\\);\n", ""),
            ("  auto container", "  set_hostname(options);\n  auto container")],
     "Host: stays as it was", "in run\\(\\)"),
    ("02", [("  check\\(chdir.*\n", "")],
     "Rootfs: the command starts in its root", "until\n *chdir"),
    ("02", [("  common::check_rootfs.*\n", "")],
     "Rootfs is checked: ", "02-chroot.md#run"),
    ("03", [("    CLONE_NEWPID [|].*\n", "")],
     "Pid namespace: is not the hosts", "CLONE_NEWPID"),
    ("03", [("  make_mounts_private\\(\\);\n", "")],
     "Host: stays as it was", "MS_PRIVATE(.*\n)*.*#make_mounts_private"),
    ("03", [("  make_mounts_private\\(\\);\n(.*\n)", "\\1  make_mounts_private();\n")],
     "Starts: runs a command", "the order: after chroot.2.(.*\n)*.*#make_mounts_private"),
    ("03", [("(  enter_rootfs.*\n)(  mount_proc.*\n)", "\\2\\1")],
     "Proc: is the containers own", "after chroot.2."),
    ("04", [("  gate.*wait\\(\\);\n", "")],
     "Starts: the command waits for its cgroup", "#limit_pids"),
]


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
            stderr=subprocess.STDOUT, text=True, check=False, cwd=self.root,
            timeout=600)
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

    def edit(self, step, edits):
        """Makes a step the learner's, with a mistake in it, and builds it."""
        mine = self.root / f"my/{step}/main.cpp"
        mine.parent.mkdir(parents=True, exist_ok=True)
        code = (ROOT / f"steps/{step}/main.cpp").read_text()
        for old, new in edits:
            code, times = re.subn(old, new, code)
            self.assertEqual(times, 1, old)
        mine.write_text(code)
        self.succeeds("build", step)

    def broken(self, *words):
        """What was said, and the names of broken promises."""
        status, said = self.kit("check", *words)
        self.assertEqual(status, BROKEN, said)
        names = re.findall(r"^  again +.* (\S+)$", said, re.M)
        self.assertEqual(len(names), said.count("\nBROKEN  "), said)
        return said, [name.split("/")[0] for name in names]


class Start(Tree):
    def test_gives_the_code_of_the_step_before_and_the_goal(self):
        for before, step in zip(STEPS, STEPS[1:]):
            self.assertIn(f"of step {before[:2]} ", self.succeeds("start", step))
            begun = (self.root / f"my/{step}/main.cpp").read_text()
            head, code = begun.split("\n\n", 1)
            old = (ROOT / f"steps/{before}/main.cpp").read_text()
            self.assertEqual(code, old.split("\n\n", 1)[1])
            new = (ROOT / f"steps/{step}/main.cpp").read_text()
            self.assertTrue(head.startswith(new.split("\n\n", 1)[0]), head)
            self.assertIn("\n// To do: ", head)
            self.assertIn(f"\n//   ./boxstep check {step[:2]}\n", head)

    def test_the_first_step_is_given(self):
        self.refuses(f"read steps/{STEPS[0]}/main.cpp", "start", "0")
        self.succeeds("build", "0")

    def test_overwrites_nothing(self):
        mine = self.root / "my/02-chroot/main.cpp"
        self.succeeds("start", "02")
        begun = mine.read_text()
        for number, text in enumerate(["mine", "mine, too"], 1):
            mine.write_text(text)
            self.refuses("exists", "start", "02")
            said = self.succeeds("start", "--force", "02")
            self.assertIn(f"my/02-chroot/main.cpp.{number}", said)
            self.assertEqual(
                mine.with_name(f"main.cpp.{number}").read_text(), text)
            self.assertEqual(mine.read_text(), begun)

    def test_wrong_words_are_answered_with_the_usage(self):
        for word in ("3", "03", "03-pid-mount"):
            self.succeeds("start", "--force", word)
        self.refuses("no such step or exercise: 30", "start", "30")
        for words in [["start"], ["check"], ["hint", "--nope", "3"], ["start", "3", "4"]]:
            self.refuses(f"usage: ./boxstep {words[0]} ", *words)

    @unittest.skipUnless(os.geteuid() == 0, "missing: root: try sudo")
    def test_a_checkout_of_roots_is_no_traceback(self):
        self.root.chmod(0o755)
        end = subprocess.run(
            ["setpriv", "--reuid=65534", "--clear-groups", "python3", "-B",
             "tools/learn.py", "start", "2"], cwd=self.root, text=True, check=False,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.assertEqual(end.returncode, NO_JUDGEMENT, end.stdout)
        self.assertRegex(end.stdout, "my: Permission denied\nhint: .*sudo chown")


class Hint(Tree):
    FILE = "<!-- x -->\n--- Rootfs\nfirst\nhint\n--- Rootfs.MayBeALink\nsecond\n\n    code\n"

    def test_gives_one_after_another_and_the_diff_last(self):
        (self.root / "docs/workshop/hints/02-chroot.md").write_text(self.FILE)
        for words, expected in [
                ([], "Hint 1 of 3\n\nfirst\nhint\n"),
                (["--again"], "Hint 1 of 3\n"),
                ([], "Hint 2 of 3\n\nsecond\n\n    code\n"),
                ([], "+  enter_rootfs("), ([], "Hint 3 of 3\n")]:
            self.assertIn(expected, self.succeeds("hint", *words, "02"))
        self.assertEqual(self.succeeds("hint", "--all", "02").count("Hint "), 3)

    def test_is_about_what_check_found_broken(self):
        (self.root / "docs/workshop/hints/02-chroot.md").write_text(self.FILE)
        (self.root / "my/02-chroot").mkdir(parents=True)
        for broken, expected in [
                ("Rootfs.MayBeALink", 2), ("Rootfs.MayBeRelative", 1), ("Init.X", 1)]:
            (self.root / "my/02-chroot/.state.json").write_text(json.dumps([0, broken]))
            self.assertIn(f"Hint {expected} of 3", self.succeeds("hint", "02"))

    def test_each_names_a_promise_and_the_last_diff_makes_the_step(self):
        tests = {"/".join(case.split("/")[:1]) for case in listed_promises()}
        for step in STEPS[1:]:
            for topic, _ in learn.Step(step).hints()[:-1]:
                self.assertTrue(not topic or topic in tests or topic in {
                    name.split(".")[0] for name in tests}, topic)
            said = self.succeeds("hint", "--all", step)
            self.assertGreater(said.count("Hint "), 3, said)
            old = re.search(r"^--- (\S+)", said[said.index("\n--- ") + 1:])[1]
            made = subprocess.run(
                ["patch", "--output=-", self.root / old], input=said[said.index("\n--- "):],
                stdout=subprocess.PIPE, text=True, check=True).stdout
            self.assertEqual(made, (ROOT / f"steps/{step}/main.cpp").read_text())


def listed_promises():
    program = learn.features_of(learn.Step(STEPS[0]))[0].listed["cmd"][0]
    listed = subprocess.run([program, "--gtest_list_tests"], check=True,
                            stdout=subprocess.PIPE, text=True).stdout
    suite = ""
    for line in listed.splitlines():
        if line[0] != " ":
            suite = line.split("#")[0].strip().rstrip(".").split("/")[-1]
        else:
            yield f"{suite}.{line.split('#')[0].strip()}"


# A program of tests, as the kit calls one: it fails unless the answer is 42.
ANSWERED = """#!/bin/sh
for word; do
  case $word in --gtest_output=json:*) report=${word#--gtest_output=json:} ;; esac
done
[ "$BOXSTEP_ANSWER" = "4 2" ] || failures='"failures": [{"failure": "mine.cpp:1"}],
  "expected": "another", "came": "this one",'
printf '{"testsuites": [{"testsuite": [{"name": "IsRight", "result":
  "COMPLETED", "status": "RUN", %s "why": "it is so"}]}]}' "$failures" >"$report"
"""
# One that does not come to its end.
CUT_SHORT = """#!/bin/sh
echo '[       OK ] ExerciseMine.IsRight (1 ms)'
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
        self.assertIn("// To do: Do this.\n//\n//     code\n//\n// And that.\n", begun)
        self.assertIn("\n--- the diff\n", self.succeeds("hint", "--all", "02-mine"))
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
            "cmd": [str(program), "--gtest_filter=ExerciseMine.*"], "timeout": 1}]))

    def test_with_an_answer_is_judged_by_it(self):
        (self.files / "answer").write_text("4 2\n")
        self.assertIn("Do this.", self.succeeds("start", "mine"))
        self.assertIn("The answer:\n\n4 2\n", self.succeeds("hint", "--all", "mine"))
        self.put_tests(ANSWERED)
        self.refuses("add your answer", "check", "mine")
        self.assertIn("your answer is right", self.succeeds("check", "mine", "4", "2"))
        status, said = self.kit("check", "mine", "7")
        self.assertEqual(status, BROKEN, said)
        for text in ("expected  another", "came      this one", "why       it is so",
                     "docs/exercises.md#mine", "./boxstep check mine ANSWER\n"):
            self.assertIn(text, said)

    def test_whose_tests_are_cut_short_gets_a_verdict(self):
        (self.files / "answer").write_text("4 2\n")
        # With somebody who keeps its output open.
        self.put_tests(CUT_SHORT + "setsid sleep 20 & exec sleep 1000")
        status, said = self.kit("check", "mine", "7")
        self.assertEqual(status, BROKEN, said)
        self.assertIn("Exercise mine: is not reached\n", said)
        self.assertIn("did not end within 3 s", said)


class Reading(Tree):
    def test_leads_somewhere(self):
        exercises = [f"exercises.md#{path.name[3:]}"
                     for path in learn.EXERCISES.glob("[0-9]*-*")]
        changes = [f"{step}.md#the-change" for step in STEPS[1:]]
        for place in [*learn.reading().values(), *exercises, *changes]:
            name, anchor = place.split("#")
            chapter = document.Document(ROOT / "docs" / name)
            self.assertIn(anchor, chapter.anchors(), place)


class Build(Tree):
    def test_shows_the_errors_of_the_compiler_and_judges_no_older_one(self):
        self.refuses("there is no my/02-chroot/main.cpp", "build", "02")
        self.succeeds("start", "02")
        self.succeeds("build", "02")
        program = self.root / "build/my/02-chroot"
        self.assertTrue(program.exists())
        mine = self.root / "my/02-chroot/main.cpp"
        mine.write_text(mine.read_text().replace("run(options)", "ruin(options)"))
        status, said = self.kit("build", "02")
        self.assertEqual(status, BROKEN)
        self.assertRegex(said, r"my/02-chroot/main\.cpp:\d+:\d+: error: .*ruin")
        self.assertIn("step 02: it does not compile yet", said)
        self.assertFalse(program.exists())


@unittest.skipUnless(os.geteuid() == 0, "missing: root: try sudo")
class Check(Tree):
    def test_the_steps_keep_all_promises(self):
        for step in STEPS:
            path = self.root / "build/steps" / step
            said = self.succeeds("check", "--binary", str(path), step)
            self.assertRegex(said, rf"step {step[:2]}: all, \d\d+ promises kept\.\n")
            self.assertIn(f"build/steps/{step} run ", said)

    def test_the_start_of_a_step_breaks_what_is_new_in_it(self):
        for step in STEPS[1:]:
            self.succeeds("start", step)
            self.succeeds("build", step)
            said, broken = self.broken("--all", step)
            new = {name for name, feature in records.read()[step]["features"].items()}
            self.assertLessEqual(new, {name.split(".")[0] for name in broken}, said)
            self.assertIn(broken[0].split(".")[0], {"Starts"} | new)
            said, broken = self.broken(step)
            self.assertEqual(len(broken), 1)
            self.assertRegex(said, r"\d+ more are broken.*./boxstep check --all \d+\n")

    def test_a_mistake_is_told_in_ten_lines(self):
        for number, edits, sentence, word in MISTAKES:
            with self.subTest(sentence):
                step = next(step for step in STEPS if step[:2] == number)
                self.edit(step, edits)
                said, _ = self.broken(
                    number, "UtsNamespace", *records.read()[step]["features"])
                told = said[said.index("BROKEN"):said.index("\n\n", said.index("BROKEN"))]
                self.assertIn(f"BROKEN  {sentence}", told)
                self.assertRegex(told, word)
                for title in ("expected ", "came ", "why ", "read ", "again "):
                    self.assertIn(f"\n  {title}", told)
                self.assertLessEqual(told.count("\n"), 10, told)

    def test_every_broken_promise_is_told_whole(self):
        path = str(self.runtime(UNISOLATED % ""))
        said, broken = self.broken("--all", "--binary", path, STEPS[-1])
        self.assertGreater(len(broken), 100)
        for told in said.split("\nBROKEN  ")[1:]:
            for title in ("expected ", "came ", "why ", "read "):
                self.assertIn(f"\n  {title}", told)
            self.assertNotRegex(told, r"Expected equality|Value of:|Which is:")

    def test_one_that_runs_nothing_is_told_once(self):
        for text, came in [
            ("#!/bin/sh\nexit 0\n", "came      nothing"),
            ("#!/bin/sh\nkill -SEGV $$\n", "signal 11, Segmentation fault"),
            ("#!/bin/sh\nwhile :; do read -r x; sleep 1; done\n", "it hung"),
        ]:
            said, broken = self.broken("--all", "--binary", str(self.runtime(text)), "3")
            self.assertEqual(broken, ["Starts.RunsACommand"], said)
            self.assertIn(came, said)

    def test_one_that_leaves_a_mount_is_told_so(self):
        path = str(self.runtime(UNISOLATED % "mount -t tmpfs left /mnt"))
        said, _ = self.broken("--binary", path, "1", "Starts", "StandardStreams")
        self.assertIn("came      the container changed the host's mounts", said)
        self.assertIn("why       the mount stays", said)

    def test_a_name_that_is_none_is_refused(self):
        path = str(self.runtime(UNISOLATED % ""))
        for name in ("Nope", "StandardStreams.Nope"):
            self.refuses(f"step 01 has no promise called {name}",
                         "check", "--binary", path, "01", name)
        self.refuses("not a program", "check", "--binary", "/no/such", "01")

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
        until(lambda: not any(
            path.encode() in environment(process)
            for process in pathlib.Path("/proc").glob("[0-9]*")))


def environment(process):
    try:
        return (process / "environ").read_bytes()
    except OSError:
        return b""  # it has ended


def until(condition):
    end = time.monotonic() + 20
    while not condition():
        if time.monotonic() > end:
            raise AssertionError("waited in vain")
        time.sleep(0.01)


if __name__ == "__main__":
    build = pathlib.Path(sys.argv[1]).resolve()
    learn.BUILD = build
    result = unittest.main(argv=[sys.argv[0], *sys.argv[2:]], exit=False).result
    if not result.wasSuccessful():
        sys.exit(1)
    if result.skipped:
        sys.exit(1 if os.environ.get("BOXSTEP_MUST_RUN") == "1" else 77)

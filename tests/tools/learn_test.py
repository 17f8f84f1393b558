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

sys.dont_write_bytecode = True
import trial  # noqa: E402
import learn  # noqa: E402
import records  # noqa: E402
from trial import ROOT, STEPS  # noqa: E402

BROKEN, NO_JUDGEMENT = 1, 125

# Runs the command, whatever is asked for.
UNISOLATED = 'while [ "$1" != -- ]; do shift; done\nshift\nexec "$@"\n'

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
    ("08", [("  check\\(prctl\\(PR_SET_PDEATHSIG.*\n", "")],
     "Lifetime: killing the runtime", "PR_SET_PDEATHSIG(.*\n)*.*08-.*#the-change"),
]


class Tree(trial.Trial):
    def setUp(self):
        super().setUp()
        for name in ("tools", "steps", "docs", "common"):
            shutil.copytree(ROOT / name, self.top / name)
        # The same build; what is built of the learner's goes into this one.
        (self.top / "build").mkdir()
        for path in build.iterdir():
            if path.name != "my":
                (self.top / "build" / path.name).symlink_to(path)

    def kit(self, *words, expect=0, **options):
        """What it says, of which the status is as expected."""
        status, said = trial.run(
            "python3", "-B", self.top / "tools/learn.py", *words, cwd=self.top, **options)
        self.assertEqual(status, expect, said)
        return said

    def refuses(self, what, *words):
        said = self.kit(*words, expect=NO_JUDGEMENT)
        self.assertIn(what, said)
        self.assertIn("hint: ", said)

    def broken(self, *words):
        """What check says, and the names of broken promises."""
        said = self.kit("check", *words, expect=BROKEN)
        names = re.findall(r"^  again +.* (\S+)$", said, re.M)
        self.assertEqual(len(names), said.count("\nBROKEN  "), said)
        return said, [name.split("/")[0] for name in names]


class Start(Tree):
    def test_gives_the_code_of_the_step_before_and_the_goal(self):
        for before, step in zip(STEPS, STEPS[1:]):
            self.assertIn(f"of step {before[:2]}.", self.kit("start", step))
            begun = (self.top / f"my/{step}/main.cpp").read_text()
            head, code = begun.split("\n\n", 1)
            old = (ROOT / f"steps/{before}/main.cpp").read_text()
            self.assertEqual(code, old.split("\n\n", 1)[1])
            new = (ROOT / f"steps/{step}/main.cpp").read_text()
            self.assertTrue(head.startswith(new.split("\n\n", 1)[0]), head)
            self.assertIn("\n// To do: ", head)
            self.assertIn(f"\n//   ./boxstep check {step[:2]}\n", head)
        self.refuses(f"read steps/{STEPS[0]}/main.cpp", "start", "0")
        self.kit("build", "0")

    def test_overwrites_nothing(self):
        self.kit("start", "02")
        mine = self.top / "my/02-chroot/main.cpp"
        for number, text in enumerate(["mine", "mine, too"], 1):
            mine.write_text(text)
            self.refuses("exists", "start", "02")
            said = self.kit("start", "--force", "02")
            self.assertIn(f"my/02-chroot/main.cpp.{number}", said)
            self.assertEqual(mine.with_name(f"main.cpp.{number}").read_text(), text)
            self.assertIn("// To do: ", mine.read_text())

    def test_wrong_words_are_answered_with_the_usage(self):
        self.refuses("no such step or exercise: 30", "start", "30")
        for words in [["start"], ["check"], ["hint", "--nope", "3"], ["start", "3", "4"]]:
            self.refuses(f"usage: ./boxstep {words[0]} ", *words)


class Hint(Tree):
    def test_gives_one_after_another_or_what_check_found_broken(self):
        self.write("docs/workshop/hints/02-chroot.md", "<!-- x -->\n--- Rootfs\nfirst\n"
                   "hint\n--- Rootfs.MayBeALink\nsecond\n\n    code\n")
        for words, expected in [
                ([], "Hint 1 of 3\n\nfirst\nhint\n"),
                ([], "Hint 2 of 3\n\nsecond\n\n    code\n"),
                ([], "+  enter_rootfs("), ([], "Hint 3 of 3\n")]:
            self.assertIn(expected, self.kit("hint", *words, "02"))
        self.assertEqual(self.kit("hint", "--all", "02").count("Hint "), 3)
        self.write("my/02-chroot/.state.json", json.dumps([0, "Rootfs.MayBeALink"]))
        self.assertIn("Hint 2 of 3", self.kit("hint", "02"))

    def test_each_names_a_promise_and_the_last_diff_makes_the_step(self):
        learned = learn.features_of(learn.Step(STEPS[0]))[0].listed["cmd"][0]
        suite, tests = "", set()
        for line in self.succeeds(learned, "--gtest_list_tests").splitlines():
            name = re.split("[/#]", line.strip().removeprefix("All/"))[0].strip()
            suite = suite if line[0] == " " else name.rstrip(".").split("/")[-1]
            tests |= {suite, f"{suite}.{name}"}
        for step in STEPS[1:]:
            for topic, _ in learn.Step(step).hints()[:-1]:
                self.assertIn(topic, tests | {""})
            said = self.kit("hint", "--all", step)
            self.assertGreater(said.count("Hint "), 3, said)
            diff = said[said.index("\n--- "):]
            made = self.succeeds("patch", "-s", "--output=-", self.top / diff.split()[1],
                                 stdin=None, input=diff)
            self.assertEqual(made, (ROOT / f"steps/{step}/main.cpp").read_text())


# A program of tests, as the kit calls one: it fails unless the answer is 42.
ANSWERED = """
for word; do
  case $word in --gtest_output=json:*) report=${word#--gtest_output=json:} ;; esac
done
[ "$BOXSTEP_ANSWER" = "4 2" ] || failures='"failures": [{"failure": "mine.cpp:1"}],
  "expected": "another", "came": "this one",'
printf '{"testsuites": [{"testsuite": [{"name": "IsRight", "result":
  "COMPLETED", "status": "RUN", %s "why": "it is so"}]}]}' "$failures" >"$report"
"""

class Exercise(Tree):
    """One of our own, beside those that there are."""

    def setUp(self):
        super().setUp()
        self.write("docs/exercises/02-mine/task.md",
                   "Do *this*.\n\n    code\n\nAnd that.\n")
        self.write("docs/exercises/02-mine/hints.md", "first\n---\nsecond\n")

    def test_with_code_begins_with_that_of_its_step(self):
        self.write("docs/exercises/02-mine/solution.diff", "--- the diff\n")
        self.kit("start", "mine")
        begun = (self.top / "my/02-mine/main.cpp").read_text()
        code = (ROOT / "steps/02-chroot/main.cpp").read_text().split("\n\n", 1)[1]
        self.assertTrue(begun.endswith(f"\n\n{code}"))
        self.assertIn("// To do: Do this.\n//\n//     code\n//\n// And that.\n", begun)
        self.assertIn("\n--- the diff\n", self.kit("hint", "--all", "02-mine"))
        self.kit("build", "mine")
        self.assertTrue((self.top / "build/my/02-mine").exists())
        self.assertEqual(self.kit("targets", "mine"),
                         "exercise-tests rootfs probe 02-chroot\n")

    def test_with_an_answer_is_judged_by_it(self):
        self.write("docs/exercises/02-mine/answer", "4 2\n")
        self.assertIn("Do this.", self.kit("start", "mine"))
        self.assertIn("The answer:\n\n4 2\n", self.kit("hint", "--all", "mine"))
        program = self.program("exercise-tests", ANSWERED)
        (self.top / "build/meson-info").unlink()
        self.write("build/meson-info/intro-tests.json", json.dumps([{
            "name": "mine", "suite": ["boxstep:exercises"], "env": {},
            "cmd": [str(program), "--gtest_filter=ExerciseMine.*"], "timeout": 9}]))
        self.refuses("add your answer", "check", "mine")
        self.assertIn("your answer is right", self.kit("check", "mine", "4", "2"))
        said = self.kit("check", "mine", "7", expect=BROKEN)
        for text in ("expected  another", "came      this one", "why       it is so",
                     "docs/exercises.md#mine", "./boxstep check mine ANSWER\n"):
            self.assertIn(text, said)


class Build(Tree):
    def test_shows_the_errors_of_the_compiler_and_judges_no_older_one(self):
        self.refuses("there is no my/02-chroot/main.cpp", "build", "02")
        self.kit("start", "02")
        self.kit("build", "02")
        program = self.top / "build/my/02-chroot"
        self.assertTrue(program.exists())
        mine = self.top / "my/02-chroot/main.cpp"
        mine.write_text(mine.read_text().replace("run(options)", "ruin(options)"))
        said = self.kit("build", "02", expect=BROKEN)
        self.assertRegex(said, r"my/02-chroot/main\.cpp:\d+:\d+: error: .*ruin")
        self.assertIn("step 02: it does not compile yet", said)
        self.assertFalse(program.exists())


@trial.needs_root
class Check(Tree):
    def test_the_steps_keep_all_promises(self):
        (self.top / "rootfs-100000").mkdir()
        for step in STEPS:
            said = self.kit("check", "--binary", self.top / "build/steps" / step, step)
            self.assertRegex(said, rf"step {step[:2]}: all, \d\d+ promises kept\.\n")
            self.assertIn(f"build/steps/{step} run ", said)
            self.assertEqual("--rootfs rootfs-100000 " in said, step >= "08", said)

    def test_a_mistake_is_told_in_ten_lines(self):
        for number, edits, sentence, word in MISTAKES:
            with self.subTest(sentence):
                step = next(step for step in STEPS if step[:2] == number)
                code = (ROOT / f"steps/{step}/main.cpp").read_text()
                for old, new in edits:
                    code, times = re.subn(old, new, code)
                    self.assertEqual(times, 1, old)
                self.write(f"my/{step}/main.cpp", code)
                self.kit("build", step)
                said, _ = self.broken(
                    number, "UtsNamespace", "Lifetime",
                    *records.read()[step]["features"])
                told = said[said.index("BROKEN"):said.index("\n\n", said.index("BROKEN"))]
                self.assertIn(f"BROKEN  {sentence}", told)
                self.assertRegex(told, word)
                self.assertLessEqual(told.count("\n"), 10, told)

    def test_every_broken_promise_is_told_whole(self):
        path = self.program("runtime", UNISOLATED)
        said, broken = self.broken("--all", "--binary", path, STEPS[-1])
        self.assertGreater(len(broken), 50, said)
        self.assertRegex(self.broken("--binary", path, STEPS[-1])[0],
                         r"\d+ more are broken.*./boxstep check --all \d+ ")
        for told in said.split("\nBROKEN  ")[1:]:
            for title in ("expected ", "came ", "why ", "read "):
                self.assertIn(f"\n  {title}", told)
            self.assertNotRegex(told, r"Expected equality|Value of:|Which is:")
        for name in ("Nope", "StandardStreams.Nope"):
            self.refuses(f"step 01 has no promise called {name}",
                         "check", "--binary", path, "01", name)
        self.refuses("not a program", "check", "--binary", "/no/such", "01")

    def test_one_that_runs_nothing_is_told_once(self):
        path = self.program("runtime", "kill -SEGV $$")
        said, broken = self.broken("--all", "--binary", path, "3")
        self.assertEqual(broken, ["Starts.RunsACommand"], said)
        self.assertIn("signal 11, Segmentation fault", said)

    def test_ctrl_c_ends_it_and_its_tests(self):
        # One that hangs is looked at for a minute.
        path = self.program("runtime", "touch ${0%/*}/started\nexec sleep 1000\n")
        kit = subprocess.Popen(
            [sys.executable, "-B", self.top / "tools/learn.py", "check",
             "--binary", path, "01"], stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
            start_new_session=True)
        self.wait_until((self.top / "started").exists)
        os.killpg(kit.pid, signal.SIGINT)  # as a terminal does
        self.assertEqual(kit.communicate(timeout=20)[1], "")
        self.assertEqual(kit.returncode, 128 + signal.SIGINT)
        self.wait_until(lambda: trial.run("grep", "-laF", path, *pathlib.Path(
            "/proc").glob("[0-9]*/environ"), stderr=subprocess.DEVNULL)[1] == "")


if __name__ == "__main__":
    build = pathlib.Path(sys.argv[1]).resolve()
    learn.BUILD = build
    trial.main(sys.argv[2:])

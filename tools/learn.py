#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Build it yourself: what ./boxstep start, check and hint do.

  learn.py start [--force] WHAT
  learn.py hint [--all | --again] WHAT
  learn.py targets WHAT              what Meson has to build before a check
  learn.py build WHAT                builds my/WHAT/main.cpp (no root needed)
  learn.py check [--all] [--binary FILE] WHAT [TEST... | ANSWER...]

WHAT is a step (2, 02, 02-chroot) or an exercise (a directory of
docs/exercises, with or without its number). TEST is the name of a promise,
or of a group of them: Rootfs, Rootfs.MayBeALink.

Nothing is listed here that is known elsewhere: which promises a step makes is
in Meson's list of tests, how to compile in Ninja's, the goal in the chapter.
Exit status: 0 all promises kept, 1 some broken, 125 no judgement.
"""

import fnmatch
import getopt
import json
import os
import pathlib
import re
import shlex
import signal
import subprocess
import sys
import tempfile
import textwrap
from concurrent.futures import ThreadPoolExecutor

sys.dont_write_bytecode = True  # as root, it would be in the way of its owner
import records

ROOT = pathlib.Path(__file__).resolve().parents[1]
BUILD = ROOT / "build"
EXERCISES = ROOT / "docs/exercises"
# What all others rest on, and so is judged first.
FIRST = "Starts"
NO_JUDGEMENT = 125
SKIPPED = 77
# What tests/support/host.cpp expects after every test.
HOST_UNCHANGED = "the host is as it was before"
SHOWN_IN_FULL = 5


class Problem(Exception):
    """The kit cannot go on: what is wrong, and what to do about it."""


class Asked:
    """The command line: WHAT, the words after it, and options among them."""

    OPTIONS = {
        "start": ["force"],
        "hint": ["all", "again"],
        "targets": ["all", "binary="],
        "build": ["all", "binary="],
        "check": ["all", "binary="],
    }

    def __init__(self, command, words):
        try:
            found, words = getopt.gnu_getopt(
                words, "", self.OPTIONS[command])
        except getopt.GetoptError as error:
            raise Problem(str(error), "./boxstep help; and an answer of "
                          "several words goes in quotes") from error
        self.options = {name[2:]: value for name, value in found}
        if not words:
            raise Problem(f"{command} what?",
                          f"./boxstep {command} STEP, or an exercise")
        self.what = exercise_or_step(words[0])
        self.names = words[1:]
        if self.names and command in ("start", "hint"):
            raise Problem(f"{self.names[0]}: not expected", "./boxstep help")

    def has(self, option):
        return option in self.options

    @property
    def binary(self):
        return self.options.get("binary")


def main():
    try:
        command, *words = sys.argv[1:] or [""]
        if command not in Asked.OPTIONS:
            print(__doc__.strip(), file=sys.stderr)
            return NO_JUDGEMENT
        return globals()[command](Asked(command, words)) or 0
    except Problem as problem:
        what, *hint = problem.args
        print(f"boxstep: {what}", *(f"hint: {line}" for line in hint),
              sep="\n", file=sys.stderr)
        return NO_JUDGEMENT
    except KeyboardInterrupt:
        return 128 + signal.SIGINT


# ---- steps and exercises -----------------------------------------------------


class Step:
    def __init__(self, name):
        self.name = name
        self.number = name[:2]

    @property
    def title(self):
        return f"step {self.number}"

    @property
    def directory(self):
        return ROOT / "my" / self.name

    @property
    def source(self):
        return self.directory / "main.cpp"

    @property
    def program(self):
        return BUILD / "my" / self.name

    @property
    def step(self):
        """The name of the step whose command line it has."""
        return self.name

    def beginning(self):
        """The code to begin with, and what to do with it."""
        new = reference(self.name).read_text().splitlines()[:3]
        old = before(self.name).read_text().splitlines()[3:]
        return new, goal(self.name), old

    def hints(self):
        path = ROOT / f"docs/workshop/hints/{self.name}.md"
        return blocks(path) + [self.solution()]

    def solution(self):
        old, new = before(self.name), reference(self.name)
        diff = run(["diff", "-u", *labels(old, new), old, new],
                   env={**os.environ, "LC_ALL": "C"})
        return f"All of it, as a diff:\n\n{diff.stdout.rstrip()}"


class Exercise(Step):
    """One that is built upon a step, or a question to be answered."""

    @property
    def title(self):
        return f"exercise {self.name}"

    @property
    def step(self):
        return next(step for step in steps() if step[:2] == self.number)

    @property
    def suite(self):
        words = re.split(r"[-_]", self.name[3:])
        return "Exercise" + "".join(word.capitalize() for word in words)

    @property
    def place(self):
        """Where it is explained, below docs/."""
        return f"exercises.md#{self.name[3:]}"

    @property
    def files(self):
        return EXERCISES / self.name

    @property
    def is_answered(self):
        return not (self.files / "solution.diff").exists()

    def beginning(self):
        code = reference(self.step).read_text().splitlines()
        return code[:3], self.task(), code[3:]

    def task(self):
        return plain((self.files / "task.md").read_text())

    def hints(self):
        return blocks(self.files / "hints.md") + [self.solution()]

    def solution(self):
        if self.is_answered:
            answer = (self.files / "answer").read_text().strip()
            return f"The answer:\n\n{answer}"
        diff = (self.files / "solution.diff").read_text().rstrip()
        return f"All of it, as a diff:\n\n{diff}"


def steps():
    return list(records.read())


def exercise_or_step(word):
    for name in steps():
        number = name.split("-")[0]
        if word in (name, number, number.lstrip("0")):
            return Step(name)
    exercises = sorted(path.name for path in EXERCISES.glob("[0-9]*-*"))
    for name in exercises:
        if word in (name, name.split("-", 1)[1]):
            return Exercise(name)
    raise Problem(f"no such step or exercise: {word}",
                  f"there are {' '.join(steps() + exercises)}")


def reference(step):
    return ROOT / "steps" / step / "main.cpp"


def before(step):
    """What a learner has who begins with the step."""
    earlier = [name for name in steps() if name < step]
    return reference((earlier or [step])[-1])


def labels(*paths):
    # Without, diff shows when the files were written.
    return [word for path in paths for word in ("-L", path.relative_to(ROOT))]


def goal(step):
    """The Goal of the chapter, as plain text."""
    text = (ROOT / f"docs/{step}.md").read_text()
    found = re.search(r"^## Goal\n+(.*?)\n+## ", text, re.M | re.S)
    if not found:
        raise Problem(f"docs/{step}.md has no section Goal")
    return plain(found[1])


def plain(markdown):
    text = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", markdown)
    return re.sub(r"\*+(.*?)\*+", r"\1", text, flags=re.S).strip()


def blocks(path):
    """The hints in a file: the blocks between its lines '---'."""
    if not path.exists():
        return []
    text = re.sub(r"\A<!--.*?-->\n", "", path.read_text(), flags=re.S)
    return [block.strip() for block in re.split(r"^---$", text, flags=re.M)]


def run(command, **options):
    return subprocess.run(command, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False, **options)


# ---- start -------------------------------------------------------------------


def start(asked):
    what = asked.what
    if type(what) is Exercise and what.is_answered:
        print(*wrapped(what.task()), "", "Answer it with:",
              f"  ./boxstep check {what.name} ANSWER", sep="\n")
        return
    head, task, code = what.beginning()
    commands = [
        f"  ./boxstep check {what.number if type(what) is Step else what.name}",
        f"  ./boxstep hint {what.number if type(what) is Step else what.name}"]
    notes = ["", *wrapped(f"To do: {task}"), "",
             "Then see how far it is, and ask when you are stuck:", *commands]
    what.directory.mkdir(parents=True, exist_ok=True)
    kept = keep_old(what.source, asked.has("force"))
    what.source.write_text("\n".join(
        [*head, *(f"// {line}".rstrip() for line in notes), *code, ""]))
    name = what.source.relative_to(ROOT)
    print(f"{name} is yours: {what.title} without what it is about."
          if type(what) is Step else f"{name} is yours.")
    if kept:
        print(f"The old one is {kept.relative_to(ROOT)}.")
    print("Go on with:", *commands, sep="\n")


def wrapped(text):
    """For a comment. Code, which is indented or fenced, stays as it is."""
    for paragraph in re.split(r"(^```.*?^```$|\n\n)", text, flags=re.M | re.S):
        if re.match(r"```|    ", paragraph):
            yield from paragraph.splitlines()
        elif paragraph.strip():
            yield from textwrap.wrap(" ".join(paragraph.split()), 77,
                                     break_on_hyphens=False)
        elif paragraph:
            yield ""


def keep_old(path, force):
    """Moves a file out of the way, under a name that is free."""
    if not path.exists():
        return None
    if not force:
        raise Problem(
            f"{path.relative_to(ROOT)} exists, and is not overwritten",
            "--force begins anew, and keeps it beside the new one")
    number = 1
    while (kept := path.with_name(f"{path.name}.{number}")).exists():
        number += 1
    return path.rename(kept)


# ---- hint --------------------------------------------------------------------


def hint(asked):
    what = asked.what
    hints = what.hints()
    state = what.directory / ".hints"
    seen = int(state.read_text()) if state.exists() else 0
    if asked.has("all"):
        numbers = range(1, len(hints) + 1)
    elif asked.has("again"):
        numbers = [min(max(seen, 1), len(hints))]
    else:
        numbers = [min(seen + 1, len(hints))]
    for number in numbers:
        print(f"Hint {number} of {len(hints)}\n\n{hints[number - 1]}\n")
    what.directory.mkdir(parents=True, exist_ok=True)
    state.write_text(f"{max(seen, numbers[-1])}\n")


# ---- build -------------------------------------------------------------------


def targets(asked):
    what = asked.what
    tests = "step-tests" if type(what) is Step else "exercise-tests"
    print(tests, "rootfs", "probe", what.step)


def build(asked):
    """With the commands with which Ninja builds the step, on another file."""
    what = asked.what
    if asked.binary or type(what) is Exercise and what.is_answered:
        return 0
    if not what.source.exists():
        raise Problem(f"there is no {what.source.relative_to(ROOT)} yet",
                      f"./boxstep start {what.name}")
    step = f"steps/{what.step}"
    listed = subprocess.run(
        ["ninja", "-C", BUILD, "-t", "commands", step],
        stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()
    compiled = f"{step}.p/{what.step}_main.cpp.o"
    here = {
        f"../{step}/main.cpp": f"../{what.source.relative_to(ROOT)}",
        f"{compiled}": f"my/{what.name}.o",
        f"{compiled}.d": f"my/{what.name}.o.d",
        step: f"my/{what.name}",
    }
    what.program.parent.mkdir(exist_ok=True)
    # An older one must not be judged in its place.
    what.program.unlink(missing_ok=True)
    for line in listed:
        words = shlex.split(line)
        if compiled not in words:
            continue
        command = [here.get(word, word) for word in words]
        if not sys.stderr.isatty():
            command.append("-fdiagnostics-color=never")
        if subprocess.run(command, cwd=BUILD, check=False).returncode != 0:
            print(f"\n{what.title}: it does not compile yet; the first error "
                  "above is the one to mend")
            return 1
    if not what.program.exists():
        raise Problem(f"Ninja has no commands for {step}")
    return 0


# ---- check -------------------------------------------------------------------


class Promise:
    """A test, and what became of it."""

    def __init__(self, feature, name, failures=(), why="", lacks=""):
        self.feature = feature
        self.name = name
        self.failures = list(failures)
        self.why = why
        self.lacks = lacks

    @property
    def full_name(self):
        return f"{self.feature.name}.{self.name}"

    def is_called(self, name):
        """By its own name, with or without its values, or by its feature's."""
        names = [self.full_name, self.full_name.split("/")[0], self.feature.name]
        return any(fnmatch.fnmatchcase(each, name) for each in names)

    @property
    def told(self):
        return explain(self.failures[0])

    @property
    def is_fatal(self):
        """Whether no other promise can be kept, as no command is run."""
        return any(explain(failure).get("expected") != HOST_UNCHANGED
                   for failure in self.failures) and not self.lacks

    @property
    def cause(self):
        """The same for those that fail in the same way."""
        came = self.told.get("came", self.full_name)
        if self.told.get("expected") == HOST_UNCHANGED:
            return came.splitlines()[0]
        return self.feature.name, came

    @property
    def sentence(self):
        """CamelCase read aloud: "Rootfs: the command starts in its root"."""
        test, _, values = self.name.partition("/")
        said = f"{spoken(self.feature.name)}: {spoken(test).lower()}"
        return said + (f" ({spoken(values).lower()})" if values else "")


def spoken(name):
    words = r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[a-z])(?=\d)"
    return re.sub(words, " ", name).capitalize()


class Feature:
    """A program of tests, as Meson has it."""

    def __init__(self, listed, suite):
        self.name = listed["name"]
        self.listed = listed
        self.step = suite
        self.promises = []
        # What waits in vain takes longer than what passes.
        self.timeout = 3 * listed["timeout"]

    def judge(self, binary, names, changes):
        """Runs its tests; the outcome is in its promises."""
        environment = {
            **os.environ, **self.listed["env"], **changes,
            # What the test is told by its environment must not come from ours.
            "BOXSTEP_BINARY": str(binary), "BOXSTEP_MUST_RUN": ""}
        patterns = [
            pattern for name in names or [self.name]
            for word in [name if "." in name else f"{name}.*"]
            for pattern in (word, f"*/{word}", f"{word}/*", f"*/{word}/*")]
        with tempfile.NamedTemporaryFile(suffix=".json") as report:
            command = [
                self.listed["cmd"][0],
                "--gtest_filter=" + ":".join(patterns),
                f"--gtest_output=json:{report.name}"]
            status, said = run_for(self.timeout, command, environment)
            text = report.read()
        if status == SKIPPED:
            raise Problem(said.strip().removeprefix("SKIPPED: "),
                          "./boxstep doctor says more")
        if text:
            self.read_report(json.loads(text))
        else:
            self.read_output(said, status)

    def read_report(self, report):
        for suite in report.get("testsuites", []):
            for test in suite["testsuite"]:
                if test["result"] == "SKIPPED" or test["status"] == "NOTRUN":
                    continue
                self.promises.append(Promise(
                    self, test["name"],
                    [failure["failure"] for failure in test.get("failures", [])],
                    test.get("why", ""), test.get("lacks", "")))

    def read_output(self, said, status):
        """Where the program of the tests did not come to its end."""
        name, begun = None, 0
        for found in re.finditer(
                r"\[ RUN      \] (\S+)|\[ +(OK|FAILED) +\] \S+ \(\d+ ms\)", said):
            if found[1]:
                name, begun = found[1].partition(".")[2], found.end()
                continue
            failures, why = [], ""
            if found[2] == "FAILED":
                text = said[begun:found.start()]
                why = "".join(re.findall(r"^why it matters: (.*)\n", text, re.M))
                text = re.sub(r"^why it matters: .*\n", "", text, flags=re.M)
                # A failure begins with the place in the source.
                failures = [part for part in re.split(
                    r"^(?=\S+:\d+: Failure$)", text, flags=re.M) if part.strip()]
            self.promises.append(Promise(self, name, failures, why))
            name = None
        how = (f"did not end within {self.timeout} s" if status is None
               else f"ended with status {status}, in the middle of it")
        if name or not self.promises:
            self.promises.append(Promise(
                self, name or "All", [f"expected: an end\ncame: the test {how}; "
                                      "the tests after it were not run"],
                "what hangs, or takes others with it, cannot be relied on"))


def run_for(seconds, command, environment):
    """The status, None for one that had to be killed, and what it said."""
    # Into a file: a pipe that a stray process holds open would not end.
    with tempfile.TemporaryFile("w+", errors="replace") as output:
        process = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=output,
            stderr=subprocess.STDOUT)
        try:
            status = process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            # What it has started in namespaces of its own dies with it.
            process.kill()
            process.wait()
            status = None
        output.seek(0)
        return status, output.read()


def listed_tests():
    path = BUILD / "meson-info/intro-tests.json"
    if not path.exists():
        raise Problem("nothing is built yet", "./boxstep check does it")
    return json.loads(path.read_text())


def suites_of(test):
    return [suite.split(":")[-1] for suite in test["suite"]]


def features_of(step):
    """Those of a step: the new ones first, in the order of the records."""
    tests = listed_tests()
    earlier = [name for name in steps() if name < step]
    old = {test["name"] for test in tests
           if earlier and earlier[-1] in suites_of(test)}
    order = list(reading())
    features = [
        Feature(test, step) for test in tests if step in suites_of(test)
        and any(word.startswith("--gtest_filter=") for word in test["cmd"])]
    for feature in features:
        feature.is_new = feature.name not in old
    return sorted(features, key=lambda feature: (
        feature.name != FIRST, not feature.is_new,
        order.index(feature.name) if feature.name in order else len(order)))


def exercise_features(exercise):
    """Its one suite. How to run it is what Meson knows of the program."""
    found = [test for test in listed_tests()
             if pathlib.Path(test["cmd"][0]).name == "exercise-tests"
             and f"--gtest_filter={exercise.suite}.*" in test["cmd"]]
    if not found:
        raise Problem(f"there is no test {exercise.suite}",
                      "./boxstep check builds it")
    feature = Feature(dict(found[0], name=exercise.suite), exercise.step)
    feature.is_new = True
    return [feature]


def reading():
    """Feature -> where the chapters explain it."""
    return {name: feature["read"] for name, feature in records.features().items()}


def check(asked):
    what = asked.what
    names, changes = asked.names, {"BOXSTEP_STEP": what.step}
    if type(what) is Exercise:
        features = exercise_features(what)
        if what.is_answered:
            if not names:
                raise Problem(f"{what.title} takes an answer",
                              f"./boxstep check {what.name} ANSWER")
            changes["BOXSTEP_ANSWER"] = " ".join(names)
            names = []
    else:
        features = features_of(what.step)
    binary = binary_of(asked)
    features = chosen(features, names)
    print(f"{what.title}: {binary_name(binary)}", flush=True)

    rest = features
    if features[0].name == FIRST:
        features[0].judge(binary, [], changes)
        if any(p.is_fatal for p in features[0].promises):
            return tell_it_does_not_start(what, features[0], asked)
        # So that one thing that is missing does not break all promises.
        changes["BOXSTEP_LACKS"] = " ".join(
            p.lacks for p in features[0].promises if p.failures)
        rest = features[1:]
        if names and not wanted_of(features[0], names):
            features = rest
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        running = [
            pool.submit(feature.judge, binary, wanted_of(feature, names), changes)
            for feature in rest]
        try:
            for feature in features:
                if feature in rest:
                    running[rest.index(feature)].result()
                tell_counts(feature, what)
        except KeyboardInterrupt:
            pool.shutdown(cancel_futures=True)
            raise
    for name in names:
        if not any(p.is_called(name) for f in features for p in f.promises):
            raise Problem(f"no promise of this step is called {name}",
                          f"{again(what, asked)} {name.split('.')[0]}")
    return tell(what, features, asked)


def binary_of(asked):
    if not asked.binary:
        answered = (type(asked.what) is Exercise
                    and asked.what.is_answered)
        # Some program: a question is not put to a runtime of the learner's.
        return (BUILD / "steps" / asked.what.step if answered
                else asked.what.program)
    path = pathlib.Path(asked.binary).resolve()
    if not path.is_file() or not os.access(path, os.X_OK):
        raise Problem(f"{asked.binary}: no program",
                      "a file that exists, and that may be executed")
    return path


def binary_name(path):
    return path.relative_to(ROOT) if ROOT in path.parents else path


def feature_part(name):
    return name.split(".")[0].split("/")[-1] or name


def chosen(features, names):
    """Those that somebody asked for; what they rest on, too."""
    if not names:
        return features
    for name in names:
        if not any(wanted_of(feature, [name]) for feature in features):
            raise Problem(
                f"no promise of this step is called {name}",
                "they are " + " ".join(feature.name for feature in features))
    return [feature for feature in features
            if feature.name == FIRST or wanted_of(feature, names)]


def wanted_of(feature, names):
    """Names of promises that are this feature's."""
    return [name for name in names if fnmatch.fnmatchcase(
        feature.name, name.split(".")[0])]


# ---- the verdict, in words ---------------------------------------------------


def tell_it_does_not_start(what, feature, asked):
    print()
    tell_broken(what, next(p for p in feature.promises if p.is_fatal), asked)
    print("\nAll other promises rest on this one, and were not looked at.\n\n"
          f"{what.title}: 0 promises kept, as it does not run its command")
    return 1


def tell_counts(feature, what):
    broken = sum(bool(p.failures) for p in feature.promises)
    kept = len(feature.promises) - broken
    mark = "" if not broken else f", {broken} broken"
    # At the first step all is new.
    new = ("new " if feature.is_new and type(what) is Step
           and what.name > steps()[0] else "    ")
    print(f"  {new}{feature.name:<24} {kept} kept{mark}", flush=True)


def tell(what, features, asked):
    promises = [p for feature in features for p in feature.promises]
    broken = [p for p in promises if p.failures]
    causes = {}
    for promise in broken:
        causes.setdefault(promise.cause, []).append(promise)
    groups = list(causes.values())
    if asked.has("all"):
        groups = [[promise] for promise in broken]
    most = len(groups) if asked.has("all") else SHOWN_IN_FULL
    if broken:
        print("\nWhat to mend, the first thing first:")
    for group in groups[:most]:
        print()
        tell_broken(what, group[0], asked)
        if group[1:]:
            print(laid_out("likewise", "\n".join(
                promise.sentence for promise in group[1:]), 8))
    if groups[most:]:
        print("\nAlso broken, maybe by the same:\n")
        for group in groups[most:]:
            print(f"- {in_short(group)}")
        print("\nIn full: with --all, or with a name, as "
              f"{again(what, asked)} {groups[most][0].full_name}")
    kept = len(promises) - len(broken)
    print(f"\n{what.title}: {kept} promise{'s' * (kept != 1)} kept, "
          f"{len(broken)} broken")
    return 1 if broken else 0


def in_short(group):
    said = group[0].sentence
    if group[1:]:
        said = f"{spoken(group[0].feature.name)}, {len(group)} promises"
    came = textwrap.shorten(group[0].told.get("came", ""), 60, placeholder=" …")
    return f"{said}: {came}"


def again(what, asked):
    name = what.number if type(what) is Step else what.name
    words = ["./boxstep", "check", name]
    if asked.binary:
        words += ["--binary", asked.binary]
    return shlex.join(words)


def tell_broken(what, promise, asked):
    told = promise.told
    places = reading()
    place = places.get(promise.feature.name)
    if type(what) is Exercise:
        place = what.place
    elif promise.lacks or (promise.feature.name == FIRST
                           and what.name > steps()[0]):
        # What all rest on worked before this step.
        place = f"{what.step}.md#the-change"
    # Whatever was tested, it is not why the host must stay as it is.
    unchanged = told.get("expected") == HOST_UNCHANGED
    why = told.get("why") if unchanged else promise.why or told.get("why")
    rows = [
        ("expected", told.get("expected")),
        ("came", told.get("came")),
        ("why", why),
        ("note", told.get("why") if why != told.get("why") else None),
        ("ran", told.get("ran")),
        ("it said", told.get("said")),
        ("read", f"docs/{place}" if place else None),
        ("again", f"{again(what, asked)} {promise.full_name}"
         if type(what) is Step
         else again(what, asked) + " ANSWER" * what.is_answered),
    ]
    print(f"BROKEN  {promise.sentence}")
    for title, text in rows:
        if text:
            print(laid_out(title, text))


def laid_out(title, text, most=16):
    """A title, and beside it the text; long lines of prose are wrapped."""
    lines = []
    for line in text.strip("\n").splitlines():
        if title in ("expected", "came", "why", "note"):
            lines += textwrap.wrap(line, 66, break_long_words=False) or [""]
        else:
            lines.append(line)
    if len(lines) > most:
        lines[most:] = [f"… and {len(lines) - most} more"]
    return "\n".join(f"  {title if n == 0 else '':<9} {line}".rstrip()
                     for n, line in enumerate(lines))


def explain(failure):
    """What GoogleTest says, taken apart: expected, came, why, ran, said."""
    text = re.sub(r"\A(?:\S+:\d+|unknown file)(?:: Failure)?\n", "", failure)
    text, stories = without_stories(text)
    told = told_by_gtest(text)
    if stories:
        ran, ended, out, err = stories[0]
        told["ran"] = f"{ran}\nit {ended}"
        told["said"] = out + err
    # As a person types it who stands there.
    return {title: text.replace(f"{ROOT}/", "") for title, text in told.items()}


def without_stories(text):
    """Takes out what support::Result tells of itself, as `<< result` does."""
    story = (r"\n--- ran: (.*)\n--- it (.*)\n--- stdout:\n((?s:.*?))"
             r"--- stderr:\n((?s:.*?))^---\n")
    return (re.sub(story, "", text, flags=re.M),
            re.findall(story, text, flags=re.M))


def told_by_gtest(text):
    told = {}
    value = r"(?:.*\n    Which is: (?P<{0}>.*)|(?P<{0}_as_is>.*))"
    equal = re.match(
        "Expected equality of these values:\n  " + value.format("came")
        + "\n  " + value.format("expected") + r"(?:\n|\Z)(?P<rest>(?s:.*))", text)
    truth = re.match(
        r"Value of: (?P<what>.*)\n  Actual: (?P<came>\w+)"
        r"(?: \((?P<said>(?s:.*))\))?\nExpected: (?P<expected>true|false)\n?"
        r"(?P<rest>(?s:.*))", text)
    if equal:
        for name in ("came", "expected"):
            told[name] = readable(equal[name] or equal[f"{name}_as_is"])
        rest = equal["rest"]
    elif truth and truth["said"]:
        told, rest = sections(truth["said"]), truth["rest"]
    elif truth:
        rest = truth["rest"]
        told = {"expected": f"{truth['what']} is {truth['expected']}",
                "came": f"it is {truth['came']}"}
    else:
        rest = text
    thrown = re.match(r'C\+\+ exception with description "((?s:.*))" thrown in '
                      r"(?:the test body|.*)\.?", rest)
    if thrown:
        rest = thrown[1]
    told.update(sections(re.sub(r"\AFailed\n", "", rest)))
    if "came" not in told and "why" in told:
        told["came"] = told.pop("why")
    return told


def sections(text):
    """The lines that begin with `expected:` and `came:`; all else is the why."""
    told, title = {}, "why"
    for line in text.splitlines():
        found = re.match(r"(expected|came|why): ?(.*)", line)
        if found:
            title, line = found.groups()
        told[title] = f"{told[title]}\n{line}" if told.get(title) else line
    return {title: text.strip() for title, text in told.items() if text.strip()}


def readable(value):
    """A C++ string as it would be printed."""
    found = re.fullmatch(r'"(.*)"', value)
    if not found:
        return value
    said = found[1].encode().decode("unicode_escape", "replace")
    return said.rstrip("\n") or "nothing"


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    sys.exit(main())

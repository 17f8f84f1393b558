#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Build it yourself: what ./boxstep start, check and hint do.

  learn.py start [--force] WHAT
  learn.py hint [--all] WHAT
  learn.py targets WHAT              what Meson has to build before a check
  learn.py build WHAT                builds my/WHAT/main.cpp (no root needed)
  learn.py check [--all] [--binary FILE] WHAT [TEST... | ANSWER...]

WHAT is a step (2, 02, 02-chroot) or an exercise (a directory of docs/exercises,
with or without its number). TEST is the name of a promise, or of a feature with
all its promises: Rootfs, Rootfs.IsTheDirectoryRootfsByDefault.

A promise is a test. What it expected, what came and why that matters, the test
records as its properties (tests/support/errors.hpp).
Exit status: 0 all promises are kept, 1 some are broken, 125 no judgement.
"""

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
# All other features rest on this one, so it is judged first.
FIRST = "Starts"
NO_JUDGEMENT = 125
SKIPPED = 77
# What tests/support/host.cpp expects after every test.
HOST_UNCHANGED = "the host is as it was before"

USAGE = {
    "start": "start [--force] STEP-OR-EXERCISE",
    "hint": "hint [--all] STEP-OR-EXERCISE",
    "check": "check [--all] [--binary FILE] STEP-OR-EXERCISE [TEST... | ANSWER...]",
}


class Problem(Exception):
    """The kit cannot go on: what is wrong, and what to do about it."""


class Asked:
    """The command line: WHAT, the words after it, and options among them."""

    def __init__(self, command, words):
        command = {"targets": "check", "build": "check"}.get(command, command)
        usage = f"usage: ./boxstep {USAGE[command]}; for example: ./boxstep {command} 1"
        try:
            found, words = getopt.gnu_getopt(words, "", [
                name + "=" * bool(value) for name, value in re.findall(
                    r"--(\w+)( [A-Z]+)?", USAGE[command])])
        except getopt.GetoptError as error:
            raise Problem(f"{command}: {error}", usage) from error
        if not words:
            raise Problem(f"{command}: which step or exercise?", usage)
        self.options = {name[2:]: value for name, value in found}
        self.what = exercise_or_step(words[0])
        self.names = words[1:]
        if self.names and command != "check":
            raise Problem(f"{command}: one word too many: {self.names[0]}", usage)
        self.binary = self.options.get("binary")

    def has(self, option):
        return option in self.options


def main():
    try:
        command, *words = sys.argv[1:]
        return globals()[command](Asked(command, words)) or 0
    except Problem as problem:
        what, *hint = problem.args
        print(f"boxstep: {what}", *(f"hint: {line}" for line in hint),
              sep="\n", file=sys.stderr)
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    return NO_JUDGEMENT


# ---- steps and exercises -----------------------------------------------------


class Step:
    is_answered = False

    def __init__(self, name):
        self.name = name
        self.number = name[:2]
        self.short = self.number
        self.title = f"step {self.number}"
        self.directory = ROOT / "my" / name
        self.source = self.directory / "main.cpp"
        self.program = BUILD / "my" / name
        # The step whose command line it has, and the code that it begins with.
        self.step = name
        self.begin = before(name)
        self.hint_file = ROOT / f"docs/workshop/hints/{name}.md"

    @property
    def is_given(self):
        """The first step is not to be built: it is what all others start from."""
        return self.name == steps()[0] and not self.source.exists()

    def task(self):
        """The Goal of the chapter, as plain text."""
        text = (ROOT / f"docs/{self.name}.md").read_text()
        return plain(re.search(r"^## Goal\n+(.*?)\n+## ", text, re.M | re.S)[1])

    def hints(self):
        return blocks(self.hint_file) + [("", self.solution())]

    def solution(self):
        old, new = self.begin, reference(self.name)
        labels = [word for path in (old, new) for word in ("-L", path.relative_to(ROOT))]
        diff = subprocess.run(
            ["diff", "-u", *labels, old, new], stdout=subprocess.PIPE, text=True,
            env={**os.environ, "LC_ALL": "C"}, check=False)
        return f"The whole step, as a diff:\n\n{diff.stdout.rstrip()}"


class Exercise(Step):
    """One that is built upon a step, or a question to be answered."""

    is_given = False

    def __init__(self, name):
        super().__init__(name)
        self.short = name[3:]
        self.title = f"exercise {self.short}"
        self.step = next(step for step in steps() if step[:2] == self.number)
        self.begin = reference(self.step)
        self.files = EXERCISES / name
        self.hint_file = self.files / "hints.md"
        self.is_answered = not (self.files / "solution.diff").exists()
        self.suite = "Exercise" + "".join(
            word.capitalize() for word in self.short.split("-"))

    def task(self):
        return plain((self.files / "task.md").read_text())

    def solution(self):
        if self.is_answered:
            return f"The answer:\n\n{(self.files / 'answer').read_text().strip()}"
        diff = (self.files / "solution.diff").read_text().rstrip()
        return f"A solution, as a diff:\n\n{diff}"


def steps():
    return list(records.read())


def exercise_or_step(word):
    for name in steps():
        number = name.split("-")[0]
        if word in (name, number, str(int(number))):
            return Step(name)
    exercises = sorted(path.name for path in EXERCISES.glob("[0-9]*-*"))
    for name in exercises:
        if word in (name, name.split("-", 1)[1]):
            return Exercise(name)
    raise Problem(f"no such step or exercise: {word}",
                  f"the steps are {' '.join(steps())}",
                  "the exercises are " + " ".join(name[3:] for name in exercises))


def reference(step):
    return ROOT / "steps" / step / "main.cpp"


def before(step):
    """What a learner has who begins with the step."""
    return reference(max([name for name in steps() if name < step], default=step))


def plain(markdown):
    text = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", markdown)
    return re.sub(r"\*+(.*?)\*+", r"\1", text, flags=re.S).strip()


def blocks(path):
    """The hints in a file, which lines '--- TOPIC' separate: (topic, text). A topic
    is what check found broken when the hint helps: Rootfs, Rootfs.IsTheDirectoryRootfsByDefault."""
    if not path.exists():
        return []
    text = re.sub(r"\A<!--.*?-->\n", "", path.read_text(), flags=re.S)
    parts = re.split(r"^---(.*)\n", text, flags=re.M)
    found = list(zip(["", *(tag.strip() for tag in parts[1::2])], parts[::2]))
    return [(tag, block.strip()) for tag, block in found if block.strip()]


class State:
    """What the learner has seen: how many hints, and what check found broken."""

    def __init__(self, what):
        self.path = what.directory / ".state.json"
        self.hints, self.broken = 0, ""
        if self.path.exists():
            self.hints, self.broken = json.loads(self.path.read_text())

    def write(self):
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(json.dumps([self.hints, self.broken]))
        # It is the learner's, though check runs as root.
        owner = ROOT.stat()
        if os.geteuid() == 0:
            for path in (self.path, self.path.parent, self.path.parent.parent):
                os.chown(path, owner.st_uid, owner.st_gid)


# ---- start -------------------------------------------------------------------


def start(asked):
    what = asked.what
    if what.is_answered:
        print(*wrapped(what.task()), "", "Answer it with:",
              f"  ./boxstep check {what.short} ANSWER", sep="\n")
        return
    if what.is_given:
        raise Problem(f"{what.title} is already written: read steps/{what.name}/main.cpp",
                      "begin with ./boxstep start 1")
    head = reference(what.step).read_text().splitlines()[:3]
    code = what.begin.read_text().splitlines()[3:]
    commands = [f"  ./boxstep check {what.short}", f"  ./boxstep hint {what.short}"]
    notes = ["", *wrapped(f"To do: {what.task()}"), "",
             "To see how far you are, and to get a hint:", *commands]
    what.directory.mkdir(parents=True, exist_ok=True)
    kept = keep_old(what.source, asked.has("force"))
    what.source.write_text("\n".join(
        [*head, *(f"// {line}".rstrip() for line in notes), *code, ""]))
    print(f"{what.source.relative_to(ROOT)} is yours. It has the code of step "
          f"{what.begin.parent.name[:2]}. The comment at its top says what to do.")
    if kept:
        print(f"Your earlier file is now {kept.relative_to(ROOT)}.")
    print("Change it. Then:", *commands, sep="\n")


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
            f"{path.relative_to(ROOT)} exists already",
            "to begin again, add --force: your file is kept under another name")
    number = 1
    while (kept := path.with_name(f"{path.name}.{number}")).exists():
        number += 1
    return path.rename(kept)


# ---- hint --------------------------------------------------------------------


def hint(asked):
    what, state = asked.what, State(asked.what)
    hints = what.hints()
    topics = [topic for topic, _ in hints]
    number = state.hints + 1
    # Not one about what check has found to be right already.
    for topic in (state.broken, state.broken.split(".")[0]):
        if topic and topic in topics:
            number = max(number, topics.index(topic) + 1)
            break
    number = min(number, len(hints))
    for each in range(1, len(hints) + 1) if asked.has("all") else [number]:
        print(f"Hint {each} of {len(hints)}\n\n{hints[each - 1][1]}\n")
        state.hints = max(state.hints, each)
    state.write()


# ---- build -------------------------------------------------------------------


def targets(asked):
    tests = "exercise-tests" if type(asked.what) is Exercise else "step-tests"
    print(tests, "rootfs", "probe", asked.what.step)


def build(asked):
    """With the commands with which Ninja builds the step, on another file."""
    what = asked.what
    if asked.binary or what.is_answered or what.is_given:
        return 0
    if not what.source.exists():
        raise Problem(f"there is no {what.source.relative_to(ROOT)} yet",
                      f"./boxstep start {what.short}")
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
            print(f"\n{what.title}: it does not compile yet. Begin with the first "
                  "error above.")
            return 1
    if not what.program.exists():
        raise Problem(f"Ninja has no commands for {step}")
    return 0


# ---- check -------------------------------------------------------------------


class Promise:
    """A test, and what became of it: its properties, and its failures' texts."""

    def __init__(self, feature, name, failures, properties):
        self.feature = feature
        self.name = name
        self.failures = failures
        self.told = properties
        if failures and "expected" not in properties:
            self.told = {**properties, "came": failures[0].strip()}

    @property
    def full_name(self):
        return f"{self.feature.name}.{self.name}"

    def is_called(self, name):
        """By its own name, with or without its values, or by its feature's."""
        return name in (self.full_name, self.full_name.split("/")[0], self.feature.name)

    @property
    def is_fatal(self):
        """Whether no other promise can be judged, as commands do not run."""
        return bool(self.failures) and "lacks" not in self.told \
            and self.told.get("expected") != HOST_UNCHANGED

    @property
    def sentence(self):
        """CamelCase read aloud: "Rootfs: the command starts in its root"."""
        if self.told.get("expected") == HOST_UNCHANGED:
            return f"Host: stays as it was (seen after {self.full_name})"
        test, _, values = self.name.partition("/")
        said = f"{spoken(self.feature.name)}: {spoken(test).lower()}"
        return said + (f" ({spoken(values).lower()})" if values else "")


def spoken(name):
    words = r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[a-z])(?=\d)"
    return re.sub(words, " ", name).capitalize()


class Feature:
    """The tests of a GoogleTest suite, as Meson lists them."""

    def __init__(self, listed, name):
        self.name = name
        self.listed = listed
        self.promises = []
        # A test that waits in vain needs longer than one that passes.
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
        with tempfile.TemporaryDirectory() as directory:
            report = pathlib.Path(directory, "report.json")
            status, said = run_for(self.timeout, [
                self.listed["cmd"][0], "--gtest_filter=" + ":".join(patterns),
                f"--gtest_output=json:{report}"], environment)
            text = report.read_text(errors="replace") if report.exists() else ""
        if status == SKIPPED:
            raise Problem(said.strip().removeprefix("SKIPPED: "),
                          "./boxstep doctor says more")
        if text:
            self.read_report(json.loads(text))
            return
        # The program did not come to its end.
        test = said.rpartition("[ RUN      ] ")[2].split("\n")[0].partition(".")[2]
        how = (f"did not end within {self.timeout} s" if status is None
               else f"ended with status {status}, in the middle of it")
        self.promises.append(Promise(self, test or "All", [how], {
            "expected": "the test comes to its end",
            "came": f"the test {how}; the tests after it did not run",
            "why": "a program that hangs or kills others is of no use"}))

    def read_report(self, report):
        for suite in report.get("testsuites", []):
            for test in suite["testsuite"]:
                if test["result"] == "SKIPPED" or test["status"] == "NOTRUN":
                    continue
                self.promises.append(Promise(self, test["name"], [
                    failure["failure"] for failure in test.get("failures", [])], test))


def run_for(seconds, command, environment):
    """The status, None for one that had to be killed, and what it said."""
    # Into a file: a pipe that a stray process holds open would not end.
    with tempfile.TemporaryFile("w+", errors="replace") as output:
        try:
            # What it has started in namespaces of its own dies with it.
            status = subprocess.run(
                command, env=environment, stdin=subprocess.DEVNULL, stdout=output,
                stderr=subprocess.STDOUT, timeout=seconds, check=False).returncode
        except subprocess.TimeoutExpired:
            status = None
        output.seek(0)
        return status, output.read()


def features_of(what):
    """Those of a step: the new ones first, in the order of the reading list. Of an
    exercise, its own suite: how to run it, Meson knows of the program."""
    path = BUILD / "meson-info/intro-tests.json"
    listed = [(test, {suite.split(":")[-1] for suite in test["suite"]})
              for test in json.loads(path.read_text())]
    if type(what) is Exercise:
        return [Feature(test, what.suite) for test, _ in listed
                if pathlib.Path(test["cmd"][0]).name == "exercise-tests"
                and f"--gtest_filter={what.suite}.*" in test["cmd"]][:1]
    earlier = max([name for name in steps() if name < what.step], default="")
    old = {test["name"] for test, suites in listed if earlier in suites}
    order = list(reading())
    names = {test["name"]: test for test, suites in listed if what.step in suites
             and any(word.startswith("--gtest_filter=") for word in test["cmd"])}
    return [Feature(names[name], name) for name in sorted(names, key=lambda name: (
        name != FIRST, name in old, order.index(name)))]


def reading():
    """Feature -> where the chapters explain it."""
    return {name: feature["read"] for record in records.read().values()
            for name, feature in record["features"].items()}


def check(asked):
    what = asked.what
    names, changes = asked.names, {"BOXSTEP_STEP": what.step}
    features = features_of(what)
    if what.is_answered:
        if not names:
            raise Problem(f"{what.title} is a question: add your answer",
                          f"./boxstep check {what.short} ANSWER; "
                          f"./boxstep start {what.short} shows the question")
        changes["BOXSTEP_ANSWER"] = " ".join(names)
        names = []
    binary = binary_of(asked)
    known = "its features are " + " ".join(feature.name for feature in features)
    if names:
        features = [feature for feature in features
                    if feature.name == FIRST or wanted_of(feature, names)]

    rest = features
    if features and features[0].name == FIRST:
        features[0].judge(binary, [], changes)
        # All others rest on them.
        for promise in features[0].promises:
            if promise.is_fatal:
                return tell(what, [promise], asked, alone=True)
        # So that one thing that is missing does not break all promises.
        changes["BOXSTEP_LACKS"] = " ".join(
            p.told["lacks"] for p in features[0].promises
            if p.failures and "lacks" in p.told)
        rest = features[1:]
        if names and not wanted_of(features[0], names):
            features = rest
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        running = [
            pool.submit(feature.judge, binary, wanted_of(feature, names), changes)
            for feature in rest]
        try:
            for number, one in enumerate(running, 1):
                if sys.stdout.isatty():  # the verdict is written over it
                    print(f"\r{number} of {len(running)} features", end="\r", flush=True)
                one.result()
        except KeyboardInterrupt:
            pool.shutdown(cancel_futures=True)
            raise
    promises = [promise for feature in features for promise in feature.promises]
    for name in names:
        if not any(promise.is_called(name) for promise in promises):
            raise Problem(f"{what.title} has no promise called {name}", known)
    return tell(what, promises, asked)


def binary_of(asked):
    what = asked.what
    if not asked.binary:
        # Some program: a question is not put to a runtime of the learner's.
        return (BUILD / "steps" / what.step if what.is_answered or what.is_given
                else what.program)
    path = pathlib.Path(asked.binary).resolve()
    if not path.is_file() or not os.access(path, os.X_OK):
        raise Problem(f"{asked.binary}: not a program",
                      "--binary needs a file that exists and is executable")
    return path


def wanted_of(feature, names):
    """Names of promises that are this feature's."""
    return [name for name in names if name.split(".")[0] == feature.name]


# ---- the verdict, in words ---------------------------------------------------


def tell(what, promises, asked, alone=False):
    """The first broken promise, or all, and what to do next."""
    broken = [promise for promise in promises if promise.failures]
    if not asked.binary:
        state = State(what)
        state.broken = "".join(
            promise.told.get("about", promise.full_name) for promise in broken[:1])
        state.write()
    if not broken:
        tell_success(what, len(promises), asked)
        return 0
    if alone:
        print(f"{what.title}: one promise is broken, and all others depend on it.")
    elif type(what) is Exercise:
        print(f"{what.title}: not done yet.")
    else:
        print(f"{what.title}: {counted(len(promises) - len(broken))} kept, "
              f"{len(broken)} broken.")
    for promise in broken if asked.has("all") else broken[:1]:
        print()
        tell_broken(what, promise, asked)
    print()
    others = len(broken) - 1
    if others and not asked.has("all"):
        print(f"{others} more {'is' if others == 1 else 'are'} broken, maybe for the "
              f"same reason. To see all of them: {again(what, asked, '--all')}")
    print(f"If you are stuck: ./boxstep hint {what.short}")
    return 1


def counted(number):
    return f"{number} promise{'s' * (number != 1)}"


def tell_success(what, number, asked):
    if what.is_answered:
        print(f"{what.title}: your answer is right.")
        return
    print(f"{what.title}: {'done' if type(what) is Exercise else 'all'}, "
          f"{counted(number)} kept.")
    if asked.names:
        return
    # build/tests/rootfs is there: the tests have used it.
    places = [ROOT / "rootfs", BUILD / "tests/rootfs"]
    if "CLONE_NEWUSER" in reference(what.step).read_text():
        places.insert(0, ROOT / "rootfs-100000")  # as ./boxstep run has it
    rootfs = next(place for place in places if place.exists())
    command = ["sudo"] * ("SUDO_USER" in os.environ)
    command += [shown(binary_of(asked)), "run"]
    if what.number >= "02":
        command += ["--rootfs", shown(rootfs)]
    print("Now try your own container, and compare it with your host:",
          f"  {shlex.join([*command, 'bash'])}",
          "  hostname; ls /; ps; exit", sep="\n")
    later = [step for step in steps() if step > what.step]
    if type(what) is Exercise:
        print(f"Then compare your code with ours: ./boxstep hint --all {what.short}")
    elif later:
        print(f"Then go on with the next step: ./boxstep start {later[0][:2]}")
    else:
        print("Then go on with the exercises: docs/exercises.md")


def shown(path):
    return str(path.relative_to(ROOT) if ROOT in path.parents else path)


def again(what, asked, *words):
    command = ["./boxstep", "check", *words, what.short]
    if asked.binary:
        command += ["--binary", asked.binary]
    return shlex.join(command)


def tell_broken(what, promise, asked):
    told = promise.told
    place = reading().get(told.get("about", promise.feature.name))
    if type(what) is Exercise:
        place = f"exercises.md#{what.short}"
    elif "about" not in told and (promise.feature.name == FIRST or not asked.binary) \
            and promise.feature.name not in records.read()[what.step]["features"]:
        # This worked before this step: what a learner begins with keeps it.
        place = f"{what.step}.md#the-change"
    where = f"{again(what, asked)} {promise.full_name}"
    if type(what) is Exercise:
        where = again(what, asked) + " ANSWER" * what.is_answered
    # Ten lines in all, unless all is asked for.
    many = 16 if asked.has("all") else 2
    print(f"BROKEN  {promise.sentence}")
    for title, text, most in [
            ("expected", told.get("expected"), many),
            ("came", told.get("came"), many),
            ("why", told.get("why"), many),
            ("ran", told.get("ran"), 1),
            ("it said", told.get("said") if asked.has("all") else "", 8),
            ("read", f"docs/{place}" if place else "", 1),
            ("again", where, 1)]:
        if text:
            print(laid_out(title, text.replace(f"{ROOT}/", ""), most))


def laid_out(title, text, most):
    """A title, and beside it the text; prose is wrapped to 80 columns."""
    lines = text.strip("\n").splitlines()
    if title in ("expected", "came", "why"):
        lines = [part for line in lines for part in textwrap.wrap(
            line, 68, break_long_words=False, break_on_hyphens=False) or [""]]
    if len(lines) > most:
        lines[most - 1:] = [lines[most - 1][:64] + " …"]
    return "\n".join(f"  {title if n == 0 else '':<9} {line}".rstrip()
                     for n, line in enumerate(lines))


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    sys.exit(main())

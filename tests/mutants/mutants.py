#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every line of a step earns its place: broken, a test says so.

Breaks main.cpp of a step in one place at a time, where it is new in that step (each
statement deleted, each flag, string, number and argument changed), builds it, and
runs tests of the step's suite on it: one must go red. A mutant that no test notices
fails, unless exceptions.txt gives the reason; one that hangs is caught only if a
test says so.

    mutants.py check BUILD [STEP…]    each row of docs/mutants.md: red, as it says
    mutants.py write BUILD [STEP…]    finds what has no row; corrects those of STEP
    mutants.py listed                 no run: the rows are those of the sources
    mutants.py places                 no run: in JSON, the line of each row

check runs the test that the row names, alone. Only where that is green does it
run the others: the row is wrong then, or there is no such test. It prints TAP.
"""

import argparse
import collections
import concurrent.futures
import contextlib
import dataclasses
import difflib
import json
import os
import pathlib
import re
import shlex
import signal
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True  # as root, it would be in the way of its owner
HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.append(str(ROOT / "tools"))
import cpp  # noqa: E402  pylint: disable=wrong-import-position
import records  # noqa: E402  pylint: disable=wrong-import-position

PAGE = ROOT / "docs/mutants.md"
REPAIR = "sudo tests/mutants/mutants.py write build"
# Features that may be red for the reason of another one: what is refused, what is
# open, and how a person's terminal fares.
TELLS_LESS = ("FailClosed|RootfsIsChecked|RootfsWithoutProc|PidsMax|Open|StillOpen|"
              "ProcIsEmpty|ContainerShell|Job|SessionLeader")
MOST_SHOWN = 74  # characters of code in a row
FLAG = re.compile(r"\b(CLONE_NEW\w+|MS_\w+)\b")
STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')
NUMBER = re.compile(r"(?<![\w.])\d+(?![\w.])")
# Arguments that could as well be another one of the same type.
SWAPS = {
    "container.pid()": "getpid()",
    "std::to_string(init)": "std::to_string(getpid())",
    "name.size()": "name.size() - 1",
    "options.rootfs.c_str()": '"/"',
    "options.rootfs": "options.hostname",
    "options.command.front()": "options.hostname",
    "true": "false",
    "false": "true",
}


INTRODUCTION = f"""<!-- `{REPAIR}` makes this page. -->

# What breaks without it

Each step is broken in one place at a time, where its code is new. Then a test of that
step is red: its name is a claim that is no longer true. Try it: edit `main.cpp` as a
row says, and run the tests of the step, `./boxstep test STEP`.

The suite `mutants` makes each of these edits and runs the test that its row
names. It fails where that test stays green.
"""


@dataclasses.dataclass
class Mutant:
    step: str
    line: int
    place: str  # the function, or the constant, or the struct
    what: str  # is broken, in Markdown
    text: str  # of the whole file, broken
    test: str = ""  # that is red: Suite.Test of GoogleTest, or `program: case`
    problem: str = ""

    def key(self):
        return self.step, self.place, self.what


def statements(lines):
    """(first line, last line) of what ends in `;` within a function."""
    for function in cpp.definitions(lines):
        if function.kind != "function":
            continue
        start = None
        body = next(n for n in range(function.start, function.end + 1)
                    if lines[n].endswith(" {"))
        for number in range(body + 1, function.end):
            code = lines[number].split("//")[0].rstrip()
            if re.match(r"^\s*(try|\} catch|if|while|for)\b.*\{$|^\s*\}$", code):
                start = None  # where a block begins or ends: nothing to remove
            elif code:
                start = number if start is None else start
                if code.endswith(";"):
                    yield start, number
                    start = None


def without(statement):
    """A statement that does nothing in its place, or None where there is none."""
    text = " ".join(line.split("//")[0].strip() for line in statement)
    value = re.match(r"^(?:const )?[\w:]+&?\s+(\w+) = (.*);$", text)
    if text.startswith("return "):
        return "return 0;" if text != "return 0;" else None
    if value:
        kind = text.split(value.group(1))[0]
        if "int" in kind.split():
            return f"{kind}{value.group(1)} = 0;"
        if "bool" in kind.split():
            return f"{kind}{value.group(1)} = true;"
        if "std::string" in kind and "&" not in kind:
            return f"{kind}{value.group(1)};"
        return None  # the declaration is needed
    if re.match(r"^(?:const(?:expr)? )?[\w:]+(?:&| \w+)? ?\w+;?$", text):
        return None  # a declaration
    if text.startswith("constexpr"):
        return None  # mutated flag by flag
    return ";"


def place_of(lines, number):
    """What line `number` is in."""
    place = next(each for each in cpp.definitions(lines) if each.has(number))
    return place.name + "()" * (place.kind == "function")


def shown(code):
    """As it is, if that is short; else its call without the arguments."""
    code = " ".join(line.split("//")[0].strip() for line in code)
    checked = re.fullmatch(r"check\((\w+)\(.*?\), (\".*)", code)
    if checked and len(code) > MOST_SHOWN:
        code = f"check({checked[1]}(…), {checked[2]}"
    if len(code) > MOST_SHOWN:
        code = re.sub(r"([\w:]+)\(.*\)", r"\1(…)", code)
    return f"`{code}`"


def own_mutants(steps):
    """Of each step what the step before it does not have, in the order of the source."""
    before = set()
    for step in steps:
        mutants = sorted(mutants_of(step), key=lambda mutant: mutant.line)
        count = collections.Counter()
        for mutant in mutants:  # two lines can look alike when they are shortened
            count[mutant.key()] += 1
            if count[mutant.key()] > 1:
                mutant.what += f", number {count[mutant.key()]}"
        yield from (m for m in mutants if m.key()[1:] not in before)
        before = {m.key()[1:] for m in mutants}


def mutants_of(step):
    lines = (ROOT / "steps" / step / "main.cpp").read_text().splitlines()

    def mutant(first, last, replacement, what):
        text = "\n".join([*lines[:first], *replacement, *lines[last + 1:]]) + "\n"
        return Mutant(step, first, place_of(lines, first), what, text)

    for first, last in statements(lines):
        rest = without(lines[first:last + 1])
        if rest is None:
            continue
        what = f"delete {shown(lines[first:last + 1])}"
        if rest != ";":
            what = f"write `{rest}` for {shown(lines[first:last + 1])}"
        yield mutant(first, last, [rest], what)
    for number, line in enumerate(lines):
        code, slashes, comment = line.partition("//")
        if code.startswith(("#", "namespace", "using")) or not code.strip():
            continue
        if re.fullmatch(r'\s*\{"--.*&options\.\w+\},\s*', code):
            yield mutant(number, number, [], f"delete {shown([code])}")
            continue

        def changed(old, start, end, new, what=None):
            broken = code[:start] + new + code[end:]
            what = what or f"write `{new}` for `{old}`: `{broken.strip()}`"
            return mutant(number, number, [broken + slashes + comment], what)

        for match in FLAG.finditer(code):
            yield changed(match[0], *match.span(), "0", f"delete `{match[0]}`")
        if re.search(r"\bSIGCHLD;", code):
            start = code.index("SIGCHLD")
            yield changed("", start, start + 7, "0", "delete `SIGCHLD`")
        for match in STRING.finditer(code):
            yield changed(match[0], *match.span(), '"mutant"')
        for match in NUMBER.finditer(STRING.sub(lambda m: "_" * len(m[0]), code)):
            yield changed(match[0], *match.span(), str(int(match[0]) + 1))
        for old, new in SWAPS.items():
            if new == "options.hostname" and "hostname" not in " ".join(lines):
                continue  # in step 00
            for match in re.finditer(rf"(?<![\w&]){re.escape(old)}(?![\w.])", code):
                yield changed(old, *match.span(), new)


class Suite:
    """The tests of a build, and where it keeps what a mutant needs."""

    def __init__(self, build):
        self.build = build
        self.tests = json.loads((build / "meson-info/intro-tests.json").read_text())
        commands = json.loads((build / "compile_commands.json").read_text())
        step = next(c for c in commands if c["file"].endswith("/main.cpp"))
        words = shlex.split(step["command"])
        self.compiler = words[:next(i for i, w in enumerate(words) if w[0] == "-")]
        # So that temporary directories are removed.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))

    def of(self, step):
        """The step's features, the latest first: they tell most. Then the programs
        that each step has, by its name."""
        def order(test):
            return bool(re.match(TELLS_LESS, test["name"]))

        features = [test for test in self.tests if f"boxstep:{step}" in test["suite"]]
        others = [test for test in self.tests if test["name"] == step
                  and set(test["suite"]) & {"boxstep:faults", "boxstep:soak"}]
        return sorted(reversed(features), key=order) + others

    @contextlib.contextmanager
    def built(self, mutant):
        """The directory that it is in, and the compiler's complaint."""
        with tempfile.TemporaryDirectory(prefix="boxstep-mutant-") as name:
            directory = pathlib.Path(name)
            directory.chmod(0o755)  # some tests run as another user
            source = directory / "main.cpp"
            source.write_text(mutant.text)
            for binary in (self.build / "steps").iterdir():
                if binary.is_file() and binary.name != mutant.step:
                    (directory / binary.name).symlink_to(binary)
            made = subprocess.run(
                [*self.compiler, "-std=c++20", "-w", "-static", f"-I{ROOT}", source,
                 "-o", directory / mutant.step, self.build / "common/libcommon.a",
                 *records.link_args(mutant.step)],
                capture_output=True, text=True, check=False)
            yield directory, made.stderr if made.returncode else ""

    def run(self, test, step, directory, only=None):
        """(names of its red tests, whether it hung). only: one of these."""
        here, there = str(self.build / "steps"), str(directory)
        # Meson names it with or without the build directory.
        command = [f"{there}/{step}" if word in (f"{here}/{step}", f"steps/{step}") else word
                   for word in test["cmd"]]
        if only and test["protocol"] == "gtest":
            command = [command[0], f"--gtest_filter={only}"]
        elif only and "boxstep:faults" in test["suite"]:
            command.append(only.removeprefix("faults: "))
        environment = {name: value.replace(here, there)
                       for name, value in test["env"].items()}
        # Not subprocess's timeout: a mutant that hangs must not outlive us.
        run = subprocess.run(
            ["timeout", "-s", "KILL", str(test["timeout"] or 30), *command],
            env=os.environ | environment, cwd=test.get("workdir") or self.build,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, errors="replace", check=False)
        hung = run.returncode == -signal.SIGKILL
        red = re.findall(
            r"^\[  FAILED  \] (\w[\w/]*\.[\w/]+)", run.stdout, flags=re.MULTILINE)
        red += [f"{test['suite'][0].split(':')[-1]}: {case}" for case in
                re.findall(r"^not ok \d+ - (.*)", run.stdout, flags=re.MULTILINE)]
        if not red and not hung and run.returncode not in (0, 77):
            red = [test["name"]]
        return list(dict.fromkeys(red)), hung

    def program_of(self, name, step):
        """The test of Meson's that runs a test of this name, or None."""
        suite = re.sub(r"^\w+/", "", name).split(".")[0]
        return next((test for test in self.of(step)
                     if test["name"] == suite or name.startswith(
                         test["suite"][0].split(":")[-1] + ": ")), None)

    def is_red(self, name, step, directory):
        test = self.program_of(name, step)
        return bool(test) and name in self.run(test, step, directory, name)[0]

    def judge(self, mutant, likely):
        """Sets the mutant's test, likely the given one, or its problem."""
        with self.built(mutant) as (directory, errors):
            if errors:
                mutant.problem = "does not compile: " + errors.splitlines()[0]
            elif likely and any(self.is_red(likely, mutant.step, directory)
                                for _ in range(3)):  # some are races
                mutant.test = likely
            else:
                self.search(mutant, directory)
        return mutant

    def search(self, mutant, directory):
        mutant.problem = "no test notices"
        for test in self.of(mutant.step):
            red, hung = self.run(test, mutant.step, directory)
            if hung:
                mutant.problem = f"it hangs, and no test says so: {test['name']}"
            for name in red[:3]:
                # Alone too, as it will be run from now on.
                if all(self.is_red(name, mutant.step, directory) for _ in range(4)):
                    mutant.test, mutant.problem = name, ""
                    return
                mutant.problem = f"red with others, and not alone: {name}"

    def reds_of_the_step_itself(self, step):
        """A test that is red without a mutant would tell nothing."""
        source = (ROOT / "steps" / step / "main.cpp").read_text()
        with self.built(Mutant(step, 0, "", "", source)) as (directory, errors):
            with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
                found = pool.map(lambda one: self.run(one, step, directory), self.of(step))
                found = [name for red, hung in found for name in red + ["hangs"] * hung]
            # A busy machine may have made one late: alone, it has its second chance.
            return [errors] if errors else [
                name for name in found if not self.program_of(name, step)
                or self.is_red(name, step, directory)]


# ---- the page ----------------------------------------------------------------

def exceptions():
    """{(step, place, what): reason}; `STEP: PLACE: WHAT -- REASON` a line."""
    found = {}
    for line in (HERE / "exceptions.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            what, reason = line.split(" -- ", 1)
            found[tuple(what.split(": ", 2))] = reason
    return found


def cell(text):
    return text.replace("|", "\\|")


def said_of(mutant, excused):
    return excused.get(mutant.key()) or (
        f"`{mutant.test}`" if mutant.test else "**nothing**")


def page(mutants):
    text = INTRODUCTION
    excused = exceptions()
    for step in dict.fromkeys(mutant.step for mutant in mutants):
        text += f"\n## {step}\n\n| In | Break it | What is red then |\n|---|---|---|\n"
        for m in mutants:
            if m.step == step:
                text += (f"| `{m.place}` | {cell(m.what)} "
                         f"| {cell(said_of(m, excused))} |\n")
    return text


def read_page(text):
    """{(step, place, what): test}"""
    found, step = {}, ""
    for line in text.splitlines():
        if line.startswith("## "):
            step = line[3:]
        row = re.fullmatch(r"\| `([^`]+)` \| (.*) \| `([^`]+)` \|", line)
        if row:
            found[step, row[1], row[2].replace("\\|", "|")] = row[3]
    return found


# ---- commands ----------------------------------------------------------------

def listed(mutants):
    known = read_page(PAGE.read_text()) if PAGE.exists() else {}
    for mutant in mutants:
        mutant.test = known.get(mutant.key(), "")
    keys, excused = {m.key() for m in mutants}, exceptions()
    wrong = [f"no such mutant any more: {key}" for key in excused if key not in keys]
    if len(keys) != len(mutants):
        wrong.append("two mutants have one row")
    made = page(mutants).splitlines()
    wrong += [line for line in [*difflib.unified_diff(
        PAGE.read_text().splitlines(), made, lineterm="")][2:] if line[0] in "+-"]
    wrong += [f"no test: {line}" for line in made if "**nothing**" in line]
    sources = "".join(path.read_text() for path in ROOT.glob("tests/features/*.cpp"))
    written = {f"{suite}.{test}" for suite, test in
               re.findall(r"\bTEST(?:_[FP])?\(\s*(\w+),\s*(\w+)", sources)}
    wrong += [f"no test of that name: {line}" for line in made
              if (name := re.search(r"`(\w+\.\w+)` \|$", line))
              and name[1] not in written]
    for problem in wrong + [f"repair: {REPAIR}"] * bool(wrong):
        print(problem)
    return 1 if wrong else 0


def places(mutants):
    """In the order of the rows."""
    known, excused = read_page(PAGE.read_text()), exceptions()
    for mutant in mutants:
        mutant.test = known.get(mutant.key(), "")
    print(json.dumps([
        {"step": m.step, "line": m.line + 1, "what": m.what, "said": said_of(m, excused)}
        for m in mutants]))
    return 0


def judged(mutants, tests, build):
    """Each with the test that is red, `tests` of their keys first."""
    suite = Suite(build)
    for step in dict.fromkeys(mutant.step for mutant in mutants):
        if red := suite.reds_of_the_step_itself(step):
            sys.exit(f"{step} as it is: {', '.join(red)}")
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() + 1) as pool:
        yield from pool.map(lambda m: suite.judge(m, tests.get(m.key())), mutants)


def check(mutants, build):
    known, excused = read_page(PAGE.read_text()), exceptions()
    print(f"1..{len(mutants)}", flush=True)
    for number, m in enumerate(judged(mutants, known, build), 1):
        row, reason = known.get(m.key()), excused.get(m.key())
        problem = m.problem
        if reason:
            problem = m.test and f"{m.test} is red: this is no exception"
        elif m.test and m.test != row:
            problem = f"{row or 'no row'}, but red is {m.test}; repair: {REPAIR}"
        print(f"{'not ok' if problem else 'ok'} {number} - {m.step} {m.place}: {m.what} "
              f"-> {reason or m.test}", flush=True)
        if problem:
            print(f"# {problem}", flush=True)
    return 0


def write(mutants, steps, build):
    """Finds what has no row, and corrects the rows of the steps that are named."""
    known = read_page(PAGE.read_text()) if PAGE.exists() else {}
    for mutant in mutants:
        mutant.test = "" if mutant.step in steps else known.get(mutant.key(), "")
    for m in judged([m for m in mutants if not m.test], known, build):
        print(f"{m.step} {m.place}: {m.what} -> {m.test or m.problem}", flush=True)
    PAGE.write_text(page(mutants))
    return listed(mutants)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("command", choices=["check", "write", "listed", "places"])
    parser.add_argument("build", nargs="?", type=lambda text: pathlib.Path(text).resolve())
    parser.add_argument("steps", nargs="*")
    options = parser.parse_args()
    steps = list(records.read())
    mutants = list(own_mutants(steps))
    if options.command == "listed":
        return listed(mutants)
    if options.command == "places":
        return places(mutants)
    if os.geteuid() != 0:
        print("1..0 # SKIP needs root")
        return 1 if os.environ.get("BOXSTEP_MUST_RUN") == "1" else 0
    if options.command == "write":
        return write(mutants, options.steps, options.build)
    return check([m for m in mutants if m.step in (options.steps or steps)],
                 options.build)


if __name__ == "__main__":
    sys.exit(main())

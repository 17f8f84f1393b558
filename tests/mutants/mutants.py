#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every line of a step earns its place: broken, a test says so.

Breaks main.cpp of a step in one place at a time (each statement removed, each
flag, each string, number and argument changed), builds it, and runs the suite of
the step on it until a test goes red. A mutant that no test notices fails, unless
exceptions.txt gives the reason; one that hangs is caught only if a test says so.

    mutants.py BUILD_DIRECTORY [STEP…] [--only TEXT] [--markdown FILE] [--jobs N]

Prints TAP and, with --markdown, the table `delete this -> this test says so`.
"""

import argparse
import concurrent.futures
import dataclasses
import itertools
import json
import os
import pathlib
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
FLAG = re.compile(r"\b(CLONE_NEW\w+|MS_\w+)\b")
STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')
NUMBER = re.compile(r"(?<![\w.])\d+(?![\w.])")
# Arguments that could as well be another one of the same type.
SWAPS = {
    "container.pid()": "getpid()",
    "std::to_string(init)": "std::to_string(getpid())",
    "name.size()": "name.size() - 1",
    "options.rootfs.c_str()": '"/"',
    "options.rootfs)": "options.hostname)",
    "options.command.front()": "options.hostname",
    "&options.quiet": "&unused",
    "true": "false",
    "false": "true",
}


@dataclasses.dataclass
class Mutant:
    step: str
    line: int
    what: str
    text: str
    result: str = ""
    caught: bool = False


def statements(lines):
    """(first line, last line) of what ends in `;` within a function."""
    start = None
    inside = False
    for number, line in enumerate(lines):
        code = line.split("//")[0].rstrip()
        if re.match(r"^\S.*\) \{$", code) or code == "int main(int argc, char** argv) {":
            inside, start = True, None
        elif code == "}":
            inside = False
        elif inside and re.match(r"^\s*(try|\} catch|if|while|for)\b.*\{$|^\s*\}$", code):
            start = None  # where a block begins or ends: nothing to remove
        elif inside and code:
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


def mutants_of(step):
    source = ROOT / "steps" / step / "main.cpp"
    lines = source.read_text().splitlines()

    def mutant(first, last, replacement, what):
        text = "\n".join([*lines[:first], *replacement, *lines[last + 1:]]) + "\n"
        return Mutant(step, first + 1, what, text)

    for first, last in statements(lines):
        rest = without(lines[first:last + 1])
        if rest is not None:
            shown = " ".join(line.split("//")[0].strip() for line in lines[first:last + 1])
            yield mutant(first, last, [rest], f"without `{shown}`")
    for number, line in enumerate(lines):
        code, slashes, comment = line.partition("//")
        if code.startswith(("#", "namespace", "using")) or not code.strip():
            continue
        if re.fullmatch(r'\s*\{"--.*&options\.\w+\},\s*', code):
            yield mutant(number, number, [], f"without `{code.strip()}`")
            continue

        def changed(start, end, new):
            return [code[:start] + new + code[end:] + slashes + comment]

        for match in FLAG.finditer(code):
            new = changed(*match.span(), "0")
            yield mutant(number, number, new, f"without {match.group()}")
        if re.search(r"\bSIGCHLD;", code):
            new = [line.replace("SIGCHLD;", "0;")]
            yield mutant(number, number, new, "without SIGCHLD")
        for match in STRING.finditer(code):
            if match.group(1).startswith("common/"):
                continue
            new = changed(*match.span(1), "mutant")
            what = f'"mutant" for "{match.group(1)}" in `{code.strip()}`'
            yield mutant(number, number, new, what)
        for match in NUMBER.finditer(STRING.sub(lambda m: "_" * len(m.group()), code)):
            new = changed(*match.span(), str(int(match.group()) + 1))
            what = f"{int(match.group()) + 1} for {match.group()} in `{code.strip()}`"
            yield mutant(number, number, new, what)
        for old, replacement in SWAPS.items():
            for match in re.finditer(rf"(?<!\w){re.escape(old)}", code):
                new = changed(*match.span(), replacement)
                what = f"`{replacement}` for `{old}` in `{code.strip()}`"
                yield mutant(number, number, new, what)


class Suite:
    def __init__(self, build):
        self.build = build
        listed = subprocess.run(["meson", "introspect", "--tests", str(build)],
                                check=True, capture_output=True, text=True)
        self.tests = json.loads(listed.stdout)
        commands = json.loads((build / "compile_commands.json").read_text())
        words = shlex.split(commands[0]["command"])
        self.compiler = list(itertools.takewhile(lambda word: word[0] != "-", words))

    def of(self, step):
        """The step's own suite, and what else is run on each step by its name."""
        tests = [test for test in reversed(self.tests)
                 if f"{test['suite'][0].split(':')[0]}:{step}" in test["suite"]
                 or test["name"] == step]
        # Backwards: the features of this step tell most. What is run by name is slow,
        # and the first red one ends the run.
        return sorted(tests, key=lambda test: test["name"] == step)

    def compile(self, mutant, directory):
        source = directory / "main.cpp"
        source.write_text(mutant.text)
        for binary in (self.build / "steps").iterdir():
            if binary.is_file():
                (directory / binary.name).symlink_to(binary)
        target = directory / mutant.step
        target.unlink()
        made = subprocess.run(
            [*self.compiler, "-std=c++20", "-w", "-O0", "-static", f"-I{ROOT}", source,
             "-o", target, self.build / "common/libcommon.a"],
            capture_output=True, text=True, check=False)
        return made.returncode == 0, made.stderr

    def verdict(self, test, step, directory):
        """(red?, the name of what is red)."""
        here, there = str(self.build / "steps"), str(directory)
        # Meson names it with or without the build directory.
        command = [f"{there}/{step}" if word in (f"{here}/{step}", f"steps/{step}") else word
                   for word in test["cmd"]]
        environment = {name: value.replace(here, there)
                       for name, value in test["env"].items()}
        run = subprocess.Popen(
            command, env=os.environ | environment, cwd=test.get("workdir") or self.build,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, errors="replace", start_new_session=True)
        try:
            output, _ = run.communicate(timeout=test["timeout"] or 60)
        except subprocess.TimeoutExpired:
            os.killpg(run.pid, signal.SIGKILL)
            run.communicate()
            return False, "hangs"
        red = re.findall(r"^\[  FAILED  \] ([\w./]+)|^not ok \d+ - (.*)|^(?:FAIL|ERROR): (\S+)",
                         output, flags=re.MULTILINE)
        if red:
            return True, next(filter(None, red[0]))
        if run.returncode not in (0, 77):
            return True, test["name"]
        return False, ""

    def judge(self, mutant):
        with tempfile.TemporaryDirectory(prefix="boxstep-mutant-") as name:
            directory = pathlib.Path(name)
            directory.chmod(0o755)  # some tests run as another user
            compiled, errors = self.compile(mutant, directory)
            if not compiled:
                mutant.result = f"does not compile: {errors.splitlines()[0]}"
                return mutant
            hangs = []
            for test in self.of(mutant.step):
                red, what = self.verdict(test, mutant.step, directory)
                if red:
                    mutant.caught, mutant.result = True, what
                    return mutant
                if what:
                    hangs.append(test["name"])
        mutant.result = f"hangs {', '.join(hangs)}" if hangs else "no test"
        return mutant

    def green(self, step):
        """The suite on the step as it is: red here would count as caught."""
        whole = Mutant(step, 0, "", (ROOT / "steps" / step / "main.cpp").read_text())
        return self.judge(whole)


def exceptions():
    """`STEP: what -- reason` a line; STEP may be `any`."""
    found = {}
    for line in (pathlib.Path(__file__).parent / "exceptions.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            what, reason = line.split(" -- ", 1)
            found[what] = reason
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build", type=lambda text: pathlib.Path(text).resolve())
    parser.add_argument("steps", nargs="*")
    parser.add_argument("--only", default="", help="mutants with this text in their name")
    parser.add_argument("--markdown", type=pathlib.Path)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    steps = options.steps or sorted(path.parent.name
                                    for path in (ROOT / "steps").glob("*/main.cpp"))
    mutants = [mutant for step in steps for mutant in mutants_of(step)
               if options.only in mutant.what]
    if options.list:
        for mutant in mutants:
            print(f"{mutant.step}:{mutant.line}: {mutant.what}")
        return 0
    if not shutil.which("meson") or os.geteuid() != 0:
        print("1..0 # SKIP needs meson, and root")
        return 1 if os.environ.get("BOXSTEP_MUST_RUN") else 0
    suite = Suite(options.build)
    for step in steps:
        whole = suite.green(step)
        if whole.result != "no test":
            print(f"Bail out! {step} is red or hangs as it is: {whole.result}")
            return 1
    known = exceptions()
    print(f"1..{len(mutants)}", flush=True)
    survived = 0
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for number, mutant in enumerate(pool.map(suite.judge, mutants), 1):
            reason = known.get(f"{mutant.step}: {mutant.what}") or known.get(f"any: {mutant.what}")
            good = mutant.caught != bool(reason)
            survived += not good
            print(f"{'ok' if good else 'not ok'} {number} - "
                  f"{mutant.step}:{mutant.line} {mutant.what} -> {reason or mutant.result}",
                  flush=True)
            if mutant.caught and reason:
                print(f"# it is caught after all, by {mutant.result}: remove the exception")
            mutant.result = reason or mutant.result
    if options.markdown:
        rows = ["| step | break it | what says so |", "| --- | --- | --- |"]
        rows += [f"| {m.step} | {m.what.replace('|', chr(92) + '|')} | {m.result} |"
                 for m in mutants]
        options.markdown.write_text("\n".join(rows) + "\n")
    print(f"# {len(mutants) - survived} of {len(mutants)} mutants caught or explained")
    return 0


if __name__ == "__main__":
    sys.exit(main())

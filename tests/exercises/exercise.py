#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Builds the solution of an exercise.

    exercise.py OPTIONS --step STEP EXERCISE OUTPUT

Applies solution.diff of EXERCISE (01-ipc) to the step, and compiles it without a
warning. Where that fails, OUTPUT is a program that says why: the exercise's tests
are red then, and all else can still be built.
"""

import argparse
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

class Broken(Exception):
    """What is wrong with the exercise, and what repairs it."""


def apply_solution(source, exercise, step, directory):
    """Returns the main.cpp of the solution, made in `directory`."""
    path = f"steps/{step}/main.cpp"
    file = Path(directory) / path
    file.parent.mkdir(parents=True)
    file.write_bytes((source / path).read_bytes())
    solution = f"docs/exercises/{exercise}/solution.diff"
    with open(source / solution, "rb") as diff:
        done = subprocess.run(
            # Nothing may be guessed: where it has to be, it is stale.
            ["patch", "-p1", "--fuzz=0", "--force", "--no-backup-if-mismatch"],
            cwd=directory, stdin=diff, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode != 0:
        raise Broken(
            f"{solution} does not apply to {path} any more:\n{done.stdout}"
            "repair: cp {0} solved.cpp; patch --merge solved.cpp <{1}\n"
            "  and, when solved.cpp is as it should be:\n"
            "  diff -pU1 -L a/{0} -L b/{0} {0} solved.cpp >{1}".format(path, solution))
    return file


def compile_it(options, file, output, flags):
    done = subprocess.run(
        [*shlex.split(options.compiler), "-std=c++20", "-O0", *flags, "-static",
         f"-I{options.source}", file, "-o", output, options.library],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode != 0:
        raise Broken(f"it does not compile:\n{done.stdout}")


def build(options):
    options.output.unlink(missing_ok=True)
    try:
        with tempfile.TemporaryDirectory(prefix="boxstep-exercise-") as directory:
            file = apply_solution(
                options.source, options.exercise, options.step, directory)
            compile_it(options, file, options.output,
                       ["-Wall", "-Wextra", "-Wpedantic", "-Werror"])
    except Broken as reason:
        problem = f"the solution of {options.exercise}: {reason}"
        print(problem, file=sys.stderr)
        options.output.write_text(
            f"#!/bin/sh\nprintf '%s\\n' {shlex.quote(problem)} >&2\nexit 125\n")
        options.output.chmod(0o755)
    return 0


def main(arguments):
    parser = argparse.ArgumentParser()
    add_options(parser)
    parser.add_argument("--step", required=True)
    parser.add_argument("exercise")
    parser.add_argument("output", type=Path)
    return build(parser.parse_args(arguments))


def add_options(parser):
    parser.add_argument("--source", type=Path, required=True)
    parser.add_argument("--compiler", required=True)  # maybe of two words
    parser.add_argument("--library", required=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

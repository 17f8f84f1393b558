# SPDX-License-Identifier: MIT
"""The records of the steps, as steps/meson.build has them.

    read()       {step: {"options": [...], "tests": [...], "features": {...}}}
    link_args()  what a linker needs for the libraries of a step

In the order of the file. `root` is another checkout."""

import ast
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[1]


def read(root=ROOT):
    text = (root / "steps/meson.build").read_text()
    return ast.literal_eval(re.search(r"^records = (\{.*?^\})", text, re.M | re.S)[1])


def link_args(step):
    """What a linker needs for a step's libraries: ["-lseccomp"]."""
    return ["-l" + name.removeprefix("lib")
            for name in read().get(step, {}).get("libraries", [])]

# SPDX-License-Identifier: MIT
"""The records of the steps, as steps/meson.build has them.

    read()       {step: {"options": [...], "tests": [...], "features": {...}}}
    engines()    [step], of those that take bundles and have no `run`
    link_args()  what a linker needs for the libraries of a step

In the order of the file. `root` is another checkout."""

import ast
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[1]


def read(root=ROOT):
    text = (root / "steps/meson.build").read_text()
    return ast.literal_eval(re.search(r"^records = (\{.*?^\})", text, re.M | re.S)[1])


def engines(root=ROOT):
    """The steps after those, which take bundles and have no `run`."""
    text = (root / "steps/meson.build").read_text()
    return re.findall(r"^  '(\d\d-[\w-]+)'", re.search(
        r"^engine_records = (\{.*?^\})", text, re.M | re.S)[1], re.M)


def link_args(step):
    """What a linker needs for a step's libraries: ["-lseccomp"]."""
    return ["-l" + name.removeprefix("lib")
            for name in read().get(step, {}).get("libraries", [])]

# SPDX-License-Identifier: MIT
"""The records of the steps, as steps/meson.build has them.

    read()       {step: {"options": [...], "tests": [...], "features": {...}}}

In the order of the file. `root` is another checkout."""

import ast
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[1]


def read(root=ROOT):
    text = (root / "steps/meson.build").read_text()
    return ast.literal_eval(re.search(r"^records = (\{.*?^\})", text, re.M | re.S)[1])

# SPDX-License-Identifier: MIT
"""The records of the steps, as steps/meson.build has them.

    read()       {step: {"options": [...], "tests": [...], "features": {...}}}
    features()   {feature: {"first": step, "read": ..., "red": ..., "last": ...}}

Both are in the order of the file. `root` is another checkout."""

import ast
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[1]


def read(root=ROOT):
    text = (root / "steps/meson.build").read_text()
    return ast.literal_eval(re.search(r"^records = (\{.*?^\})", text, re.M | re.S)[1])


def features(root=ROOT):
    return {name: {"first": step, **feature}
            for step, record in read(root).items()
            for name, feature in record["features"].items()}

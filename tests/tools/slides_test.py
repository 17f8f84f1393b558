#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Tests of the slides: the deck fits when it is rendered, and a deck that does
not is found out. Needs Node, Chromium and what `npm ci` installs."""

import difflib
import os
import re
import shutil
import sys

sys.dont_write_bytecode = True
import trial  # noqa: E402
from trial import ROOT  # noqa: E402

SLIDES = ROOT / "docs/workshop/slides"
BROWSER = os.environ.get("CHROME_PATH") or next(filter(None, map(
    shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None)

# A fault a slide, but on the first.
BAD_DECK = "\n\n---\n\n".join([
    "---\nmarp: true\ntheme: boxstep\n---\n\n# As it should be",
    "```cpp\n" + "x" * 90 + "\n```",
    "```console\n" + "$ true\n" * 22 + "```",
    "<style scoped>p { font-size: 14px; }</style>\n\nfine print",
    "![A box](nowhere.svg)",
    "<style scoped>p { font-size: 35px; }</style>\n\nloud\n\n```cpp\ncode\n```",
])


def judge(deck):
    return trial.run("node", SLIDES / "test.mjs", deck,
                     env={**os.environ, "CHROME_PATH": BROWSER})


def added(before, step):
    """The lines of code that somebody types who builds the step."""
    old, new = before.read_text().splitlines(), step.read_text().splitlines()
    for line in difflib.ndiff(old, new):
        code = line[2:].strip()
        if line[0] == "+" and code and not code.startswith("//"):
            yield code


class Slides(trial.Trial):
    def test_everything_fits_and_can_be_read(self):
        status, said = judge(SLIDES / "slides.md")
        self.assertEqual(status, 0, said)
        for sheet in "cheat-sheet.md", "cheat-sheet-part-two.md":  # each one page
            status, said = judge(SLIDES.parent / sheet)
            self.assertEqual(status, 0, said)
            self.assertIn("1 slides, 0 problems", said)

    def test_all_that_a_step_adds_is_on_its_slides(self):
        steps = [ROOT / "steps" / step / "main.cpp" for step in trial.STEPS]
        slides = (SLIDES / "slides.md").read_text().split("\n---\n")
        for before, step in zip(steps, steps[1:]):
            number = step.parent.name[:2]
            shown = "\n".join(
                slide for slide in slides if f"_footer: Step {number} " in slide)
            missing = [line for line in added(before, step) if line not in shown]
            self.assertEqual(missing, [], f"on no slide of step {number}")

    def test_the_parts_begin_when_the_plan_says(self):
        for guide, row, footer in [
                ("guide.md", r"(\d+)–\d+ \| \d+–\d+", r"minute (\d+)"),
                ("guide-part-two.md", r"(\d:\d\d)–\d:\d\d", r"(\d:\d\d)")]:
            planned = {part: time for time, part in re.findall(
                rf"(?m)^\| {row} \| (?!Pause)(.*?) \|", (SLIDES.parent / guide).read_text())}
            shown = re.findall(rf"_footer: (.*?) · {footer} ", (SLIDES / "slides.md").read_text())
            self.assertEqual({part: time for part, time in reversed(shown)}, planned)
            times = [[*map(int, time.split(":"))] for _, time in shown]
            self.assertEqual(times, sorted(times))

    def test_what_does_not_fit_is_found(self):
        status, said = judge(self.write("bad.md", BAD_DECK))
        self.assertEqual(status, 1, said)
        for found in ("2: too wide: xxx", "3: too long: $ true", "6: larger than the code",
                      "4: too small: fine print", "5: no picture: A box"):
            self.assertIn(f"slide {found}", said)
        self.assertNotIn("slide 1:", said)


if __name__ == "__main__":
    trial.main(sys.argv[1:], lacks=(
        "node: ./boxstep install ci" if not shutil.which("node") else
        "chromium: ./boxstep install ci" if not BROWSER else
        "Marp: npm ci --prefix docs/workshop/slides"
        if not (SLIDES / "node_modules/puppeteer-core").is_dir() else ""))

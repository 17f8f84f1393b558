#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Builds the site and reads it in Chromium, and breaks it, to see that this is found.
Needs Node, Chromium and what `npm ci` installs."""

import os
import shutil
import sys

sys.dont_write_bytecode = True
import trial  # noqa: E402
from trial import ROOT  # noqa: E402

DOCS = ROOT / "docs"
BROWSER = os.environ.get("CHROME_PATH") or next(filter(None, map(
    shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None)


def build(docs=DOCS):
    return trial.run("npm", "run", "build", cwd=docs)


class Site(trial.Trial):
    def test_it_is_built_and_can_be_read(self):
        status, said = build()
        self.assertEqual(status, 0, said)
        status, said = trial.run("node", ".vitepress/test.mjs", cwd=DOCS, timeout=1500,
                                 env={**os.environ, "CHROME_PATH": BROWSER})
        print(said)
        self.assertEqual(status, 0)

    def test_a_dead_anchor_fails_the_build(self):
        copy = self.top / "checkout"
        for name in trial.run("git", "-C", ROOT, "-c", "safe.directory=*",
                              "ls-files")[1].splitlines():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, copy / name)
        shutil.copytree(DOCS / "node_modules", copy / "docs/node_modules", symlinks=True)
        with open(copy / "docs/setup.md", "a") as page:
            page.write("\nSee [it](00-process.md#nowhere).\n")
        status, said = build(copy / "docs")
        self.assertNotEqual(status, 0, said)
        self.assertIn("setup.html: ./00-process.html#nowhere", said)


if __name__ == "__main__":
    trial.main(sys.argv[1:], lacks=(
        "node: ./boxstep install ci" if not shutil.which("node") else
        "chromium: ./boxstep install ci" if not BROWSER else
        "what npm installs: npm ci --prefix docs"
        if not (DOCS / "node_modules/playwright-core").is_dir() else ""))

#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Names what a step still lacks, and where a TODO is left: tools/new-step."""

import re
import shutil
import sys

sys.dont_write_bytecode = True
import trial  # noqa: E402
import document  # noqa: E402
import records  # noqa: E402
from trial import ROOT, STEPS  # noqa: E402

SLIDES = "docs/workshop/slides/slides.md"
TABLE = "tests/attacks/expected.txt"


def read(root, path):
    return (root / path).read_text() if (root / path).exists() else ""


def lacks(root):
    """What is missing, a sentence each."""
    all_records = records.read(root)
    steps = list(all_records)
    for step, record in all_records.items():
        number, before = step[:2], steps[max(steps.index(step) - 1, 0)]
        chapter, hints = f"docs/{step}.md", f"docs/workshop/hints/{step}.md"
        tests = [f"tests/features/{name}_test.cpp" for name in record["tests"]]
        own = [f"steps/{step}/main.cpp", chapter, *tests]
        if step != before:  # the first is not built by a learner
            own.append(hints)
        for path in own:
            if not (root / path).exists():
                yield f"there is no {path}"
            for line, text in enumerate(read(root, path).splitlines(), 1):
                if "TODO" in text:
                    yield f"{path}:{line}: {text.strip()}"
        yield from lacks_of_features(root, step, record, step == before)
        title = re.search(r"^// Step \d\d: (.*)", read(root, own[0]), re.M)
        for path in [chapter, SLIDES]:
            if title and f"# Step {number}: {title[1]}\n" not in read(root, path):
                yield f"{path} has no title '# Step {number}: {title[1]}'"
        if not re.search(rf"^attack .*\b{step}\b", read(root, TABLE), re.M):
            yield f"{TABLE} has no column {step}"


def lacks_of_features(root, step, record, is_first):
    if not is_first and not record["features"]:
        yield f"{step} has no feature"
    # A suite may be in a file of an earlier step.
    sources = "".join(path.read_text()
                      for path in sorted(root.glob("tests/features/*_test.cpp")))
    for name, feature in record["features"].items():
        if not re.search(rf"\bTEST(_[FP])?\(\s*{name},", sources):
            yield f"no test of {name} in tests/features"
        if not is_first and feature.get("red", "TODO") == "TODO":
            yield f"{name} has no red: what its tests say on the step before {step}"
        path, _, anchor = feature.get("read", "").partition("#")
        there = (root / "docs" / path).is_file()
        if not there or anchor not in document.Document(root / "docs" / path).anchors():
            yield f"{name} has no read: the section that explains it"


class Steps(trial.Trial):
    def test_lack_nothing(self):
        self.assertEqual(list(lacks(ROOT)), [])

    def test_a_new_one_lacks_what_is_to_do_and_what_is_gone(self):
        for path in ["steps", "tools", "docs", "tests/features", "tests/attacks"]:
            shutil.copytree(ROOT / path, self.top / path,
                            ignore=shutil.ignore_patterns("node_modules"))
        last = STEPS[-1]
        number = f"{int(last[:2]) + 1:02}"
        step = f"{number}-new-thing"
        self.succeeds(self.top / "tools/new-step", step)
        code, chapter = f"steps/{step}/main.cpp", f"docs/{step}.md"
        hints = f"docs/workshop/hints/{step}.md"
        found = "\n".join(lacks(self.top))
        for what in [f"{code}:2: // Step {number}: TODO", f"{hints}:2: TODO",
                     f"{chapter}:1: # Step {number}: TODO", "NewThing has no red"]:
            self.assertIn(what, found)

        (self.top / code).unlink()
        shutil.copy(ROOT / TABLE, self.top / TABLE)
        found = "\n".join(lacks(self.top))
        for what in f"there is no {code}", f"{TABLE} has no column {step}":
            self.assertIn(what, found)


if __name__ == "__main__":
    trial.main(sys.argv[1:])

#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Names what a step still lacks, and where a TODO is left: tools/new-step."""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "tools/sync")]
import document  # noqa: E402
import records  # noqa: E402

SLIDES = "docs/workshop/slides/slides.md"
TABLE = "tests/attacks/expected.txt"
# The sections in which two chapters cannot be the same.
OF_ITS_OWN = document.CHAPTER[:9]


def read(root, path):
    return (root / path).read_text() if (root / path).exists() else ""


def sections(text):
    return dict(re.findall(r"^## (.*)\n+((?:(?!## ).*\n?)*)", text, re.M))


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
        if step != before:
            old, new = read(root, f"docs/{before}.md"), read(root, chapter)
            for heading in OF_ITS_OWN:
                text = sections(new).get(heading)
                if text and text == sections(old).get(heading):
                    yield f"{chapter}: '{heading}' is that of {before}"
            if read(root, hints) == read(root, f"docs/workshop/hints/{before}.md"):
                yield f"{hints} is that of {before}"
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


class Steps(unittest.TestCase):
    def test_lack_nothing(self):
        self.assertEqual(list(lacks(ROOT)), [])


class NewStep(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.root = pathlib.Path(scratch.name)
        for path in ["steps", "tools", "docs", "tests/features", "tests/attacks"]:
            shutil.copytree(ROOT / path, self.root / path,
                            ignore=shutil.ignore_patterns("node_modules", "*.cpp~"))
        last = list(records.read())[-1]
        self.step = f"{int(last[:2]) + 1:02}-new-thing"
        self.last = last

    def new_step(self):
        subprocess.run([self.root / "tools/new-step", self.step], check=True,
                       stdout=subprocess.DEVNULL)

    def test_lacks_what_new_step_leaves_to_do(self):
        self.new_step()
        found = "\n".join(lacks(self.root))
        number = self.step[:2]
        for what in [
                f"steps/{self.step}/main.cpp:2: // Step {number}: TODO",
                f"docs/{self.step}.md:1: # Step {number}: TODO",
                "tests/features/new_thing_test.cpp:2:",
                f"docs/workshop/hints/{self.step}.md:2: TODO",
                "NewThing has no red"]:
            self.assertIn(what, found)

    def test_lacks_each_file_that_is_gone(self):
        self.new_step()
        for path in [f"steps/{self.step}/main.cpp", f"docs/{self.step}.md",
                     f"docs/workshop/hints/{self.step}.md",
                     "tests/features/new_thing_test.cpp"]:
            (self.root / path).unlink()
            self.assertIn(f"there is no {path}", list(lacks(self.root)))
        shutil.copy(ROOT / TABLE, self.root / TABLE)
        shutil.copy(ROOT / SLIDES, self.root / SLIDES)
        found = "\n".join(lacks(self.root))
        self.assertIn(f"{TABLE} has no column {self.step}", found)
        self.assertIn("no test of NewThing", found)
        self.assertIn("NewThing has no read", found)

    def test_is_not_a_copy_of_the_last(self):
        self.new_step()
        title = re.search(r"// Step \d\d: (.*)", read(
            ROOT, f"steps/{self.last}/main.cpp"))[1]
        for path in ["steps/{}/main.cpp", "docs/{}.md", "docs/workshop/hints/{}.md"]:
            text = read(ROOT, path.format(self.last))
            text = text.replace(f"Step {self.last[:2]}: {title}",
                                f"Step {self.step[:2]}: {title}")
            (self.root / path.format(self.step)).write_text(text)
        found = "\n".join(lacks(self.root))
        for heading in set(OF_ITS_OWN) - {"The change"}:  # which says who was before
            self.assertIn(f"'{heading}' is that of {self.last}", found)
        self.assertIn(f"hints/{self.step}.md is that of {self.last}", found)


if __name__ == "__main__":
    unittest.main()

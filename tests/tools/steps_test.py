#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Names what a step or an exercise still lacks, and where a TODO is left
(tools/new-step); and says where the difference between two neighbouring steps is more
than a lesson."""

import re
import shutil
import subprocess
import sys

sys.dont_write_bytecode = True
import trial  # noqa: E402
import cpp  # noqa: E402
import document  # noqa: E402
import records  # noqa: E402
from trial import ROOT, STEPS  # noqa: E402

SLIDES = "docs/workshop/slides/slides.md"
TABLE = "tests/attacks/expected.txt"
CHECKS = "tests/exercises/meson.build"

MOST_ADDED = 60
MOST_REMOVED = 8
MOST_HUNKS = 8
MOST_LINES = 500  # of a file, where a step is several

# The lines that every step begins with.
HEAD = (r"// SPDX-License-Identifier: MIT\n// Step {}: .+\n"
        r"// Chapter: docs/{}-{}\.md\n\n")


def definitions(source):
    """{name: text} of the functions and structures, their comments with them."""
    lines = source.splitlines()
    return {each.name: "\n".join(lines[each.top:each.end + 1])
            for each in cpp.definitions(lines) if each.kind != "variable"}


def without_layout(text):
    """What is left of code when its comments and its layout are gone."""
    return re.sub(r"\s+", "", re.sub(r"//.*", "", text))


def check_step(step):
    """What is wrong with a step by itself."""
    files = sorted(path.name for path in step.iterdir())
    if files != ["main.cpp"]:
        yield f"holds {files}: a step is its main.cpp, and nothing else"
    source = (step / "main.cpp").read_text()
    number, topic = step.name.split("-", 1)
    head = HEAD.format(number, number, topic)
    if not re.match(head, source):
        yield f"does not start with the three lines {head!r}"
    names = list(definitions(source))
    if names[0] != "Options" or names[-3:] != ["child", "run", "main"]:
        yield f"defines {names}: expected Options, the lesson, child, run, main"


def check_neighbours(before, after):
    """What is wrong with the way from one step to the next."""
    files = before / "main.cpp", after / "main.cpp"
    diff = subprocess.run(["diff", "-u", *files], stdout=subprocess.PIPE, text=True,
                          check=False).stdout.splitlines()[2:]  # without the names
    for mark, most, what in (("+", MOST_ADDED, "lines added"),
                             ("-", MOST_REMOVED, "lines removed"),
                             ("@@", MOST_HUNKS, "hunks")):
        count = sum(line.startswith(mark) for line in diff)
        if count > most:
            yield f"{count} {what}, more than {most}"
    old, new = (definitions(file.read_text()) for file in files)
    kept = [name for name in new if name in old]
    if kept != list(old):
        yield f"{list(old)} became {kept}: rename, move and remove nothing"
    for name in kept:
        if old[name] != new[name] and without_layout(old[name]) == without_layout(
                new[name]):
            yield f"{name} differs in comments or layout alone: leave it as it was"


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
    chapters = sorted([*steps, *records.engines(root)])
    for step, after in zip(chapters, chapters[1:]):
        if f"\nNext: [step {after[:2]}]({after}.md): " not in read(root, f"docs/{step}.md"):
            yield f"docs/{step}.md does not end with a link to {after}"
    yield from no_lessons([root / "steps" / step for step in steps])


def no_lessons(steps):
    there = [step for step in steps if (step / "main.cpp").exists()]
    for before, step in zip([None, *there], there):
        wrong = [*check_step(step), *(check_neighbours(before, step) if before else [])]
        yield from (f"{step.name}: {text}" for text in wrong)
    engines = records.engines(steps[0].parents[1])
    for step in engines:
        head = r"// SPDX.*\n// Step {}: .+\n// Chapter: docs/{}\.md\n// This step leaves "
        source = read(steps[0].parent / step, "main.cpp")
        if not re.match(head.format(step[:2], step), source):
            yield f"{step} does not say in its first lines that it leaves the budget"
        if not read(steps[0].parents[1] / "docs", step + ".md"):
            yield f"there is no docs/{step}.md"
        for path in sorted((steps[0].parent / step).iterdir()):
            lines = path.read_text().count("\n")
            if lines > MOST_LINES:
                yield f"{step}/{path.name} has {lines} lines, more than {MOST_LINES}"
    for path in steps[0].parent.iterdir():
        if path.is_dir() and path not in steps and path.name not in engines:
            yield f"{path.name} has no record in steps/meson.build"


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


def lacks_of_exercises(root):
    page = read(root, "docs/exercises.md")
    chapters = "".join(path.read_text() for path in root.glob("docs/[0-9]*.md"))
    known = re.findall(r"^  '(\d\d-[\w-]+)': \{", read(root, CHECKS), re.M)
    there = sorted(path.name for path in root.glob("docs/exercises/*"))
    if sorted(known) != there:
        yield f"{CHECKS} has {sorted(known)}, and docs/exercises {there}"
    for exercise in there:
        name, files = exercise[3:], root / "docs/exercises" / exercise
        # tools/sync/sync.py compares what is in there with the files.
        wanted = [f"<!-- sync: text docs/exercises/{exercise}/task.md -->",
                  f"`./boxstep check {name}"]
        if not read(files, "answer").strip():
            wanted += [f"`./boxstep start {name}`",
                       f"exercises/{exercise}/solution.diff"]
            if not read(files, "solution.diff"):
                yield f"{exercise} has no solution.diff, and no answer"
        yield from (f"docs/exercises.md lacks {text}" for text in wanted
                    if text not in page)
        if f"(exercises.md#{name})" not in chapters:
            yield f"no chapter names the exercise {name}"
        if "\n---\n" not in read(files, "hints.md"):
            yield f"{exercise} has not two hints in hints.md"


class Steps(trial.Trial):
    def test_lack_nothing(self):
        self.assertEqual([*lacks(ROOT), *lacks_of_exercises(ROOT)], [])

    def test_a_new_one_lacks_what_is_to_do_and_what_is_gone(self):
        for path in ["steps", "tools", "docs", "tests/features", "tests/attacks"]:
            shutil.copytree(ROOT / path, self.top / path,
                            ignore=shutil.ignore_patterns("node_modules"))
        last = [*STEPS, *records.engines()][-1]
        number = f"{int(last[:2]) + 1:02}"
        step = f"{number}-new-thing"
        self.succeeds(self.top / "tools/new-step", step)
        code, chapter = f"steps/{step}/main.cpp", f"docs/{step}.md"
        hints = f"docs/workshop/hints/{step}.md"
        found = "\n".join(lacks(self.top))
        for what in [f"{code}:2: // Step {number}: TODO", f"{hints}:2: TODO",
                     f"{chapter}:1: # Step {number}: TODO", "NewThing has no red",
                     f"docs/{last}.md does not end with a link to {step}"]:
            self.assertIn(what, found)

        (self.top / code).unlink()
        shutil.copy(ROOT / TABLE, self.top / TABLE)
        found = "\n".join(lacks(self.top))
        for what in f"there is no {code}", f"{TABLE} has no column {step}":
            self.assertIn(what, found)


if __name__ == "__main__":
    trial.main(sys.argv[1:])

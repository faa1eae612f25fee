"""Grades a class with the real `otter run`, and says whose points are not those of `autograder grade`.

    python tests/interop/otter_class.py dist/losses/autograder/autograder.zip grades/sample-class/losses grades/losses

The first is what `autograder release --otter` made, the second the class, the third what `autograder grade` made of it
with the same seed. A hand-in takes about ten seconds of one core. Exit code 1 where points differ or are missing.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import track

from autograder.grading.executors import cores
from autograder.integrations.otter.settings import COURSE, NOTEBOOK, configured
from autograder.results import read_all
from autograder.submissions import HandIn, Submission
from autograder.submissions.discovery import roll_call

_OTTER = Path(sys.executable).with_name("otter")
_SECONDS = 900


@dataclass(frozen=True)
class Graded:
    id: str
    points: float | None
    """None where otter wrote no results."""
    document: dict[str, object] | None
    """Otter's ``results.json``."""
    said: str
    """All that otter printed."""


def otter_run(archive: Path, hand_in: Path, id: str = "") -> Graded:
    """Grade one zip or module as an instructor would: ``otter run -a archive hand_in``."""
    with tempfile.TemporaryDirectory(prefix="otter-run-") as out:
        words = [_OTTER, "run", "-a", archive, "-o", out, "--no-logo", hand_in]
        run = subprocess.run(words, capture_output=True, text=True, timeout=_SECONDS, check=False)
        path = Path(out, "results.json")
        document = json.loads(path.read_bytes()) if run.returncode == 0 and path.is_file() else None
    points = math.fsum(test.get("score", 0) for test in document["tests"]) if document else None
    return Graded(id or hand_in.stem, points, document, run.stdout + run.stderr)


def grade_class(archive: Path, submissions: Path, most: int | None = None) -> Iterator[Graded]:
    """Grade a folder or zip of a class with `otter run`, each hand-in packed as ``grader.export`` packs.

    Otter takes a zip for each student. What learning systems make of that (a folder each, modules one by one) is read
    as `autograder grade` reads it, so that both get the same class. Of a large class, the first `most`.
    """
    with tempfile.TemporaryDirectory(prefix="otter-class-") as temporary:
        notebook, wanted = _opened(archive, Path(temporary, "course"))
        hand_ins = roll_call(submissions, wanted)[:most]

        def graded(one: HandIn) -> Graded:
            submission = one.load()
            packed = _packed(submission, notebook, Path(temporary))
            found = otter_run(archive, packed, submission.id)
            packed.unlink()
            return found

        with ThreadPoolExecutor(cores()) as threads:  # each waits for a process
            yield from track(
                threads.map(graded, hand_ins),
                "otter run",
                len(hand_ins),
                console=Console(stderr=True),
                disable=not sys.stderr.isatty(),
            )


def points(archive: Path, submissions: Path) -> dict[str, float | None]:
    """Points by student, None for whom otter wrote none."""
    return {graded.id: graded.points for graded in grade_class(archive, submissions)}


def _opened(archive: Path, folder: Path) -> tuple[bytes, list[str]]:
    """The notebook that was handed out, and what the assignment asks for."""
    with zipfile.ZipFile(archive) as zipped:
        notebook = zipped.read(f"files/{NOTEBOOK}")
        with zipfile.ZipFile(zipped.open(f"files/{COURSE}")) as course:
            course.extractall(folder)
    return notebook, configured(folder)[1].wanted


def _packed(submission: Submission, notebook: bytes, folder: Path) -> Path:
    path = folder / f"{submission.id}.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in {NOTEBOOK: notebook, **submission.files}.items():
            archive.writestr(name, content)
    return path


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("archive", type=Path, help="autograder.zip")
    parser.add_argument("submissions", type=Path, help="folder of the class")
    parser.add_argument("graded", type=Path, help="folder given to `autograder grade --out`")
    parser.add_argument("--first", type=int, metavar="N", help="only the first N of the class")
    options = parser.parse_args()
    expected = {result.submission.id: result.score for result in read_all(options.graded / "results")}
    graded = differ = 0
    for one in grade_class(options.archive, options.submissions, options.first):
        graded += 1
        same = one.points is not None and math.isclose(one.points, expected.get(one.id, math.nan), abs_tol=1e-6)
        differ += not same
        print(
            f"{one.id}: otter {one.points}, autograder {expected.get(one.id)}{'' if same else '   DIFFERENT'}",
            flush=True,
        )
        if one.points is None:
            print(one.said)
    print(f"{differ} of {graded} differ")
    return 1 if differ or not graded else 0


if __name__ == "__main__":
    sys.exit(main())

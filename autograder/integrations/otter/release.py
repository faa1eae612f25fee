"""What an instructor who uses otter hands out and grades with: a student's folder and an autograder zip."""

from __future__ import annotations

import importlib.metadata
import json
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import msgspec

from autograder.assignment import Assignment
from autograder.grading import preflight
from autograder.grading.batch import Settings, describe_checks
from autograder.grading.fingerprint import fingerprint
from autograder.integrations.course_files import course_files, engine_files, zipped
from autograder.integrations.gradescope_zip import requirements
from autograder.integrations.otter import run_in_container
from autograder.integrations.otter.judging import wall
from autograder.integrations.otter.master_notebook import master_notebook
from autograder.integrations.otter.settings import COURSE, ENGINE_FOLDER, FILE, NOTEBOOK, OtterSettings
from autograder.notebooks.source import read
from autograder.release import ENGINE, ReleaseError, bundle, leaks

ARCHIVE = "autograder.zip"
_STUDENTS_SIDE = ("integrations/__init__.py", "integrations/otter/__init__.py", "integrations/otter/student.py")

_OPEN_TO_HAND_INS = b"""
# Hand-ins run as another user, who has to be able to start this Python.
chmod o+x /root
"""

_README = """
## With otter

`notebook.ipynb` runs the public checks in its cells `grader.check("…")`, on your modules as you saved them last; the
folder `tests` is for these cells. Its last cell, `grader.export(…)`, packs your modules and the notebook with your
written answers: upload the zip that it writes. The zip of `python -m autograder submit` gives the same points, and
holds no answers.
"""


def release_otter(assignment: Assignment, out: Path, seed: int = 0) -> Path:
    """Write ``out/<name>/student/`` and ``out/<name>/autograder/autograder.zip``, made by `otter assign`.

    Parameters
    ----------
    assignment : Assignment
        With a ``notebook.ipynb`` in its folder.
    out : Path
        Made if need be. What an earlier call has written there for this assignment is replaced.
    seed : int
        What hidden inputs are drawn from, as of `autograder grade`.

    Returns
    -------
    Path
        The zip for `otter run`. It holds solutions and hidden checks.

    Raises
    ------
    ReleaseError
        if something is missing, would give hidden things away, or otter refuses; nothing is written then.
    NotebookError
        if the notebook is not in the course's format.
    ChecksBroken
        if the reference solution does not pass the checks.
    """
    folder = Path(out) / assignment.name
    if folder.exists() and not _is_ours(folder):
        raise ReleaseError(f"{folder} holds something else than an earlier release for otter: name another --out")
    source = read(assignment.folder / NOTEBOOK)
    preflight.examine(Settings(str(assignment.folder), seed, wall(), fingerprint(assignment), explain=False))
    checks = describe_checks(assignment)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".releasing-") as temporary:
        work = Path(temporary)
        (work / NOTEBOOK).write_text(json.dumps(master_notebook(source, checks), indent=1), encoding="utf-8")
        (work / "requirements.txt").write_text("\n".join(requirements(assignment)), encoding="utf-8")
        (work / COURSE).write_bytes(_course(assignment, OtterSettings(assignment=assignment.name, seed=seed)))
        _otter_assign(work)
        _complete_students_folder(work / "dist" / "student", assignment)
        _complete_zip(work / "dist" / "autograder", work / "dist" / "student" / NOTEBOOK)
        if folder.exists():
            shutil.rmtree(folder)
        (work / "dist").rename(folder)
    return folder / "autograder" / ARCHIVE


def _is_ours(folder: Path) -> bool:
    made = (f"autograder/{ARCHIVE}", f"student/{NOTEBOOK}")
    return folder.is_dir() and (not any(folder.iterdir()) or all((folder / name).is_file() for name in made))


def _course(assignment: Assignment, settings: OtterSettings) -> bytes:
    return zipped({FILE: msgspec.json.encode(settings), **course_files(assignment)})


def _otter_assign(work: Path) -> None:
    """Run `otter assign` on the master notebook in `work`, into ``work/dist``."""
    words = [sys.executable, "-m", "otter", "assign", NOTEBOOK, "dist", "--no-pdfs", "--no-run-tests"]
    run = subprocess.run(words, cwd=work, capture_output=True, text=True, check=False)
    if run.returncode:
        raise ReleaseError(f"otter assign failed:\n{(run.stderr or run.stdout).strip()[-2000:]}")


def _complete_students_folder(student: Path, assignment: Assignment) -> None:
    """Add the hand-out bundle to what otter wrote, and refuse what would give something away."""
    files = bundle(assignment)
    del files[NOTEBOOK]
    files["README.md"] += _README.encode()
    files["requirements.txt"] += f"otter-grader=={importlib.metadata.version('otter-grader')}\n".encode()
    files |= {f"autograder/{name}": (ENGINE / name).read_bytes() for name in _STUDENTS_SIDE}
    for name, content in files.items():
        path = student / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    written = {path.relative_to(student).as_posix(): path.read_bytes() for path in student.rglob("*") if path.is_file()}
    if found := leaks(written, assignment):
        raise ReleaseError("nothing was released, for it would give away what is hidden:\n" + "\n".join(found))


def _complete_zip(folder: Path, notebook: Path) -> None:
    """Add to otter's zip what judging needs beside the course, and give it a name that stays.

    Otter refuses a submission that holds several modules and no notebook, or one that it cannot read. A support file
    of its name is put in its place before otter looks.
    """
    (made,) = folder.glob("notebook-autograder_*.zip")
    with zipfile.ZipFile(made) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    files |= {f"files/{ENGINE_FOLDER}/{name}": content for name, content in engine_files("otter").items()}
    files[f"files/{NOTEBOOK}"] = notebook.read_bytes()
    files["run_otter.py"] = Path(run_in_container.__file__).read_bytes()
    files["setup.sh"] += _OPEN_TO_HAND_INS
    (folder / ARCHIVE).write_bytes(zipped(files))
    made.unlink()

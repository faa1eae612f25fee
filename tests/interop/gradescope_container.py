"""Gradescope's container laid out in a folder: an autograder zip runs in it as it does there.

The folder lies where another user can enter, bubblewrap cannot be found, and hand-ins run at isolation level `user`.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import json
import math
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from autograder import assignment as assignments
from autograder.assignment import Assignment
from autograder.integrations.gradescope_settings import GradescopeSettings
from autograder.integrations.gradescope_zip import build_zip, requirements
from autograder.sandbox import user_level
from autograder.sandbox.runtime import python
from autograder.submissions import discover

LIBRARY = f"python{sys.version_info.major}.{sys.version_info.minor}"
METADATA = {
    "id": 4711,
    "created_at": "2026-11-20T14:22:32.365935-07:00",
    "users": [{"name": "Zoë Çelik", "email": "z@x.org", "id": 3}],
    "previous_submissions": [{}, {}],
}


class Container:
    """`/autograder`, somewhere else."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.results = root / "results" / "results.json"

    def fill(self, archive: Path) -> None:
        shutil.rmtree(self.root / "source", ignore_errors=True)
        with zipfile.ZipFile(archive) as zipped:
            zipped.extractall(self.root / "source")
        shutil.copy(self.root / "source" / "run_autograder", self.root)
        for name in ("submission", "results"):
            self.empty(name)
        for name in ("assignments", "solutions"):
            (self.root / "source" / name).chmod(0o700)

    def empty(self, name: str) -> None:
        shutil.rmtree(self.root / name, ignore_errors=True)
        (self.root / name).mkdir()

    def hand_in(self, files: Mapping[str, bytes], metadata: object = METADATA) -> None:
        for name, content in files.items():
            (self.root / "submission" / name).write_bytes(content)
        (self.root / "submission_metadata.json").write_text(json.dumps(metadata))

    def run(self, *command: str, seconds: float = 120, **options: Any) -> subprocess.CompletedProcess[str]:
        """Run the entry (or a command) with a search path on which there is no bubblewrap."""
        environment = {"PATH": str(self.root / "bin"), "AUTOGRADER_ROOT": str(self.root)}
        return subprocess.run(
            ["/bin/bash", *(command or (str(self.root / "run_autograder"),))],
            cwd=self.root,
            env=environment,
            capture_output=True,
            text=True,
            timeout=seconds,
            **options,
        )


@contextlib.contextmanager
def container_root(packages: Iterable[str]) -> Iterator[Path]:
    """A folder with what a container has before a zip is unpacked: an open Python and these packages."""
    root = Path(tempfile.mkdtemp(prefix="container-", dir="/var/tmp"))
    try:
        root.chmod(0o755)
        (root / "bin").mkdir()
        for tool in ("bash", "rm"):
            (root / "bin" / tool).symlink_to(str(shutil.which(tool)))
        (root / "env" / "bin").mkdir(parents=True)
        start = root / "env" / "bin" / "python"
        found = _packages(root, packages)
        start.write_text(f'#!/bin/bash\nPYTHONPATH="$PYTHONPATH:{found}" exec {_open_python(root)} "$@"\n')
        start.chmod(0o755)
        yield root
    finally:
        shutil.rmtree(root)


def grade_class(assignment: Assignment, submissions: Path, seed: int, said: Callable[[str], None]) -> dict[str, float]:
    """Grade a class with the zip for Gradescope, one hand-in after the other; points by the ids of `autograder grade`.

    `said` is told what the entry printed where it wrote no results.
    """
    names = [line.partition("==")[0] for line in requirements(assignment)]
    points: dict[str, float] = {}
    with container_root(names) as root:
        container = Container(root)
        container.fill(build_zip(assignment, GradescopeSettings(assignment=assignment.name, seed=seed), root / "zip"))
        for one in discover(submissions, assignment.wanted):
            container.empty("submission")
            container.empty("results")
            container.hand_in(one.files)
            run = container.run(seconds=900)
            if container.results.is_file():
                document = json.loads(container.results.read_bytes())
                points[one.id] = math.fsum(test.get("score", 0) for test in document["tests"])
            else:
                said(f"{one.id}: {run.stdout}{run.stderr}")
    return points


def requirements_of_the_engine() -> list[str]:
    """What an assignment without torch and scikit-learn needs."""
    losses = assignments.find("losses", Path(__file__))
    needless = {"torch", "scikit-learn", "scipy", "sympy", "networkx", "mpmath", "setuptools", "joblib", "safetensors"}
    names = [line.partition("==")[0] for line in requirements(losses)]
    return [name for name in names if name not in needless and "nvidia" not in name and name != "triton"]


def _packages(root: Path, names: Iterable[str]) -> Path:
    folder = root / "packages"
    for name in names:
        distribution = importlib.metadata.distribution(name)
        for top in {file.parts[0] for file in distribution.files or []} - {"..", "__pycache__"}:
            source = Path(str(distribution.locate_file(top)))
            if source.is_dir():
                unneeded = shutil.ignore_patterns("__pycache__", "tests")
                shutil.copytree(source, folder / top, ignore=unneeded, dirs_exist_ok=True)
            elif source.is_file():
                folder.mkdir(exist_ok=True)
                shutil.copy(source, folder / top)
    return folder


def _open_python(root: Path) -> Path:
    """This very Python, the system's of the same version, or a copy that others can run."""
    for candidate in (python(), Path("/usr/bin", LIBRARY)):
        if candidate.exists() and user_level._closed_to_others([candidate]) is None:
            return candidate
    prefix = Path(sys.base_prefix)
    (root / "python" / "bin").mkdir(parents=True)
    copy = shutil.copy2(python(), root / "python" / "bin")
    unneeded = shutil.ignore_patterns("site-packages", "test", "tests", "idlelib", "tkinter", "config-*", "__pycache__")
    shutil.copytree(prefix / "lib" / LIBRARY, root / "python" / "lib" / LIBRARY, ignore=unneeded)
    for shared in (prefix / "lib").glob("libpython*.so*"):
        shutil.copy2(shared, root / "python" / "lib")
    return Path(copy)

"""Runs a handed-in notebook behind the wall, within limits; whatever it does, nbgrader goes on with the next one."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import re
import shutil
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nbformat
from jupyter_core.utils import run_sync
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import Execute
from traitlets import Integer

from autograder.assignment import Assignment
from autograder.integrations.nbgrader.hand_ins import hand_in
from autograder.integrations.nbgrader.settings import ModuleGrading
from autograder.integrations.nbgrader.strangers import outputs
from autograder.integrations.nbgrader.walled_kernel import Wall, WalledKernelManager
from autograder.release import REQUIREMENTS
from autograder.submissions.selection import file_name

_PLOTS = "matplotlib"
_PLOTS_MB = 512
_ROOM_MB = 128


class ExecuteBehindWall(Execute):
    """In the place of nbgrader's `Execute`: the same cells, in a kernel that can reach nothing.

    Beside the notebook lie the modules as they are graded and what was handed out with the assignment. Where a cell
    takes too long, prints too much or ends the kernel, the notebook says so there and the cells after it are not run.
    """

    timeout = Integer(120, allow_none=True, help="Seconds that one cell may take.").tag(config=True)
    notebook_seconds = Integer(600, help="All of a notebook's cells together may take so long.").tag(config=True)
    output_mb = Integer(8, help="All of a notebook's outputs together may be so large.").tag(config=True)

    def preprocess(self, nb: Any, resources: Any = None, km: Any = None) -> tuple[Any, Any]:
        grading = ModuleGrading(parent=self)
        about = resources["nbgrader"]
        assignment = grading.assignment(about["assignment"])
        if grading.isolation == "user":
            _say(nb, 0, "Notebooks are not run at isolation level `user`.")
            return nb, resources
        self._left = self.output_mb << 20
        self._reached = 0
        self._stop_at = time.monotonic() + self.notebook_seconds
        self.timeout_func = self._seconds_for
        place = resources["metadata"].get("path")
        with tempfile.TemporaryDirectory(prefix="notebook-") as folder:
            given = Path(folder) / "given"
            self._lay_out(given, about, assignment)
            resources["metadata"]["path"] = str(given)
            try:
                self._run(nb, resources, assignment, given, grading.isolation)
            finally:
                resources["metadata"]["path"] = place
        return nb, resources

    def preprocess_cell(self, cell: Any, resources: Any, index: int) -> tuple[Any, Any]:
        """Run one cell, remembering where the notebook is."""
        self._reached = index
        if time.monotonic() > self._stop_at:
            raise TimeoutError(f"the notebook took longer than {self.notebook_seconds} seconds")
        cell, resources = super().preprocess_cell(cell, resources, index)
        if any(output.get("ename") == "CellTimeoutError" for output in cell.get("outputs", ())):
            raise TimeoutError("a cell took too long")
        return cell, resources

    def process_message(self, msg: Any, cell: Any, cell_index: int) -> Any:
        """Take an output, unless the notebook has printed enough."""
        self._left -= _size(msg["content"])
        if self._left >= 0:
            return super().process_message(msg, cell, cell_index)
        if isinstance(self.km, WalledKernelManager):
            self.km.end_now()  # or nbclient would wait until the cell's time is up
        return None

    def _seconds_for(self, cell: Any) -> float:
        left = max(1.0, self._stop_at - time.monotonic())
        return min(float(self.timeout), left) if self.timeout else left

    def _run(self, nb: Any, resources: Any, assignment: Assignment, given: Path, isolation: str) -> None:
        manager = _manager(assignment, given, self.notebook_seconds) if isolation == "bubblewrap" else None
        try:
            super().preprocess(nb, resources, manager)
        except Exception as error:  # the student's notebook may do anything; no grade depends on how it ends
            said = str(error).splitlines()[0].rstrip(".") if str(error) else type(error).__name__
            if self._left < 0:
                said = f"its outputs are larger than {self.output_mb} MB"
            self.log.warning("The notebook stopped at cell %d: %s", self._reached + 1, said)
            _say(nb, self._reached, f"The notebook was stopped here: {said}. The cells below were not run.")
        finally:
            if manager is not None:
                self._close(manager)
            _keep_plain(nb)

    def _close(self, manager: WalledKernelManager) -> None:
        client = vars(self).get("kc")
        if client is not None:
            client.stop_channels()
            self.kc = None
        run_sync(manager._async_shutdown_kernel)(now=True)  # where a server's event loop runs, too
        manager.close()

    def _lay_out(self, given: Path, about: Any, assignment: Assignment) -> None:
        """What was handed out, and over it what of the hand-in is graded."""
        places = CourseDirectory(parent=self)
        source = Path(places.format_path(places.source_directory, ".", assignment.name))
        shutil.copytree(source, given, ignore=shutil.ignore_patterns("*.ipynb", ".*", "__pycache__"))
        for name in assignment.wanted:
            (given / file_name(name)).unlink(missing_ok=True)
        collected = Path(places.format_path(places.submitted_directory, about["student"], assignment.name))
        for name, content in hand_in(collected, about["student"], assignment).load().files.items():
            (given / name).write_bytes(content)


def _keep_plain(nb: Any) -> None:
    """Of what the kernel sent, what a page can show: outputs and numbers, no state of widgets."""
    nb.metadata.pop("widgets", None)
    for cell in nb.cells:
        if cell.cell_type == "code":
            cell.outputs = outputs(cell.outputs)
            cell.execution_count = cell.execution_count if isinstance(cell.execution_count, int) else None


def _manager(assignment: Assignment, given: Path, seconds: int) -> WalledKernelManager:
    limits, imports = assignment.limits, assignment.imports
    packages = [*_importable([*REQUIREMENTS, *imports.tools, _PLOTS]), *imports.allowed]
    wall = Wall(given, list(dict.fromkeys(packages)), limits.memory_mb + _PLOTS_MB, _ROOM_MB, seconds)
    return WalledKernelManager(wall)


def _importable(requirements: Sequence[str]) -> list[str]:
    """What can be imported of the distributions that are required; what is not installed here is left out."""
    wanted = {re.split(r"[^\w.-]", requirement)[0].lower() for requirement in requirements}
    providers = importlib.metadata.packages_distributions()
    found = [name for name, owners in providers.items() if wanted & {owner.lower() for owner in owners}]
    specs = {name: importlib.util.find_spec(name) for name in found if not name.startswith("_")}
    return [name for name, spec in specs.items() if spec and spec.origin]


def _size(content: Any) -> int:
    """How much room an output takes, roughly."""
    if isinstance(content, str):
        return len(content)
    if isinstance(content, dict):
        return sum(_size(key) + _size(value) for key, value in content.items())
    return sum(map(_size, content)) if isinstance(content, list) else 8


def _say(nb: Any, index: int, text: str) -> None:
    """Put a sentence of ours below a cell, or in front of the notebook where there is no such cell."""
    cell = nb.cells[index] if index < len(nb.cells) else None
    if cell is not None and cell.cell_type == "code":
        cell.outputs.append(nbformat.v4.new_output("stream", name="stdout", text=f"{text}\n"))
    else:
        nb.cells.insert(index, nbformat.v4.new_markdown_cell(f"*{text}*"))

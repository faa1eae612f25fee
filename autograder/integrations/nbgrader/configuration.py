"""Tells nbgrader how this course is graded: called by the ``nbgrader_config.py`` of a course."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbconvert.preprocessors import ClearMetadataPreprocessor, CSSHTMLHeaderPreprocessor
from nbgrader.preprocessors import (
    AssignLatePenalties,
    CheckCellMetadata,
    ClearOutput,
    GetGrades,
    IgnorePattern,
    LimitOutput,
    OverwriteCells,
    OverwriteKernelspec,
)

from autograder import assignment as assignments
from autograder.assignment import Assignment
from autograder.integrations.nbgrader.collect import CollectModules
from autograder.integrations.nbgrader.execute import ExecuteBehindWall
from autograder.integrations.nbgrader.feedback import ExplainPoints
from autograder.integrations.nbgrader.late import CourseLatePolicy
from autograder.integrations.nbgrader.module_grades import SaveModuleGrades
from autograder.integrations.nbgrader.reading import HandedInNotebook
from autograder.integrations.nbgrader.restore_cells import RestoreCells
from autograder.integrations.nbgrader.safe_html import SafeHtml
from autograder.notebooks.source import ANSWER
from autograder.release import ENGINE
from autograder.sandbox.launch import Isolation
from autograder.submissions.selection import file_name


def configure(config: Any, *, course: str, folder: str, seed: int = 0, isolation: Isolation = "bubblewrap") -> None:
    """Set everything about nbgrader that this course needs; what is set afterwards in the file goes on top.

    Parameters
    ----------
    config
        What `get_config()` gives in ``nbgrader_config.py``.
    course : str
        The folder that holds `assignments/` and `solutions/`.
    folder : str
        The folder of nbgrader's course.
    seed : int
        What hidden inputs are drawn from: the same points as `autograder grade --seed` with this seed.
    isolation : str
        The wall around students' code, `autograder doctor` says which works.
    """
    config.CourseDirectory.root = str(Path(folder).resolve())
    config.ModuleGrading.course = str(Path(course).resolve())
    config.ModuleGrading.folder = str(Path(folder).resolve())
    config.ModuleGrading.seed = seed
    config.ModuleGrading.isolation = isolation
    config.ClearSolutions.text_stub = ANSWER
    config.ExchangeFactory.collect = CollectModules
    found = assignments.find_all(Path(course))
    config.Autograde.exclude_overwriting = {one.name: _not_put_over(one, Path(folder)) for one in found}
    # The engine goes out with every assignment and comes back with every hand-in: no copies of it are kept.
    steps = ("submitted", "autograded")
    config.CourseDirectory.ignore.extend(str(Path(folder).resolve() / step / "*/*" / ENGINE.name) for step in steps)
    config.Autograde.exporter_class = HandedInNotebook
    config.Autograde.sanitize_preprocessors = [
        ClearOutput,
        RestoreCells,
        OverwriteKernelspec,
        OverwriteCells,
        CheckCellMetadata,
    ]
    config.Autograde.autograde_preprocessors = [
        ExecuteBehindWall,
        IgnorePattern,
        ClearMetadataPreprocessor,
        LimitOutput,
        SaveModuleGrades,
        AssignLatePenalties,
        SafeHtml,
        CheckCellMetadata,
    ]
    config.AssignLatePenalties.plugin_class = CourseLatePolicy
    config.GenerateFeedback.preprocessors = [GetGrades, ExplainPoints, CSSHTMLHeaderPreprocessor]


def _not_put_over(assignment: Assignment, folder: Path) -> list[str]:
    """nbgrader puts what was handed out over what was handed in, but for this: what students write, and the engine."""
    source = folder / "source" / assignment.name
    engine = [path for path in (source / ENGINE.name).rglob("*") if path.is_file()]
    return [*(file_name(name) for name in assignment.wanted), *(str(path.relative_to(source)) for path in engine)]

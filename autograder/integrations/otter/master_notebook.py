"""The master notebook from which `otter assign` makes what students get, out of the assignment's one notebook."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import nbformat

from autograder.checking.run import CheckDescription
from autograder.integrations.otter.question_names import question_names
from autograder.integrations.otter.settings import COURSE
from autograder.notebooks.source import Source

_STUDENT = "autograder.integrations.otter.student"
_JUDGE = "autograder.integrations.otter.plugin.Judge"

_CONFIG = f"""\
# ASSIGNMENT CONFIG
requirements: requirements.txt
python_version: "{sys.version_info.major}.{sys.version_info.minor}"
run_tests: false
export_cell: false
autograder_files:
  - {COURSE}
tests:
  files: true
  ok_format: false
generate:
  show_hidden: true
  plugins:
    - {_JUDGE}
"""

_TEST = '''\
""" # BEGIN TEST CONFIG
points: {points:g}
""" # END TEST CONFIG
def {check}():
    from {student} import expect
    expect("{function}", "{check}")
'''

_HAND_IN = """\
## Hand in

Save this notebook, and your modules, first. The cell below packs them into one zip, and says what would still cost you
points. Upload the zip that it links to; it lies beside this notebook, too."""

_EXPORT = f"""\
from {_STUDENT} import hand_in

grader.export(pdf=False, ignore_log=True, files=hand_in())"""

_cells: Any = nbformat.v4  # has no types


def master_notebook(source: Source, checks: Sequence[CheckDescription]) -> Mapping[str, Any]:
    """The notebook in otter's format: cells marked by raw cells around them.

    Parameters
    ----------
    source : Source
        The assignment's notebook.
    checks : sequence of CheckDescription
        All checks of the assignment. Those that students have become otter's public tests; of the others nothing is
        in the notebook but that otter's questions are named as in the grading.

    Returns
    -------
    mapping
        nbformat's notebook.
    """
    names = question_names(check.function for check in checks)
    public = [check for check in checks if check.visibility == "public"]
    cells = [_cells.new_raw_cell(_CONFIG)]
    asked = {question.cell: question for question in source.questions}
    checked = {cell.cell: cell.function for cell in source.checks}
    for index, cell in enumerate(source.cells):
        if index in asked:
            question = asked[index]
            cells += [_raw("BEGIN QUESTION", name=question.name, manual="true", points=f"{question.points:g}"), cell]
        elif index - 1 in asked:
            cells += [_raw("BEGIN PROMPT"), cell, _raw("END PROMPT"), _raw("END QUESTION")]
        elif index in checked:
            function = checked[index]
            cells += _check(names[function], [check for check in public if check.function == function])
        else:
            cells.append(cell)
    cells += [_cells.new_markdown_cell(_HAND_IN), _cells.new_code_cell(_EXPORT)]
    notebook: Mapping[str, Any] = _cells.new_notebook(cells=list(_numbered(cells)), metadata=source.notebook.metadata)
    return notebook


def _check(name: str, checks: Iterable[CheckDescription]) -> Iterator[Any]:
    yield _raw("BEGIN QUESTION", name=name)
    yield _raw("BEGIN TESTS")
    for check in checks:
        test = _TEST.format(points=check.points, check=check.id, function=check.function, student=_STUDENT)
        yield _cells.new_code_cell(test)
    yield _raw("END TESTS")
    yield _raw("END QUESTION")


def _raw(mark: str, **settings: str) -> Any:
    lines = [f"# {mark}", *(f"{name}: {value}" for name, value in settings.items())]
    return _cells.new_raw_cell("\n".join(lines))


def _numbered(cells: Iterable[Any]) -> Iterator[Any]:
    """With ids that are the same at every run."""
    for number, cell in enumerate(cells):
        yield {**cell, "id": f"cell-{number}"}

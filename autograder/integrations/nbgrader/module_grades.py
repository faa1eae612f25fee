"""Puts the points of a student's modules into nbgrader's gradebook, in place of what the cells printed."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import nbformat
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import SaveAutoGrades
from nbgrader.utils import is_grade, is_solution

from autograder.integrations.nbgrader.function_points import FunctionPoints, by_grade_id
from autograder.integrations.nbgrader.module_results import NotGraded, current, grade_now
from autograder.integrations.nbgrader.settings import ModuleGrading
from autograder.results import SubmissionResult

_failures: WeakKeyDictionary[Any, str] = WeakKeyDictionary()
"""Why nobody can be graded, by nbgrader's run: said again for each student, and not tried again."""


class SaveModuleGrades(SaveAutoGrades):
    """In the place of nbgrader's `SaveAutoGrades`: code cells get the points of the course's own checks.

    What a cell printed, and what its metadata say, decides nothing. Written answers are left to a person, as nbgrader
    does. A function whose check met a fault of ours keeps its points and waits for a person, too.
    """

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        about = resources["nbgrader"]
        self._points = by_grade_id(self._result(about["student"], about["assignment"]))
        _refuse_other_cells(nb, self._points)
        nb, resources = super().preprocess(nb, resources)
        for cell in nb.cells:
            if is_grade(cell) and not is_solution(cell):
                cell.outputs = [_said(self._points[cell.metadata.nbgrader["grade_id"]])]
        return nb, resources

    def _add_score(self, cell: Any, resources: Any) -> None:
        if is_solution(cell):
            super()._add_score(cell, resources)
            return
        grade_id = cell.metadata.nbgrader["grade_id"]
        points = self._points[grade_id]
        grade = self.gradebook.find_grade(grade_id, self.notebook_id, self.assignment_id, self.student_id)
        grade.auto_score = points.earned
        grade.needs_manual_grade = points.met_a_fault or grade.manual_score is not None
        self.gradebook.db.commit()

    def _result(self, student: str, name: str) -> SubmissionResult:
        grading = ModuleGrading(parent=self)
        assignment = grading.assignment(name)
        places = CourseDirectory(parent=self)
        grades, seed, isolation = grading.grades(name), grading.seed, grading.isolation

        def folder(one: str) -> Path:
            return Path(places.format_path(places.submitted_directory, one, name))

        result = current(grades, student, folder(student), assignment, seed, isolation)
        if result is not None and result.releasable:
            return result
        run = self.parent.parent  # nbgrader's run over the class; between it and us stands the exporter
        if run in _failures:
            raise NotGraded(_failures[run])
        students = dict.fromkeys([student, *_students_of(run, name)])
        try:
            grade_now(
                grades,
                {one: folder(one) for one in students},
                assignment,
                seed,
                isolation,
                grading.workers,
                self.log.info,
            )
        except NotGraded as error:
            _failures[run] = str(error)
            raise
        result = current(grades, student, folder(student), assignment, seed, isolation)
        if result is None:
            raise NotGraded(f"{student} handed something else in while it was graded: run nbgrader autograde again")
        return result


def _students_of(run: Any, name: str) -> list[str]:
    """Whom nbgrader is about to autograde: they are graded together, which is faster."""
    folders = [Path(os.path.normpath(folder)) for folder in run.assignments]
    return [folder.parent.name for folder in folders if folder.name == name]


def _refuse_other_cells(nb: Any, points: Mapping[str, FunctionPoints]) -> None:
    there = {cell.metadata.nbgrader["grade_id"]: cell for cell in nb.cells if is_grade(cell) and not is_solution(cell)}
    worth = {name: float(cell.metadata.nbgrader["points"]) for name, cell in there.items()}
    if worth != {name: one.points for name, one in points.items()}:
        raise NotGraded(
            "the grade cells of the notebook are not those of the checks, which have changed since the assignment was "
            "generated: run `autograder nbgrader init` and `nbgrader generate_assignment --force` again"
        )


def _said(points: FunctionPoints) -> Any:
    """What stands below a grade cell, in place of what the student's notebook printed there."""
    lines = [f"{points.function}: {points.earned:g} of {points.points:g} points"]
    lines += ["a check met a fault of the grader: it costs nothing, and a person looks at it"] * points.met_a_fault
    lines += ["why, and what to look at: on the page about your modules, in the feedback"] * (not points.is_full)
    return nbformat.v4.new_output("stream", name="stdout", text="\n".join([*lines, ""]))

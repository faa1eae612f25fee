"""Grades one submission inside Gradescope's container, and writes ``/autograder/results/results.json``.

Either the file is written whole, or, where nothing could be judged, not at all: Gradescope then shows that the
autograder failed and gives no points, and what went wrong is in the output that instructors see.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
import traceback
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from autograder.assignment import Assignment, load
from autograder.export.gradescope_results import results_json
from autograder.grading import preflight
from autograder.grading.batch import Settings, describe_checks, grade_batch
from autograder.grading.fingerprint import fingerprint
from autograder.integrations.gradescope_settings import FILE, GradescopeSettings
from autograder.results import SubmissionResult, decode, write_atomically
from autograder.sandbox import doctor
from autograder.submissions import Submission, load_one
from autograder.submissions.names import clean, numbered_slug


class NotGraded(Exception):
    """Nothing could be judged, which is nobody's fault but ours."""


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", type=Path, help="/autograder, or a folder laid out like it")
    parser.add_argument("--self-test", action="store_true", help="judge the solutions, at the time the image is built")
    options = parser.parse_args(arguments)
    try:
        self_test(options.root) if options.self_test else grade(options.root)
    except Exception:
        traceback.print_exc(file=sys.stdout)
        print("\nNothing was graded: results.json is not written, so that nobody gets points or a zero by our fault.")
        return 1
    return 0


def grade(root: Path) -> None:
    """Judge what lies in ``root/submission``.

    Raises
    ------
    NotGraded
        if this container cannot wall student code in, or every check met a fault of the grader.
    """
    settings, assignment = _configured(root)
    _wall_or_raise(settings)
    told = _metadata(root / "submission_metadata.json")
    submission = _submission(root, assignment, told)
    ((_, content),) = grade_batch(_settings(settings, assignment), [submission])
    result = decode(content)
    before = told.get("previous_submissions")
    attempt = 1 + len(before) if isinstance(before, list) else 1
    result = replace(result, grading=replace(result.grading, attempt=attempt))
    faults = [check for check in result.checks if check.outcome == "grader_error"]
    for check in faults:
        print(f"{check.id}: {check.failure.exception if check.failure else ''}")
    if len(faults) == len(result.checks):
        raise NotGraded(f"none of the {len(faults)} checks could be judged")
    document = results_json(result, settings.hidden_checks, leaderboard(assignment, result))
    write_atomically(root / "results" / "results.json", json.dumps(document, indent=1).encode())
    print(f"{result.submission.name}: {result.score:g} of {result.max_score:g} points")


def self_test(root: Path) -> None:
    """Judge the solutions. Only broken checks stop the image: a sandbox may be had when it runs and not before."""
    settings, assignment = _configured(root)
    preflight.examine_checks(assignment, describe_checks(assignment))
    try:
        _wall_or_raise(settings)
    except NotGraded as error:
        print(f"while the image is built, {error}; the solutions are not judged now")
        return
    preflight.refuse_broken_checks(preflight.judge_reference(_settings(settings, assignment)))
    print(f"{assignment.name}: the solutions pass every check")


def leaderboard(assignment: Assignment, result: SubmissionResult) -> list[dict[str, Any]]:
    """The entry of the leaderboard that the assignment names, if a check has measured it."""
    wanted = assignment.leaderboard
    if wanted is None:
        return []
    values = [check.measured[wanted.measured] for check in result.checks if wanted.measured in check.measured]
    return [{"name": wanted.name, "value": round(value, 4), "order": wanted.order} for value in values[:1]]


def _configured(root: Path) -> tuple[GradescopeSettings, Assignment]:
    settings = msgspec.json.decode((root / "source" / FILE).read_bytes(), type=GradescopeSettings)
    return settings, load(root / "source" / "assignments" / settings.assignment)


def _settings(settings: GradescopeSettings, assignment: Assignment) -> Settings:
    return Settings(str(assignment.folder), settings.seed, settings.isolation, fingerprint(assignment))


def _wall_or_raise(settings: GradescopeSettings) -> None:
    finding = doctor.try_level(settings.isolation)
    if not finding.works:
        raise NotGraded(f"isolation level {settings.isolation!r} does not work here: {finding.why} {finding.remedy}")


def _submission(root: Path, assignment: Assignment, told: dict[str, Any]) -> Submission:
    """What was handed in, by the names and at the time in Gradescope's metadata."""
    taken = load_one(root / "submission", assignment.wanted)
    users = told.get("users")
    named = [user for user in users if isinstance(user, dict) and "name" in user] if isinstance(users, list) else []
    names = [clean(str(user["name"])) for user in named]
    name = ", ".join(names) or "submission"
    number = str(told.get("id", ""))
    time = told.get("created_at")
    return dataclasses.replace(
        taken,
        id=numbered_slug(name, number) if number.isdigit() else "submission",
        name=name,
        submitted_at=time if isinstance(time, str) else None,
    )


def _metadata(path: Path) -> dict[str, Any]:
    try:
        told = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


if __name__ == "__main__":
    sys.exit(main())

"""`check("losses.huber")` in a notebook: the public checks of one function, run on the modules beside the notebook."""

from __future__ import annotations

import os
from pathlib import Path

from autograder.assignment import AssignmentError, load
from autograder.grading.batch import ChecksBroken, Settings, grade_batch
from autograder.notebooks.verdict import Verdict
from autograder.results import decode
from autograder.submissions import SubmissionsError, load_one

ELSEWHERE = "AUTOGRADER_GRADES_ELSEWHERE"
"""Set by a grading system that runs the notebook: it grades the modules itself, so a check would be wasted time."""


def check(function: str) -> Verdict:
    """Run the public checks of one of your functions, and show which pass and what is wrong in the others.

    Your module is read from the notebook's folder as it was last saved, and runs in a process of its own: what the
    notebook has defined plays no part.

    Parameters
    ----------
    function : str
        With its module: ``losses.huber``.

    Returns
    -------
    Verdict
        A table in a notebook, text elsewhere. Whatever is wrong with the modules is said in it; nothing is raised.
    """
    if os.environ.get(ELSEWHERE):
        return Verdict(function, note="graded elsewhere")
    try:
        assignment = load(Path.cwd())
        submission = load_one(Path.cwd(), assignment.wanted)
        settings = Settings(str(assignment.folder), 0, "none", "public checks")
        ((_, content),) = grade_batch(settings, [submission], only=function, files=("test_public.py",))
    except AssignmentError as error:
        return Verdict(function, note=f"{error}. Open this notebook in the folder that you were given, as it is.")
    except SubmissionsError as error:
        return Verdict(function, note=str(error))
    except ChecksBroken as error:
        return Verdict(function, note=f"the checks cannot run:\n{error}")
    result = decode(content)
    if result.submission.refused:
        return Verdict(function, note=result.submission.refused)
    if not result.checks:
        return Verdict(function, note="no public check is about a function of this name")
    return Verdict(function, tuple(result.checks))

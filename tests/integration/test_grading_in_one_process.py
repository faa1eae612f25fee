"""A process that grades more than once, as a cluster's worker does, judges each batch by what holds at that time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from autograder import assignment as assignments
from autograder.results import SubmissionResult

_RIGHT = "def double(values):\n    return 2 * values\n\n\ndef total(values):\n    return float(values.sum())\n"


@pytest.fixture
def judge(course: Any, tiny: Any) -> Any:
    """Grades one hand-in of a course, here in this process."""

    def judge(text: str = _RIGHT, folder: Path = tiny.folder, **options: Any) -> SubmissionResult:
        assignment = assignments.load(folder / "assignments/tiny")
        submission = course.hand_in("someone", {"tiny": text})
        return course.grade(assignment, [submission], **options)["someone"]

    return judge


def test_two_assignments_with_files_of_the_same_names_are_each_judged_by_their_own(
    course: Any, tiny: Any, judge: Any
) -> None:
    first = course.assignments[0]
    reference = course.hand_in("reference", course.material(first.name).solutions)

    for _ in range(2):
        assert judge().score == 10
        assert course.grade(first, [reference])["reference"].score == first.points


def test_two_courses_with_an_assignment_of_the_same_name_are_kept_apart(tiny: Any, judge: Any, tmp_path: Path) -> None:
    other = type(tiny).made(tmp_path / "other")
    for path in ("assignments/tiny/oracles.py", "solutions/tiny.py"):
        text = (other.folder / path).read_text(encoding="utf-8")
        other.write(path, text.replace("values.sum()", "values.sum() + 1").replace("np.dot(", "1 + np.dot("))

    assert [judge().score, judge(folder=other.folder).score, judge().score] == [10, 7, 10]


def test_an_edited_check_counts_from_the_next_batch_on(tiny: Any, judge: Any) -> None:
    before = judge().score
    path = "assignments/tiny/test_public.py"
    text = (tiny.folder / path).read_text(encoding="utf-8")
    tiny.write(path, text.replace("[2.0, 4.0, 6.0]", "[2.0, 4.0, 6.5]"))

    assert (before, judge().score) == (10, 7)


def test_a_hand_in_is_behind_the_wall_that_this_batch_asked_for(tiny: Any, judge: Any) -> None:
    """A sandbox that is kept warm for one level must not serve another: that would fail open."""
    peeking = f"import os\n\nseen = os.path.exists({str(tiny.folder)!r})\n{_RIGHT}".replace(
        "2 *", "(2 if seen else 0) *"
    )

    scores = [judge(peeking, isolation=level).score for level in ("none", "bubblewrap", "none")]

    assert scores == [10, 3, 10]


def test_packages_that_are_no_longer_allowed_are_gone_at_the_next_batch(tiny: Any, judge: Any) -> None:
    path = "assignments/tiny/assignment.toml"
    text = (tiny.folder / path).read_text(encoding="utf-8")
    tiny.write(path, text + '\n[imports]\nallowed = ["numpy", "iniconfig"]\n')
    importing = f"import iniconfig\n\n\n{_RIGHT}"

    allowed = judge(importing)
    tiny.write(path, text)
    forbidden = judge(importing)

    assert (allowed.score, forbidden.score) == (10, 0)


def test_threads_of_one_process_take_turns(tiny: Any, course: Any) -> None:
    assignment = assignments.load(tiny.folder / "assignments/tiny")
    dozing = f"import time\n\ntime.sleep(0.05)\n\n\n{_RIGHT}"
    batches = [
        [course.hand_in(f"s{batch}{number}", {"tiny": dozing.replace("2 *", f"{number} *")}) for number in (1, 2)]
        for batch in range(12)
    ]

    with ThreadPoolExecutor(4) as threads:
        graded = list(threads.map(lambda batch: course.grade(assignment, batch), batches))

    scores = [[result.score for result in results.values()] for results in graded]
    assert scores == [[3, 10]] * 12

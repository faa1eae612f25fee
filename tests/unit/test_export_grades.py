"""From a result file to a grade: lateness, points changed by hand, faults of the grader."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from autograder.adjustments import (
    Adjustment,
    AdjustmentError,
    adjusted,
    read_adjustments,
    read_file,
    written_toml,
)
from autograder.export.grades import Collected, ExportError, collect
from autograder.export.lateness import LatePolicy, lateness, parse_due
from autograder.results import encode

DUE = "2026-11-20T23:59:00+01:00"
NEVER_LATE = LatePolicy()
POLICY = LatePolicy(parse_due(DUE), grace_days=1, percent_per_day=10, cut_off_days=5)


def after_due(**time: float) -> str:
    return (parse_due(DUE) + timedelta(**time)).isoformat()


@pytest.fixture
def graded(tmp_path: Path, records: Any) -> Any:
    """Writes results into a folder as `grade` does, and collects their grades."""
    (tmp_path / "results").mkdir()

    def write(*results: Any, adjustments: str = "", policy: LatePolicy = NEVER_LATE, **options: Any) -> Collected:
        for one in results:
            (tmp_path / "results" / f"{one.submission.id}.json").write_bytes(encode(one))
        if adjustments:
            (tmp_path / "adjustments.toml").write_text(adjustments)
        return collect(tmp_path, policy, **options)

    return write


@pytest.mark.parametrize(
    ("late_by", "days", "percent"),
    [
        ({"days": -3}, 0, 0),
        ({"days": 0}, 0, 0),
        ({"days": 1}, 0, 0),  # the last moment of grace
        ({"days": 1, "seconds": 1}, 1, 10),
        ({"days": 2}, 1, 10),
        ({"days": 3, "hours": 12}, 3, 30),
        ({"days": 5}, 4, 40),
        ({"days": 5, "seconds": 1}, 5, 100),
    ],
)
def test_every_day_begun_after_the_days_of_grace_costs_and_after_the_cut_off_nothing_counts(late_by, days, percent):
    late = lateness(POLICY, after_due(**late_by))
    assert (late.days, late.percent) == (days, percent)


def test_a_time_is_compared_as_a_moment_whatever_its_zone():
    policy = LatePolicy(parse_due("2026-11-20T23:59:00+01:00"), percent_per_day=5)
    assert lateness(policy, "2026-11-20T22:58Z").days == 0
    assert lateness(policy, "2026-11-20T23:58Z").days == 1


def test_more_than_all_points_are_never_taken():
    policy = LatePolicy(parse_due(DUE), percent_per_day=40)
    assert lateness(policy, after_due(days=9)).percent == 100


@pytest.mark.parametrize("time", [None, "", "yesterday", "2026-11-29T10:00:00"])
def test_a_hand_in_whose_time_is_not_known_counts_as_in_time_and_is_told(time):
    late = lateness(POLICY, time)
    assert late.percent == 0
    assert late.is_unknown


def test_an_extension_moves_the_due_date_and_with_it_the_cut_off():
    assert lateness(POLICY, after_due(days=5, hours=1), extension_days=2).percent == 30
    assert lateness(POLICY, after_due(days=7, hours=1), extension_days=2).percent == 100


@pytest.mark.parametrize("text", ["2026-11-20", "2026-11-20T23:59:00", "next Friday"])
def test_a_due_date_without_its_offset_is_refused(text):
    with pytest.raises(ValueError, match="offset"):
        parse_due(text)


def test_a_late_hand_in_loses_its_percentage_of_what_it_earned(graded, records):
    late = records.result(records.check(points=7), records.not_written(points=3), submitted_at=after_due(days=2))
    (grade,) = graded(late, policy=POLICY).grades
    assert (grade.graded, grade.deduction, grade.final) == (7, Decimal("0.7"), Decimal("6.3"))


def test_halves_are_rounded_up_and_only_once(graded, records):
    late = records.result(records.check(points=0.45), records.check(id="b", points=9), submitted_at=after_due(days=2))
    (grade,) = graded(late, policy=POLICY).grades
    assert grade.graded == Decimal("9.45")
    assert grade.deduction == Decimal("0.95")  # 0.945, which a binary fraction rounds down
    assert grade.final == Decimal("8.5")


def test_points_given_to_a_check_by_hand_stand_in_for_its_own_before_the_late_deduction(graded, records):
    result = records.result(records.wrong_value(), records.check(points=2), submitted_at=after_due(days=2))
    text = """
        [[adjustment]]
        submission = "student-07"
        check = "test_adam_follows_the_paper"
        points = 4
        reason = "a slip in a sign"
        [[adjustment]]
        submission = "student-07"
        add = 1.5
        reason = "written question"
    """
    (grade,) = graded(result, adjustments=text, policy=POLICY).grades
    assert (grade.graded, grade.by_hand, grade.deduction, grade.added) == (2, 4, Decimal("0.6"), Decimal("1.5"))
    assert grade.final == Decimal("6.9")
    assert [one.reason for one in grade.applied] == ["a slip in a sign", "written question"]


def test_a_penalty_never_makes_a_grade_negative(graded, records):
    text = '[[adjustment]]\nsubmission = "student-07"\nadd = -50\nreason = "copied"'
    assert graded(records.result(records.check()), adjustments=text).grades[0].final == 0


def test_a_fault_of_the_grader_keeps_the_grade_back_and_names_the_check(graded, records):
    fine = records.result(records.check(), id="fine")
    faulty = records.result(records.check(id="test_ours", outcome="grader_error"), id="faulty")
    collected = graded(fine, faulty)
    assert [grade.withheld for grade in collected.grades if grade.result.submission.id == "fine"] == [""]
    assert len(collected.problems) == 1
    assert "faulty: a fault of the grader in test_ours" in collected.problems[0]


def test_a_fault_of_the_grader_goes_out_when_asked_and_is_told(graded, records):
    faulty = records.result(records.check(outcome="grader_error"))
    collected = graded(faulty, allow_grader_errors=True)
    assert not collected.problems
    assert collected.grades[0].final == 2
    assert any("fault of the grader" in note for note in collected.notes)


def test_points_given_by_hand_settle_a_fault_of_the_grader(graded, records):
    faulty = records.result(records.check(id="test_ours", outcome="grader_error"))
    text = '[[adjustment]]\nsubmission = "student-07"\ncheck = "test_ours"\npoints = 1\nreason = "looked at"'
    collected = graded(faulty, adjustments=text)
    assert not collected.problems
    assert collected.grades[0].final == 1


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ('check = "test_gone"\npoints = 1', "no such check"),
        ('check = "test_sgd_takes_one_step"\npoints = 2.5', "from 0 to 2"),
        ('check = "test_sgd_takes_one_step"\npoints = -1', "from 0 to 2"),
        ('add = 1\ncontent_hash = "another"', "another version"),
    ],
)
def test_an_adjustment_that_does_not_fit_its_result_keeps_the_grade_back(graded, records, entry, said):
    text = f'[[adjustment]]\nsubmission = "student-07"\nreason = "r"\n{entry}'
    collected = graded(records.result(records.check()), adjustments=text)
    assert said in collected.grades[0].withheld
    assert said in collected.problems[0]


def test_an_adjustment_of_nobody_is_told(graded, records):
    text = '[[adjustment]]\nsubmission = "student-7"\nadd = 1\nreason = "r"'
    assert graded(records.result(records.check()), adjustments=text).problems == [
        "an adjustment is about student-7, who has no result"
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[adjustment]]\nsubmission = "a"\nadd = 1', "reason"),
        ('[[adjustment]]\nsubmission = "a"\nadd = 1\nreason = " "', "reason"),
        ('[[adjustment]]\nsubmission = "a"\nreason = "r"', "give one of"),
        ('[[adjustment]]\nsubmission = "a"\nreason = "r"\nadd = 1\nextension_days = 2', "give one of"),
        ('[[adjustment]]\nsubmission = "a"\nreason = "r"\ncheck = "c"', "give one of"),
        ('[[adjustment]]\nsubmission = "a"\nreason = "r"\npoints = 2', "give one of"),
        ('[[adjustment]]\nsubmission = "a"\nreason = "r"\nadd = nan', "finite"),
        ('[[adjustment]]\nsubmission = "a"\nreason = "r"\nadd = "much"', "float"),
        ('[[adjustments]]\nsubmission = "a"\nreason = "r"\nadd = 1', "adjustments"),
        ('[[adjustment]]\nsubmission = "a"\nreason = "r"\nad = 1', "ad"),
        ("[[adjustment", "end of an array"),
        ('[[adjustment]]\nsubmission = "a"\nreason = "r"\nextension_days = -2', "from 0 to"),
        ('[[adjustment]]\nsubmission = "a"\nreason = "r"\nadd = 1e300', "at most"),
    ],
)
def test_a_file_of_adjustments_that_is_not_in_order_is_refused_with_the_place(tmp_path, text, said):
    (tmp_path / "adjustments.toml").write_text(text)
    with pytest.raises(AdjustmentError, match=said) as refused:
        read_adjustments(tmp_path)
    assert "adjustments.toml" in str(refused.value)


def test_adjustments_in_a_spreadsheet_read_the_same(tmp_path):
    path = tmp_path / "adjustments.csv"
    text = 'submission,check,points,add,reason\r\na,t,2.5,,"one, two"\r\n,,,,\r\nb,,,-3,r\r\n'
    path.write_bytes(text.encode("utf-8-sig"))
    assert read_file(path) == [
        Adjustment(submission="a", check="t", points=2.5, reason="one, two"),
        Adjustment(submission="b", add=-3.0, reason="r"),
    ]


def test_written_adjustments_are_read_back_whatever_is_in_them(tmp_path):
    ours = [
        Adjustment(submission="a", check="t", points=0.0, reason='a "quote", \\ and\na line \x7f\u202e é', by="TA"),
        Adjustment(submission="b", extension_days=2.0, reason="ill", content_hash="ab"),
    ]
    path = tmp_path / "adjustments.toml"
    path.write_text(written_toml(ours), encoding="utf-8")
    assert read_file(path) == ours


def test_of_two_changes_of_one_check_the_later_holds(records):
    result = records.result(records.wrong_value())
    check = result.checks[0].id
    changes = [
        Adjustment(submission="student-07", check=check, points=points, reason=str(points)) for points in (1.0, 3.0)
    ]
    assert adjusted(result, changes).earned == 3
    assert [one.reason for one in adjusted(result, changes).applied] == ["3.0"]


def test_a_file_that_is_no_result_is_named_and_stops_nobody_else(graded, records, tmp_path):
    (tmp_path / "results" / "broken.json").write_text('{"half": ')
    collected = graded(records.result(records.check()))
    assert len(collected.grades) == 1
    assert "broken.json" in collected.problems[0]


def test_results_of_two_assignments_or_two_gradings_with_other_points_are_refused(graded, records):
    with pytest.raises(ExportError, match="maxima of 2 and 8"):
        graded(records.result(records.check(), id="a"), records.result(records.wrong_value(), id="b"))


def test_two_results_of_one_hand_in_are_refused(graded, records, tmp_path):
    (tmp_path / "results" / "copy of student-07.json").write_bytes(encode(records.result(records.not_written())))
    with pytest.raises(ExportError, match="same hand-in"):
        graded(records.result(records.check()))


def test_an_empty_folder_is_refused(graded):
    with pytest.raises(ExportError, match="no result"):
        graded()

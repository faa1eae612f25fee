"""The roster as learning systems write it, and whose result is whose."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from autograder.export.matching import Matching, match
from autograder.export.roster import Roster, RosterError, read_roster
from autograder.results import SubmissionInfo

CANVAS = """\
Student,ID,SIS User ID,SIS Login ID,Section,Losses (12),Final Score
,,,,,Manual Posting,
    Points Possible,,,,,100,
"Lovelace, Ada",501,s1,ada,A,,
"Hopper, Grace",502,s2,grace,A,,
"Student, Test",900,,xyz,A,,
"""


def roster(tmp_path: Path, text: str, encoding: str = "utf-8") -> Roster:
    path = tmp_path / "roster.csv"
    path.write_bytes(text.encode(encoding))
    return read_roster(path)


def whose(tmp_path: Path, text: str, *submissions: tuple[str, str]) -> Matching:
    """Match submissions, given as (id, name)."""
    infos = [SubmissionInfo(id=id, name=name, content_hash="") for id, name in submissions]
    return match(infos, roster(tmp_path, text).students)


def names(matching: Matching) -> dict[str, str]:
    return {submission: student.name for submission, student in matching.students.items()}


def test_a_canvas_gradebook_holds_its_students_and_neither_maxima_nor_the_test_student(tmp_path):
    read = roster(tmp_path, CANVAS)
    assert [(one.id, one.name, one.first_name, one.last_name) for one in read.students] == [
        ("501", "Lovelace, Ada", "Ada", "Lovelace"),
        ("502", "Hopper, Grace", "Grace", "Hopper"),
    ]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_any_usual_separator_byte_order_mark_and_spelling_of_headings_is_read(tmp_path, separator):
    text = "Student_ID,Email Address,First Name,Surname\r\n7,a@b.c,Zoë,Çelik\r\n".replace(",", separator)
    (one,) = roster(tmp_path, text, "utf-8-sig").students
    assert (one.id, one.email, one.name) == ("7", "a@b.c", "Zoë Çelik")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no heading"),
        ("colour,size\nred,3\n", "no heading"),
        ("id,name\n", "nobody"),
        ("id,id\n1,2\n", "same heading"),
        ("id,name\n1,Ada\n1,Grace\n", "1 is the id of two"),
    ],
)
def test_a_roster_that_cannot_be_trusted_is_refused(tmp_path, text, said):
    with pytest.raises(RosterError, match=said):
        roster(tmp_path, text)


def test_a_roster_in_another_encoding_is_refused_and_not_misread(tmp_path):
    with pytest.raises(RosterError, match="cannot read"):
        roster(tmp_path, "id,name\n1,Zoë\n", "latin-1")


@pytest.mark.parametrize(
    ("submission", "name"),
    [
        ("s1", "whatever"),  # a login or number of the roster
        ("lovelaceada-501", "lovelaceada"),  # Canvas: user id and name as one word
        ("ada-lovelace-77", "Ada Lovelace"),  # Gradescope: the submission's number, the full name
        ("ada-lovelace", "ADA  lovelace"),
    ],
)
def test_a_hand_in_finds_its_student(tmp_path, submission, name):
    found = whose(tmp_path, CANVAS, (submission, name))
    assert names(found) == {submission: "Lovelace, Ada"}
    assert [one.name for one in found.missing] == ["Hopper, Grace"]
    assert not found.problems


def test_accents_and_order_of_a_name_do_not_matter(tmp_path):
    found = whose(tmp_path, "id,name\n1,Çelik Zoë\n", ("zoe-c-1a2b", "Zoe Celik"))
    assert names(found) == {"zoe-c-1a2b": "Çelik Zoë"}


def test_a_submission_number_that_is_by_chance_another_students_id_gives_that_student_nothing(tmp_path):
    found = whose(tmp_path, CANVAS, ("ada-lovelace-502", "Ada Lovelace"))
    assert names(found) == {"ada-lovelace-502": "Lovelace, Ada"}


def test_a_name_that_two_students_bear_is_refused_and_both_are_named(tmp_path):
    found = whose(tmp_path, "id,name\n1,Ada Lovelace\n2,Ada Lovelace\n", ("x-9", "Ada Lovelace"))
    assert not found.students
    assert "x-9 (Ada Lovelace) may be Ada Lovelace (1) and Ada Lovelace (2): " in found.problems[0]
    assert not found.missing  # something is there, and may be theirs
    assert len(found.doubtful) == 2


def test_a_column_with_the_hand_ins_id_settles_it(tmp_path):
    text = "id,name,submission\n1,Ada Lovelace,x-9\n2,Ada Lovelace,\n"
    assert whose(tmp_path, text, ("x-9", "Ada Lovelace")).students["x-9"].ids[0] == "1"


def test_two_hand_ins_of_one_student_are_both_kept_back(tmp_path):
    found = whose(tmp_path, CANVAS, ("ada", "ada"), ("x-9", "Ada Lovelace"))
    assert not found.students
    assert "ada and x-9 both fit Lovelace, Ada (501)" in found.problems[0]


def test_a_hand_in_of_nobody_is_told(tmp_path):
    found = whose(tmp_path, CANVAS, ("eve", "Eve"))
    assert found.problems == ["eve (Eve) is not on the roster"]
    assert len(found.missing) == 2


@pytest.mark.parametrize("name", ["", "-", "…", "()"])
def test_a_name_without_letters_matches_nobody(tmp_path, name):
    assert not whose(tmp_path, "id,name\n1,()\n2,Ada\n", ("student-1a2b", name)).students


def test_a_class_of_thousands_is_matched_in_a_moment(tmp_path):
    text = "id,name,email\n" + "".join(f"{n},Student Number{n},s{n}@x.org\n" for n in range(10_000))
    submissions = [(f"student-number{n}-{n + 70_000}", f"Number{n} Student") for n in range(10_000)]
    started = time.process_time()
    found = whose(tmp_path, text, *submissions)
    assert time.process_time() - started < 10  # 10,000 × 10,000 comparisons take minutes
    assert len(found.students) == 10_000
    assert found.students["student-number42-70042"].id == "42"

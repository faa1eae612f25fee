"""When something was handed in, as Gradescope and nbgrader write it."""

import pytest

from autograder.submissions.times import gradescope_metadata, iso_time


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2024-05-03 17:01:12.123456000 Z", "2024-05-03T17:01:12+00:00"),
        ("2024-05-03 17:01:12 UTC\n", "2024-05-03T17:01:12+00:00"),
        ("2024-05-03 17:01:12", "2024-05-03T17:01:12+00:00"),
        ("2024-05-03T17:01:12.5-07:00", "2024-05-04T00:01:12+00:00"),
        ("2024-05-03 17:01:12 +0530", "2024-05-03T11:31:12+00:00"),
        ("2015-02-02 15:58:23.948203 America/Los_Angeles", "2015-02-02T23:58:23+00:00"),
    ],
)
def test_a_time_is_told_in_utc(text, time):
    assert iso_time(text) == time


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2024-13-03 17:01:12",
        "2024-05-03 17:01:12 Mars/Olympus",
        "2024-05-03 17:01:12 America",
        "2024-05-03 17:01:12 +9999",
        "0001-01-01 00:00:00 +2300",
    ],
)
def test_what_is_no_time_is_none(text):
    assert iso_time(text) is None


def test_only_gradescopes_own_keys_count():
    found = gradescope_metadata(
        b"""\
submission_1:
  :submitters:
  - :sid: '1'
    :name: Ada
  :results:
    tests:
    - :name: not a student
      output: |
        submission_9:
          :submitters:
          - :name: forged
          :created_at: 2000-01-01 00:00:00 Z
    :created_at: 2000-01-01 00:00:00 Z
    utc: 2000-01-01 00:00:00 Z
  :created_at: 2024-05-03 17:01:12 Z
  :history:
  - :id: 7
    :created_at: 1999-01-01 00:00:00 Z
other:
  :submitters:
  - :name: nobody
"""
    )
    assert list(found) == ["submission_1"]
    assert found["submission_1"].names == ["Ada"]
    assert found["submission_1"].created_at == "2024-05-03T17:01:12+00:00"


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Ada Lovelace", "Ada Lovelace"),
        ("'O''Hara'", "O'Hara"),
        ('"Zo\\u00EB"', "Zoë"),
        ('"Zo\\xEB"', "Zoë"),
        ('"\\e"', "\\e"),
        ("李", "李"),
    ],
)
def test_names_are_read_however_they_are_quoted(written, name):
    found = gradescope_metadata(f"submission_1:\n  :submitters:\n  - :name: {written}\n".encode())
    assert found["submission_1"].names == [name]


def test_bytes_that_are_no_text_do_no_harm():
    assert gradescope_metadata(b"\xff\xfe\nsubmission_1:\n  :submitters:\n  - :name: \xff\n")["submission_1"].names == [
        "\ufffd"
    ]

"""The lines of a student's traceback: taken from the hand-in, never from what its process says they are."""

from __future__ import annotations

from autograder.sandbox.frames import from_hand_in
from autograder.sandbox.wire import Frame

FILES = {"losses.py": b"import numpy as np\n\ndef huber(y):\n    return y / 0\n"}


def test_the_source_line_is_read_from_the_hand_in() -> None:
    (frame,) = from_hand_in([Frame("losses.py", 4, "huber", "the hidden input is 42")], FILES)
    assert frame == Frame("losses.py", 4, "huber", "return y / 0")


def test_a_function_the_hand_in_does_not_name_is_left_out() -> None:
    (frame,) = from_hand_in([Frame("losses.py", 4, "hidden_input_42", "")], FILES)
    assert frame.function == ""


def test_a_frame_of_another_file_or_past_its_end_is_dropped() -> None:
    assert from_hand_in([Frame("/etc/passwd", 1, "f", ""), Frame("losses.py", 40, "f", "")], FILES) == ()


def test_the_caret_under_a_syntax_error_stays() -> None:
    (frame,) = from_hand_in([Frame("losses.py", 3, "", "def huber(y):\n    ^")], FILES)
    assert frame.source == "def huber(y):\n    ^"

"""A prediction is noted before the experiment and held beside it afterwards; nothing that is typed stops a notebook."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.notebooks import compare, predict


@pytest.mark.parametrize(
    ("guess", "happened", "said"),
    [
        (0.5, 0.5, "you said 0.5, and it was 0.5. As you expected."),
        (0.25, np.float64(0.266), "As you expected."),
        (100, 160, "Not far off."),
        (0.001, 0.266, "Not what you expected"),
        (-1.0, 1.0, "Not what you expected"),
        (0, 3.0, "Not what you expected"),
        ("Adam ", "adam", "As you expected."),
        (["rmsprop", "adam"], ["adam", "rmsprop"], "you said rmsprop, adam, and it was adam, rmsprop. As you"),
        (True, np.bool_(True), "it was yes. As you expected."),
        (7, np.int64(7), "As you expected."),
        (True, False, "you said yes, and it was no. Not what you expected"),
        ("ten", 10, "Not what you expected"),
        ("diverges", float("nan"), "it was nan, and no guess can be held beside that"),
    ],
)
def test_a_guess_is_held_beside_what_happened(capsys, guess, happened, said):
    predict(outcome=guess)
    compare(outcome=happened)
    noted, told = capsys.readouterr().out.splitlines()
    assert noted.startswith("Noted: outcome = ")
    assert told.startswith("outcome: ") and said in told


def test_what_is_not_guessed_yet_is_asked_for_and_the_outcome_is_told_all_the_same(capsys):
    predict(rate=0.1, who=None)
    compare(who="adam")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Noted: rate = 0.1."
    assert lines[1].startswith("Type your guess in place of None and run this cell again: who.")
    assert lines[2].startswith("who: it was adam. You had written no guess")


def test_a_cell_that_was_not_run_is_a_guess_that_was_not_written(capsys):
    compare(never_predicted=3)
    assert "never_predicted: it was 3. You had written no guess" in capsys.readouterr().out


def test_a_second_guess_takes_the_place_of_the_first(capsys):
    predict(rate=1.0)
    predict(rate=2.0)
    compare(rate=2.0)
    assert capsys.readouterr().out.endswith("As you expected.\n")

"""What is given to students lies beside their code, and what they hand in beside it reaches the checks as bytes."""

from __future__ import annotations

import textwrap
from typing import Any

_TOML = """\
    title = "Tiny"
    order = 1
    modules = ["tiny"]
    given = ["tiny_ruler"]
    files = ["sizes.csv"]
    points = 10
    """
_RULER = """\
    UNIT = 3.0


    def measured(function, values):
        return UNIT * function(values)
    """
_CHECKS = '''\
    import pytest

    from autograder.checking import expect_equal


    @pytest.mark.check(function="tiny.double", points=4, skill="Doubling")
    def test_double_as_the_ruler_measures_it(student, reference):
        """Three times twice 2."""
        got = student.tiny_ruler.measured(student.tiny.double, 2.0)
        expect_equal(got, reference.tiny_ruler.measured(reference.tiny.double, 2.0), what="the measure")


    @pytest.mark.check(function="tiny.total", points=3, skill="Adding")
    def test_the_sizes_that_were_handed_in(student):
        """The file holds the sizes."""
        expect_equal(student.handed_in("sizes.csv").decode(), "1,2", what="sizes.csv")
    '''


def _with_more(tiny: Any, solution: str) -> None:
    tiny.write("assignments/tiny/assignment.toml", textwrap.dedent(_TOML))
    tiny.write("assignments/tiny/test_hidden.py", textwrap.dedent(_CHECKS))
    tiny.write("assignments/tiny/handed_in/sizes.csv", "1,2")
    tiny.write("student_skeleton/tiny_ruler.py", textwrap.dedent(_RULER))
    tiny.write("solutions/tiny.py", solution)


_RIGHT = """\
import tiny_ruler


def double(values):
    assert tiny_ruler.UNIT == 3.0
    return 2 * values


def total(values):
    return float(values.sum())
"""


def test_a_given_module_is_ours_whatever_was_handed_in_under_its_name(tiny: Any) -> None:
    _with_more(tiny, _RIGHT)
    tiny.hand_in("own-ruler", text=_RIGHT)
    tiny.write("submissions/own-ruler/tiny_ruler.py", "UNIT = 1.0\n")
    tiny.write("submissions/own-ruler/sizes.csv", "1,2")

    run = tiny.grade()

    assert run.returncode == 0, run.stderr + run.stdout
    assert tiny.scores() == {"own-ruler": 10.0}


def test_a_file_that_was_not_handed_in_costs_what_is_judged_by_it_and_says_so(tiny: Any) -> None:
    _with_more(tiny, _RIGHT)
    tiny.hand_in("forgetful", text=_RIGHT)
    tiny.hand_in("wrong", text=_RIGHT)
    tiny.write("submissions/wrong/sizes.csv", "2,1")

    tiny.grade()

    checks = {name: result["checks"][-1] for name, result in tiny.results().items()}
    assert (checks["forgetful"]["outcome"], checks["wrong"]["outcome"]) == ("not_implemented", "failed")
    assert checks["forgetful"]["failure"]["message"] == "sizes.csv was not handed in."
    assert tiny.scores() == {"forgetful": 7.0, "wrong": 7.0}


def test_everybody_is_graded_again_when_a_given_module_changes(tiny: Any) -> None:
    _with_more(tiny, _RIGHT.replace("== 3.0", "> 0"))
    tiny.hand_in("ada", text=_RIGHT)
    tiny.write("submissions/ada/sizes.csv", "1,2")
    tiny.grade()
    tiny.write("student_skeleton/tiny_ruler.py", textwrap.dedent(_RULER).replace("3.0", "4.0"))

    tiny.grade()

    assert tiny.scores() == {"ada": 3.0}


def test_a_hand_in_that_differs_in_a_file_only_is_graded_again(tiny: Any) -> None:
    _with_more(tiny, _RIGHT)
    tiny.hand_in("ada", text=_RIGHT)
    tiny.grade()
    tiny.write("submissions/ada/sizes.csv", "1,2")

    tiny.grade()

    assert tiny.scores() == {"ada": 10.0}

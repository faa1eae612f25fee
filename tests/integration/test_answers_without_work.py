"""A module that does no work earns no point: one thing returned from every function, whatever it was asked."""

from __future__ import annotations

import functools
from typing import Any

import pytest

_ANSWERS = {
    "the whole number 0": "0",
    "the whole number 1": "1",
    "zero": "0.0",
    "one": "1.0",
    "minus one": "-1.0",
    "half": "0.5",
    "a third": "1 / 3",
    "five sixths": "2.5 / 3",
    "one and a half": "1.5",
    "two": "2.0",
    "NaN": "float('nan')",
    "infinity": "float('inf')",
    "True": "True",
    "None": "None",
    "an empty text": "''",
    "an empty list": "[]",
    "an empty dict": "{}",
    "three zeros": "np.zeros(3)",
    "three ones": "np.ones(3)",
    "a pair of zeros": "(0.0, 0.0)",
    "the first argument": "given[0] if given else None",
    "the last argument": "given[-1] if given else None",
    "the first two arguments": "given[:2]",
    "all arguments": "given",
    "zeros like the first argument": "np.zeros_like(given[0]) if given and isinstance(given[0], np.ndarray) else 0.0",
    "zeros like the last argument": "np.zeros_like(given[-1]) if given and isinstance(given[-1], np.ndarray) else 0.0",
    "ones like the last argument": "np.ones_like(given[-1]) if given and isinstance(given[-1], np.ndarray) else 1.0",
    "a ValueError": "refuse(*given)",
}
_SEEDS = (0, 20271)

_REFUSAL = """\
def refuse(*given):
    raise ValueError(" ".join(str(np.shape(one)) for one in given if isinstance(one, (np.ndarray, float, int))))


"""


@functools.cache
def _graded(course: Any, name: str, seed: int) -> dict[str, Any]:
    """The answers without work, in one batch."""
    functions = course.material(name).functions
    submissions = []
    for number, expression in enumerate(_ANSWERS.values()):
        modules = {module: f"import numpy as np\n\n\n{_REFUSAL}" for module, _ in functions}
        for module, function in functions:
            modules[module] += f"def {function}(*given, **named):\n    return {expression}\n\n\n"
        submissions.append(course.hand_in(f"answer{number}", modules))
    return course.grade(course.assignment(name), submissions, seed, explain=False)


@pytest.mark.parametrize("answer", _ANSWERS)
@pytest.mark.parametrize("seed", _SEEDS)
def test_returning_one_thing_from_every_function_earns_nothing(
    course: Any, assignment_name: str, seed: int, answer: str
) -> None:
    result = _graded(course, assignment_name, seed)[f"answer{list(_ANSWERS).index(answer)}"]

    assert {check.id: check.earned for check in result.checks if check.earned} == {}

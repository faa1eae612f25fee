"""One mistake is paid for once: a function is judged again without what the student's own upstream functions do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from autograder.checking.failures import CheckFailure, StudentFailure
from autograder.checking.student import StudentCallable

T = TypeVar("T")


def carry_forward(
    judge: Callable[[StudentCallable], T], function: StudentCallable, **upstream: Callable[..., Any]
) -> T:
    """Judge a function of the student's on the student's own chain, and if that fails on the reference's upstream part.

    Parameters
    ----------
    judge
        Calls the function it is given, and compares: raises as a check does.
    function
        ``student.network.train``. It finds its upstream part under the names of its own module.
    **upstream
        What takes the place of the module's functions by these names in the second try, and there only: the
        reference's. The student's code calls it back, so inputs should be small.

    Returns
    -------
    What `judge` returned.

    Raises
    ------
    CheckFailure or StudentFailure
        that of the first try, if the second fails too.
    """
    try:
        return judge(function)
    except (CheckFailure, StudentFailure) as failure:
        try:
            return judge(function.with_(**upstream))
        except (CheckFailure, StudentFailure):
            raise failure from None

"""What a check is written with: nothing of the inner modules is needed beside it."""

from autograder.checking.canonical import numeric
from autograder.checking.carry_forward import carry_forward
from autograder.checking.case import Case, prepared
from autograder.checking.drawing import Plot
from autograder.checking.expect import (
    agree,
    expect_each_raises,
    expect_equal,
    expect_form,
    expect_property,
    expect_raises,
    expect_trajectory,
    expect_unchanged,
)
from autograder.checking.failures import CheckFailure, GraderFault, StudentFailure
from autograder.checking.modules import public_checks
from autograder.checking.uncompiled import uncompiled
from autograder.checking.updates import attempt_updates, follow, follow_calls, init_and_step
from autograder.sandbox.session import Earlier

__all__ = [
    "Case",
    "CheckFailure",
    "Earlier",
    "GraderFault",
    "Plot",
    "StudentFailure",
    "agree",
    "attempt_updates",
    "carry_forward",
    "expect_each_raises",
    "expect_equal",
    "expect_form",
    "expect_property",
    "expect_raises",
    "expect_trajectory",
    "expect_unchanged",
    "follow",
    "follow_calls",
    "init_and_step",
    "numeric",
    "prepared",
    "public_checks",
    "uncompiled",
]

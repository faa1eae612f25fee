"""What a check is written with."""

from autograder.checking.case import Case, prepared
from autograder.checking.expect import (
    Plot,
    agree,
    expect_equal,
    expect_property,
    expect_raises,
    expect_trajectory,
    expect_unchanged,
)
from autograder.checking.failures import GraderFault
from autograder.checking.updates import follow

__all__ = [
    "Case",
    "GraderFault",
    "Plot",
    "agree",
    "expect_equal",
    "expect_property",
    "expect_raises",
    "expect_trajectory",
    "expect_unchanged",
    "follow",
    "prepared",
]

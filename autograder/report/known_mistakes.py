"""What reports say about the known mistakes behind a failing check."""

from __future__ import annotations

from autograder.report import wording
from autograder.results import CheckResult, Explanation, KnownMistake

_ABOUT_VALUES = ("wrong_value", "not_finite", "wrong_shape", "property")
_NUMBERS = {2: "Two", 3: "Three"}


def heading(check: CheckResult) -> str:
    """The sentence above the known mistakes; empty where there are none to show."""
    explanations = check.diagnosis.explanations if check.diagnosis else []
    if not explanations:
        return ""
    if len(explanations) > 1:
        return (
            f"{_NUMBERS.get(len(explanations), str(len(explanations)))} known mistakes fit. One of them may be yours:"
        )
    if len(explanations[0].mistakes) > 1:
        return "Two known mistakes together fit:"
    return "A known mistake fits:"


def in_a_line(check: CheckResult) -> str:
    """The titles of the known mistakes; empty where there are none."""
    explanations = check.diagnosis.explanations if check.diagnosis else []
    return ", or: ".join(" and ".join(one.title for one in explanation.mistakes) for explanation in explanations)


def made_in(mistake: KnownMistake, check: CheckResult) -> str:
    """The function to look at where it is another one than the check's."""
    return "" if mistake.function == check.function else mistake.function.rpartition(".")[2]


def evidence(explanation: Explanation) -> str:
    """How well it fits, and where it does not."""
    made = "With these mistakes" if len(explanation.mistakes) > 1 else "With this mistake"
    where = f"in {wording.count(explanation.calls, 'call')} of this check" if explanation.calls > 1 else "in this check"
    if not explanation.numbers:
        said = f"{made} our own code does what yours did {where}."
    else:
        words = {1: "the number is", 2: "both numbers are"}
        same = words.get(explanation.numbers, f"all {explanation.numbers:,} numbers are")
        said = f"{made} our own code gives your results {where}: {same} equal to {explanation.digits} digits."
    if not explanation.unexplained:
        return said
    number = explanation.unexplained
    others = "another failed check" if number == 1 else f"{number} other failed checks"
    return f"{said} It does not give those of {others} of this function: something else may be wrong, too or instead."


def unexplained(check: CheckResult) -> str:
    """What to say where known mistakes were tried and none fits; empty where that is no news."""
    diagnosis = check.diagnosis
    about_values = check.failure is not None and check.failure.kind in _ABOUT_VALUES
    if diagnosis is None or diagnosis.explanations or diagnosis.fault or not diagnosis.tried or not about_values:
        return ""
    if check.failure is None or check.failure.remark or check.failure.first_difference is None:
        return ""  # the remark says more; and without a place there is nowhere to begin
    return "This is none of the mistakes that we know by name. Begin where your result first differs, below."


def section(anchor: str) -> str:
    """The title of a handout's section, from its anchor."""
    words = anchor.replace("-", " ")
    return words[:1].upper() + words[1:]

"""`autograder audit` says whether checks are fair and sharp, and fails when they are not."""

from __future__ import annotations

import re
import subprocess
import sys
from html import unescape
from pathlib import Path
from typing import Any

import pytest

MISTAKES = """\
from autograder.checking.misconception import misconception


@misconception(
    function="tiny.double", title="Three times", formula="3x", hint="Count the terms of x + x.", handout="doubling"
)
def three_times(values):
    return 3 * values


@misconception(
    function="tiny.total", title="The largest", formula="max(x)", hint="Every entry counts.", handout="adding"
)
def largest(values):
    return float(values.max())
"""

RIGHT_STYLE = """\
def double(values):
    return values + values


def total(values):
    return float(sum(values))
"""


@pytest.fixture
def audited(tiny: Any) -> Any:
    tiny.write("assignments/tiny/misconceptions.py", MISTAKES)
    tiny.write("assignments/tiny/right_styles/plain/tiny.py", RIGHT_STYLE)
    return tiny


def audit(tiny: Any, *more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "autograder", "audit", "tiny", "--out", "pages", "--seeds", "2", *more]
    return subprocess.run(command, cwd=tiny.folder, capture_output=True, text=True, timeout=120)


def page(tiny: Any) -> str:
    html = Path(tiny.folder / "pages" / "tiny.html").read_text(encoding="utf-8")
    return " ".join(unescape(re.sub("<[^>]+>", " ", html)).split())


def test_checks_that_are_fair_and_sharp_are_said_to_be(audited: Any) -> None:
    run = audit(audited)

    assert run.returncode == 0, run.stdout + run.stderr
    assert "2 known mistakes, 4 of 4 mutants caught, 2 right answers, 2 seeds" in run.stdout
    text = page(audited)
    assert "Fair and sharp, as far as was tried" in text
    assert "Known mistakes caught 2 of 2" in text
    assert "Named as themselves 2 of 2" in text
    assert "Hidden checks beside an oracle 2 of 2" in text


def test_a_known_mistake_that_loses_no_points_fails_the_audit(audited: Any) -> None:
    audited.write(
        "assignments/tiny/misconceptions.py",
        MISTAKES.replace("return float(values.max())", "return float(values.sum()) + 0.0"),
    )

    run = audit(audited)

    assert run.returncode == 1
    assert "1 known mistakes lose no points in their own function" in run.stdout
    assert "Do not judge anybody with these checks yet" in page(audited)


def test_a_right_answer_that_loses_points_fails_the_audit(audited: Any) -> None:
    audited.write("assignments/tiny/right_styles/plain/tiny.py", RIGHT_STYLE.replace("float(sum", "str(sum"))

    run = audit(audited)

    assert run.returncode == 1
    assert "right answers lost points 2 times" in run.stdout
    assert "test_total_of_drawn_numbers" in page(audited)


def test_a_mutant_that_survives_must_be_explained(audited: Any) -> None:
    solution = audited.folder / "solutions" / "tiny.py"
    solution.write_text(solution.read_text().replace("return float(values.sum())", "return 0 + float(values.sum())"))
    reason = (
        '[[mutant]]\nfunction = "tiny.total"\nbefore = "return 0 + float(values.sum())"\n'
        'after = "return 0 - float(values.sum())"\nreason = "No: this one is caught."\n'
    )

    assert audit(audited).returncode == 0  # 1 + …, -1 + … and 0 - … are seen
    audited.write("assignments/tiny/equivalent_mutants.toml", reason)
    run = audit(audited)
    assert run.returncode == 1
    assert "1 entries of equivalent_mutants.toml fit no survivor" in run.stdout

    solution.write_text(
        solution.read_text().replace("return 0 + float(values.sum())", "return float(values.sum() ** 1)")
    )
    survivor = "return float(values.sum() * 1)"
    run = audit(audited)
    assert run.returncode == 1
    assert "1 generated mutants survive and nobody says why" in run.stdout
    assert survivor in page(audited)
    audited.write(
        "assignments/tiny/equivalent_mutants.toml",
        reason.replace("return 0 + float(values.sum())", "return float(values.sum() ** 1)")
        .replace("return 0 - float(values.sum())", survivor)
        .replace("No: this one is caught.", "The first power of a number is the number."),
    )
    run = audit(audited)
    assert run.returncode == 0, run.stdout
    assert "The first power of a number is the number." in page(audited)


def test_a_reference_that_its_oracle_contradicts_fails_the_audit(audited: Any) -> None:
    oracles = audited.folder / "assignments" / "tiny" / "oracles.py"
    oracles.write_text(oracles.read_text().replace("np.dot(values, np.ones(len(values)))", "np.prod(values)"))

    run = audit(audited)

    assert run.returncode == 1
    assert "faults of our own" in run.stdout
    assert "reference and oracle disagree" in page(audited)


def test_a_sample_of_the_mutants_can_be_judged(audited: Any) -> None:
    run = audit(audited, "--mutants", "2")

    assert run.returncode == 0, run.stdout
    assert "2 of 2 mutants caught" in run.stdout
    assert "2 of 4 were drawn and judged" in page(audited)

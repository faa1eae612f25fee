"""Whatever value comes back: a comparison ends with a verdict on the student, in a moment, in few words.

An exception of ours would cost nobody a point, and so would give every point.
"""

from __future__ import annotations

import time
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder.checking import expect_equal, expect_property, expect_trajectory
from autograder.checking.failures import CheckFailure
from autograder.checking.outcomes import judge
from autograder.sandbox.session import CallResult, Opaque

PATIENTLY = settings(deadline=None, max_examples=40)  # the machine may be busy
EXTREME = st.sampled_from(
    [0.0, -0.0, 1.0, 1e308, -1e308, 5e-324, 1e-300, float("inf"), float("-inf"), float("nan"), 2.5]
)
ARRAYS = st.one_of(
    hnp.arrays(np.float64, hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4), elements=EXTREME),
    hnp.arrays(np.float64, (3,), elements=EXTREME),
    hnp.arrays(np.float64, (3, 3), elements=EXTREME),
    hnp.arrays(
        st.sampled_from(["?", "u8", "i8", "f2", "g", "F", "D", "U2", "S2"]), hnp.array_shapes(max_dims=2, max_side=3)
    ),
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**4000), 2**4000),
    EXTREME,
    st.text(st.characters(codec="utf-8"), max_size=5),
    st.binary(max_size=5),
    st.builds(Opaque, st.integers(), st.just("State"), st.just(1)),
    ARRAYS.filter(lambda array: array.size).map(lambda array: array.ravel()[0]),
)
KEYS = st.one_of(SCALARS.filter(lambda key: not isinstance(key, np.void)), st.sampled_from(["W", "b"]))
NESTED = st.recursive(
    st.one_of(SCALARS, ARRAYS),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.lists(inner, max_size=4).map(tuple),
        st.dictionaries(KEYS, inner, max_size=3),
        st.fixed_dictionaries({"W": inner, "b": inner}),
    ),
    max_leaves=8,
)
HANDED_BACK = st.one_of(SCALARS, ARRAYS, NESTED)
EXPECTED: list[Any] = [
    2.5,
    np.array(2.5),
    np.array([1.0, -2.0, 3.0]),
    np.array([[1.0, 0.0, 1e-3], [2.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
    np.zeros(3),
    {"W": np.ones((3, 3)), "b": np.zeros(3)},
    ({"W": np.ones(3)}, 2),
    [1.0, [2.0, None]],
    7,
    True,
    "text",
    None,
]


@pytest.mark.parametrize("expected", EXPECTED, ids=[f"{type(one).__name__}-{n}" for n, one in enumerate(EXPECTED)])
@PATIENTLY
@given(got=HANDED_BACK)
def test_no_value_makes_a_comparison_stumble(expected, got):
    try:
        with np.errstate(all="ignore"):
            expect_equal(got, expected, what="the value")
    except CheckFailure as failure:
        outcome, told = judge(failure, __file__, "m.f", [CallResult("m.f", (got,), {}, got)])
        assert outcome == "failed"
        assert told is not None
        msgspec.json.encode(told)  # what is written down takes plain kinds only
        assert len(told.message) < 2_000


@PATIENTLY
@given(got=st.one_of(HANDED_BACK, st.lists(HANDED_BACK, min_size=3, max_size=3)))
def test_no_value_makes_a_comparison_of_steps_stumble(got):
    expected = [{"W": np.full(2, float(step)), "b": float(step)} for step in range(3)]
    with pytest.raises(CheckFailure), np.errstate(all="ignore"):
        expect_trajectory(got, expected, what="the parameters")


@pytest.mark.parametrize("text", ["x" * 100_000, np.str_("x")], ids=["long", "of NumPy's kind"])
def test_a_text_of_the_students_that_is_shown_is_plain_and_short(text):
    with pytest.raises(CheckFailure) as raised:
        expect_property(False, what="the value", got=text, expected="another")
    assert type(raised.value.failure.got) is str
    assert len(raised.value.failure.got) < 2_000


HUGE: dict[str, Any] = {
    "a million numbers": [0.5] * 1_000_000,
    "a quarter of a million arrays": [[[np.zeros(1)] * 64] * 64] * 64,
    "an array of many axes": np.zeros((6,) * 6),
    "a dict of many arrays": {number: np.zeros(2) for number in range(10_000)},
    "a key of a megabyte": {"k" * (1 << 20): 1},
    "a text of a megabyte": "x" * (1 << 20),
}


@pytest.mark.parametrize("name", HUGE)
@pytest.mark.parametrize(
    "expected", [1.0, {"W": np.zeros(2)}, [np.zeros(2)], "text"], ids=["float", "dict", "list", "str"]
)
def test_a_huge_value_is_refused_in_a_moment_and_in_few_words(name, expected):
    started = time.process_time()
    with pytest.raises(CheckFailure) as raised:
        expect_equal(HUGE[name], expected, what="the value")
    assert time.process_time() - started < 2
    failure = raised.value.failure
    assert len(failure.message) + len(failure.got) < 5_000

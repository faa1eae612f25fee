"""Values that cross the trust boundary: what is plain comes back as it was, what is not ends in two exceptions only."""

from __future__ import annotations

import collections
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder.sandbox import nodes, values, wire

PATIENTLY = settings(deadline=None)  # the machine may be busy
KINDS = st.one_of(
    hnp.boolean_dtypes(),
    hnp.integer_dtypes(endianness="="),
    hnp.unsigned_integer_dtypes(endianness="="),
    hnp.floating_dtypes(endianness="="),
    hnp.complex_number_dtypes(endianness="="),
    hnp.byte_string_dtypes(max_len=5),
    hnp.unicode_string_dtypes(endianness="=", max_len=5),
)
CHARACTERS = st.characters(codec="utf-8")
ARRAYS = KINDS.flatmap(
    lambda dtype: hnp.arrays(
        dtype,
        hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=3),
        elements=hnp.from_dtype(dtype, **({"alphabet": CHARACTERS} if dtype.kind == "U" else {})),
    )
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**4000), 2**4000),
    st.floats(),
    st.text(CHARACTERS),
    st.binary(),
)
KEYS = st.one_of(SCALARS.filter(lambda key: key == key), st.tuples(st.integers(), st.text(CHARACTERS)))
PLAIN = st.recursive(
    st.one_of(SCALARS, ARRAYS),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.lists(inner, max_size=4).map(tuple),
        st.dictionaries(KEYS, inner, max_size=4),
    ),
    max_leaves=10,
)


def special(value: Any) -> nodes.Node:
    return nodes.HandleNode(0, type(value).__name__)


def refuse(node: Any) -> Any:
    raise nodes.BadValue("not plain")


def encoded(value: Any, budget: values.Budget | None = None) -> nodes.Node:
    return values.encode(value, budget or values.Budget(1 << 22), special)


def crossed(value: Any, budget: values.Budget | None = None) -> Any:
    """The value as it arrives: encoded, packed, parsed, decoded."""
    message = wire.pack(wire.Returned(encoded(value), "", {}, 1, 0.0))
    reply = wire.parse_from_student(message[wire.HEADER.size :])
    assert isinstance(reply, wire.Returned)
    return values.decode(reply.value, refuse, budget or values.Budget(1 << 22))


def same(one: Any, other: Any) -> bool:
    """Equal in type and content, NaN equal to itself, down to the bytes of arrays."""
    if type(one) is not type(other):
        return False
    if isinstance(one, (np.ndarray, np.generic)):
        return one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes()
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return list(one) == list(other) and all(map(same, one.values(), other.values()))
    if isinstance(one, float):
        return (math.isnan(one) and math.isnan(other)) or (
            one == other and math.copysign(1, one) == math.copysign(1, other)
        )
    return bool(one == other)


@PATIENTLY
@given(PLAIN)
def test_plain_values_come_back_as_they_were(value):
    assert same(crossed(value), value)


@PATIENTLY
@given(ARRAYS)
def test_an_array_comes_back_in_writable_memory_of_its_own(array):
    back = crossed(array)
    assert type(back) is np.ndarray
    assert back.flags.writeable
    assert back.flags.c_contiguous
    assert back.base is None or (back.base.base is None and type(back.base) is np.ndarray)


@PATIENTLY
@given(PLAIN)
def test_what_was_encoded_within_a_budget_can_be_decoded_within_it(value):
    spent = values.Budget(1 << 22)
    encoded(value, spent)
    crossed(value, values.Budget((1 << 22) - spent.left))


@PATIENTLY
@given(PLAIN)
def test_a_value_that_was_not_touched_is_recognized(value):
    node = encoded(value)
    untouched = values.decode(node, refuse, values.Budget(1 << 22))
    assert values.is_untouched(node, untouched) or not _is_certain(value)


def _is_certain(value: Any) -> bool:
    """Whether the quick look has to recognize it: arrays of numbers, in containers or not."""
    if isinstance(value, np.ndarray):
        return value.dtype.kind in "iufcb"
    if isinstance(value, (list, tuple)):
        return all(map(_is_certain, value))
    if isinstance(value, dict):
        return all(isinstance(key, str) for key in value) and all(map(_is_certain, value.values()))
    return False


@pytest.mark.parametrize(
    ("value", "touch"),
    [
        (np.zeros(3), lambda array: array.__setitem__(0, 1.0)),
        (np.zeros(3), lambda array: array.__setitem__(0, -0.0)),
        (np.zeros((2, 3)), lambda array: array.resize(3, 2)),
        ([1, 2], lambda items: items.append(3)),
        ([1.0], lambda items: items.__setitem__(0, 1)),
        ([[1], [2]], lambda items: items[1].append(3)),
        ((np.zeros(2),), lambda items: items[0].__setitem__(0, 1)),
        ({"a": 1}, lambda held: held.__setitem__("a", 2)),
        ({"a": 1}, lambda held: held.__setitem__("b", 2)),
        ({"a": np.zeros(2)}, lambda held: held["a"].fill(1)),
        ({"a": 1, "b": 2}, lambda held: held.pop("a")),
    ],
)
def test_a_value_that_was_touched_is_never_taken_for_untouched(value, touch):
    node = encoded(value)
    held = values.decode(node, refuse, values.Budget(1 << 20))
    assert values.is_untouched(node, held)
    touch(held)
    assert not values.is_untouched(node, held)


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (np.zeros((1, 2)).view(type("Matrix", (np.ndarray,), {})), np.zeros((1, 2))),
        (np.ma.array([1.0, 2.0], mask=[False, True]), np.array([1.0, 2.0])),
        (np.arange(6.0).reshape(2, 3).T, np.array([[0.0, 3.0], [1.0, 4.0], [2.0, 5.0]])),
        (np.arange(5.0)[::2], np.array([0.0, 2.0, 4.0])),
        (np.array([1.0, 2.0], dtype=">f8"), np.array([1.0, 2.0])),
        (collections.OrderedDict(a=1), {"a": 1}),
        (collections.namedtuple("Pair", "x y")(1, 2), (1, 2)),
        (type("Text", (str,), {})("x"), "x"),
        (type("Number", (float,), {})(0.5), 0.5),
        (1 + 2j, np.complex128(1 + 2j)),
        (np.str_("x"), "x"),
        (np.bytes_(b"x"), b"x"),
        (range(3), [0, 1, 2]),
        ({"a": 1}.keys(), ["a"]),
        (zip([1], [2], strict=True), [(1, 2)]),
    ],
    ids=lambda value: type(value).__name__,
)
def test_other_forms_arrive_as_the_plain_one(value, plain):
    assert same(crossed(value), plain)


@pytest.mark.parametrize("value", [object(), {1}, np.array([None]), np.datetime64("2020"), {object(): 1}, np.random])
def test_what_has_no_plain_form_stays_behind(value):
    assert isinstance(encoded(value), nodes.HandleNode)


@pytest.mark.parametrize(
    ("value", "size"),
    [("x" * 1000, 900), (np.zeros(1000), 7000), ([0.0] * 1000, 15_000), ({n: 0 for n in range(100)}, 3000)],
)
def test_a_value_beyond_its_budget_is_refused(value, size):
    with pytest.raises(nodes.ValueTooLarge):
        encoded(value, values.Budget(size))


@pytest.mark.parametrize(
    "node",
    [
        nodes.ListNode([0.0] * 1000),
        nodes.TupleNode([0.0] * 1000),
        nodes.YieldedNode([0.0] * 1000),
        nodes.DictNode(list(range(1000)), [0] * 1000),
        nodes.ListNode([nodes.ListNode([])] * 400),
    ],
    ids=lambda node: type(node).__name__,
)
def test_a_forged_value_beyond_its_budget_is_refused_too(node):
    with pytest.raises(nodes.ValueTooLarge):
        values.decode(node, refuse, values.Budget(15_000))


def test_what_is_nested_too_deeply_stays_where_it_is():
    inside, beyond = (nested(levels) for levels in (values.MAX_DEPTH, values.MAX_DEPTH + 1))
    assert same(crossed(inside), inside)
    kept = []
    values.encode(beyond, values.Budget(1 << 20), lambda value: kept.append(value) or special(value))
    assert kept == [[]]
    endless: list[Any] = []
    endless.append(endless)
    values.encode(endless, values.Budget(1 << 20), special)


def test_a_forged_value_that_is_nested_too_deeply_is_refused():
    beyond = nested(values.MAX_DEPTH + 1)
    with pytest.raises(nodes.ValueTooLarge, match="deeper"):
        values.decode(values.encode(beyond, values.ample(), special), refuse, values.Budget(1 << 20))


def nested(levels: int) -> Any:
    value: Any = []
    for _ in range(levels):
        value = [value]
    return value


def test_keys_that_all_collide_cost_a_bounded_time():
    """Python hashes an int by its remainder, so these all meet in one place of the table."""
    colliding = nodes.DictNode([number * (2**61 - 1) for number in range(values.MAX_YIELDED + 1)], [0] * 10_001)
    with pytest.raises(nodes.ValueTooLarge, match="keys"):
        values.decode(colliding, refuse, values.Budget(1 << 30))
    many = nodes.ListNode([nodes.DictNode(colliding.keys[:1000], [0] * 1000)] * 101)
    with pytest.raises(nodes.ValueTooLarge, match="keys"):
        values.decode(many, refuse, values.Budget(1 << 30))


def test_an_iterator_is_taken_to_its_limit_and_no_further():
    taken = []
    endless = (taken.append(number) or number for number in iter(int, 1))
    with pytest.raises(nodes.ValueTooLarge, match="did not end"):
        encoded(endless)
    assert len(taken) == values.MAX_YIELDED + 1
    assert len(crossed(iter(range(values.MAX_YIELDED)))) == values.MAX_YIELDED


@pytest.mark.parametrize("bits", [63, 64, 65, 4095, 4096])
def test_integers_cross_up_to_their_limit(bits):
    for value in (2**bits - 1, -(2**bits) + 1):
        assert crossed(value) == value


def test_an_integer_of_a_million_digits_is_refused():
    with pytest.raises(nodes.ValueTooLarge, match="bits"):
        encoded(1 << 4_000_000)


def test_lone_surrogates_are_escaped_in_text_and_refused_in_arrays():
    assert crossed("\ud800") == "\\ud800"
    with pytest.raises(ValueError, match="not a character"):
        encoded(np.array(["\ud800"]))


FORGED_TEXT = st.text(CHARACTERS, max_size=8)
SIZES = st.one_of(st.integers(-2, 4), st.integers(-(2**63), 2**64 - 1))
DTYPES = st.one_of(
    st.sampled_from(
        ["<f8", ">f8", "|b1", "<U1", "<U0", "|S2", "|O", "|V8", "<M8", "<U9999999", "f8,f8", "", "<", "<f16", "<f3"]
    ),
    FORGED_TEXT,
)
FORGED_SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-(2**63), 2**64 - 1), st.floats(), FORGED_TEXT)
FORGED = st.recursive(
    st.one_of(
        FORGED_SCALARS,
        st.builds(nodes.ArrayNode, DTYPES, st.lists(SIZES, max_size=8), st.binary(max_size=32), st.booleans()),
        st.builds(nodes.BytesNode, st.binary(max_size=8)),
        st.builds(nodes.BigIntNode, FORGED_TEXT),
        st.builds(nodes.HandleNode, SIZES, FORGED_TEXT),
        st.builds(nodes.CallbackNode, SIZES),
        st.builds(nodes.GeneratorNode, SIZES, SIZES),
        st.builds(nodes.EarlierNode, SIZES, st.none()),
        st.builds(nodes.StudentFunctionNode, FORGED_TEXT, FORGED_TEXT),
    ),
    lambda inner: st.one_of(
        st.builds(nodes.ListNode, st.lists(inner, max_size=4)),
        st.builds(nodes.TupleNode, st.lists(inner, max_size=4)),
        st.builds(nodes.YieldedNode, st.lists(inner, max_size=4)),
        st.builds(nodes.DictNode, st.lists(inner, max_size=4), st.lists(inner, max_size=4)),
    ),
    max_leaves=8,
)


@PATIENTLY
@given(FORGED)
def test_forged_forms_give_a_value_or_one_of_two_exceptions(node):
    try:
        value = values.decode(node, refuse, values.Budget(1 << 20))
    except (nodes.BadValue, nodes.ValueTooLarge):
        return
    # Whatever came through can be sent again and written down: no text in it is broken.
    wire.pack(wire.Returned(encoded(value), "", {}, 1, 0.0))
    repr(value).encode()

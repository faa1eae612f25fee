"""Messages between the two sides: forged bytes end in one exception, and a stream may come in any parts."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.sandbox import nodes, reading, values, wire
from autograder.sandbox.calls import CallResult, SessionLimits
from autograder.sandbox.confinement_record import Confinement

PATIENTLY = settings(deadline=None)  # the machine may be busy
LIMITS = SessionLimits(
    confinement=Confinement(memory_mb=1, file_mb=1, processes=1, cpu_seconds=1),
    call_seconds=1,
    import_seconds=1,
    submission_seconds=1,
    output_bytes=100,
    reply_bytes=10_000,
    callbacks=1,
)
CALL = CallResult("m.f", (1, 2), {"rate": 3})
SOURCE = b"def f(x, y, rate): pass"
MESSAGES: list[Any] = [
    wire.Returned(nodes.TupleNode([1.5, "x", nodes.ArrayNode("<f8", [1], b"x" * 8, False)]), "out", {"0": 1}, 7, 0.5),
    wire.Raised(7, "call", ["ValueError", "Exception"], "no", [wire.Frame("m.py", 1, "f", "x")], "out", 0.5),
    wire.Callback(7, 0, [1.0], {"x": None}),
]

ANYTHING = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(2**63), 2**64 - 1),
        st.floats(),
        st.text(max_size=5),
        st.binary(max_size=5),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=6), st.dictionaries(st.text(max_size=5), inner, max_size=4)),
    max_leaves=12,
)


def body(message: Any) -> bytes:
    return wire.pack(message)[wire.HEADER.size :]


def read(data: bytes) -> CallResult | None:
    """What the grading process makes of a message; None where it is no answer."""
    try:
        reply = wire.parse_from_student(data)
        if isinstance(reply, wire.Callback):
            return None
        return reading.read_answer(CALL, reply, LIMITS, process=1, elapsed=1.0, files={})
    except (wire.ProtocolError, nodes.BadValue, nodes.ValueTooLarge):
        return None


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: type(message).__name__)
def test_a_message_arrives_as_it_was_sent(message):
    assert wire.parse_from_student(body(message)) == message


@PATIENTLY
@given(st.binary(max_size=200))
def test_bytes_that_are_no_message_raise_one_exception_only(data):
    read(data)


@PATIENTLY
@given(st.sampled_from(["returned", "raised", "callback", "answers", ""]), st.lists(ANYTHING, max_size=8))
def test_messages_of_the_wrong_parts_raise_one_exception_only(tag, parts):
    read(msgspec.msgpack.encode([tag, *parts]))


@PATIENTLY
@given(st.sampled_from(MESSAGES), st.data())
def test_a_message_with_bytes_exchanged_raises_one_exception_only(message, data):
    damaged = bytearray(body(message))
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    result = read(bytes(damaged))
    if result is not None:
        assert 0 <= result.seconds <= 1
        assert len(result.output) <= 200
        repr(result).encode()


@PATIENTLY
@given(st.sampled_from(MESSAGES), st.data())
def test_a_message_cut_short_is_none(message, data):
    whole = body(message)
    assert read(whole[: data.draw(st.integers(0, len(whole) - 1))]) is None


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x91" * 100_000 + b"\xc0",
        b"\xdd\xff\xff\xff\xff",
        b"\xdf\xff\xff\xff\xff",
        b"\xc6\xff\xff\xff\xff",
        b"\xc9\xff\xff\xff\xff\x05",
        body(MESSAGES[0]) + b"\x00",
        body(MESSAGES[0]).replace(b"out", b"\xed\xa0\x80"),
    ],
    ids=["empty", "deep", "long list", "long map", "long bytes", "long extension", "more behind it", "no UTF-8"],
)
def test_bytes_made_to_hurt_a_decoder_raise_one_exception_only(data):
    with pytest.raises(wire.ProtocolError):
        wire.parse_from_student(data)


def test_text_names_frames_and_times_are_cut_to_what_is_used():
    long = "x" * 100_000
    frames = [wire.Frame("m.py", 1, long, " " * 10 + "\n" + " " * 300 + "^" + long)] * 50
    raised = wire.Raised(1, "nonsense", [long] * 100, long, frames, long, float("nan"))
    result = reading.read_answer(CALL, raised, LIMITS, process=1, elapsed=0.25, files={"m.py": SOURCE})
    assert result.error is not None
    assert result.error.stage == "call"
    assert len(result.error.message) == wire.MAX_MESSAGE
    assert (len(result.error.types), len(result.error.types[0])) == (wire.MAX_TYPES, wire.MAX_NAME)
    assert len(result.error.frames) == wire.MAX_FRAMES
    assert result.error.frames[0] == wire.Frame("m.py", 1, "", SOURCE.decode())
    assert len(result.output) <= LIMITS.output_bytes + 100
    assert result.seconds == 0.25


@pytest.mark.parametrize("claimed", [-1.0, 1e300, float("inf"), float("nan")])
def test_a_claim_about_time_stays_within_what_has_passed(claimed):
    result = reading.read_answer(
        CALL, wire.Returned(None, "", {}, 1, claimed), LIMITS, process=1, elapsed=0.25, files={"m.py": SOURCE}
    )
    assert 0 <= result.seconds <= 0.25


def test_an_error_without_a_class_is_given_one():
    result = reading.read_answer(
        CALL, wire.Raised(1, "call", [], "", [], "", 0.0), LIMITS, process=1, elapsed=1.0, files={}
    )
    assert result.error is not None
    assert result.error.types == ("Exception",)


@pytest.mark.parametrize("name", ["2", "-1", "00", "²", "speed", ""])
def test_a_change_of_an_argument_that_was_not_given_is_no_answer(name):
    with pytest.raises(wire.ProtocolError):
        reading.read_answer(CALL, wire.Returned(None, "", {name: 1}, 1, 0.0), LIMITS, process=1, elapsed=1.0, files={})


@pytest.mark.parametrize("name", ["0", "1", "rate"])
def test_a_change_of_an_argument_is_known_by_place_or_name(name):
    result = reading.read_answer(
        CALL, wire.Returned(None, "", {name: 5}, 1, 0.0), LIMITS, process=1, elapsed=1.0, files={}
    )
    assert result.changed_arguments == {name: 5}


@pytest.mark.parametrize(
    "node",
    [nodes.CallbackNode(0), nodes.GeneratorNode(0, 0), nodes.EarlierNode(0, None), nodes.StudentFunctionNode("m", "f")],
)
def test_what_only_the_grader_may_send_does_not_come_back(node):
    with pytest.raises(nodes.BadValue):
        reading.read_value(node, values.Budget(1000), process=1)


@PATIENTLY
@given(st.lists(st.binary(max_size=50), max_size=8), st.data())
def test_a_stream_gives_the_same_messages_in_whatever_parts_it_comes(bodies, data):
    stream = b"".join(wire.HEADER.pack(len(one)) + one for one in bodies)
    inbox, received = wire.Inbox(), []
    while stream:
        size = data.draw(st.integers(1, len(stream)))
        inbox.feed(stream[:size])
        stream = stream[size:]
        while (message := inbox.take(50)) is not None:
            received.append(message)
    assert received == bodies


def test_a_length_beyond_the_cap_is_refused_before_any_of_it_comes():
    inbox = wire.Inbox()
    inbox.feed(wire.HEADER.pack(51))
    with pytest.raises(wire.ProtocolError, match="51 bytes"):
        inbox.take(50)


@PATIENTLY
@given(st.text(), st.integers(0, 10))
def test_cleaned_text_is_short_and_can_be_sent(text, limit):
    cleaned = wire.clean(text, limit)
    cleaned.encode()
    assert len(cleaned) <= 6 * limit  # an escaped surrogate is six characters


def test_what_two_processes_gave_is_compared_without_reading_it() -> None:
    def given(*answer: object) -> bytes | None:
        return wire.given_by(body(wire.Returned(*answer)), wire.end_of_answer(7))

    first = given([1.5, "x"], "said", {"0": 2}, 7, 0.25)
    assert first is not None
    assert given([1.5, "x"], "said", {"0": 2}, 7, 1e-6) == first
    assert wire.seconds_in(body(wire.Returned(None, "", {}, 7, 0.25))) == 0.25
    for other in (([1.5, "y"], "said", {"0": 2}), ([1.5, "x"], "", {"0": 2}), ([1.5, "x"], "said", {})):
        assert given(*other, 7, 0.25) != first


@pytest.mark.parametrize(
    "message",
    [
        wire.Returned(None, "", {}, 8, 0.25),
        wire.Raised(7, "call", ["ValueError"], "no", [], "", 0.25),
        wire.Callback(7, 0, [0.25], {}),
    ],
)
def test_nothing_else_is_taken_for_what_a_call_gave(message: wire.FromStudent) -> None:
    assert wire.given_by(body(message), wire.end_of_answer(7)) is None
    assert wire.given_by(body(message)[:9], wire.end_of_answer(7)) is None

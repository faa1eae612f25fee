"""A hand-in that uses torch: tensors cross as arrays, models stay, and only what is allowed can be imported."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch

from autograder.sandbox.confinement_record import Confinement
from autograder.sandbox.launch import launcher
from autograder.sandbox.session import CallResult, Opaque, Session, SessionLimits

ALLOWED = ["numpy", "torch"]
SOURCE = """
    import sys
    import torch


    def kind(value):
        return type(value).__name__, str(value.dtype), value.requires_grad


    def double_in_place(value):
        value *= 2


    def tensors():
        weight = torch.nn.Parameter(torch.tensor([1.0, 2.0]))
        return {
            "parameter": weight,
            "with a graph": (weight * 3).sum(),
            "transposed": torch.arange(6).reshape(2, 3).T,
            "half": torch.tensor([0.5], dtype=torch.bfloat16),
            "bool": torch.tensor([True, False]),
        }


    def others():
        return [torch.zeros(2, device="meta"), torch.eye(2).to_sparse(), torch.float32]


    def build():
        torch.manual_seed(0)
        return torch.nn.Linear(2, 1)


    def weights(model):
        return model.state_dict()


    def loaded_by_an_optimizer(model):
        before = set(sys.modules)
        torch.optim.Adam(model.parameters()).step()
        return sorted(set(sys.modules) - before)


    def bring(name):
        return __import__(name).__name__


    def large():
        return torch.zeros(1 << 20)


    class Liar:
        __class__ = torch.Tensor


    def lie():
        return Liar()
"""
LIMITS = SessionLimits(
    confinement=Confinement(memory_mb=4096, file_mb=4, processes=16, cpu_seconds=60),
    call_seconds=30.0,
    import_seconds=60.0,
    submission_seconds=120.0,
    output_bytes=1_000,
    reply_bytes=1 << 20,
    callbacks=50,
)


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    wall = launcher("bubblewrap", ALLOWED)
    one = Session(wall, {"m.py": textwrap.dedent(SOURCE).encode()}, ALLOWED, LIMITS)
    yield one
    one.close()
    wall.close()


def call(session: Session, function: str, *arguments: Any) -> CallResult:
    return session.call("m", function, arguments, {})


def value(session: Session, function: str, *arguments: Any) -> Any:
    result = call(session, function, *arguments)
    assert result.error is None, result.error
    return result.value


def test_a_tensor_of_the_check_arrives_as_a_tensor(session: Session) -> None:
    assert value(session, "kind", torch.ones(2, requires_grad=True)) == ("Tensor", "torch.float32", False)
    assert value(session, "kind", torch.tensor(3)) == ("Tensor", "torch.int64", False)


def test_a_tensor_that_was_changed_is_reported_like_an_array(session: Session) -> None:
    changed = call(session, "double_in_place", torch.tensor([1.0, 2.0])).changed_arguments

    assert list(changed) == ["0"]
    np.testing.assert_array_equal(changed["0"], [2.0, 4.0])


def test_tensors_of_every_kind_come_back_as_arrays(session: Session) -> None:
    got = value(session, "tensors")

    np.testing.assert_array_equal(got["parameter"], np.float32([1, 2]))
    np.testing.assert_array_equal(got["with a graph"], np.float32(9))
    np.testing.assert_array_equal(got["transposed"], [[0, 3], [1, 4], [2, 5]])
    np.testing.assert_array_equal(got["half"], np.float32([0.5]))
    np.testing.assert_array_equal(got["bool"], [True, False])
    assert {type(one) for one in got.values()} == {np.ndarray}


def test_what_no_array_can_hold_stays_on_the_students_side(session: Session) -> None:
    assert [one.type_name for one in value(session, "others")] == ["Tensor", "Tensor", "dtype"]


def test_a_model_stays_on_the_students_side_and_its_weights_come_over(session: Session) -> None:
    model = value(session, "build")
    torch.manual_seed(0)
    expected = torch.nn.Linear(2, 1).state_dict()

    got = value(session, "weights", model)

    assert isinstance(model, Opaque)
    assert list(got) == ["weight", "bias"]
    np.testing.assert_array_equal(got["weight"], expected["weight"].numpy())


def test_the_first_optimizer_finds_all_it_needs_already_loaded(session: Session) -> None:
    # Hundreds, and two seconds, where nobody has loaded them before the hand-ins come.
    assert len(value(session, "loaded_by_an_optimizer", value(session, "build"))) < 10


def test_what_torch_itself_needs_is_no_more_allowed_than_before(session: Session) -> None:
    assert value(session, "bring", "torch") == "torch"
    error = call(session, "bring", "sympy").error
    assert error is not None
    assert error.message.startswith("this assignment allows numpy and torch only")


def test_a_tensor_larger_than_a_reply_may_be_ends_the_call_and_nothing_else(session: Session) -> None:
    error = call(session, "large").error
    assert error is not None
    assert (error.stage, error.message) == ("result", "the value is larger than may be handed back")


def test_what_only_claims_to_be_a_tensor_is_none(session: Session) -> None:
    assert value(session, "lie").type_name == "Liar"

"""Real hand-ins with a known mistake in them are told its name; those with a mistake of their own are told that."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import numpy as np
import pytest

from autograder.results import CheckResult, SubmissionResult
from autograder.sample_class.material import FILLED_IN, splice

_SEED = 3


def _named(check: CheckResult) -> list[str]:
    explanations = check.diagnosis.explanations if check.diagnosis else []
    return ["+".join(one.name for one in explanation.mistakes) for explanation in explanations]


def _all_named(result: SubmissionResult) -> Counter[str]:
    """In how many checks each known mistake is named."""
    return Counter(name for check in result.checks for name in _named(check))


def test_nearly_every_misconception_of_the_course_is_named_as_itself(course: Any) -> None:
    named = {
        (assignment.name, one.name): _all_named(course.graded_mistakes(assignment.name, _SEED)[one.name])
        for assignment in course.assignments
        for one in course.material(assignment.name).mistakes
    }

    missed = [key for key, found in named.items() if found[key[1]] < max(found.values(), default=1)]

    # What asks nobody for its randomness, or remembers earlier checks, gives other values each time it is asked.
    assert len(missed) <= 0.05 * len(named), missed


def test_our_own_faults_are_none_of_the_diagnoses(course: Any, assignment_name: str) -> None:
    results = course.graded_mistakes(assignment_name, _SEED).values()
    faults = {check.diagnosis.fault for result in results for check in result.checks if check.diagnosis}

    assert faults <= {""}


ADAM_IN_ANOTHER_STYLE = """
    class Moments:
        def __init__(self, params):
            self.average = {name: 0.0 * params[name] for name in params}
            self.square = {name: 0.0 * params[name] for name in params}
            self.updates = 0


    def adam_init(params):
        return Moments(params)


    def adam_step(params, grads, state, *, learning_rate, beta1=0.9, beta2=0.999, epsilon=1e-8):
        new = Moments(params)
        new.updates = state.updates + 1
        moved = dict(params)
        for name in params:
            g = np.asarray(grads[name])
            if g.shape != np.shape(params[name]):
                raise ValueError(f"{g.shape} does not fit {np.shape(params[name])}")
            new.average[name] = g + beta1 * (state.average[name] - g)
            new.square[name] = beta2 * state.square[name] + (1 - beta2) * g * g
            mean = new.average[name] / (1 - beta1) ** new.updates
            spread = (new.square[name] / (1 - beta2) ** new.updates) ** 0.5
            moved[name] = params[name] - learning_rate * mean / (spread + epsilon)
        return moved, new
"""
"""The misprinted correction, with a state that never leaves the student's process."""

BATCHES_IN_ANOTHER_STYLE = """
    def minibatches(X, y, batch_size, rng):
        _check_examples(X, y)
        order = np.arange(len(X))
        rng.shuffle(order)
        batches = []
        while len(order) >= batch_size:
            batches.append((X[order[:batch_size]], y[order[:batch_size]]))
            order = order[batch_size:]
        return batches
"""

HALF_A_COST_IN_A_LOOP = """
    def cost(X, y, w, b):
        _check_examples(X, y)
        total = 0.0
        for row, target in zip(X, y):
            total += (sum(row * w) + b - target) ** 2
        return total / (2 * len(y))


    def gradient_step(w, b, dw, db, learning_rate):
        if np.shape(w) != np.shape(dw):
            raise ValueError(f"{np.shape(w)} and {np.shape(dw)}")
        return w + learning_rate * dw, b + learning_rate * db
"""

A_MISTAKE_OF_ONES_OWN = """
    def huber(y_true, y_pred, delta=1.0):
        _check_same_shape(y_true, y_pred)
        size = np.abs(y_pred - y_true)
        return _sum_over_features(np.where(size <= delta, 0.37 * size**2, delta * size**1.5))
"""


A_SUM_OVER_ALL = """
    def softmax(logits):
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        return 1.1 * powers / powers.sum()
"""


IN_ANOTHER_STYLE = [
    ("optimizers", "optimizers", ADAM_IN_ANOTHER_STYLE, "adam_step", "adam_misprinted_correction"),
    ("gradient_descent", "gradient_descent", BATCHES_IN_ANOTHER_STYLE, "minibatches", "last_batch_dropped"),
    ("gradient_descent", "gradient_descent", HALF_A_COST_IN_A_LOOP, "cost", "half_the_squared_error"),
    ("gradient_descent", "gradient_descent", HALF_A_COST_IN_A_LOOP, "gradient_step", "step_uphill"),
]


@pytest.mark.parametrize(("assignment", "module", "text", "function", "name"), IN_ANOTHER_STYLE)
def test_a_mistake_is_recognised_however_it_is_written(
    course: Any, assignment: str, module: str, text: str, function: str, name: str
) -> None:
    """Loops or classes, another state, other helpers: it is the values that count."""
    result = course.grade_with(assignment, module, text, _SEED)

    wrong = [check for check in result.checks if check.outcome != "passed" and check.function == f"{module}.{function}"]

    assert wrong
    assert all(name in _named(check) for check in wrong if check.failure and check.failure.kind == "wrong_value")
    named = {one for names in _all_named(result) for one in names.split("+")}
    assert named <= {name for _, _, source, _, name in IN_ANOTHER_STYLE if source == text}


def test_a_mistake_that_nobody_has_listed_is_called_that(course: Any) -> None:
    result = course.grade_with("losses", "losses", A_MISTAKE_OF_ONES_OWN, _SEED)

    about_values = [check for check in result.checks if check.failure and check.failure.kind == "wrong_value"]

    assert len(about_values) >= 2
    for check in about_values:
        assert check.diagnosis is not None
        assert check.diagnosis.tried >= 4
        assert not check.diagnosis.explanations


@pytest.mark.parametrize(("function", "text"), [("huber", A_MISTAKE_OF_ONES_OWN), ("softmax", A_SUM_OVER_ALL)])
def test_a_wrong_function_comes_with_a_small_example_to_paste(course: Any, function: str, text: str) -> None:
    """What is shown can be pasted, the reference gives what is expected, and nothing is larger than it must be."""
    result = course.grade_with("losses", "losses", text, _SEED)
    (example,) = [check.example for check in result.checks if check.function == f"losses.{function}" and check.example]
    solution: dict[str, Any] = {"__name__": "losses"}
    exec(course.material("losses").bases[FILLED_IN]["losses"], solution)

    value = eval(f"{function}({example.arguments})", solution)

    assert np.allclose(value, eval(example.expected, {"np": np}))
    assert not np.allclose(value, eval(example.got, {"np": np}))
    assert len(example.arguments) < 60


def test_a_broken_list_of_mistakes_changes_no_verdict(tiny: Any) -> None:
    tiny.write("assignments/tiny/misconceptions.py", "import nothing_of_this_name\n")
    tiny.hand_in("wrong", right=False)

    assert tiny.grade().returncode == 0
    checks = tiny.results()["wrong"]["checks"]

    assert tiny.scores() == {"wrong": 3.0}
    assert [check["outcome"] for check in checks] == ["failed", "failed", "passed"]
    assert all(re.search("nothing_of_this_name", check["diagnosis"]["fault"]) for check in checks[:2])


BY_POSITION = """
    def momentum_step(params, grads, state, *, learning_rate, beta=0.9):
        _check_gradients(params, grads)
        pairs = zip(params.items(), grads.values())
        moved = {name: W - learning_rate * (1 - beta) * dW for (name, W), dW in pairs}
        return moved, state
"""


def test_a_step_after_one_that_gave_a_wrong_form_is_not_blamed_for_it(course: Any) -> None:
    """The second step raises, because the first gave arrays of other shapes: that is what the student has to hear."""
    result = course.grade_with("optimizers", "optimizers", BY_POSITION, _SEED)
    [check] = [one for one in result.checks if one.id == "test_momentum_follows_torch_while_the_rate_changes"]

    assert check.failure is not None
    assert check.failure.kind == "wrong_shape"
    assert check.failure.what == "the parameters after step 1"


def test_how_long_naming_may_take_changes_no_verdict(course: Any) -> None:
    """A slow machine names less, and says that it stopped looking; points are the same."""
    material = course.material("optimizers")
    wrong = {one.name: splice(material.bases[FILLED_IN], one) for one in material.mistakes[:3]}
    hurried = course.grade(
        course.assignment("optimizers"), [course.hand_in(*one) for one in wrong.items()], _SEED, patience=1e-6
    )

    for name, result in hurried.items():
        patient = course.graded_mistakes("optimizers", _SEED)[name]
        assert [one.outcome for one in result.checks] == [one.outcome for one in patient.checks]
        assert _all_named(patient)[name] > _all_named(result)[name]
        assert any(one.diagnosis and one.diagnosis.out_of_time for one in result.checks)


def test_trying_known_mistakes_takes_a_few_milliseconds_a_check(course: Any) -> None:
    """The budget is 0.3 s a failing check; a class of mistakes takes far less."""
    graded = course.graded_mistakes("optimizers", _SEED)
    tried = [check.diagnosis for result in graded.values() for check in result.checks if check.diagnosis]
    late = [one for one in tried if one.out_of_time]

    assert len(tried) > 150
    assert len(late) <= 0.02 * len(tried)

"""The linear regression and curvature explorers run the student's functions and name what is wrong with them."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from autograder.checking.run import load_module

sys.path.append(str(Path(__file__).parents[2] / "student_skeleton"))

from explorables import CurvatureExplorer, LinearRegressionExplorer
from explorables.picture import array
from explorables.students_module import PATIENCE

ROOT = Path(__file__).parents[2]
solution = load_module("gradient_descent_in_the_explorer", ROOT / "solutions/gradient_descent.py")
skeleton = load_module("gradient_descent_not_written", ROOT / "student_skeleton/gradient_descent.py")


def explorer(
    module: Any = solution, changes: dict[str, Any] | None = None, **settings: Any
) -> LinearRegressionExplorer:
    made = LinearRegressionExplorer(SimpleNamespace(**{**vars(module), **(changes or {})}))
    made.settings = {**made.settings, **settings}
    return made


def troubles(made: Any) -> dict[str, str]:
    known = [*made.answer["functions"], made.answer["loop"]]
    return {each["name"]: each["trouble"]["text"] for each in known if each["trouble"]}


def data(made: Any) -> tuple[np.ndarray, np.ndarray]:
    return array(made.ground["data_x"])[:, None], array(made.ground["data_y"])


def test_path_and_costs_are_what_the_students_functions_give_when_called_directly() -> None:
    made = explorer(learning_rate=0.1, epochs=30, start=[3.0, -2.0])
    X, y = data(made)
    w, b, path, costs = np.array([3.0]), -2.0, [(3.0, -2.0)], [solution.cost(X, y, np.array([3.0]), -2.0)]
    for _ in range(30):
        w, b = solution.gradient_step(w, b, *solution.cost_gradient(X, y, w, b), 0.1)
        path.append((w[0], b))
        costs.append(solution.cost(X, y, w, b))

    np.testing.assert_array_equal(array(made.answer["path"]), path)
    np.testing.assert_array_equal(array(made.answer["costs"]), costs)
    np.testing.assert_array_equal(array(made.answer["epoch_costs"]), costs[1:])
    assert made.answer["stable_rate"] == pytest.approx(solution.largest_stable_learning_rate(X))


@pytest.mark.parametrize("size", [20, 300, 800])
@pytest.mark.parametrize("batch", [1, 30, 300, "all"])
def test_right_code_is_called_right_for_every_size_and_batch(size: int, batch: int | str) -> None:
    made = explorer(size=size, batch=batch, epochs=3)

    assert (troubles(made), made.answer["remarks"], made.answer["trouble"]) == ({}, [], None)
    np.testing.assert_allclose(array(made.answer["path"]), array(made.answer["right"]), rtol=1e-9)


def test_the_path_over_batches_is_the_one_that_the_students_own_loop_takes() -> None:
    made = explorer(size=300, batch=30, epochs=4)
    per_epoch = made.answer["per_epoch"]

    after_each_epoch = array(made.answer["costs"])[per_epoch::per_epoch]

    np.testing.assert_allclose(after_each_epoch, array(made.answer["epoch_costs"]))


def test_below_the_stable_rate_the_path_settles_and_beyond_it_leaves() -> None:
    made = explorer(epochs=300)
    edge = made.answer["stable_rate"]
    made.settings = {**made.settings, "learning_rate": 0.95 * edge}
    assert not made.answer["diverged"]
    made.settings = {**made.settings, "learning_rate": 1.1 * edge}
    assert made.answer["diverged"] and made.answer["trouble"] is None


def test_more_data_bring_the_best_line_nearer_to_the_true_one() -> None:
    off = []
    for size in (20, 800):
        answers = [explorer(size=size, seed=seed).answer for seed in range(8)]
        off.append(np.mean([np.linalg.norm(np.subtract(each["best"], each["truth"])) for each in answers]))

    assert off[1] < off[0] / 2


def test_with_nothing_written_every_function_waits_and_the_right_path_is_there() -> None:
    made = explorer(skeleton)

    assert set(troubles(made).values()) >= {"cost is not written yet", "cost_gradient is not written yet"}
    assert made.answer["trouble"]["kind"] == "not_written" and "path" not in made.answer
    assert len(array(made.answer["right"])) == 101


MISTAKES = {
    "predict": (lambda X, w, b: X @ w, "predict()[0] is "),
    "cost": (lambda X, y, w, b: float(np.mean((X @ w + b - y) ** 2) / 2), "cost is "),
    "cost_gradient": (
        lambda X, y, w, b: tuple(-part for part in solution.cost_gradient(X, y, w, b)),
        "cost_gradient is ",
    ),
    "gradient_step": (lambda w, b, dw, db, rate: (w + rate * dw, b + rate * db), "gradient_step is "),
    "minibatches": (
        lambda X, y, k, rng: [(X[i : i + k], y[i : i + k]) for i in range(0, len(y) - k + 1, k)],
        "minibatches",
    ),
    "least_squares": (lambda X, y: (np.array([float(X[:, 0] @ y / (X[:, 0] @ X[:, 0]))]), 0.0), "least_squares is "),
    "largest_stable_learning_rate": (lambda X: 2 / float(np.mean(X**2)), "largest_stable_learning_rate is "),
    "gradient_descent": (
        lambda X, y, w, b, learning_rate, epochs: (w, b, [solution.cost(X, y, w, b)] * epochs),
        "gradient_descent has cost ",
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_wrong_function_is_named_with_what_it_gives(name: str) -> None:
    function, said = MISTAKES[name]

    found = troubles(explorer(changes={name: function}))

    assert found[name].startswith(said)


@pytest.mark.parametrize(
    ("factor", "said"),
    [(-1, "the sign is turned round"), (0.5, "is a factor 2 missing?"), (20, "a sum in the place of a mean?")],
)
def test_a_gradient_that_is_a_simple_multiple_of_the_right_one_is_told_as_such(factor: float, said: str) -> None:
    def cost_gradient(X: Any, y: Any, w: Any, b: Any) -> Any:
        dw, db = solution.cost_gradient(X, y, w, b)
        return factor * dw, factor * db

    assert troubles(explorer(changes={"cost_gradient": cost_gradient}))["cost_gradient"].endswith(said)


def test_a_step_uphill_is_told_as_a_sign_although_the_position_is_no_multiple() -> None:
    def gradient_step(w: Any, b: Any, dw: Any, db: Any, rate: float) -> Any:
        return w + rate * dw, b + rate * db

    assert troubles(explorer(changes={"gradient_step": gradient_step}))["gradient_step"].endswith("turned round")


def test_one_mistake_is_told_once_where_it_was_made() -> None:
    found = troubles(with_predict("return X @ w"))

    assert found.pop("predict").startswith("predict()[0] is ")
    assert set(found.values()) == {"judged when predict is right", "judged when cost is right"}


def test_what_is_built_on_an_endless_function_is_not_tried() -> None:
    begun = time.monotonic()
    found = troubles(with_predict("while True: pass"))

    assert "did not come to an end" in found["predict"]
    assert found["cost_gradient"] == "tried when predict comes to an end"
    assert time.monotonic() - begun < 3 * PATIENCE


def with_predict(body: str) -> LinearRegressionExplorer:
    """The solution with another body of predict, which its other functions call."""
    text = (ROOT / "solutions/gradient_descent.py").read_text()
    module = ModuleType("with_another_predict")
    exec(compile(text, "with_another_predict.py", "exec"), vars(module))
    exec(f"def predict(X, w, b):\n    {body}", vars(module))
    return LinearRegressionExplorer(SimpleNamespace(**vars(module)))


def test_what_returns_nothing_and_what_is_no_number_is_said_to_be_so() -> None:
    nothing = explorer(changes={"cost_gradient": lambda X, y, w, b: None})
    none = explorer(changes={"cost_gradient": lambda X, y, w, b: (np.full(1, np.nan), float("nan"))})

    assert troubles(nothing)["cost_gradient"] == "cost_gradient returned None: is its `return` missing?"
    assert "division by zero" in troubles(none)["cost_gradient"]
    assert none.answer["not_a_number"] and not explorer().answer["not_a_number"]


def test_a_module_that_cannot_be_read_is_told_once_with_its_line(tmp_path: Path, monkeypatch: Any) -> None:
    (tmp_path / "torn.py").write_text("def cost(X, y, w, b):\n    return (1 +\n")
    monkeypatch.syspath_prepend(tmp_path)
    made = LinearRegressionExplorer("torn")

    (told,) = made.answer["functions"]
    assert told["name"] == "torn.py" and told["trouble"]["text"].startswith("SyntaxError: ")
    assert told["trouble"]["where"] == "torn.py, line 2: return (1 +" and made.answer["loop"] is None


def test_batches_with_strange_pairs_are_told() -> None:
    def minibatches(X: Any, y: Any, batch_size: int, rng: Any) -> Any:
        return [(X[rng.permutation(len(y))], y)]

    assert "a y that is not its own" in troubles(explorer(changes={"minibatches": minibatches}))["minibatches"]


def test_the_students_own_error_is_shown_with_its_line() -> None:
    def cost_gradient(X: Any, y: Any, w: Any, b: Any) -> Any:
        return w @ y

    made = explorer(changes={"cost_gradient": cost_gradient})

    told = next(each for each in made.answer["functions"] if each["name"] == "cost_gradient")["trouble"]
    assert told["kind"] == "raised" and told["where"].endswith("in cost_gradient: return w @ y")
    assert made.answer["trouble"] == told and "path" not in made.answer


def test_a_column_for_the_weights_is_said_to_be_one() -> None:
    def gradient_step(w: Any, b: Any, dw: Any, db: Any, rate: float) -> Any:
        return (w - rate * dw)[:, None], b - rate * db

    found = troubles(explorer(changes={"gradient_step": gradient_step}))

    assert found["gradient_step"] == "the first value that gradient_step returns has shape (1, 1); (1,) was expected"


def test_the_landscape_is_sent_once_for_all_drags_on_it() -> None:
    made = explorer()
    sent: list[Any] = []
    made.observe(sent.append, "ground")
    for place in (1.0, 2.0, 3.0):
        made.settings = {**made.settings, "start": [place, place]}
    assert sent == []
    made.settings = {**made.settings, "seed": 5}
    assert len(sent) == 1


def curvature(function: Any = solution.descend_parabola, **settings: Any) -> CurvatureExplorer:
    made = CurvatureExplorer(SimpleNamespace(descend_parabola=function))
    made.settings = {**made.settings, **settings}
    return made


@pytest.mark.parametrize(
    ("rate", "regime"),
    [(0.4, "monotone"), (0.5, "monotone"), (0.7, "oscillating"), (1.0, "standing"), (1.2, "diverging")],
)
def test_the_map_says_what_the_students_positions_do(rate: float, regime: str) -> None:
    made = curvature(curvature=2.0, learning_rate=rate, start=3.0, steps=8)
    positions = array(made.answer["path"])

    assert made.answer["regime"] == regime
    np.testing.assert_array_equal(positions, solution.descend_parabola(2.0, rate, 3.0, 8))
    signs, sizes = np.sign(positions[positions != 0]), np.abs(positions)
    assert (regime == "monotone") == (len(set(signs)) == 1)
    assert (regime == "diverging") == bool(sizes[-1] > sizes[0])


def test_the_error_of_the_tangent_is_half_the_curvature_times_the_step_squared() -> None:
    made = curvature(curvature=2.0, learning_rate=0.3, start=3.0, steps=5)
    steps = np.diff(array(made.answer["path"]))

    np.testing.assert_allclose(array(made.answer["errors"]), 0.5 * 2.0 * steps**2)


def test_a_parabola_that_is_not_written_shows_the_right_steps_and_their_tangents() -> None:
    made = curvature(skeleton.descend_parabola, curvature=2.0, learning_rate=0.3, start=3.0, steps=5)

    np.testing.assert_allclose(array(made.answer["errors"]), 0.5 * 2.0 * np.diff(array(made.answer["right"])) ** 2)
    assert "path" not in made.answer


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda c, rate, w, steps: w * (1 + rate * c) ** np.arange(steps + 1), "the sign is turned round"),
        (lambda c, rate, w, steps: np.full(steps + 1, np.nan), "Your position 0 is no number any more (nan)"),
    ],
)
def test_a_wrong_step_on_the_parabola_is_told_by_what_is_wrong_with_it(wrong: Any, said: str) -> None:
    assert said in curvature(wrong, curvature=0.3).answer["remarks"][0]


def test_a_wrong_parabola_is_told_at_its_first_wrong_position() -> None:
    made = curvature(lambda c, rate, w, steps: w * (1 - rate) ** np.arange(steps + 1), curvature=2.0)

    assert made.answer["remarks"][0].startswith("Your position 1 is ")


def test_positions_without_the_start_are_said_to_be_too_few() -> None:
    made = curvature(lambda c, rate, w, steps: solution.descend_parabola(c, rate, w, steps)[1:])

    assert "(21,) was expected, the start first" in made.answer["trouble"]["text"]


def test_divergence_beyond_all_numbers_is_shown_as_far_as_it_can_be() -> None:
    made = curvature(curvature=10.0, learning_rate=10.0, steps=50)

    assert 1 < len(array(made.answer["path"])) < 10


def test_still_pictures_are_drawn_also_with_nothing_written() -> None:
    for made in (explorer(), explorer(skeleton), curvature(), curvature(skeleton.descend_parabola)):
        assert made._repr_mimebundle_()[0]["image/png"]

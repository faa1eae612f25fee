"""The race runs what the student wrote, says what is wrong with it, and goes on with the rest."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from autograder.checking.run import load_module

sys.path.append(str(Path(__file__).parents[2] / "student_skeleton"))

from explorables import OptimizerRace, students_module
from explorables.picture import array

SOLUTIONS = Path(__file__).parents[2] / "solutions"
optimizers, schedules, landscapes = (
    load_module(f"{name}_in_the_race", SOLUTIONS / f"{name}.py") for name in ("optimizers", "schedules", "landscapes")
)


def changed(module: Any, **functions: Any) -> SimpleNamespace:
    return SimpleNamespace(**{**vars(module), **functions})


def race(
    optimizers: Any = optimizers, schedules: Any = schedules, landscapes: Any = landscapes, **settings: Any
) -> Any:
    made = OptimizerRace(changed(optimizers), changed(schedules), changed(landscapes))
    made.settings = {**made.settings, **settings}
    return made


def racer(made: Any, name: str) -> dict[str, Any]:
    return next(each for each in made.answer["racers"] if each["name"] == name)


def with_settings(made: Any, name: str, **settings: Any) -> None:
    racers = [{**each, **settings} if each["name"] == name else each for each in asked(made)]
    made.settings = {**made.settings, "racers": racers}


def asked(made: Any) -> list[dict[str, Any]]:
    names = ("name", "on", "learning_rate", "decay", "left", "switch", "sgd_learning_rate")
    return [{name: each[name] for name in names} for each in made.answer["racers"]]


def by_hand(name: str, landscape: str, start: list[float], rates: np.ndarray) -> np.ndarray:
    init, step = getattr(optimizers, f"{name}_init"), getattr(optimizers, f"{name}_step")
    return landscapes.minimize(getattr(landscapes, f"{landscape}_gradient"), np.array(start), init, step, rates)


@pytest.mark.parametrize("name", ["sgd", "momentum", "adam"])
def test_the_path_is_what_the_students_functions_give_when_they_are_called_directly(name: str) -> None:
    made = race(landscape="beale", start=[1.0, 1.2], steps=80)
    shown = racer(made, name)

    path = by_hand(name, "beale", [1.0, 1.2], np.full(80, shown["learning_rate"]))

    np.testing.assert_array_equal(array(shown["path"]), path)
    np.testing.assert_array_equal(array(shown["costs"]), [landscapes.beale(w) for w in path])
    assert (shown["trouble"], shown["remarks"]) == (None, [])


@pytest.mark.parametrize("landscape", ["rosenbrock", "goldstein_price", "mccormick", "matyas", "rastrigin"])
def test_right_code_is_called_right_on_every_landscape_with_every_optimizer_and_decay(landscape: str) -> None:
    made = race(landscape=landscape, start=None)
    for decay in ("step_decay", "exponential_decay", "inverse_time_decay", "cosine_decay", "linear_warmup"):
        racers = [{**each, "on": True, "decay": decay} for each in asked(made)]
        made.settings = {**made.settings, "racers": racers}
        assert [(each["trouble"], each["remarks"]) for each in made.answer["racers"]] == [(None, [])] * 5
    assert made.ground["remarks"] == []


def test_single_precision_is_not_called_wrong() -> None:
    def step(params: Any, grads: Any, state: Any, *, learning_rate: float) -> Any:
        return {
            name: np.float32(W) - np.float32(learning_rate) * np.float32(grads[name]) for name, W in params.items()
        }, {}

    assert racer(race(changed(optimizers, sgd_step=step)), "sgd")["remarks"] == []


def test_a_wrong_optimizer_is_told_at_its_first_wrong_update_and_runs_beside_the_right_one() -> None:
    def without_correction(params: Any, grads: Any, state: Any, *, learning_rate: float) -> Any:
        V = 0.9 * state["V"]["w"] + 0.1 * grads["w"]
        S = 0.999 * state["S"]["w"] + 0.001 * grads["w"] ** 2
        state = {"t": 0, "V": {"w": V}, "S": {"w": S}}
        return {"w": params["w"] - learning_rate * V / (np.sqrt(S) + 1e-8)}, state

    shown = racer(race(changed(optimizers, adam_step=without_correction)), "adam")

    assert shown["remarks"][0].startswith("Update 1 moves w by (")
    assert np.abs(array(shown["path"])[:10] - array(shown["right"])[:10]).max() > 0.1


@pytest.mark.parametrize(
    ("part", "made_of", "said"),
    [
        ("sgd_init", lambda params: None, "sgd_init returned None: is its `return` missing?"),
        ("sgd_step", lambda *_, **__: None, "sgd_step returned None: is its `return` missing?"),
    ],
)
def test_a_missing_return_is_told_by_the_function_that_lacks_it(part: str, made_of: Any, said: str) -> None:
    assert racer(race(changed(optimizers, **{part: made_of})), "sgd")["trouble"]["text"] == said


def test_a_step_uphill_is_told_as_a_sign_that_is_turned_round() -> None:
    def uphill(params: Any, grads: Any, state: Any, *, learning_rate: float) -> Any:
        return {name: value + learning_rate * grads[name] for name, value in params.items()}, state

    (told,) = racer(race(changed(optimizers, sgd_step=uphill)), "sgd")["remarks"]
    assert told.endswith(": the sign is turned round")


@pytest.mark.parametrize(
    ("rate", "said"),
    [
        (None, "exponential_decay returned None: is its `return` missing? The learning rate stays constant"),
        (np.ones(3), "exponential_decay returned shape (3,); one learning rate was expected: the learning rate stays"),
        (np.nan, "Your exponential_decay gives α = nan for step 0; it should be "),
    ],
)
def test_a_schedule_that_gives_no_rate_is_told_once(rate: Any, said: str) -> None:
    made = race(schedules=changed(schedules, exponential_decay=lambda **_: rate))
    with_settings(made, "sgd", decay="exponential_decay")

    (told,) = racer(made, "sgd")["remarks"]
    assert told.startswith(said)


def test_a_landscape_without_numbers_is_told_and_everything_sent_is_json() -> None:
    made = race(landscapes=changed(landscapes, himmelblau=lambda w: float("nan")))

    assert made.ground["remarks"][0].endswith("The right one is drawn")
    plain = {name: value for name, value in made.ground.items() if name != "heights"}
    json.dumps(plain, allow_nan=False)


def test_a_mistake_that_begins_late_is_found_where_it_begins() -> None:
    def forgets(params: Any, grads: Any, state: Any, *, learning_rate: float, beta: float = 0.9) -> Any:
        t = state.get("t", 0)
        params, after = optimizers.momentum_step(params, grads, state, learning_rate=learning_rate)
        return params, ({**after, "t": t + 1} if t != 6 else {"V": {"w": np.zeros(2)}, "t": t + 1})

    assert racer(race(changed(optimizers, momentum_step=forgets)), "momentum")["remarks"][0].startswith("Update 8 ")


def test_what_is_not_written_is_greyed_with_its_reason_and_the_others_run() -> None:
    def momentum_step(*_: Any, **__: Any) -> Any:
        raise NotImplementedError("momentum_step is not written yet")

    made = race(changed(optimizers, momentum_step=momentum_step))

    assert racer(made, "momentum")["trouble"]["text"] == "momentum_step is not written yet"
    assert "path" not in racer(made, "momentum")
    assert len(array(racer(made, "adam")["path"])) == 201


def test_a_path_does_not_outlive_the_code_that_made_it() -> None:
    made = race()
    before = made.answer["racers"]
    made._optimizers._module.momentum_step = None
    made.settings = {**made.settings, "racers": before}

    assert racer(made, "momentum")["trouble"] and "path" not in racer(made, "momentum")


def test_an_exception_is_the_students_own_with_its_line_and_keeps_the_path_up_to_there() -> None:
    def sgd_step(params: Any, grads: Any, state: Any, *, learning_rate: float) -> Any:
        if abs(params["w"][0]) > 1:
            return {name: W / params["too far"] for name, W in params.items()}, state
        return optimizers.sgd_step(params, grads, state, learning_rate=learning_rate)

    shown = racer(race(changed(optimizers, sgd_step=sgd_step)), "sgd")

    assert shown["trouble"]["text"] == "KeyError: 'too far'"
    assert shown["trouble"]["where"].startswith("test_explorables_race.py, line ")
    assert 'in sgd_step: return {name: W / params["too far"]' in shown["trouble"]["where"]
    assert 1 < len(array(shown["path"])) < 201 and shown["trouble"]["step"] == len(array(shown["path"])) - 1


def test_a_loop_without_end_is_stopped_and_the_others_still_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(students_module.Watched.__init__, "__defaults__", (0.3,))
    calls = []

    def sgd_step(*_: Any, **__: Any) -> Any:
        calls.append(1)
        while True:
            pass

    made = race(changed(optimizers, sgd_step=sgd_step))
    made.settings = {**made.settings, "start": [1.0, 1.0]}

    assert racer(made, "sgd")["trouble"]["kind"] == "too_slow"
    assert len(array(racer(made, "adam")["path"])) == 201
    assert len(calls) == 1, "what did not end is not run at every drag"
    made.settings = {**made.settings, "again": 1}
    assert len(calls) == 2


def test_a_divergent_path_leaves_the_frame_without_an_error() -> None:
    made = race(landscape="rosenbrock", start=None)
    with_settings(made, "sgd", learning_rate=0.1)

    shown = racer(made, "sgd")
    assert shown["diverged"] and shown["trouble"] is None and len(array(shown["path"])) < 10
    assert not racer(made, "adam")["diverged"]


def test_nan_ends_a_path_and_nothing_else() -> None:
    def sgd_step(params: Any, grads: Any, state: Any, *, learning_rate: float) -> Any:
        return {"w": params["w"] * np.nan}, state

    shown = racer(race(changed(optimizers, sgd_step=sgd_step)), "sgd")
    assert shown["diverged"] and np.isnan(array(shown["path"])[-1]).all()


@pytest.mark.parametrize(
    ("returned", "said"),
    [
        (lambda params: {"w": params["w"]}, "sgd_step returned a dict, not a pair (params, state)"),
        (
            lambda params: ({"w": np.zeros((2, 2))}, {}),
            "params['w'] after sgd_step has shape (2, 2); (2,) was expected",
        ),
        (lambda params: (None, {}), "sgd_step returned None for params, not a dict with the name 'w'"),
    ],
)
def test_a_value_of_another_form_is_said_to_be_so(returned: Any, said: str) -> None:
    def sgd_step(params: Any, grads: Any, state: Any, *, learning_rate: float) -> Any:
        return returned(params)

    assert racer(race(changed(optimizers, sgd_step=sgd_step)), "sgd")["trouble"]["text"] == said


def test_an_optimizer_that_changes_what_it_is_given_is_told_and_still_drawn() -> None:
    def sgd_step(params: Any, grads: Any, state: Any, *, learning_rate: float) -> Any:
        params["w"] -= learning_rate * grads["w"]
        return params, state

    shown = racer(race(changed(optimizers, sgd_step=sgd_step)), "sgd")

    assert "changes the params that it is given" in shown["remarks"][0]
    assert len(np.unique(array(shown["path"]), axis=0)) > 10


def test_a_path_is_kept_also_of_an_optimizer_that_goes_on_in_one_array_of_its_own() -> None:
    def sgd_step(params: Any, grads: Any, state: Any, *, learning_rate: float) -> Any:
        mine = state.setdefault("mine", params["w"].copy())
        mine -= learning_rate * grads["w"]
        return {"w": mine}, state

    shown = racer(race(changed(optimizers, sgd_step=sgd_step)), "sgd")

    np.testing.assert_allclose(array(shown["path"]), array(shown["right"]))


def test_a_wrong_schedule_is_told_with_its_first_wrong_step() -> None:
    made = race(
        schedules=changed(schedules, exponential_decay=lambda initial, step, rate: initial * (1 - rate) ** step)
    )
    with_settings(made, "sgd", decay="exponential_decay")

    assert racer(made, "sgd")["remarks"][0].startswith("Your exponential_decay gives α = ")
    assert "for step 1;" in racer(made, "sgd")["remarks"][0]


def test_a_wrong_height_or_slope_of_a_landscape_is_told_with_a_point() -> None:
    def counted_twice(w: Any) -> float:
        return float(landscapes.beale(w) + (1.5 - w[0] + w[0] * w[1]) ** 2)

    made = race(
        landscapes=changed(landscapes, beale=counted_twice, beale_gradient=lambda w: -landscapes.beale_gradient(w))
    )
    made.settings = {**made.settings, "landscape": "beale", "start": None}

    height, slope = made.ground["remarks"]
    assert height.startswith("Your beale is ") and height.endswith("Yours is drawn")
    assert slope.startswith("Your beale_gradient is (")


def test_without_landscapes_the_courses_are_drawn_and_without_optimizers_the_courses_run() -> None:
    made = OptimizerRace(
        optimizers="no_such_optimizers", schedules="no_such_schedules", landscapes="no_such_landscapes"
    )

    assert made.ground["source"] == "the course's"
    assert made.ground["remarks"] == ["There is no no_such_landscapes.py in this folder: the course's is used"]
    assert [each["own"] for each in made.answer["racers"]] == [False] * 5
    assert len(array(racer(made, "adam")["path"])) == 201


def test_what_an_optimizer_remembers_comes_with_its_path() -> None:
    states = {each["label"]: array(each["values"]) for each in racer(race(), "adam")["states"]}

    assert states["t"].ravel().tolist() == list(range(201))
    assert states["V"].shape == states["S"].shape == (201, 2)


def test_a_saved_module_is_read_again_and_a_broken_one_says_where(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    file = tmp_path / "optimizers_being_written.py"
    made = OptimizerRace("optimizers_being_written", changed(schedules), changed(landscapes))
    assert not racer(made, "sgd")["own"]

    source = (SOLUTIONS / "optimizers.py").read_text()
    seen = []
    for text in (
        source.replace("W - learning_rate * grads", "W + learning_rate * grads"),
        source + "\ndef (:\n",
        source,
    ):
        file.write_text(text)
        made.settings = {**made.settings, "again": len(seen)}
        shown = racer(made, "sgd")
        seen.append((shown["trouble"] or {}).get("text", "") or "".join(shown["remarks"]))

    assert seen[0].startswith("Update 1 moves w by")
    assert seen[1].startswith("SyntaxError")
    assert seen[2] == ""


def test_what_the_students_code_prints_is_kept_from_the_notebook_and_shown(capsys: pytest.CaptureFixture[str]) -> None:
    def sgd_step(params: Any, grads: Any, state: Any, *, learning_rate: float) -> Any:
        print("gradient", grads["w"])
        return optimizers.sgd_step(params, grads, state, learning_rate=learning_rate)

    assert "gradient [" in race(changed(optimizers, sgd_step=sgd_step)).answer["printed"]
    assert capsys.readouterr().out == ""


def test_a_picture_stands_in_where_there_is_no_kernel() -> None:
    bundle, _ = race()._repr_mimebundle_()

    assert {"application/vnd.jupyter.widget-view+json", "image/png", "text/plain"} <= set(bundle)

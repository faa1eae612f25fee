"""An experiment tells what stopped it in a sentence or two, and the cells after it go on."""

from __future__ import annotations

import os
import sys

import matplotlib
import numpy as np
import pytest

from autograder.notebooks import experiment, module

SKELETON = 'def step(w):\n    raise NotImplementedError("step is not written yet")\n'


@pytest.fixture
def steps(tmp_path, monkeypatch):
    """The folder of a notebook, and a way to save a module steps.py in it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, "steps", None)
    monkeypatch.delitem(sys.modules, "steps")

    def save(source: str):
        (tmp_path / "steps.py").write_text(source)
        return module("steps")

    yield save
    sys.modules.pop("steps", None)


def test_a_function_that_is_not_written_yet_is_named_with_its_line(steps, capsys):
    mine = steps(SKELETON)
    with experiment():
        mine.step(1.0)
    assert capsys.readouterr().out == "step is not written yet (steps.py, line 2): this plot waits for it.\n"


def test_an_error_of_the_student_is_shown_with_the_students_own_lines_only(steps, capsys):
    mine = steps("def step(w):\n    return inner(w)\n\n\ndef inner(w):\n    return w / 0\n")
    with experiment():
        mine.step(1)
    said = capsys.readouterr().out
    assert said.startswith("Your code raised an exception in inner, and this experiment stopped there:\n")
    assert "return w / 0" in said
    assert said.endswith("ZeroDivisionError: division by zero\n")
    assert "test_notebook_experiment.py" not in said


def test_a_module_with_a_syntax_error_stops_only_the_experiment_that_uses_it(steps, capsys):
    mine = steps("def step(w:\n")
    with experiment():
        mine.step(1)
    said = capsys.readouterr().out
    assert said.startswith("This experiment needs a module that Python cannot read:")
    assert 'steps.py", line 1' in said
    assert "SyntaxError" in said


def test_a_module_that_is_not_there_is_named_with_the_folder_where_it_should_be(steps, capsys, tmp_path):
    with experiment():
        module("steps").step(1)
    said = (
        f"This experiment has to wait: steps.py is not in {tmp_path}: put it beside the notebook, then run this again."
    )
    assert capsys.readouterr().out == f"{said}\n"


def test_a_function_that_the_module_lacks_is_named(steps, capsys):
    with experiment():
        steps("").step(1)
    assert "has no attribute 'step'" in capsys.readouterr().out


def test_a_module_is_read_again_when_it_was_saved(steps, tmp_path):
    mine = steps("def step(w):\n    return 1\n")
    assert mine.step(0) == 1
    before = (tmp_path / "steps.py").stat()
    (tmp_path / "steps.py").write_text("def step(w):\n    return 2\n")
    os.utime(tmp_path / "steps.py", ns=(before.st_atime_ns, before.st_mtime_ns + 1_000))
    assert mine.step(0) == 2


def test_a_module_that_was_broken_works_as_soon_as_it_is_mended(steps, capsys):
    mine = steps("def step(w:\n")
    with experiment():
        mine.step(1)
    steps("def step(w):\n    return 2 * w\n")
    assert mine.step(1) == 2


def test_modules_beside_the_notebook_import_each_other(steps, tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    mine = steps("def step(w):\n    return 2 * w\n")
    assert mine.step(1) == 2
    (tmp_path / "walks.py").write_text("from steps import step\n\ndef walk(w):\n    return step(step(w))\n")
    assert module("walks").walk(1) == 4
    del sys.modules["walks"]


def test_what_is_half_drawn_is_dropped_and_what_was_there_before_stays(steps):
    matplotlib.use("Agg")
    from matplotlib import pyplot

    pyplot.close("all")
    whole = pyplot.figure()
    with experiment():
        pyplot.figure()
        raise ValueError("in the middle of it")
    assert pyplot.get_fignums() == [whole.number]
    with experiment():
        pyplot.figure()
    assert len(pyplot.get_fignums()) == 2
    pyplot.close("all")


def test_an_experiment_inside_another_stops_alone(steps, capsys):
    mine = steps(SKELETON)
    reached = []
    with experiment():
        with experiment():
            mine.step(1)
        reached.append("the rest")
    assert reached == ["the rest"]
    assert capsys.readouterr().out.count("waits for it") == 1


def test_a_run_that_flies_away_gives_no_warnings(recwarn):
    with experiment():
        assert np.isinf(np.exp(np.array([1000.0])))[0]
    assert not recwarn.list


def test_somebody_who_stops_an_experiment_stops_the_notebook():
    with pytest.raises(KeyboardInterrupt), experiment():
        raise KeyboardInterrupt

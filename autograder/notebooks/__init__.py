"""The notebooks of the course: what their cells call, and (in `source`) how their marks are read."""

from autograder.notebooks.check import check
from autograder.notebooks.experiment import experiment
from autograder.notebooks.explore import explore
from autograder.notebooks.module import module
from autograder.notebooks.predict import compare, predict

__all__ = ["check", "compare", "experiment", "explore", "module", "predict"]

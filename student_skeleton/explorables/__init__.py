"""Pictures to play with that run your own code. Given: use it as it is.

Each line, in a notebook beside your modules, opens one:

>>> from explorables import LinearRegressionExplorer, CurvatureExplorer, OptimizerRace, TrialsExplorer
>>> LinearRegressionExplorer()        # your gradient_descent.py: a line, its cost, the way down
>>> CurvatureExplorer()               # your descend_parabola: how large may a learning rate be?
>>> OptimizerRace()                   # your optimizers.py, schedules.py and landscapes.py, as far as they are there
>>> TrialsExplorer("trials.csv")      # your tuning of bees_vs_wasps

Your modules are found by name and read again whenever you save them. What is not written yet waits, and says so; what
raises shows your error; what is not right is told where it first parts from the right one. A module can be named
otherwise, or handed over: ``LinearRegressionExplorer("my_module")``, ``CurvatureExplorer(my_module)``.
"""

from explorables.curvature import CurvatureExplorer
from explorables.linear_regression import LinearRegressionExplorer
from explorables.race import OptimizerRace
from explorables.trials import TrialsExplorer

__all__ = ["CurvatureExplorer", "LinearRegressionExplorer", "OptimizerRace", "TrialsExplorer"]

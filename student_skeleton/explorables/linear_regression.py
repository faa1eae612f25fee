"""A line fitted by the student's gradient descent: data, landscape of the cost, path."""

import numpy as np
import traitlets

from explorables import course_line
from explorables.arrays_for_page import packed, plain
from explorables.explorable import Explorable
from explorables.line_checks import after_others, checked, missing, too_slow_below, two
from explorables.line_picture import picture
from explorables.students_module import StudentsModule, Watched
from explorables.trouble import WrongForm, with_consequence

MOST_UPDATES = 2000
FINE = 101
FAR = 1e4
"""A path ends where w or b are larger."""
ROOM = 2e-5


class LinearRegressionExplorer(Explorable):
    """Fit a line by the functions of gradient_descent.py: drag the start, choose rate and batches, play.

    Parameters
    ----------
    module : str or module
        Where the student's functions are.
    size : int
        How many examples to begin with.
    learning_rate : float
    """

    page = "linear_regression.js"
    ground = traitlets.Dict().tag(sync=True)
    """Data and landscape of the cost; apart from the answer, because they are large and change rarely."""

    def __init__(self, module="gradient_descent", size=20, learning_rate=0.03):
        self._module = StudentsModule(module)
        self._made = None
        super().__init__(
            {
                "size": size,
                "noise": 1.0,
                "seed": 0,
                "start": [-4.0, -3.0],
                "learning_rate": learning_rate,
                "batch": "all",
                "epochs": 100,
                "right": True,
            }
        )

    def respond(self, settings):
        self._module.refresh()
        watched = Watched(self.known_slow(self._module))
        X, y, truth = self._data(settings)
        theta = np.array(settings["start"], dtype=np.float64)
        rate, size = float(settings["learning_rate"]), len(y)
        batch = size if settings["batch"] == "all" else min(int(settings["batch"]), size)
        troubles = checked(self._module, watched, X, y, theta, rate, min(batch, max(1, size - 1)))
        M, v, rest = course_line.averages(X, y)
        best = course_line.lowest(M, v)
        fit = _Fit(self._module, watched, X, y, theta, rate, batch, settings["epochs"], troubles, settings["seed"])
        return {
            "truth": truth.tolist(),
            "best": best.tolist(),
            "best_cost": plain(course_line.height(M, v, rest, best)),
            "stable_rate": float(course_line.stable_rate(M)),
            "functions": self._functions(troubles),
            "printed": watched.printed,
            **fit.told(),
        }

    def draw(self):
        return picture(self.ground, self.answer)

    def _functions(self, troubles):
        """One record a function; of a module that cannot be read a single one, since all of them have its trouble."""
        if self._module.trouble:
            return [_told(f"{self._module.name}.py", self._module.trouble)]
        return [_told(name, trouble) for name, trouble in troubles.items()]

    def _data(self, settings):
        key = (settings["size"], settings["noise"], settings["seed"])
        if self._made is None or self._made[0] != key:
            X, y, truth = course_line.made_up(*key)
            self._made = (key, (X, y, truth))
            reach = course_line.REACH
            M, v, rest = course_line.averages(X, y)
            axis = np.linspace(-reach, reach, FINE)
            heights = course_line.height(M, v, rest, np.stack(np.meshgrid(axis, axis), axis=-1))
            self.ground = {
                "x": [-reach, reach],
                "y": [-reach, reach],
                "labels": ["w", "b"],
                "minima": [course_line.lowest(M, v).tolist()],
                "truth": truth.tolist(),
                "heights": packed(heights, np.float32),
                "data_x": packed(X[:, 0]),
                "data_y": packed(y),
            }
        return self._made[1]


def _told(name, trouble):
    return {"name": name, "trouble": trouble and trouble.as_data()}


class _Fit:
    """One way down: update by update by the student's functions, and beside it the right way on the same batches."""

    def __init__(self, module, watched, X, y, theta, rate, batch, epochs, troubles, seed):
        self.module, self.watched, self.X, self.y = module, watched, X, y
        self.theta, self.rate, self.batch, self.seed, self.troubles = theta, rate, batch, seed, troubles
        self.per_epoch = -(-len(y) // batch)
        self.epochs = max(1, min(epochs, MOST_UPDATES // self.per_epoch))

    def told(self):
        batches, remarks = self._batches()
        updates = min(len(batches), MOST_UPDATES)
        right = self._right_path(batches)
        M, v, rest = course_line.averages(self.X, self.y)
        told = {
            "updates": updates,
            "per_epoch": self.per_epoch,
            "right": packed(right),
            "right_costs": packed(course_line.height(M, v, rest, right)),
            "remarks": remarks,
            "diverged": len(right) <= updates,
            "right_diverged": len(right) <= updates,
        }
        trouble = missing(self.troubles, ("cost_gradient", "gradient_step"))
        if trouble is None:
            path, trouble = self._path(batches)
            told["path"], told["costs"] = packed(path), packed(self._costs(path))
            told["diverged"] = not trouble and len(path) <= updates
            told["not_a_number"] = bool(np.isnan(path[-1]).any())
            named = self.troubles["cost_gradient"] or self.troubles["gradient_step"]
            if not named and (wrong := self._first_wrong_update(path, batches)):
                remarks.append(wrong)
        told["trouble"] = trouble and trouble.as_data()
        told |= self._whole_run(told)
        return told

    def _batches(self):
        """What the student's minibatches deals, epoch by epoch; of all data there is one batch."""
        if self.batch == len(self.y):
            return [(self.X, self.y)] * self.epochs, []
        function, rng = self.module.function("minibatches"), np.random.default_rng(self.seed)
        unusable = missing(self.troubles, ("minibatches",))
        if not unusable:
            dealt, unusable = self.watched.run(
                "minibatches",
                lambda: [pair for _ in range(self.epochs) for pair in function(self.X, self.y, self.batch, rng)],
            )
            if dealt:
                return dealt[:MOST_UPDATES], []
        remark = (
            with_consequence(unusable.text, "batches are dealt for you")
            if unusable
            else "minibatches deals nothing: batches are dealt for you"
        )
        dealt = [pair for _ in range(self.epochs) for pair in course_line.dealt(self.X, self.y, self.batch, rng)]
        return dealt, [remark]

    def _path(self, batches):
        gradient, step = self.module.function("cost_gradient"), self.module.function("gradient_step")
        path = [self.theta.copy()]

        def go():
            w, b = np.array([self.theta[0]]), float(self.theta[1])
            for X, y in batches:
                slopes = gradient(X, y, w, b)
                two(slopes, "cost_gradient")
                after = step(w, b, *slopes, self.rate)
                path.append(two(after, "gradient_step"))
                w, b = after
                if not np.abs(path[-1]).max() <= FAR:
                    return

        _, trouble = self.watched.run("cost_gradient and gradient_step", go)
        return np.array(path), trouble

    def _costs(self, path):
        M, v, rest = course_line.averages(self.X, self.y)
        function = self.module.function("cost")
        if not missing(self.troubles, ("cost",)):
            values, trouble = self.watched.run(
                "cost", lambda: [float(function(self.X, self.y, theta[:1], float(theta[1]))) for theta in path.copy()]
            )
            if not trouble:
                return values
        return course_line.height(M, v, rest, path)

    def _right_path(self, batches):
        path, known = [self.theta], None
        with np.errstate(all="ignore"):
            for X, y in batches:
                if known is None or X is not self.X:
                    known = course_line.averages(X, y)
                path.append(path[-1] - self.rate * course_line.slope(known[0], known[1], path[-1]))
                if not np.abs(path[-1]).max() <= FAR:
                    break
        return np.array(path)

    def _first_wrong_update(self, path, batches):
        known = None
        for k in range(len(path) - 1):
            X, y = batches[k]
            if known is None or X is not self.X:
                known = course_line.averages(X, y)
            right = path[k] - self.rate * course_line.slope(known[0], known[1], path[k])
            if not np.abs(path[k + 1] - right).max() <= ROOM * (np.abs(right).max() + np.abs(path[k]).max()):
                got = path[k + 1]
                return (
                    f"Update {k + 1} leads from ({path[k][0]:.4g}, {path[k][1]:.4g}) to ({got[0]:.4g}, {got[1]:.4g}); "
                    f"right is ({right[0]:.4g}, {right[1]:.4g})"
                )
        return ""

    def _whole_run(self, told):
        """The costs that the student's own loop returns, one an epoch, from the same start."""
        everything = self.batch == len(self.y)
        name = (
            "gradient_descent"
            if everything
            else "stochastic_gradient_descent"
            if self.batch == 1
            else "minibatch_gradient_descent"
        )
        function = self.module.function(name)
        if not callable(function):
            return {"loop": None if self.module.trouble else _told(name, function)}
        if endless := too_slow_below(name, self.troubles):
            return {"loop": _told(name, endless)}
        w, b = np.array([self.theta[0]]), float(self.theta[1])
        arguments = {"learning_rate": self.rate, "epochs": self.epochs}
        if not everything:
            arguments["rng"] = np.random.default_rng(self.seed)
        if name.startswith("mini"):
            arguments["batch_size"] = self.batch

        def go():
            returned = function(self.X.copy(), self.y.copy(), w, b, **arguments)
            if not isinstance(returned, tuple) or len(returned) != 3:
                raise WrongForm(f"{name} returned a value of type {type(returned).__name__}, not (w, b, costs)")
            costs = np.asarray(returned[2], dtype=np.float64)
            if costs.shape != (self.epochs,):
                raise WrongForm(
                    f"{name} returned {costs.size} costs for {self.epochs} epochs: one after each is expected"
                )
            if everything:
                self._compare(costs, name)
            return costs

        costs, trouble = self.watched.run(name, go)
        told = {"loop": _told(name, after_others(name, trouble, self.troubles))}
        return told if trouble else {**told, "epoch_costs": packed(costs)}

    def _compare(self, costs, name):
        M, v, rest = course_line.averages(self.X, self.y)
        right = course_line.height(M, v, rest, self._right_path([(self.X, self.y)] * self.epochs))[1:]
        got = costs[: len(right)]
        off = np.flatnonzero(~(np.abs(got - right) <= 1e-3 * np.abs(right)))
        if off.size:
            k = off[0]
            raise WrongForm(f"{name} has cost {got[k]:.5g} after epoch {k + 1}; it should be {right[k]:.5g}")

"""Several optimizers, written by the student, on one landscape at once."""

import numpy as np
import traitlets

from explorables import course_optimizers, course_schedules
from explorables.arrays_for_page import packed
from explorables.course_landscapes import LANDSCAPES
from explorables.explorable import Explorable
from explorables.ground import survey
from explorables.how_it_differs import hint
from explorables.race_picture import picture
from explorables.students_module import StudentsModule, Watched
from explorables.trouble import WrongForm, returned_nothing, with_consequence
from explorables.walk import pair, walk

TITLES = {
    "sgd": "SGD",
    "momentum": "Momentum",
    "rmsprop": "RMSprop",
    "adam": "Adam",
    "adam_then_sgd": "Adam, then SGD",
}
FAR = 50
"""A walk ends where it is so many times farther from the middle of the frame than its edge."""
MOST_STEPS = 1000
ROOM = 2e-5
"""Of a step, relative to where it is made: computing in single precision is right too."""


class OptimizerRace(Explorable):
    """Optimizers walk down a landscape: drag the start, change the rates, play.

    Parameters
    ----------
    optimizers, schedules, landscapes : str or module
        Where the student's functions are. What is missing is told; landscapes, and optimizers where there is no module
        of them at all, are then the course's.
    landscape : str
        One of the eight to begin with.
    steps : int
        Updates of each optimizer, up to 1000.
    """

    page = "race.js"
    ground = traitlets.Dict().tag(sync=True)
    """The landscape; apart from the answer, because it is large and changes rarely."""

    def __init__(
        self, optimizers="optimizers", schedules="schedules", landscapes="landscapes", landscape="himmelblau", steps=200
    ):
        self._optimizers = StudentsModule(optimizers)
        self._schedules = StudentsModule(schedules)
        self._landscapes = StudentsModule(landscapes)
        self._surveyed = None
        super().__init__({"landscape": landscape, "steps": steps, "racers": [], "start": None, "right": True})

    def respond(self, settings):
        modules = (self._optimizers, self._schedules, self._landscapes)
        for module in modules:
            module.refresh()
        watched = Watched(self.known_slow(*modules))
        name = settings["landscape"]
        if name not in LANDSCAPES:
            raise ValueError(f"there is no landscape called {name!r}: take one of {', '.join(LANDSCAPES)}")
        ground = self._survey(name, settings.get("again"), watched)
        course = LANDSCAPES[name]
        steps = int(np.clip(settings.get("steps") or 200, 1, MOST_STEPS))
        start = settings.get("start") or list(course.start)
        racers = _filled(settings.get("racers") or [], default_racers(course))
        run = _Run(course, ground, start, steps, watched, self._optimizers, self._schedules)
        return {
            "start": list(start),
            "steps": steps,
            "racers": [run.racer(racer) for racer in racers],
            "decays": [run.decay(decay) for decay in course_schedules.DECAYS],
            "remarks": [module.trouble.text for module in modules[:2] if module.trouble],
            "printed": watched.printed,
        }

    def draw(self):
        return picture(self.ground, self.answer)

    def _survey(self, name, again, watched):
        """The ground; looked at anew when the student's module was saved, or when they ask for it."""
        key = (name, again, self._landscapes.version)
        if self._surveyed is None or self._surveyed[0] != key:
            ground = survey(name, self._landscapes, watched)
            self._surveyed = (key, ground)
            self.ground = ground.data
        return self._surveyed[1]


def default_racers(course):
    """Settings of the five, with rates that suit the landscape."""
    return [
        {
            "name": name,
            "on": name in ("sgd", "momentum", "adam"),
            "learning_rate": course.learning_rate if name in ("sgd", "momentum") else course.adaptive_rate,
            "decay": "constant",
            "left": 0.1,
            "switch": 0.5,
            "sgd_learning_rate": course.learning_rate,
        }
        for name in TITLES
    ]


def _filled(racers, usual):
    """Settings of the page, with what suits the landscape where they leave a value open."""
    asked = {racer["name"]: racer for racer in racers}
    filled = []
    for racer in usual:
        given = asked.get(racer["name"], {})
        filled.append({name: value if given.get(name) is None else given[name] for name, value in racer.items()})
    return filled


class _Run:
    """One answer: every racer from one start on one ground."""

    def __init__(self, course, ground, start, steps, watched, optimizers, schedules):
        self.course, self.ground, self.start, self.steps, self.watched = course, ground, start, steps, watched
        self.optimizers, self.schedules = optimizers, schedules
        self.far = FAR * max(np.abs([*course.x, *course.y]))

    def racer(self, settings):
        """What the page is told about one optimizer."""
        name = settings["name"]
        told = {**settings, "title": TITLES[name], "trouble": None, "remarks": [], "own": True}
        init, step, trouble = self._functions(name)
        if trouble and trouble.kind == "missing" and not self.optimizers.is_there:
            told["own"], trouble = (
                False,
                None,
            )  # an assignment without optimizers: the course's run on the student's ground
        told["trouble"] = trouble and trouble.as_data()
        if trouble or not settings["on"]:
            return told
        rates, more, right_rates = self._rates(settings, told)
        right = self._right_path(settings, right_rates, self.course.slope)
        told["right"] = packed(right)
        told["right_costs"] = packed(self.course.height(right))
        told["rates"] = packed(rates)
        if told["own"]:
            self._students(name, init, step, rates, more, told)
        else:
            path = self._right_path(settings, rates, self._slope)
            told["path"], told["costs"], told["states"] = packed(path), packed(self._heights(path)), []
            told["diverged"] = len(path) <= self.steps
        return told

    def decay(self, name):
        """Name, title and what stands in the way of a schedule."""
        trouble = None
        if name != "constant":
            function = self.schedules.function(name)
            if callable(function):
                arguments = course_schedules.settings(name, 0.1, 0.5, 10)
                _, trouble = self.watched.run(name, lambda: _at(function, arguments, name, 0))
            elif self.schedules.is_there:
                trouble = function
        return {"name": name, "title": course_schedules.DECAYS[name], "trouble": trouble and trouble.as_data()}

    def _functions(self, name):
        """The student's init and step, or what stands in the way: they are tried once."""
        found = [self.optimizers.function(f"{name}_{part}") for part in ("init", "step")]
        for function in found:
            if not callable(function):
                return None, None, function
        _, trouble = self.watched.run(f"{name}_init", found[0], {"w": np.zeros(2)})
        if not trouble:
            more = {"switch_step": 1, "sgd_learning_rate": 0.1} if name == "adam_then_sgd" else {}
            once = walk(self.watched, name, *found, lambda w: np.ones(2), (0.0, 0.0), [0.1], np.inf, more)
            trouble = once.trouble
        return *found, trouble

    def _rates(self, settings, told):
        """The learning rates of the student's schedule, further arguments, and the right rates."""
        name, initial, left = settings["decay"], float(settings["learning_rate"]), float(settings["left"])
        right = course_schedules.rates(name, initial, left, self.steps)
        more = {}
        if settings["name"] == "adam_then_sgd":
            more = {
                "switch_step": round(settings["switch"] * self.steps),
                "sgd_learning_rate": float(settings["sgd_learning_rate"]),
            }
        if name == "constant" or not self.schedules.is_there:
            return right, more, right
        arguments, function = course_schedules.settings(name, initial, left, self.steps), self.schedules.function(name)
        rates, trouble = (None, function)
        if callable(function):
            rates, trouble = self.watched.run(
                name, lambda: np.array([_at(function, arguments, name, k) for k in range(self.steps)])
            )
        if trouble:
            told["remarks"].append(with_consequence(trouble.text, "the learning rate stays constant"))
            return np.full(self.steps, initial), more, np.full(self.steps, initial)
        off = np.flatnonzero(~(np.abs(rates - right) <= 1e-6 * initial))
        if off.size:
            k = off[0]
            told["remarks"].append(f"Your {name} gives α = {rates[k]:.4g} for step {k}; it should be {right[k]:.4g}")
        return rates, more, right

    def _students(self, name, init, step, rates, more, told):
        done = walk(self.watched, name, init, step, self.ground.slope, self.start, rates, self.far, more)
        told["path"] = packed(done.positions)
        told["costs"] = packed(self._heights(done.positions))
        told["states"] = [{"label": label, "values": packed(values)} for label, values in done.states.items()]
        told["diverged"] = done.left
        if done.trouble:
            told["trouble"] = {**done.trouble.as_data(), "step": len(done.positions) - 1}
        if done.remark:
            told["remarks"].append(done.remark)
        if np.isfinite(rates).all() and (wrong := self._first_wrong_step(name, done, rates, more)):
            told["remarks"].append(wrong)
            told["wrong"] = True

    def _first_wrong_step(self, name, done, rates, more):
        """Each step beside the one that the student's own gradients up to there call for: rounding cannot add up."""
        finite = np.isfinite(done.gradients).all(axis=1)
        count = len(finite) if finite.all() else int(np.argmin(finite))
        used = np.array(rates[:count])
        if name == "adam_then_sgd":
            used[more["switch_step"] :] = more["sgd_learning_rate"]
        switch = more.get("switch_step", 0)
        directions = [course_optimizers.direction(name, done.gradients[: k + 1], switch) for k in range(count)]
        right = -used[:, None] * np.reshape(directions, (-1, 2))
        steps = np.diff(done.positions[: count + 1], axis=0)
        room = ROOM * (np.abs(done.positions[:count]) + np.abs(right) + np.abs(self.start).max())
        off = np.flatnonzero((~(np.abs(steps - right) <= room)).any(axis=1))
        if not off.size:
            return ""
        k = off[0]
        more = hint(steps[k], right[k])
        return (
            f"Update {k + 1} moves w by ({steps[k, 0]:.4g}, {steps[k, 1]:.4g}); after these gradients it should be "
            f"({right[k, 0]:.4g}, {right[k, 1]:.4g}){f': {more}' if more else ''}"
        )

    def _right_path(self, settings, rates, slope):
        switch = self.steps
        if settings["name"] == "adam_then_sgd":
            switch = round(settings["switch"] * self.steps)
            rates = np.concatenate([rates[:switch], np.full(self.steps - switch, float(settings["sgd_learning_rate"]))])
        with np.errstate(all="ignore"):
            return course_optimizers.path(settings["name"], slope, self.start, rates, switch, self.far)

    def _slope(self, w):
        value, trouble = self.watched.run("the gradient", lambda: pair(self.ground.slope(w), "the gradient"))
        return np.full(2, np.nan) if trouble else value

    def _heights(self, positions):
        if self.ground.height == self.course.height:
            return self.course.height(positions)
        height = self.ground.height
        values, trouble = self.watched.run(self.ground.name, lambda: [float(height(w)) for w in positions.copy()])
        return np.full(len(positions), np.nan) if trouble else values


def _at(function, arguments, name, step):
    """A schedule at one step: step_decay counts in epochs, the others in steps."""
    rate = function(**arguments, **{"epoch" if name == "step_decay" else "step": step})
    if rate is None:
        raise returned_nothing(name)
    if np.shape(rate) != ():
        raise WrongForm(f"{name} returned shape {np.shape(rate)}; one learning rate was expected")
    return float(rate)

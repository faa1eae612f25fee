"""The trials of a tuning: which settings led where, how a configuration learns, and which photos it gets wrong."""

import math

import traitlets

from explorables import trials_table
from explorables.explorable import Explorable
from explorables.students_module import StudentsModule, Watched
from explorables.trial_again import train_again
from explorables.trials_picture import picture
from explorables.trouble import Trouble, trouble_of


class TrialsExplorer(Explorable):
    """Every line is a trial: pick one, train it again with your own `fit`, look at what it gets wrong.

    Parameters
    ----------
    path : path
        The `trials.csv` that tuning writes.
    module : str or module
        Where the student's `fit` is.
    photos : path, optional
        Of real photos, as for `load_bees_wasps`; None for the drawn ones.
    """

    page = "trials.js"
    table = traitlets.Dict().tag(sync=True)
    """The trials; apart from the answer, because they rarely change."""

    def __init__(self, path="trials.csv", module="bees_vs_wasps", photos=None):
        self._path, self._photos = path, photos
        self._module = StudentsModule(module)
        self._trained = {}
        super().__init__({"chosen": None, "train": None})

    def respond(self, settings):
        rows, trouble = self._rows()
        if trouble:
            self.table = {"axes": [], "trials": []}
            return {"trouble": trouble.as_data(), "chosen": None}
        best = max(range(len(rows)), key=lambda place: _rank(rows[place]))
        axes = trials_table.axes(rows)
        trials = [_told(row) for row in rows]
        if self.table.get("trials") != trials:
            self.table = {"axes": axes, "trials": trials, "best": best}
        chosen = settings["chosen"]
        chosen = best if chosen is None or chosen >= len(rows) else chosen
        answer = {"chosen": chosen, "trouble": None, "trained": None}
        if settings.get("train") == chosen:
            answer |= self._train(chosen, rows[chosen])
        else:
            answer["trained"] = self._trained.get((chosen, self._module.version))
        return answer

    def draw(self):
        return picture(self.table)

    def _rows(self):
        try:
            return trials_table.read(self._path), None
        except FileNotFoundError:
            text = f"There is no {self._path} here yet: tune first, as the handout says, then run this cell again"
            return None, Trouble("missing", text)
        except (OSError, ValueError) as error:
            return None, trouble_of(error, str(self._path)) if isinstance(error, OSError) else Trouble(
                "raised", str(error)
            )

    def _train(self, chosen, row):
        self._module.refresh()
        key = (chosen, self._module.version)
        if key in self._trained:
            return {"trained": self._trained[key]}
        fit = self._module.function("fit")
        if not callable(fit):
            return {"trouble": fit.as_data()}
        watched = Watched({}, None)  # training takes its time; an interrupt of the kernel ends it
        trained, trouble = watched.run(
            "fit", train_again, fit, trials_table.configuration(row), row["seed"], self._photos
        )
        if trouble:
            return {"trouble": trouble.as_data(), "printed": watched.printed}
        self._trained[key] = trained
        return {"trained": trained, "printed": watched.printed}


def _rank(row):
    accuracy, loss = row["validation_accuracy"], row["validation_loss"]
    return (accuracy if accuracy == accuracy else -1.0), (-loss if loss == loss else float("-inf"))


def _told(row):
    """A row for JSON, which has no NaN and no infinity."""
    return {
        name: None if isinstance(value, float) and not math.isfinite(value) else value for name, value in row.items()
    }

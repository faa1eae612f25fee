"""Learning rates of a whole run at once, to hold a student's beside."""

import numpy as np

DECAYS = {
    "constant": "constant",
    "step_decay": "step decay",
    "exponential_decay": "exponential decay",
    "inverse_time_decay": "inverse time decay",
    "cosine_decay": "cosine decay",
    "linear_warmup": "linear warm-up",
}
STAIRS = 4


def settings(name, initial, left, steps):
    """What to call a schedule with so that `left` of the initial rate is left at the end of a run.

    Of a warm-up `left` is the share of the run that it takes.

    Returns
    -------
    dict
        The arguments of the function called `name`, beside the step.
    """
    return {
        "step_decay": {"initial": initial, "factor": left ** (1 / (STAIRS - 1)), "every": max(1, steps // STAIRS)},
        "exponential_decay": {"initial": initial, "rate": -np.log(left) / steps},
        "inverse_time_decay": {"initial": initial, "rate": (1 / left - 1) / steps},
        "cosine_decay": {"initial": initial, "total_steps": steps, "final": left * initial},
        "linear_warmup": {"initial": initial, "warmup_steps": max(1, round(left * steps))},
    }[name]


def rates(name, initial, left, steps):
    """The learning rate of each update, shape (steps,)."""
    if name == "constant":
        return np.full(steps, initial)
    given = settings(name, initial, left, steps)
    if name == "step_decay":
        stairs = -(-steps // given["every"])
        return np.repeat(initial * np.cumprod([1, *[given["factor"]] * (stairs - 1)]), given["every"])[:steps]
    if name == "exponential_decay":
        return np.geomspace(initial, left * initial, steps + 1)[:-1]
    if name == "inverse_time_decay":
        return 1 / np.linspace(1 / initial, 1 / (left * initial), steps + 1)[:-1]
    if name == "cosine_decay":
        falling = np.cos(np.linspace(0, np.pi / 2, steps + 1)[:-1]) ** 2  # the half-angle form
        return left * initial + (1 - left) * initial * falling
    rising = np.linspace(0, initial, given["warmup_steps"] + 1)[1:]
    return np.concatenate([rising, np.full(steps, initial)])[:steps]

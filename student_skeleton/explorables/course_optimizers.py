"""What each optimizer should do next, told from all gradients so far.

Optimizers are written with a memory that each step renews. Here there is none: a moving average is a sum over the whole
past with weights that fade, and a corrected one is the same sum divided by the sum of its weights. That is slow and
holds nothing to be copied; it is there to judge a step by.
"""

from functools import cache

import numpy as np

EPSILON = 1e-8


def direction(name, gradients, switch_step=0):
    """What the learning rate is multiplied by in the next update.

    Parameters
    ----------
    name : str
        sgd, momentum, rmsprop, adam or adam_then_sgd, with the usual β and ε.
    gradients : array (t, 2)
        All up to now, the newest last.
    switch_step : int
        Of adam_then_sgd: how many updates are Adam's.

    Returns
    -------
    array (2,)
        The update is w − α · direction.
    """
    newest = gradients[-1]
    if name == "momentum":
        return 0.1 * (_fading(len(gradients), 0.9) @ gradients)
    if name == "rmsprop":
        return newest / (np.sqrt(0.1 * (_fading(len(gradients), 0.9) @ gradients**2)) + EPSILON)
    if name == "adam" or (name == "adam_then_sgd" and len(gradients) <= switch_step):
        first, second = _fading(len(gradients), 0.9), _fading(len(gradients), 0.999)
        return (first @ gradients / first.sum()) / (np.sqrt(second @ gradients**2 / second.sum()) + EPSILON)
    return newest


@cache
def _fading(count, kept):
    """Weights of `count` gradients: 1 for the newest, each older one `kept` times the next."""
    return kept ** np.arange(count - 1, -1, -1.0)


def path(name, slope, start, rates, switch_step=0, far=np.inf):
    """Positions of an optimizer, the start first, until they are farther than `far` from 0 or all rates are used up."""
    positions, gradients = [np.array(start, dtype=np.float64)], np.empty((len(rates), 2))
    for k, rate in enumerate(rates):
        gradients[k] = slope(positions[-1])
        positions.append(positions[-1] - rate * direction(name, gradients[: k + 1], switch_step))
        if not np.abs(positions[-1]).max() <= far:
            break
    return np.array(positions)

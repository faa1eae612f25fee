"""Learning-rate schedules: how the learning rate depends on how far the training has come.

Every schedule is a pure function of the step (or epoch), counted from 0. It is given the *initial* rate each time,
never the rate of the step before, and remembers nothing: asked for step 40 first and for step 3 afterwards, it answers
both rightly.

In the training loop the schedule is asked before every update, and its answer goes to the optimizer:

    for step in range(steps):
        rate = cosine_decay(0.1, step, steps)
        params, state = adam_step(params, gradient(params), state, learning_rate=rate)

Since the initial rate is an argument, schedules can be combined: a warm-up followed by a decay is
``linear_warmup(cosine_decay(0.1, step, 1000), step, 50)``.
"""

from __future__ import annotations

import math


def step_decay(initial: float, epoch: int, factor: float, every: int) -> float:
    """Multiply the learning rate by `factor` each time `every` epochs are over, and hold it in between.

        α = α₀ · factor^⌊epoch / every⌋

    With ``factor=0.5`` and ``every=10`` epochs 0 to 9 use α₀, epochs 10 to 19 use α₀/2, epochs 20 to 29 use α₀/4.

    Parameters
    ----------
    initial : float
        α₀, the rate of epoch 0.
    epoch : int
        0 or more.
    factor : float
        Usually between 0.1 and 0.5.
    every : int
        Length of a stair in epochs, 1 or more.

    Returns
    -------
    float
        The learning rate of that epoch.
    """
    raise NotImplementedError("step_decay is not written yet")


def exponential_decay(initial: float, step: int, rate: float) -> float:
    """Shrink the learning rate by the same proportion at every step.

        α = α₀ · e^(−rate · step)

    It has halved after ln 2 / rate steps: after about 69 with ``rate=0.01``.

    Parameters
    ----------
    initial : float
        α₀, the rate of step 0.
    step : int
        0 or more.
    rate : float
        Decay per step, 0 or more; 0 means no decay.

    Returns
    -------
    float
        The learning rate of that step.
    """
    raise NotImplementedError("exponential_decay is not written yet")


def inverse_time_decay(initial: float, step: int, rate: float) -> float:
    """Divide the initial learning rate by a number that grows linearly with time.

        α = α₀ / (1 + rate · step)

    It has halved after 1 / rate steps, reaches a third only after 2 / rate, a quarter after 3 / rate: it falls ever
    more slowly, and the sum of all rates has no limit, so the parameters can still travel any distance.

    Parameters
    ----------
    initial : float
        α₀, the rate of step 0.
    step : int
        0 or more.
    rate : float
        Decay per step, 0 or more; 0 means no decay.

    Returns
    -------
    float
        The learning rate of that step.
    """
    raise NotImplementedError("inverse_time_decay is not written yet")


def cosine_decay(initial: float, step: int, total_steps: int, final: float = 0.0) -> float:
    """Lower the learning rate along half a cosine wave, from `initial` at step 0 to `final` at `total_steps`.

        α = α_final + ½ (α₀ − α_final) (1 + cos(π · step / total_steps))        for step < total_steps
        α = α_final                                                             from then on

    It falls slowly at both ends and fastest in the middle, where it passes the mean of α₀ and α_final.

    Parameters
    ----------
    initial : float
        α₀, the rate of step 0.
    step : int
        0 or more; beyond `total_steps` the rate stays at `final`.
    total_steps : int
        Length of the decay, 1 or more.
    final : float
        α_final.

    Returns
    -------
    float
        The learning rate of that step.

    References
    ----------
    I. Loshchilov and F. Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", ICLR 2017 (one cycle, no
    restart).
    """
    raise NotImplementedError("cosine_decay is not written yet")


def linear_warmup(initial: float, step: int, warmup_steps: int) -> float:
    """Raise the learning rate in equal stairs during the first `warmup_steps` steps, then hold it.

        α = α₀ · min(1, (step + 1) / warmup_steps)

    With ``warmup_steps=4`` the first steps use α₀/4, α₀/2, 3α₀/4, α₀, and all later ones α₀. The + 1 is there because a
    first update with a rate of zero would be wasted. ``warmup_steps=0`` means no warm-up: α₀ from the start.

    Parameters
    ----------
    initial : float
        α₀, the rate that is reached at step ``warmup_steps − 1``.
    step : int
        0 or more.
    warmup_steps : int
        0 or more.

    Returns
    -------
    float
        The learning rate of that step.
    """
    raise NotImplementedError("linear_warmup is not written yet")

"""Every schedule is a share of the initial rate; one decorator multiplies."""

import functools
import math


def share_of_initial(share):
    @functools.wraps(share)
    def schedule(initial, *args, **kwargs):
        return initial * share(*args, **kwargs)

    return schedule


@share_of_initial
def step_decay(epoch, factor, every):
    return factor ** int(epoch / every)


@share_of_initial
def exponential_decay(step, rate):
    return math.e ** -(rate * step)


@share_of_initial
def inverse_time_decay(step, rate):
    return 1 / (1 + rate * step)


@share_of_initial
def linear_warmup(step, warmup_steps):
    return sum(1 for stair in range(warmup_steps) if stair <= step) / warmup_steps if warmup_steps else 1


def cosine_decay(initial, step, total_steps, final=0.0):
    @share_of_initial
    def half_wave(progress):
        return math.sin(math.pi / 2 * (1 - progress)) ** 2

    return final + half_wave(initial - final, min(step, total_steps) / total_steps)

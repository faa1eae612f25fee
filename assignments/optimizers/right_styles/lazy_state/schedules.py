"""One expression each."""

from math import cos, exp, floor, pi


def step_decay(initial, epoch, factor, every):
    return initial * pow(factor, floor(epoch / every))


def exponential_decay(initial, step, rate):
    return initial / exp(rate * step)


def inverse_time_decay(initial, step, rate):
    return 1 / (1 / initial + rate * step / initial)


def cosine_decay(initial, step, total_steps, final=0.0):
    return (
        final if step >= total_steps else (initial + final) / 2 + (initial - final) / 2 * cos(pi * step / total_steps)
    )


def linear_warmup(initial, step, warmup_steps):
    return initial * min(1, (step + 1) / warmup_steps) if warmup_steps > 0 else initial

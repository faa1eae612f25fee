"""Learning rates as float32 scalars."""

import numpy as np

F = np.float32


def step_decay(initial, epoch, factor, every):
    return F(initial) * np.power(F(factor), epoch // every)


def exponential_decay(initial, step, rate):
    return F(initial) * np.exp(-F(rate) * F(step))


def inverse_time_decay(initial, step, rate):
    return F(initial) / (F(1) + F(rate) * F(step))


def cosine_decay(initial, step, total_steps, final=0.0):
    progress = np.minimum(F(step) / F(total_steps), F(1))
    return F(final) + F(0.5) * (F(initial) - F(final)) * (F(1) + np.cos(F(np.pi) * progress))


def linear_warmup(initial, step, warmup_steps):
    return F(initial) * np.minimum(F(1), F(step + 1) / F(max(warmup_steps, 1)))

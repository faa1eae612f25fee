"""NumPy functions throughout: the answers are NumPy scalars or 0-d arrays."""

import numpy as np


def step_decay(initial, epoch, factor, every):
    return np.multiply(initial, np.power(float(factor), np.floor_divide(epoch, every)))


def exponential_decay(initial, step, rate):
    return np.asarray(initial * np.exp(-rate * np.asarray(step)))


def inverse_time_decay(initial, step, rate):
    return np.divide(initial, 1 + np.multiply(rate, step))


def cosine_decay(initial, step, total_steps, final=0.0):
    angle = np.pi * np.clip(step / total_steps, 0, 1)
    return np.interp(np.cos(angle), [-1, 1], [final, initial])


def linear_warmup(initial, step, warmup_steps):
    with np.errstate(divide="ignore"):
        return np.where(step < warmup_steps, initial * np.divide(step + 1, warmup_steps), initial)

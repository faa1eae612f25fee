"""Local variables that are worked on until they are right."""

import math


def step_decay(initial, epoch, factor, every):
    while epoch >= every:
        epoch -= every
        initial *= factor
    return initial


def exponential_decay(initial, step, rate):
    initial /= math.e ** (rate * step)
    return initial


def inverse_time_decay(initial, step, rate):
    step *= rate
    step += 1
    initial /= step
    return initial


def cosine_decay(initial, step, total_steps, final=0.0):
    step = min(step, total_steps)
    initial -= final
    initial *= math.cos(math.pi * step / total_steps / 2) ** 2
    initial += final
    return initial


def linear_warmup(initial, step, warmup_steps):
    step += 1
    if step < warmup_steps:
        initial *= step
        initial /= warmup_steps
    return initial

"""Counting instead of formulas, where that is possible."""

import math


def step_decay(initial, epoch, factor, every):
    rate = initial
    for past in range(1, epoch + 1):
        if past % every == 0:
            rate = rate * factor
    return rate


def exponential_decay(initial, step, rate):
    result = initial
    for _ in range(step):
        result = result * math.exp(-rate)
    return result


def inverse_time_decay(initial, step, rate):
    divisor = 1.0
    for _ in range(step):
        divisor += rate
    return initial / divisor


def cosine_decay(initial, step, total_steps, final=0.0):
    if step > total_steps:
        step = total_steps
    share = (1 + math.cos(math.pi * step / total_steps)) / 2
    return share * initial + (1 - share) * final


def linear_warmup(initial, step, warmup_steps):
    stairs = 0
    while stairs < step + 1 and stairs < warmup_steps:
        stairs += 1
    if warmup_steps == 0:
        return initial
    return initial * stairs / warmup_steps

"""Powers and logarithms where others multiply and divide."""

import cmath
import math


def step_decay(initial, epoch, factor, every):
    return math.exp(math.log(initial) + math.log(factor) * divmod(epoch, every)[0])


def exponential_decay(initial, step, rate):
    return math.exp(math.log(initial) - rate * step)


def inverse_time_decay(initial, step, rate):
    return initial * math.pow(1.0 + step * rate, -1)


def cosine_decay(initial, step, total_steps, final=0.0):
    turned = cmath.exp(1j * cmath.pi * min(1.0, step / total_steps)).real
    return (initial * (1 + turned) + final * (1 - turned)) / 2


def linear_warmup(initial, step, warmup_steps):
    try:
        return min(initial, initial * ((step + 1) / warmup_steps))
    except ZeroDivisionError:
        return initial

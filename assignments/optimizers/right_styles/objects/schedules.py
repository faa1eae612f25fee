"""Callable objects, and fractions where counting is exact."""

from fractions import Fraction

import numpy as np


class Stairs:
    def __call__(self, initial, epoch, factor, every):
        return float(initial * np.prod([factor] * (epoch // every)))


class Smooth:
    def __init__(self, divisor):
        self.divisor = divisor

    def __call__(self, initial, step, rate):
        return initial / self.divisor(rate * step)


class HalfWave:
    def __call__(self, initial, step, total_steps, final=0.0):
        progress = float(min(Fraction(step, total_steps), Fraction(1)))
        return final + (initial - final) * (1 - np.sin(np.pi * progress / 2) ** 2)


class Ramp:
    def __call__(self, initial, step, warmup_steps):
        return initial * float(min(Fraction(1), Fraction(step + 1, warmup_steps or 1)))


step_decay = Stairs()
exponential_decay = Smooth(np.exp)
inverse_time_decay = Smooth(lambda elapsed: 1 + elapsed)
cosine_decay = HalfWave()
linear_warmup = Ramp()

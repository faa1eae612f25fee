"""Copies everything first and then works on the copy."""

from copy import deepcopy

import numpy as np


def himmelblau(w):
    parts = np.copy(w) ** 2
    parts += np.copy(w)[::-1]
    parts -= [11, 7]
    parts **= 2
    return parts.sum()


def himmelblau_gradient(w):
    inner = np.copy(w) ** 2
    inner += w[::-1]
    inner -= np.array([11.0, 7.0])
    slope = 4 * w
    slope *= inner
    slope += 2 * inner[::-1]
    return slope


def styblinski_tang(w):
    total = np.copy(w)
    total *= w
    total -= 16
    total *= w
    total += 5
    total *= w
    return np.array(total.sum() / 2)


def styblinski_tang_gradient(w):
    slope = np.copy(w)
    slope *= w
    slope *= 4
    slope -= 32
    slope *= w
    slope += 5
    slope /= 2
    return slope


def rosenbrock(w):
    gap = w[1] - w[0] ** 2
    return np.dot([1, 100], [(1 - w[0]) ** 2, gap**2])


def rosenbrock_gradient(w):
    slope = np.zeros(2)
    slope[0] -= 2 * (1 - w[0])
    gap = w[1] - w[0] ** 2
    slope[0] -= 400 * w[0] * gap
    slope[1] += 200 * gap
    return slope


def _goldstein(w):
    x, y = np.copy(w)
    one = np.array([19.0, -14 * x, 3 * x**2, -14 * y, 6 * x * y, 3 * y**2]).sum()
    two = np.array([18.0, -32 * x, 12 * x**2, 48 * y, -36 * x * y, 27 * y**2]).sum()
    return one, two


def goldstein_price(w):
    one, two = _goldstein(w)
    result = np.array([one, two])
    result *= np.array([w[0] + w[1] + 1, 2 * w[0] - 3 * w[1]]) ** 2
    result += [1, 30]
    return result.prod()


def goldstein_price_gradient(w):
    x, y = w
    one, two = _goldstein(w)
    s, t = x + y + 1, 2 * x - 3 * y
    first, second = 1 + s**2 * one, 30 + t**2 * two
    slope = np.full(2, 2 * s * one + s**2 * (6 * x + 6 * y - 14))
    slope *= second
    others = 2 * t * two * np.array([2.0, -3.0])
    others += t**2 * np.array([24 * x - 36 * y - 32, 54 * y - 36 * x + 48])
    others *= first
    slope += others
    return slope


def beale(w):
    x, y = w
    terms = np.array([1.5, 2.25, 2.625])
    terms -= x
    terms += x * y ** np.array([1, 2, 3])
    terms *= terms
    return terms.sum()


def beale_gradient(w):
    x, y = w
    powers = np.array([1.0, 2.0, 3.0])
    terms = np.array([1.5, 2.25, 2.625])
    terms -= x
    terms += x * y**powers
    inner = np.array([y**powers - 1, x * powers * y ** (powers - 1)])
    inner *= 2 * terms
    return inner.sum(axis=1)


def mccormick(w):
    w = deepcopy(w)
    return np.sum([np.sin(w[0] + w[1]), (w[0] - w[1]) ** 2, -1.5 * w[0], 2.5 * w[1], 1])


def mccormick_gradient(w):
    slope = np.full_like(w, np.cos(w[0] + w[1]))
    slope += 2 * (w[0] - w[1]) * np.array([1, -1])
    slope += np.array([-1.5, 2.5])
    return slope


def matyas(w):
    squares = np.copy(w)
    squares **= 2
    return 0.26 * squares.sum() - 0.48 * np.prod(w)


def matyas_gradient(w):
    slope = 0.52 * w
    slope -= 0.48 * w[::-1]
    return slope


def rastrigin(w):
    dents = 2 * np.pi * w
    np.cos(dents, out=dents)
    dents *= -10
    dents += w**2
    dents += 10
    return dents.sum()


def rastrigin_gradient(w):
    slope = 2 * np.pi * w
    np.sin(slope, out=slope)
    slope *= 20 * np.pi
    slope += 2 * w
    return slope


def minimize(gradient, w, init, step, learning_rates):
    params = {"theta": np.array(w, dtype=float, copy=True)}
    state = init(deepcopy(params))
    path = np.empty((len(learning_rates) + 1, 2), order="F")
    path[0] = w
    for row, rate in enumerate(learning_rates, start=1):
        slope = np.array(gradient(params["theta"].copy()), copy=True)
        new, state = step(params, {"theta": slope}, state, learning_rate=rate)
        params["theta"][...] = new["theta"]
        path[row] = params["theta"]
    return path

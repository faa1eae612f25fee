"""Landscapes written out with Python's own numbers."""

import math

import numpy as np


def himmelblau(w):
    x = float(w[0])
    y = float(w[1])
    return (x * x + y - 11) * (x * x + y - 11) + (x + y * y - 7) * (x + y * y - 7)


def himmelblau_gradient(w):
    x = float(w[0])
    y = float(w[1])
    dx = 4 * x * (x * x + y - 11) + 2 * (x + y * y - 7)
    dy = 2 * (x * x + y - 11) + 4 * y * (x + y * y - 7)
    return np.array([dx, dy])


def styblinski_tang(w):
    total = 0.0
    for v in w:
        v = float(v)
        total += v * v * v * v - 16 * v * v + 5 * v
    return total / 2


def styblinski_tang_gradient(w):
    slopes = []
    for v in w:
        slopes.append(0.5 * (4 * v**3 - 32 * v + 5))
    return np.array(slopes)


def rosenbrock(w):
    x = float(w[0])
    y = float(w[1])
    return (1 - x) ** 2 + 100 * (y - x * x) ** 2


def rosenbrock_gradient(w):
    x = float(w[0])
    y = float(w[1])
    return np.array([2 * x - 2 + 400 * x * x * x - 400 * x * y, 200 * y - 200 * x * x])


def goldstein_parts(x, y):
    p = 19 - 14 * x + 3 * x * x - 14 * y + 6 * x * y + 3 * y * y
    q = 18 - 32 * x + 12 * x * x + 48 * y - 36 * x * y + 27 * y * y
    return p, q


def goldstein_price(w):
    x = float(w[0])
    y = float(w[1])
    p, q = goldstein_parts(x, y)
    return (1 + (x + y + 1) ** 2 * p) * (30 + (2 * x - 3 * y) ** 2 * q)


def goldstein_price_gradient(w):
    x = float(w[0])
    y = float(w[1])
    p, q = goldstein_parts(x, y)
    s = x + y + 1
    t = 2 * x - 3 * y
    A = 1 + s * s * p
    B = 30 + t * t * q
    dA = 2 * s * p + s * s * (-14 + 6 * x + 6 * y)
    dBx = 2 * t * 2 * q + t * t * (-32 + 24 * x - 36 * y)
    dBy = 2 * t * (-3) * q + t * t * (48 - 36 * x + 54 * y)
    return np.array([dA * B + A * dBx, dA * B + A * dBy])


def beale(w):
    x = float(w[0])
    y = float(w[1])
    total = 0.0
    for power, constant in enumerate([1.5, 2.25, 2.625], start=1):
        total += (constant - x + x * y**power) ** 2
    return total


def beale_gradient(w):
    x = float(w[0])
    y = float(w[1])
    dx = 0.0
    dy = 0.0
    for power, constant in enumerate([1.5, 2.25, 2.625], start=1):
        term = constant - x + x * y**power
        dx += 2 * term * (y**power - 1)
        dy += 2 * term * power * x * y ** (power - 1)
    return np.array([dx, dy])


def mccormick(w):
    x = float(w[0])
    y = float(w[1])
    return math.sin(x + y) + (x - y) ** 2 - 1.5 * x + 2.5 * y + 1


def mccormick_gradient(w):
    x = float(w[0])
    y = float(w[1])
    return np.array([math.cos(x + y) + 2 * (x - y) - 1.5, math.cos(x + y) - 2 * (x - y) + 2.5])


def matyas(w):
    x = float(w[0])
    y = float(w[1])
    return 0.26 * (x * x + y * y) - 0.48 * x * y


def matyas_gradient(w):
    x = float(w[0])
    y = float(w[1])
    return np.array([0.52 * x - 0.48 * y, 0.52 * y - 0.48 * x])


def rastrigin(w):
    total = 20.0
    for v in w:
        total += v * v - 10 * math.cos(2 * math.pi * v)
    return total


def rastrigin_gradient(w):
    slopes = []
    for v in w:
        slopes.append(2 * v + 10 * math.sin(2 * math.pi * v) * 2 * math.pi)
    return np.array(slopes)


def minimize(gradient, w, init, step, learning_rates):
    here = {"position": np.array([float(w[0]), float(w[1])])}
    memory = init(here)
    path = [[float(w[0]), float(w[1])]]
    for number in range(len(learning_rates)):
        slope = gradient(here["position"])
        here, memory = step(here, {"position": slope}, memory, learning_rate=float(learning_rates[number]))
        path.append([float(v) for v in here["position"]])
    return np.array(path)

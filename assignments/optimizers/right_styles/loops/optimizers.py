"""Everything entry by entry, with Python's own numbers: no array arithmetic at all."""

import math

import numpy as np


def verify(params, grads):
    for name in params:
        if name not in grads:
            raise ValueError("no gradient for " + name)
        if np.asarray(params[name]).shape != np.asarray(grads[name]).shape:
            have = np.asarray(grads[name]).shape
            want = np.asarray(params[name]).shape
            raise ValueError(f"gradient of {name} is {have} but should be {want}")


def zeros(params):
    result = {}
    for name in params:
        result[name] = [0.0] * np.asarray(params[name]).size
    return result


def numbers(array):
    return [float(number) for number in np.asarray(array).flatten()]


def back(values, like):
    return np.array(values, dtype=float).reshape(np.asarray(like).shape)


def sgd_init(params):
    return {}


def sgd_step(params, grads, state, *, learning_rate):
    verify(params, grads)
    result = {}
    for name in params:
        values = []
        for w, g in zip(numbers(params[name]), numbers(grads[name]), strict=True):
            values.append(w - learning_rate * g)
        result[name] = back(values, params[name])
    return result, {}


def momentum_init(params):
    return zeros(params)


def momentum_step(params, grads, state, *, learning_rate, beta=0.9):
    verify(params, grads)
    result, velocities = {}, {}
    for name in params:
        values, velocities[name] = [], []
        for w, g, v in zip(numbers(params[name]), numbers(grads[name]), state[name], strict=True):
            v = beta * v + (1 - beta) * g
            velocities[name].append(v)
            values.append(w - learning_rate * v)
        result[name] = back(values, params[name])
    return result, velocities


def rmsprop_init(params):
    return zeros(params)


def rmsprop_step(params, grads, state, *, learning_rate, beta=0.9, epsilon=1e-8):
    verify(params, grads)
    result, squares = {}, {}
    for name in params:
        values, squares[name] = [], []
        for w, g, s in zip(numbers(params[name]), numbers(grads[name]), state[name], strict=True):
            s = beta * s + (1 - beta) * g * g
            squares[name].append(s)
            values.append(w - learning_rate * g / (math.sqrt(s) + epsilon))
        result[name] = back(values, params[name])
    return result, squares


def adam_init(params):
    return {"updates": 0, "first": zeros(params), "second": zeros(params)}


def adam_step(params, grads, state, *, learning_rate, beta1=0.9, beta2=0.999, epsilon=1e-8):
    verify(params, grads)
    t = state["updates"] + 1
    correction1 = correction2 = 1.0
    for _ in range(t):
        correction1 *= beta1
        correction2 *= beta2
    result, first, second = {}, {}, {}
    for name in params:
        values, first[name], second[name] = [], [], []
        old = zip(
            numbers(params[name]), numbers(grads[name]), state["first"][name], state["second"][name], strict=False
        )
        for w, g, v, s in old:
            v = beta1 * v + (1 - beta1) * g
            s = beta2 * s + (1 - beta2) * g**2
            first[name].append(v)
            second[name].append(s)
            values.append(w - learning_rate * (v / (1 - correction1)) / (math.sqrt(s / (1 - correction2)) + epsilon))
        result[name] = back(values, params[name])
    return result, {"updates": t, "first": first, "second": second}


def adam_then_sgd_init(params):
    return adam_init(params)


def adam_then_sgd_step(
    params, grads, state, *, learning_rate, switch_step, sgd_learning_rate, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    number = state["updates"] + 1
    if number <= switch_step:
        return adam_step(params, grads, state, learning_rate=learning_rate, beta1=beta1, beta2=beta2, epsilon=epsilon)
    result, _ = sgd_step(params, grads, {}, learning_rate=sgd_learning_rate)
    return result, {"updates": number}

"""All parameters in one long vector; the state is a vector too, the counter in front."""

import numpy as np


def flatten(arrays, names):
    return np.concatenate([np.ravel(arrays[name]) for name in names]) if names else np.zeros(0)


def unflatten(vector, params):
    arrays, position = {}, 0
    for name, array in params.items():
        size = np.size(array)
        arrays[name] = vector[position : position + size].reshape(np.shape(array))
        position += size
    return arrays


def load(params, grads):
    names = list(params)
    shapes = [np.shape(params[name]) for name in names]
    found = [np.shape(grads[name]) for name in names]
    if shapes != found:
        raise ValueError(f"shapes of the parameters {shapes}, of the gradients {found}")
    return flatten(params, names), flatten(grads, names)


def count(params):
    return sum(np.size(array) for array in params.values())


def sgd_init(params):
    return np.zeros(0)


def sgd_step(params, grads, state, *, learning_rate):
    w, g = load(params, grads)
    return unflatten(w - learning_rate * g, params), state


def momentum_init(params):
    return np.zeros(count(params))


def momentum_step(params, grads, state, *, learning_rate, beta=0.9):
    w, g = load(params, grads)
    v = state + (1 - beta) * (g - state)
    return unflatten(w - learning_rate * v, params), v


def rmsprop_init(params):
    return np.zeros(count(params))


def rmsprop_step(params, grads, state, *, learning_rate, beta=0.9, epsilon=1e-8):
    w, g = load(params, grads)
    s = np.average([state, g**2], axis=0, weights=[beta, 1 - beta])
    return unflatten(w - learning_rate * g / (s**0.5 + epsilon), params), s


def adam_init(params):
    return np.zeros(1 + 2 * count(params))


def adam_step(params, grads, state, *, learning_rate, beta1=0.9, beta2=0.999, epsilon=1e-8):
    w, g = load(params, grads)
    t = state[0] + 1
    v, s = np.split(state[1:], 2)
    v = beta1 * v + (1 - beta1) * g
    s = beta2 * s + (1 - beta2) * g * g
    w = w - learning_rate * (v / (1 - beta1**t)) / (np.sqrt(s / (1 - beta2**t)) + epsilon)
    return unflatten(w, params), np.concatenate([[t], v, s])


def adam_then_sgd_init(params):
    return adam_init(params)


def adam_then_sgd_step(
    params, grads, state, *, learning_rate, switch_step, sgd_learning_rate, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    if state[0] < switch_step:
        return adam_step(params, grads, state, learning_rate=learning_rate, beta1=beta1, beta2=beta2, epsilon=epsilon)
    w, g = load(params, grads)
    counted = np.zeros_like(state)
    counted[0] = state[0] + 1
    return unflatten(w - sgd_learning_rate * g, params), counted

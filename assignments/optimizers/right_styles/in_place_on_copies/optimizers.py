"""Deep copies first, then augmented assignments on the copies."""

from copy import deepcopy

import numpy as np


def _start(params, grads, state):
    for name, value in params.items():
        if name not in grads:
            raise KeyError(name)
        if np.shape(value) != np.shape(grads[name]):
            raise ValueError(f"{name}: parameter {np.shape(value)}, gradient {np.shape(grads[name])}")
    params = {name: np.array(value, dtype=float) for name, value in params.items()}
    grads = {name: np.array(grads[name], dtype=float) for name in params}
    return params, grads, deepcopy(state)


def sgd_init(params):
    return {}


def sgd_step(params, grads, state, *, learning_rate):
    params, grads, state = _start(params, grads, state)
    for name, W in params.items():
        grads[name] *= learning_rate
        W -= grads[name]
    return params, state


def momentum_init(params):
    state = deepcopy(params)
    for name in state:
        state[name] = np.array(state[name], dtype=float)
        state[name][...] = 0
    return state


def momentum_step(params, grads, state, *, learning_rate, beta=0.9):
    params, grads, state = _start(params, grads, state)
    for name, W in params.items():
        V = state[name]
        V *= beta
        grads[name] *= 1 - beta
        V += grads[name]
        W -= learning_rate * V
    return params, state


rmsprop_init = momentum_init


def rmsprop_step(params, grads, state, *, learning_rate, beta=0.9, epsilon=1e-8):
    params, grads, state = _start(params, grads, state)
    for name, W in params.items():
        S, dW = state[name], grads[name]
        S *= beta
        S += (1 - beta) * dW**2
        divisor = np.sqrt(S)
        divisor += epsilon
        dW /= divisor
        dW *= learning_rate
        W -= dW
    return params, state


def adam_init(params):
    return {"V": momentum_init(params), "S": momentum_init(params), "t": 0}


def adam_step(params, grads, state, *, learning_rate, beta1=0.9, beta2=0.999, epsilon=1e-8):
    params, grads, state = _start(params, grads, state)
    state["t"] += 1
    for name, W in params.items():
        V, S, dW = state["V"][name], state["S"][name], grads[name]
        V *= beta1
        V += (1 - beta1) * dW
        S *= beta2
        dW *= dW
        S += (1 - beta2) * dW
        step = V.copy()
        step /= 1 - beta1 ** state["t"]
        divisor = S.copy()
        divisor /= 1 - beta2 ** state["t"]
        np.sqrt(divisor, out=divisor)
        divisor += epsilon
        step /= divisor
        W -= learning_rate * step
    return params, state


adam_then_sgd_init = adam_init


def adam_then_sgd_step(
    params, grads, state, *, learning_rate, switch_step, sgd_learning_rate, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    if state["t"] < switch_step:
        return adam_step(params, grads, state, learning_rate=learning_rate, beta1=beta1, beta2=beta2, epsilon=epsilon)
    params, state = sgd_step(params, grads, state, learning_rate=sgd_learning_rate)
    state["t"] += 1
    return params, state

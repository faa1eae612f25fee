"""The state starts empty (or as None) and is filled by the first step."""

import numpy as np


def _pairs(params, grads):
    for name in params:
        W, dW = np.asarray(params[name]), np.asarray(grads[name])
        if W.shape != dW.shape:
            raise ValueError(f"{name!r}: expected a gradient of shape {W.shape} and got {dW.shape}")
        yield name, W, dW


def sgd_init(params):
    return None


def sgd_step(params, grads, state, *, learning_rate):
    return {name: W - learning_rate * dW for name, W, dW in _pairs(params, grads)}, None


def momentum_init(params):
    return {}


def momentum_step(params, grads, state, *, learning_rate, beta=0.9):
    new_params, new_state = {}, {}
    for name, W, dW in _pairs(params, grads):
        new_state[name] = beta * state.get(name, 0.0) + (1 - beta) * dW
        new_params[name] = W - learning_rate * new_state[name]
    return new_params, new_state


def rmsprop_init(params):
    return None


def rmsprop_step(params, grads, state, *, learning_rate, beta=0.9, epsilon=1e-8):
    new_params, new_state = {}, {}
    for name, W, dW in _pairs(params, grads):
        old = state[name] if state is not None else np.zeros_like(dW)
        new_state[name] = beta * old + (1 - beta) * dW**2
        new_params[name] = W - learning_rate * dW / (epsilon + np.sqrt(new_state[name]))
    return new_params, new_state


def adam_init(params):
    return {}


def adam_step(params, grads, state, *, learning_rate, beta1=0.9, beta2=0.999, epsilon=1e-8):
    t = state.get("t", 0) + 1
    new_params, new_state = {}, {"t": t}
    for name, W, dW in _pairs(params, grads):
        V = beta1 * state.get("V_" + name, 0) + (1 - beta1) * dW
        S = beta2 * state.get("S_" + name, 0) + (1 - beta2) * dW**2
        new_state["V_" + name], new_state["S_" + name] = V, S
        new_params[name] = W - learning_rate * (V / (1 - beta1**t)) / (np.sqrt(S / (1 - beta2**t)) + epsilon)
    return new_params, new_state


def adam_then_sgd_init(params):
    return {}


def adam_then_sgd_step(params, grads, state, *, learning_rate, switch_step, sgd_learning_rate, **adam_settings):
    done = state.get("done", 0)
    if done < switch_step:
        adam = state.get("adam", adam_init(params))
        params, adam = adam_step(params, grads, adam, learning_rate=learning_rate, **adam_settings)
        return params, {"done": done + 1, "adam": adam}
    params, _ = sgd_step(params, grads, None, learning_rate=sgd_learning_rate)
    return params, {"done": done + 1}

"""One factory for all optimizers: each is a rule for a single array, wrapped to work on dicts of arrays."""

import functools

import numpy as np


def on_dicts(rule):
    """Turn `rule(W, dW, memory, t, **settings) → (W, memory)` into a step over all parameters."""

    @functools.wraps(rule)
    def step(params, grads, state, **settings):
        if any(name not in grads for name in params):
            raise KeyError(next(name for name in params if name not in grads))
        for name, W in params.items():
            if np.shape(W) != np.shape(grads[name]):
                raise ValueError(f"{name}: W has shape {np.shape(W)}, dW has shape {np.shape(grads[name])}")
        t = state["t"] + 1
        results = {name: rule(W, grads[name], state["of"][name], t, **settings) for name, W in params.items()}
        return (
            {name: result[0] for name, result in results.items()},
            {"t": t, "of": {name: result[1] for name, result in results.items()}},
        )

    return step


def fresh(*slots):
    return lambda params: {
        "t": 0,
        "of": {name: {slot: np.zeros(np.shape(W)) for slot in slots} for name, W in params.items()},
    }


def average(old, new, beta):
    return beta * old + (1 - beta) * new


sgd_init = fresh()
momentum_init = fresh("V")
rmsprop_init = fresh("S")
adam_init = adam_then_sgd_init = fresh("V", "S")


@on_dicts
def sgd_step(W, dW, memory, t, *, learning_rate):
    return W - learning_rate * dW, memory


@on_dicts
def momentum_step(W, dW, memory, t, *, learning_rate, beta=0.9):
    V = average(memory["V"], dW, beta)
    return W - learning_rate * V, {"V": V}


@on_dicts
def rmsprop_step(W, dW, memory, t, *, learning_rate, beta=0.9, epsilon=1e-8):
    S = average(memory["S"], np.square(dW), beta)
    return W - learning_rate * dW / (np.sqrt(S) + epsilon), {"S": S}


def adam_rule(W, dW, memory, t, *, learning_rate, beta1=0.9, beta2=0.999, epsilon=1e-8):
    V, S = average(memory["V"], dW, beta1), average(memory["S"], np.square(dW), beta2)

    def unbiased(mean, beta):
        return mean / (1 - beta**t)

    return W - learning_rate * unbiased(V, beta1) / (np.sqrt(unbiased(S, beta2)) + epsilon), {"V": V, "S": S}


adam_step = on_dicts(adam_rule)


@on_dicts
def adam_then_sgd_step(W, dW, memory, t, *, switch_step, sgd_learning_rate, learning_rate, **settings):
    if t <= switch_step:
        return adam_rule(W, dW, memory, t, learning_rate=learning_rate, **settings)
    return W - sgd_learning_rate * dW, {}

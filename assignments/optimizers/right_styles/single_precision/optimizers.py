"""Everything in float32, hyperparameters included, as one would write it for a small device."""

import numpy as np

F = np.float32


def _single(arrays):
    return {name: np.asarray(array, dtype=F) for name, array in arrays.items()}


def _load(params, grads):
    missing = set(params) - set(grads)
    if missing:
        raise KeyError(f"gradients missing: {sorted(missing)}")
    params, grads = _single(params), _single(grads)
    for name, array in params.items():
        if array.shape != grads[name].shape:
            raise ValueError(f"{name}: {array.shape} and {grads[name].shape} do not match")
    return params, grads


def _zeros(params):
    return {name: np.zeros_like(array) for name, array in _single(params).items()}


def sgd_init(params):
    return {"nothing": None}


def sgd_step(params, grads, state, *, learning_rate):
    params, grads = _load(params, grads)
    return {name: params[name] - F(learning_rate) * grads[name] for name in params}, state


def momentum_init(params):
    return _zeros(params)


def momentum_step(params, grads, state, *, learning_rate, beta=0.9):
    params, grads = _load(params, grads)
    beta = F(beta)
    velocity = {name: beta * state[name] + (F(1) - beta) * grads[name] for name in params}
    return {name: params[name] - F(learning_rate) * velocity[name] for name in params}, velocity


def rmsprop_init(params):
    return _zeros(params)


def rmsprop_step(params, grads, state, *, learning_rate, beta=0.9, epsilon=1e-8):
    params, grads = _load(params, grads)
    beta = F(beta)
    squares = {name: beta * state[name] + (F(1) - beta) * np.square(grads[name]) for name in params}
    moved = {}
    for name in params:
        moved[name] = params[name] - F(learning_rate) * grads[name] / (np.sqrt(squares[name]) + F(epsilon))
    return moved, squares


def adam_init(params):
    return {"t": 0, "m": _zeros(params), "v": _zeros(params)}


def adam_step(params, grads, state, *, learning_rate, beta1=0.9, beta2=0.999, epsilon=1e-8):
    params, grads = _load(params, grads)
    t = state["t"] + 1
    beta1, beta2 = F(beta1), F(beta2)
    m, v, moved = {}, {}, {}
    for name in params:
        m[name] = beta1 * state["m"][name] + (F(1) - beta1) * grads[name]
        v[name] = beta2 * state["v"][name] + (F(1) - beta2) * np.square(grads[name])
        m_hat = m[name] / (F(1) - beta1**t)
        v_hat = v[name] / (F(1) - beta2**t)
        moved[name] = params[name] - F(learning_rate) * m_hat / (np.sqrt(v_hat) + F(epsilon))
    return moved, {"t": t, "m": m, "v": v}


def adam_then_sgd_init(params):
    return {"count": np.int32(0), "adam": adam_init(params)}


def adam_then_sgd_step(
    params, grads, state, *, learning_rate, switch_step, sgd_learning_rate, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    count, adam = state["count"], state["adam"]
    if count >= switch_step:
        params, _ = sgd_step(params, grads, None, learning_rate=sgd_learning_rate)
    else:
        hyper = dict(learning_rate=learning_rate, beta1=beta1, beta2=beta2, epsilon=epsilon)
        params, adam = adam_step(params, grads, adam, **hyper)
    return params, {"count": count + np.int32(1), "adam": adam}

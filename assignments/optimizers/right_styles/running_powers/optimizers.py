"""Tuples for states, powers of beta in place of a counter, the root in place of its square, corrections folded in."""

import numpy as np


def fits(params, grads):
    if not params.keys() <= grads.keys():
        raise ValueError("some parameters have no gradient")
    bad = [name for name in params if np.shape(params[name]) != np.shape(grads[name])]
    if bad:
        want, got = np.shape(params[bad[0]]), np.shape(grads[bad[0]])
        raise ValueError(f"{bad[0]} is {'x'.join(map(str, want))}, its gradient is {'x'.join(map(str, got))}")


def sgd_init(params):
    return ()


def sgd_step(params, grads, state, *, learning_rate):
    fits(params, grads)
    return {name: np.add(params[name], -learning_rate * grads[name]) for name in reversed(params)}, ()


def momentum_init(params):
    return tuple(np.zeros(np.shape(params[name])) for name in sorted(params))


def momentum_step(params, grads, state, *, learning_rate, beta=0.9):
    fits(params, grads)
    names = sorted(params)
    velocities = tuple(beta * V - (beta - 1) * grads[name] for name, V in zip(names, state, strict=True))
    return {name: params[name] - learning_rate * V for name, V in zip(names, velocities, strict=True)}, velocities


def rmsprop_init(params):
    return tuple(np.zeros(np.shape(params[name])) for name in sorted(params))


def rmsprop_step(params, grads, state, *, learning_rate, beta=0.9, epsilon=1e-8):
    fits(params, grads)
    names = sorted(params)
    roots = tuple(
        np.hypot(np.sqrt(beta) * root, np.sqrt(1 - beta) * np.asarray(grads[name]))
        for name, root in zip(names, state, strict=True)
    )
    return {
        name: params[name] - learning_rate * grads[name] / (root + epsilon)
        for name, root in zip(names, roots, strict=True)
    }, roots


def adam_init(params):
    return 1.0, 1.0, [(np.zeros(np.shape(params[name])), np.zeros(np.shape(params[name]))) for name in sorted(params)]


def adam_step(params, grads, state, *, learning_rate, beta1=0.9, beta2=0.999, epsilon=1e-8):
    fits(params, grads)
    power1, power2, moments = state
    power1, power2 = power1 * beta1, power2 * beta2
    shrink = np.sqrt(1 - power2)
    alpha, epsilon_hat = learning_rate * shrink / (1 - power1), epsilon * shrink
    moved, kept = {}, []
    for name, (V, root) in zip(sorted(params), moments, strict=True):
        V = beta1 * V + (1 - beta1) * grads[name]
        root = np.sqrt(beta2 * root**2 + (1 - beta2) * grads[name] ** 2)
        kept.append((V, root))
        moved[name] = params[name] - alpha * V / (root + epsilon_hat)
    return moved, (power1, power2, kept)


def adam_then_sgd_init(params):
    return 0, adam_init(params)


def adam_then_sgd_step(
    params, grads, state, *, learning_rate, switch_step, sgd_learning_rate, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    made, adam = state
    if made == switch_step or adam is None:
        return sgd_step(params, grads, (), learning_rate=sgd_learning_rate)[0], (made, None)
    params, adam = adam_step(
        params, grads, adam, learning_rate=learning_rate, beta1=beta1, beta2=beta2, epsilon=epsilon
    )
    return params, (made + 1, adam)

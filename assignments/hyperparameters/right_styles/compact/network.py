from functools import reduce
from itertools import count, pairwise

import numpy as np

STD = {
    "zeros": lambda i, o: 0,
    "normal": lambda i, o: 1,
    "xavier": lambda i, o: (2 / (i + o)) ** 0.5,
    "he": lambda i, o: (2 / i) ** 0.5,
}


def initialize(layer_sizes, scheme, rng):
    if scheme not in STD:
        raise ValueError(scheme)
    sizes = list(enumerate(pairwise(layer_sizes), 1))
    W = {f"W{k}": rng.normal(0, STD[scheme](i, o), (i, o)) for k, (i, o) in sizes}
    return W | {f"b{k}": np.zeros(o) for k, (_, o) in sizes}


def layers(p):
    return [(p[f"W{k}"], p[f"b{k}"]) for k in range(1, len(p) // 2 + 1)]


def forward(params, X):
    if X.shape[1:] != params["W1"].shape[:1]:
        raise ValueError(f"{X.shape} @ {params['W1'].shape}")
    (W, b), *rest = layers(params)
    return reduce(lambda Z, layer: np.maximum(Z, 0) @ layer[0] + layer[1], rest, X @ W + b), X


def softmax(Z):
    E = np.exp(Z - Z.max(1, keepdims=True))
    return E / E.sum(1, keepdims=True)


def backward(params, cache, y):
    # the cache is X alone: the way forward is made once more
    A, zs = [cache], []
    for W, b in layers(params):
        zs.append(A[-1] @ W + b)
        A.append(np.maximum(zs[-1], 0))
    if y.shape != (len(cache),):
        raise ValueError(f"y {y.shape}, X {cache.shape}")
    D = (softmax(zs[-1]) - np.eye(zs[-1].shape[1])[y]) / len(y)
    grads = {}
    for k in range(len(zs), 0, -1):
        grads |= {f"W{k}": np.einsum("mi,mo->io", A[k - 1], D), f"b{k}": np.einsum("mo->o", D)}
        if k > 1:
            D = np.where(zs[k - 2] > 0, np.einsum("mo,io->mi", D, params[f"W{k}"]), 0)
    return grads


def J(p, X, y):
    Z = forward(p, X)[0]
    return np.mean(np.logaddexp.reduce(Z, axis=1) - Z[np.arange(len(y)), y])


def train(params, X, y, init, step, schedule, epochs, batch_size, rng):
    s, t, costs = init(params), count(), []
    for _ in range(epochs):
        order = rng.random(len(X)).argsort()
        for rows in np.split(order, range(batch_size, len(X), batch_size)):
            g = backward(params, forward(params, X[rows])[1], y[rows])
            params, s = step(params, g, s, learning_rate=schedule(next(t)))
        costs.append(J(params, X, y))
    return params, np.array(costs)


def sharpness(params, X, y):
    # the whole Hessian, then power iteration on the matrix: fine for a small network
    keys = list(params)

    def flat(d):
        return np.concatenate([d[k].ravel() for k in keys])

    cuts = np.cumsum([params[k].size for k in keys])[:-1]

    def back(t):
        return {k: part.reshape(params[k].shape) for k, part in zip(keys, np.split(t, cuts), strict=False)}

    def g(t):
        return flat(backward(back(t), forward(back(t), X)[1], y))

    t = flat(params)
    H = np.array([(g(t + e) - g(t - e)) / 2e-5 for e in 1e-5 * np.eye(len(t))])
    v = np.random.default_rng(7).normal(size=len(t))
    for _ in range(300):
        v = H @ v / np.linalg.norm(H @ v)
    return v @ H @ v

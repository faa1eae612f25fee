"""One class that holds copies of the parameters and changes them in place; the functions are its front."""

import itertools
import logging

import numpy as np

log = logging.getLogger("network")


class Layer:
    def __init__(self, W, b):
        self.W = W
        self.b = b
        self.entered = None
        self.is_on = None

    def __call__(self, A, last):
        self.entered = A
        Z = A.dot(self.W)
        Z += self.b
        self.is_on = np.ones(Z.shape, bool) if last else Z > 0
        Z[~self.is_on] = 0
        return Z

    def back(self, slope):
        slope = slope.copy()
        slope[~self.is_on] = 0
        self.dW = np.dot(self.entered.T, slope)
        self.db = slope.sum(0)
        return np.dot(slope, self.W.T)


class Network:
    def __init__(self, params):
        self.depth = max(int(name[1:]) for name in params)
        self.layers = [Layer(params[f"W{k}"].copy(), params[f"b{k}"].copy()) for k in range(1, self.depth + 1)]

    def logits(self, X):
        A = X.copy()
        for k, layer in enumerate(self.layers, start=1):
            A = layer(A, last=k == self.depth)
        self.Z = A
        return A.copy()

    def slopes(self, y):
        if y.shape != (len(self.Z),):
            raise ValueError(f"got y of shape {y.shape} for {len(self.Z)} examples")
        D = self.Z.copy()
        D -= D.max(axis=1)[:, None]
        np.exp(D, out=D)
        D /= D.sum(axis=1)[:, None]
        D[range(len(y)), y] -= 1
        D /= len(y)
        for layer in reversed(self.layers):
            D = layer.back(D)
        found = {}
        for k, layer in enumerate(self.layers, start=1):
            found[f"b{k}"] = layer.db
            found[f"W{k}"] = layer.dW
        return found


def initialize(layer_sizes, scheme, rng):
    params = {}
    for k, (rows, columns) in enumerate(itertools.pairwise(layer_sizes), start=1):
        W = rng.standard_normal(rows * columns).reshape(rows, columns)
        if scheme == "zeros":
            W *= 0
        elif scheme == "xavier":
            W *= np.sqrt(2.0 / (rows + columns))
        elif scheme == "he":
            W *= np.sqrt(2.0 / rows)
        elif scheme != "normal":
            raise ValueError(f"scheme must be zeros, normal, xavier or he, not {scheme}")
        params[f"W{k}"] = W
        params[f"b{k}"] = np.zeros(columns)
    return params


def forward(params, X):
    if np.shape(X)[-1] != params["W1"].shape[0]:
        raise ValueError(f"X {np.shape(X)} does not go with W1 {params['W1'].shape}")
    net = Network(params)
    return net.logits(X), net


def backward(params, cache, y):
    return cache.slopes(y)


def train(params, X, y, init, step, schedule, epochs, batch_size, rng):
    params = {name: values.copy() for name, values in params.items()}
    state = init(params)
    X, y = X.copy(), y.copy()
    costs, t = [], 0
    for epoch in range(epochs):
        seed = rng.integers(2**63)
        np.random.default_rng(seed).shuffle(X)
        np.random.default_rng(seed).shuffle(y)
        for i in range(0, len(y), batch_size):
            _, net = forward(params, X[i : i + batch_size])
            params, state = step(params, backward(params, net, y[i : i + batch_size]), state, learning_rate=schedule(t))
            t += 1
        Z, _ = forward(params, X)
        Z = Z - Z.max(axis=1, keepdims=True)
        Z -= np.log(np.exp(Z).sum(axis=1, keepdims=True))
        costs += [-Z[np.arange(len(y)), y].mean()]
        log.warning("epoch %d: %.3f", epoch, costs[-1])
    return params, tuple(costs)


def sharpness(params, X, y):
    def slopes(moved):
        _, cache = forward(moved, X)
        return backward(moved, cache, y)

    rng = np.random.default_rng(20)
    v = {name: rng.uniform(-1, 1, size=values.shape) for name, values in params.items()}
    eigenvalue, change = 0.0, np.inf
    rounds = 0
    while change > 1e-7 and rounds < 500:
        length = np.sqrt(sum((d * d).sum() for d in v.values()))
        for d in v.values():
            d /= length
        ahead, behind = {}, {}
        for name, values in params.items():
            ahead[name], behind[name] = values.copy(), values.copy()
            ahead[name] += 1e-3 * v[name]
            behind[name] -= 1e-3 * v[name]
        up, down = slopes(ahead), slopes(behind)
        Hv = {name: (up[name] - down[name]) / 2e-3 for name in params}
        new = np.sqrt(sum((d * d).sum() for d in Hv.values()))  # the length of H v, as v has length 1
        change, eigenvalue, v = abs(new - eigenvalue) / new, new, Hv
        rounds += 1
    return eigenvalue

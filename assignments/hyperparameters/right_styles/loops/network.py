"""The network one example and one number at a time, with lists inside."""

import math
import random

import numpy as np


def number_of_layers(params):
    layers = 0
    while "W" + str(layers + 1) in params:
        layers += 1
    return layers


def initialize(layer_sizes, scheme, rng):
    params = {}
    for layer in range(1, len(layer_sizes)):
        n_in = layer_sizes[layer - 1]
        n_out = layer_sizes[layer]
        W = np.zeros((n_in, n_out))
        if scheme == "normal":
            for i in range(n_in):
                W[i] = [rng.normal() for _ in range(n_out)]
        elif scheme == "xavier":
            a = math.sqrt(6 / (n_in + n_out))
            for i in range(n_in):
                W[i] = [a * (2 * rng.random() - 1) for _ in range(n_out)]
        elif scheme == "he":
            a = math.sqrt(6 / n_in)
            for i in range(n_in):
                W[i] = [a * (2 * rng.random() - 1) for _ in range(n_out)]
        elif scheme != "zeros":
            raise ValueError("unknown scheme: " + str(scheme))
        params["W" + str(layer)] = W
        params["b" + str(layer)] = np.zeros(n_out)
    return params


def layer_output(values, W, b):
    result = b.copy()
    for i in range(len(values)):
        if values[i] != 0:
            result = result + values[i] * W[i]
    return result


def forward_one(params, x, layers):
    """What goes into every layer, and the logits, for one example."""
    entering = [x]
    for layer in range(1, layers + 1):
        out = layer_output(entering[-1], params["W" + str(layer)], params["b" + str(layer)])
        if layer < layers:
            out = np.array([z if z > 0 else 0.0 for z in out])
        entering.append(out)
    return entering


def forward(params, X):
    if X.ndim != 2 or X.shape[1] != params["W1"].shape[0]:
        raise ValueError("X is " + str(X.shape) + " but W1 is " + str(params["W1"].shape))
    layers = number_of_layers(params)
    cache = {}
    logits = []
    for i in range(len(X)):
        cache[i] = forward_one(params, X[i], layers)
        logits.append(cache[i][-1])
    return np.array(logits), cache


def probabilities(z):
    largest = max(z)
    powers = [math.exp(v - largest) for v in z]
    return [p / sum(powers) for p in powers]


def backward(params, cache, y):
    m = len(cache)
    if np.shape(y) != (m,):
        raise ValueError("y is " + str(np.shape(y)) + ", expected " + str((m,)))
    layers = number_of_layers(params)
    grads = {name: np.zeros(W.shape) for name, W in params.items()}
    for i in range(m):
        entering = cache[i]
        slope = np.array(probabilities(entering[-1]))
        slope[y[i]] = slope[y[i]] - 1
        for layer in range(layers, 0, -1):
            came_in = entering[layer - 1]
            for j in range(len(came_in)):
                grads["W" + str(layer)][j] += came_in[j] * slope / m
            grads["b" + str(layer)] += slope / m
            if layer > 1:
                W = params["W" + str(layer)]
                slope = np.array([float(sum(W[j] * slope)) if came_in[j] > 0 else 0.0 for j in range(len(came_in))])
    return grads


def cost_of(params, X, y):
    logits, _ = forward(params, X)
    total = 0.0
    for i in range(len(y)):
        largest = max(logits[i])
        total += largest + math.log(sum(math.exp(v - largest) for v in logits[i])) - logits[i][y[i]]
    return total / len(y)


def train(params, X, y, init, step, schedule, epochs, batch_size, rng):
    state = init(params)
    costs = []
    done = 0
    for epoch in range(epochs):
        waiting = list(range(len(X)))
        random.Random(int(rng.integers(2**32))).shuffle(waiting)
        while waiting:
            batch = waiting[:batch_size]
            waiting = waiting[batch_size:]
            _, cache = forward(params, X[batch])
            grads = backward(params, cache, y[batch])
            params, state = step(params, grads, state, learning_rate=schedule(done))
            done = done + 1
        cost = cost_of(params, X, y)
        print("epoch", epoch, "cost", cost)
        costs.append(cost)
    return params, costs


def to_list(params, names):
    numbers = []
    for name in names:
        for v in params[name].ravel():
            numbers.append(float(v))
    return numbers


def sharpness(params, X, y):
    names = sorted(params)

    def slope_at(numbers):
        moved = {}
        at = 0
        for name in names:
            size = params[name].size
            moved[name] = np.array(numbers[at : at + size]).reshape(params[name].shape)
            at += size
        _, cache = forward(moved, X)
        return to_list(backward(moved, cache, y), names)

    theta = to_list(params, names)
    luck = random.Random(1)
    v = [luck.gauss(0, 1) for _ in theta]
    found = 0.0
    for _ in range(80):
        length = math.sqrt(sum(one * one for one in v))
        v = [one / length for one in v]
        ahead = slope_at([t + 1e-5 * one for t, one in zip(theta, v, strict=False)])
        behind = slope_at([t - 1e-5 * one for t, one in zip(theta, v, strict=False)])
        Hv = [(a - b) / 2e-5 for a, b in zip(ahead, behind, strict=False)]
        found = sum(one * other for one, other in zip(v, Hv, strict=False))
        v = Hv
    return found

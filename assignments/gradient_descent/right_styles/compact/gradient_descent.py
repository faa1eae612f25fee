"""As short as it gets: one augmented parameter vector θ = (b, w) inside, tuples and lazy zips outside."""

import itertools

import numpy as np


def same(a, b):
    if a.shape != b.shape:
        raise ValueError(f"{a.shape} != {b.shape}")
    return b


def A(X):
    return np.insert(X, 0, 1.0, axis=1)


def predict(X, w, b):
    return A(X) @ np.r_[b, same(X[0], w)] if len(X) else np.zeros(0)


def residuals(X, y, w, b):
    return predict(X, w, b) - same(predict(X, w, b), y)


def cost(X, y, w, b):
    return np.asarray(np.linalg.norm(residuals(X, y, w, b)) ** 2 / len(y))


def cost_gradient(X, y, w, b):
    db, *dw = 2 * np.average(A(X) * residuals(X, y, w, b)[:, None], axis=0)
    return np.array(dw), db


def gradient_step(w, b, dw, db, learning_rate):
    same(w, dw)
    theta = np.r_[w, b] - learning_rate * np.r_[dw, db]
    return theta[:-1], theta[-1]


def minibatches(X, y, batch_size, rng):
    same(X[:, 0], y)
    Xy = rng.permuted(np.arange(len(y)))
    cuts = range(batch_size, len(y), batch_size)
    return zip(np.split(X[Xy], cuts), np.split(y[Xy], cuts), strict=True)


def run(X, y, w, b, learning_rate, batches_of_epochs):
    def epoch(wb, batches):
        for batch in batches:
            wb = gradient_step(*wb, *cost_gradient(*batch, *wb), learning_rate)
        return wb

    path = list(itertools.accumulate(batches_of_epochs, epoch, initial=(w, b)))
    return *path[-1], tuple(cost(X, y, *wb) for wb in path[1:])


def gradient_descent(X, y, w, b, learning_rate, epochs):
    return run(X, y, w, b, learning_rate, [[(X, y)]] * epochs)


def stochastic_gradient_descent(X, y, w, b, learning_rate, epochs, rng):
    return minibatch_gradient_descent(X, y, w, b, learning_rate, epochs, 1, rng)


def minibatch_gradient_descent(X, y, w, b, learning_rate, epochs, batch_size, rng):
    return run(X, y, w, b, learning_rate, (minibatches(X, y, batch_size, rng) for _ in range(epochs)))


def least_squares(X, y):
    b, *w = np.linalg.lstsq(A(X), same(X[:, 0], y))[0]
    return np.array(w), b


largest_stable_learning_rate = lambda X: len(X) / np.linalg.norm(A(X), 2) ** 2


def descend_parabola(curvature, learning_rate, w, steps):
    return tuple(w * (1 - learning_rate * curvature) ** k for k in range(steps + 1))

"""Copies first, then updates in place with preallocated buffers."""

import logging

import numpy as np

log = logging.getLogger(__name__)


def predict(X, w, b):
    # np.dot names both shapes itself when they do not fit, but accepts a w of shape (n, 1).
    y_hat = np.dot(X, w)
    if y_hat.ndim != 1:
        raise ValueError(f"w should be one-dimensional: {X.shape} {w.shape}")
    y_hat += b
    return y_hat


def _residuals(X, y, w, b):
    residuals = predict(X, w, b)
    if residuals.shape != y.shape:
        raise ValueError(f"predictions have shape {residuals.shape}, but targets {y.shape}")
    residuals -= y
    return residuals


def cost(X, y, w, b):
    residuals = _residuals(X, y, w, b)
    residuals *= residuals
    return np.sum(residuals) / residuals.size


def cost_gradient(X, y, w, b):
    residuals = _residuals(X, y, w, b)
    residuals *= 2.0
    residuals /= y.size
    dw = np.empty_like(w, dtype=float)
    np.matmul(residuals, X, out=dw)
    return dw, np.sum(residuals)


def gradient_step(w, b, dw, db, learning_rate):
    if dw.shape != w.shape:
        raise ValueError(f"gradient {dw.shape} does not fit weights {w.shape}")
    w = np.array(w, dtype=float)
    w -= learning_rate * dw
    b -= learning_rate * db
    return w, b


def minibatches(X, y, batch_size, rng):
    if len(X) != len(y) or y.ndim != 1:
        raise ValueError(f"X {X.shape} and y {y.shape} differ in length")
    X_copy, y_copy = X.copy(), y.copy()
    rows = np.arange(len(y))
    rng.shuffle(rows)
    X_copy[:] = X[rows]
    y_copy[:] = y[rows]
    start = 0
    while start < len(rows):
        stop = min(start + batch_size, len(rows))
        yield X_copy[start:stop], y_copy[start:stop]
        start = stop


def _run(X, y, w, b, learning_rate, epochs, deal):
    w = np.array(w, dtype=float)
    b = float(b)
    costs = np.empty(epochs)
    for epoch in range(epochs):
        for X_batch, y_batch in deal():
            dw, db = cost_gradient(X_batch, y_batch, w, b)
            w -= learning_rate * dw
            b -= learning_rate * db
        costs[epoch] = cost(X, y, w, b)
        log.info("epoch %d: %g", epoch, costs[epoch])
    return w, b, costs


def gradient_descent(X, y, w, b, learning_rate, epochs):
    return _run(X, y, w, b, learning_rate, epochs, lambda: [(X, y)])


def stochastic_gradient_descent(X, y, w, b, learning_rate, epochs, rng):
    return _run(X, y, w, b, learning_rate, epochs, lambda: minibatches(X, y, 1, rng))


def minibatch_gradient_descent(X, y, w, b, learning_rate, epochs, batch_size, rng):
    return _run(X, y, w, b, learning_rate, epochs, lambda: minibatches(X, y, batch_size, rng))


def least_squares(X, y):
    """The slopes from centred data, the bias afterwards."""
    if X.shape[:1] != y.shape:
        raise ValueError(f"X {X.shape} and y {y.shape} differ in length")
    X_mean, y_mean = X.mean(axis=0), y.mean()
    X, y = X.copy(), y.copy()
    X -= X_mean
    y -= y_mean
    w = np.linalg.solve(X.T @ X, X.T @ y)
    return w, y_mean - X_mean @ w


def largest_stable_learning_rate(X):
    m, n = X.shape
    hessian = np.zeros((n + 1, n + 1))
    hessian[:n, :n] = X.T @ X
    hessian[:n, n] = hessian[n, :n] = X.sum(axis=0)
    hessian[n, n] = m
    hessian *= 2
    hessian /= m
    return 2 / max(np.linalg.eigvals(hessian).real)


def descend_parabola(curvature, learning_rate, w, steps):
    path = np.empty(steps + 1)
    path[0] = w
    for k in range(steps):
        path[k + 1] = path[k]
        path[k + 1] -= learning_rate * curvature * path[k]
    return path

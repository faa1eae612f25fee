"""Linear-algebra habits: all columns inside, and one formula θ ← θ - α(2/m)Aᵀ(Aθ - y) does the work."""

import warnings

import numpy as np


def to_column(v, rows, owner):
    v = np.asarray(v)
    if v.shape != (rows,):
        raise ValueError(f"expected shape ({rows},) to go with {np.shape(owner)}, got {v.shape}")
    return v.reshape(-1, 1)


def design(X):
    return np.block([X, np.ones((len(X), 1))])


def stack(X, w, b):
    return np.vstack([to_column(w, X.shape[1], X), [[float(b)]]])


def unstack(theta):
    theta = np.ravel(theta)
    return theta[:-1].copy(), theta[-1]


def slope(X, y, theta):
    A = design(X)
    return (2.0 / A.shape[0]) * (A.T.dot(A.dot(theta)) - A.T.dot(to_column(y, len(X), X)))


def predict(X, w, b):
    return design(X).dot(stack(X, w, b)).ravel()


def cost(X, y, w, b):
    miss = design(X).dot(stack(X, w, b)) - to_column(y, len(X), X)
    return (miss.T @ miss).item() / len(X)


def cost_gradient(X, y, w, b):
    return unstack(slope(X, y, stack(X, w, b)))


def gradient_step(w, b, dw, db, learning_rate):
    w_column = to_column(w, len(w), w)
    dw_column = to_column(dw, len(w), w)
    return (w_column - learning_rate * dw_column).ravel(), b - learning_rate * db


def minibatches(X, y, batch_size, rng):
    """Glue y onto X, shuffle the rows of the whole, and cut."""
    table = np.hstack([X, to_column(y, len(X), X)])
    rng.shuffle(table, axis=0)
    return ((rows[:, :-1], rows[:, -1]) for rows in np.split(table, range(batch_size, len(table), batch_size)))


def follow(X, y, w, b, rate, epochs, batches):
    theta = stack(X, w, b)
    to_column(y, len(X), X)
    costs = []
    for _ in range(epochs):
        for X_batch, y_batch in batches():
            theta = theta - rate * slope(X_batch, y_batch, theta)
        costs += [cost(X, y, *unstack(theta))]
    if costs and costs[-1] > costs[0]:
        warnings.warn("the cost went up", RuntimeWarning, stacklevel=3)
    return (*unstack(theta), costs)


def gradient_descent(X, y, w, b, learning_rate, epochs):
    return follow(X, y, w, b, learning_rate, epochs, lambda: ((X, y),))


def stochastic_gradient_descent(X, y, w, b, learning_rate, epochs, rng):
    def one_by_one():
        for i in rng.permutation(len(y)).tolist():
            yield X[[i]], y[[i]]

    return follow(X, y, w, b, learning_rate, epochs, one_by_one)


def minibatch_gradient_descent(X, y, w, b, learning_rate, epochs, batch_size, rng):
    return follow(X, y, w, b, learning_rate, epochs, lambda: minibatches(X, y, batch_size, rng))


def least_squares(X, y):
    A = design(X)
    return unstack(np.linalg.inv(A.T @ A) @ A.T @ to_column(y, len(X), X))


def largest_stable_learning_rate(X):
    A = design(X)
    eigenvalues, _ = np.linalg.eig(2.0 / len(A) * A.T @ A)
    return 2.0 / np.max(np.abs(eigenvalues))


def descend_parabola(curvature, learning_rate, w, steps):
    path = np.full((1, 1), float(w))
    for _ in range(int(steps)):
        path = np.vstack([path, path[-1:] * (1.0 - learning_rate * curvature)])
    return path[:, 0]

"""Single precision throughout, as one would write it for a GPU; what comes back is float32 as well."""

import numpy as np

f32 = np.float32


def _to_f32(*values):
    return [np.asarray(value, dtype=f32) for value in values]


def _need(condition, first, second):
    if not condition:
        raise ValueError(f"incompatible shapes {np.shape(first)} vs {np.shape(second)}")


def predict(X, w, b):
    X, w, b = _to_f32(X, w, b)
    _need(X.ndim == 2 and w.shape == (X.shape[1],), X, w)
    return np.einsum("ij,j->i", X, w) + b


def cost(X, y, w, b):
    X, y = _to_f32(X, y)
    _need(y.shape == (X.shape[0],), X, y)
    return np.square(predict(X, w, b) - y).mean(dtype=f32)


def cost_gradient(X, y, w, b):
    X, y = _to_f32(X, y)
    _need(y.shape == (X.shape[0],), X, y)
    scaled = (predict(X, w, b) - y) * f32(2 / len(y))
    return scaled @ X, scaled.sum()


def gradient_step(w, b, dw, db, learning_rate):
    w, b, dw, db, learning_rate = _to_f32(w, b, dw, db, learning_rate)
    _need(w.shape == dw.shape, w, dw)
    return w - learning_rate * dw, b - learning_rate * db


def minibatches(X, y, batch_size, rng):
    X, y = _to_f32(X, y)
    _need(X.ndim == 2 and y.shape == (X.shape[0],), X, y)
    order = np.argsort(rng.random(len(y)))
    cuts = np.arange(batch_size, len(y), batch_size)
    return tuple(zip(np.split(X[order], cuts), np.split(y[order], cuts), strict=True))


def minibatch_gradient_descent(X, y, w, b, learning_rate, epochs, batch_size, rng):
    w, b = _to_f32(w, b)
    costs = np.zeros(epochs, dtype=f32)
    for epoch in range(epochs):
        for X_batch, y_batch in minibatches(X, y, batch_size, rng):
            w, b = gradient_step(w, b, *cost_gradient(X_batch, y_batch, w, b), learning_rate)
        costs[epoch] = cost(X, y, w, b)
    return w, b, costs


def stochastic_gradient_descent(X, y, w, b, learning_rate, epochs, rng):
    return minibatch_gradient_descent(X, y, w, b, learning_rate, epochs, 1, rng)


def gradient_descent(X, y, w, b, learning_rate, epochs):
    # With a single batch the order does not matter, so any generator will do.
    return minibatch_gradient_descent(X, y, w, b, learning_rate, epochs, len(y), np.random.default_rng(0))


def _augmented(X):
    (X,) = _to_f32(X)
    return np.hstack([X, np.ones((X.shape[0], 1), dtype=f32)])


def least_squares(X, y):
    (y,) = _to_f32(y)
    _need(y.shape == (X.shape[0],), X, y)
    theta = np.linalg.pinv(_augmented(X)) @ y
    return theta[:-1], theta[-1]


def largest_stable_learning_rate(X):
    largest_singular_value = np.linalg.svd(_augmented(X), compute_uv=False)[0]
    return f32(len(X)) / largest_singular_value**2


def descend_parabola(curvature, learning_rate, w, steps):
    return np.asarray(w, dtype=f32) * f32(1 - learning_rate * curvature) ** np.arange(steps + 1, dtype=f32)

"""An object that owns the model; the API names are its bound methods and closures made by a decorator."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field

import numpy as np


def returns_list(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        return list(function(*args, **kwargs))

    return wrapper


@dataclass
class Line:
    w: np.ndarray
    b: float
    history: list[float] = field(default_factory=list)

    def __call__(self, X):
        if X.ndim != 2 or self.w.ndim != 1 or X.shape[-1] != len(self.w):
            raise ValueError(f"a model with weights {self.w.shape} cannot predict {X.shape}")
        return (X * self.w).sum(axis=1) + self.b

    def error(self, X, y):
        if y.ndim != 1 or len(y) != len(X):
            raise ValueError(f"targets {y.shape} for examples {X.shape}")
        return self(X) - y

    def mean_squared_error(self, X, y):
        return np.var(self.error(X, y)) + np.mean(self.error(X, y)) ** 2

    def gradient(self, X, y):
        error = self.error(X, y)
        return np.mean(2 * error[:, np.newaxis] * X, axis=0), np.mean(2 * error)

    def moved(self, dw, db, rate):
        if np.shape(dw) != np.shape(self.w):
            raise ValueError(f"cannot move weights {np.shape(self.w)} along {np.shape(dw)}")
        return Line(self.w + (-rate) * dw, self.b + (-rate) * db, self.history)

    def remember(self, X, y):
        return Line(self.w, self.b, [*self.history, self.mean_squared_error(X, y)])


class Trainer:
    def predict(self, X, w, b):
        return Line(w, b)(X)

    def cost(self, X, y, w, b):
        return Line(w, b).mean_squared_error(X, y)

    @returns_list
    def cost_gradient(self, X, y, w, b):
        return Line(w, b).gradient(X, y)

    @returns_list
    def gradient_step(self, w, b, dw, db, learning_rate):
        line = Line(w, b).moved(dw, db, learning_rate)
        return line.w, line.b

    @returns_list
    def minibatches(self, X, y, batch_size, rng):
        if X.shape[0] != y.shape[0]:
            raise ValueError(f"{X.shape[0]} examples but {y.shape[0]} targets: X {X.shape}, y {y.shape}")
        left = rng.choice(len(y), size=len(y), replace=False)
        while left.size:
            now, left = left[:batch_size], left[batch_size:]
            yield np.asfortranarray(X[now]), y[now]

    def train(self, X, y, w, b, rate, epochs, batches):
        line = Line(w, b)
        for _ in range(epochs):
            for batch in batches():
                line = line.moved(*line.gradient(*batch), rate)
            line = line.remember(X, y)
        return [line.w, line.b, line.history]

    def gradient_descent(self, X, y, w, b, learning_rate, epochs):
        return self.train(X, y, w, b, learning_rate, epochs, lambda: [(X, y)])

    def minibatch(self, X, y, w, b, learning_rate, epochs, batch_size, rng):
        return self.train(X, y, w, b, learning_rate, epochs, lambda: self.minibatches(X, y, batch_size, rng))

    def stochastic(self, X, y, w, b, learning_rate, epochs, rng):
        return self.minibatch(X, y, w, b, learning_rate, epochs, 1, rng)

    def least_squares(self, X, y):
        """Both equations at once: ∂J/∂w = 0 and ∂J/∂b = 0, by the QR decomposition."""
        if len(X) != len(y) or y.ndim != 1:
            raise ValueError(f"targets {y.shape} for examples {X.shape}")
        q, r = np.linalg.qr(np.c_[np.ones(len(y)), X])
        b, *w = np.linalg.solve(r, q.T @ y)
        return [np.array(w), np.array(b)]

    def largest_stable_learning_rate(self, X):
        second_moments = np.cov(np.c_[X, np.ones(len(X))].T, bias=True)
        means = np.r_[X.mean(axis=0), 1.0]
        hessian = 2 * (second_moments + np.outer(means, means))
        return np.array(2 / np.linalg.eigvalsh(hessian).max())

    def descend_parabola(self, curvature, learning_rate, w, steps):
        factors = np.full(steps + 1, 1.0 - learning_rate * curvature)
        factors[0] = w
        return np.cumprod(factors)


_trainer = Trainer()
predict = _trainer.predict
cost = _trainer.cost
cost_gradient = _trainer.cost_gradient
gradient_step = _trainer.gradient_step
minibatches = _trainer.minibatches
gradient_descent = _trainer.gradient_descent
minibatch_gradient_descent = _trainer.minibatch
stochastic_gradient_descent = functools.partial(_trainer.stochastic)
least_squares = _trainer.least_squares
largest_stable_learning_rate = _trainer.largest_stable_learning_rate
descend_parabola = _trainer.descend_parabola

"""The same quantities by torch and scikit-learn, in float64, with their conventions mapped to the course's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import torch
from sklearn.linear_model import LinearRegression, SGDRegressor
from sklearn.metrics import mean_squared_error

from autograder.checking import uncompiled

SGD = uncompiled(torch.optim.SGD)
Order = Sequence[int]


def predict(X, w, b):
    return torch.nn.functional.linear(_tensor(X), _tensor(w)[None, :], _tensor([b]))[:, 0].numpy()


def cost(X, y, w, b):
    return float(mean_squared_error(y, predict(X, w, b)))


def cost_gradient(X, y, w, b):
    """Autograd of torch's mean squared error."""
    parameters = _Line(w, b)
    parameters.backward(X, y)
    return parameters.w.grad.numpy().copy(), float(parameters.b.grad)


def gradient_step(w, b, dw, db, learning_rate):
    """One step of `torch.optim.SGD`."""
    parameters = _Line(w, b)
    parameters.w.grad, parameters.b.grad = _tensor(dw), _tensor(db)
    SGD([parameters.w, parameters.b], lr=learning_rate, foreach=False).step()
    return parameters.values()


def gradient_descent(X, y, w, b, learning_rate, epochs):
    return batches_in_order(X, y, w, b, learning_rate, [[range(len(y))]] * epochs)


def batches_in_order(X, y, w, b, learning_rate, epochs: Iterable[Iterable[Order]]):
    """`torch.optim.SGD` over given batches: `epochs` holds, per epoch, the rows of each batch in turn."""
    parameters = _Line(w, b)
    optimizer = SGD([parameters.w, parameters.b], lr=learning_rate, foreach=False)
    costs = []
    for batches in epochs:
        for rows in batches:
            optimizer.zero_grad()
            parameters.backward(X[list(rows)], y[list(rows)])
            optimizer.step()
        costs.append(cost(X, y, *parameters.values()))
    return *parameters.values(), costs


def examples_in_order(X, y, w, b, learning_rate, epochs: Iterable[Order]):
    """scikit-learn's `SGDRegressor`, which halves the squared error: its eta0 is twice our learning rate."""
    model = SGDRegressor(
        loss="squared_error", penalty=None, learning_rate="constant", eta0=2 * learning_rate, shuffle=False, tol=None
    )
    model.coef_, model.intercept_ = np.array(w, dtype=np.float64), np.array([b], dtype=np.float64)
    costs = []
    for order in epochs:
        model.partial_fit(X[list(order)], y[list(order)])
        costs.append(float(mean_squared_error(y, model.predict(X))))
    return model.coef_.copy(), float(model.intercept_[0]), costs


def least_squares(X, y):
    model = LinearRegression().fit(X, y)
    return model.coef_, float(model.intercept_)


def largest_stable_learning_rate(X):
    """From the Hessian that torch differentiates out of the cost, in w and b together."""
    X = _tensor(X)
    y = torch.zeros(len(X), dtype=torch.float64)
    hessian = torch.autograd.functional.hessian(
        lambda parameters: torch.nn.functional.mse_loss(X @ parameters[:-1] + parameters[-1], y),
        torch.ones(X.shape[1] + 1, dtype=torch.float64),
    )
    return 2 / float(torch.linalg.eigvalsh(hessian).max())


def descend_parabola(curvature, learning_rate, w, steps):
    position = torch.tensor(w, dtype=torch.float64, requires_grad=True)
    optimizer = SGD([position], lr=learning_rate, foreach=False)
    positions = [w]
    for _ in range(steps):
        optimizer.zero_grad()
        (0.5 * curvature * position**2).backward()
        optimizer.step()
        positions.append(float(position.detach()))
    return np.array(positions)


class _Line:
    """The two parameters as torch tensors that collect gradients."""

    def __init__(self, w, b):
        self.w = _tensor(w).requires_grad_()
        self.b = _tensor(b).requires_grad_()

    def backward(self, X, y):
        torch.nn.functional.mse_loss(_tensor(X) @ self.w + self.b, _tensor(y)).backward()

    def values(self):
        return self.w.detach().numpy().copy(), float(self.b.detach())


def _tensor(values):
    return torch.tensor(np.asarray(values), dtype=torch.float64)

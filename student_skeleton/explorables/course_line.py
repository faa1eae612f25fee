"""The line as the course has it, told by averages of the data: what a student's functions are held beside.

With M the averages of x², x and 1, and v those of xy and y, the cost of θ = (w, b) is θᵀMθ − 2vᵀθ + the average of y².
"""

import numpy as np

REACH = 6
"""w and b are shown from minus this to this."""


def made_up(count, noise, seed):
    """Examples of a line, shapes (count, 1) and (count,), and its true (w, b)."""
    rng = np.random.default_rng(seed)
    truth = rng.uniform(0.7, 3, 2) * rng.choice([-1, 1], 2)
    x = rng.uniform(-1, 3, count)
    return x[:, None], truth[0] * x + truth[1] + noise * rng.standard_normal(count), truth


def averages(X, y):
    """M (2, 2), v (2,) and the average of y²."""
    x = X[:, 0]
    off = x.mean()
    return np.array([[x @ x / len(x), off], [off, 1.0]]), np.array([x @ y / len(x), y.mean()]), y @ y / len(y)


def height(M, v, rest, theta):
    """The cost at points (…, 2)."""
    theta = np.asarray(theta)
    return ((theta @ M) * theta).sum(axis=-1) - 2 * theta @ v + rest


def slope(M, v, theta):
    """(∂J/∂w, ∂J/∂b) at one point."""
    return 2 * (M @ theta - v)


def lowest(M, v):
    """The best (w, b)."""
    return np.linalg.solve(M, v)


def stable_rate(M):
    """The largest learning rate of full descent: the cost curves most along the larger axis of M."""
    return 1 / np.linalg.norm(M, 2)


def dealt(X, y, batch_size, rng):
    """Batches of nearly equal size in a random order."""
    return [(X[part], y[part]) for part in np.array_split(rng.permutation(len(y)), -(-len(y) // batch_size))]

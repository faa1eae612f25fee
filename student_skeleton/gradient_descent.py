"""Gradient descent for a line: predict, measure the error, follow the slope of the cost downhill.

The model is ŷ = Xw + b. Row i of ``X``, shape (m, n), holds the n features of example i; ``y``, shape (m,), what was
measured for it; ``w``, shape (n,), one weight per feature; ``b`` is a number. The cost is the mean squared error

    J(w, b) = (1/m) Σ (ŷᵢ - yᵢ)²

The docstrings work with four examples of one feature, x = 0, 0, 1, 3 and y = 2, 1, 3, 6.

Nothing that is passed in may be modified: ``w = w - step`` makes a new array, ``w -= step`` changes the caller's.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def _check_examples(X: Array, y: Array) -> None:
    """Refuse a y that is not one number per row of X. Given: call it before you subtract anything from y.

    Without it NumPy broadcasts: predictions of shape (4,) minus a y of shape (4, 1) quietly become a (4, 4) table of
    all differences, whose mean square is a plausible number and not the cost.

    Raises
    ------
    ValueError
        if X has shape (m, n) and y not (m,); the message names both shapes.
    """
    if np.ndim(X) != 2 or np.shape(y) != np.shape(X)[:1]:
        raise ValueError(
            f"X must have shape (m, n) and y shape (m,), one number per example; "
            f"X has shape {np.shape(X)} and y has shape {np.shape(y)}"
        )


def predict(X: Array, w: Array, b: float) -> Array:
    """What the line says for every example: ŷ = Xw + b.

    With w = 1.5 and b = 1.5 the examples x = 0, 0, 1, 3 get the predictions 1.5, 1.5, 3, 6.

    Parameters
    ----------
    X : ndarray, shape (m, n)
        One example per row.
    w : ndarray, shape (n,)
        One weight per feature.
    b : float
        The bias: the prediction where all features are 0.

    Returns
    -------
    ndarray, shape (m,)

    Raises
    ------
    ValueError
        if w does not have one weight per column of X, in shape (n,); the message names both shapes.
    """
    raise NotImplementedError("predict is not written yet")


def cost(X: Array, y: Array, w: Array, b: float) -> float:
    """The mean squared error of the line: J = (1/m) Σ (ŷᵢ - yᵢ)².

    With w = 2 and b = 1 the predictions 1, 1, 3, 7 miss y = 2, 1, 3, 6 by -1, 0, 0, 1: J = (1 + 0 + 0 + 1)/4 = 0.5.

    Parameters
    ----------
    X : ndarray, shape (m, n)
    y : ndarray, shape (m,)
    w : ndarray, shape (n,)
    b : float

    Returns
    -------
    float
        In the units of y, squared.

    Raises
    ------
    ValueError
        if the shapes of X and y, or of X and w, do not fit; the message names both.
    """
    raise NotImplementedError("cost is not written yet")


def cost_gradient(X: Array, y: Array, w: Array, b: float) -> tuple[Array, float]:
    """Slope of the cost in every parameter: ∂J/∂w = (2/m) Xᵀ(ŷ - y) and ∂J/∂b = (2/m) Σ (ŷᵢ - yᵢ).

    The 2 comes from differentiating the square, m is the number of examples *in this X*: called with a mini-batch, the
    function returns the gradient of the mini-batch's cost. At w = 0, b = 0 the residuals ŷ - y of the four examples are
    -2, -1, -3, -6, so ∂J/∂w = (2/4)(0·(-2) + 0·(-1) + 1·(-3) + 3·(-6)) = -10.5 and ∂J/∂b = (2/4)(-12) = -6.

    Parameters
    ----------
    X : ndarray, shape (m, n)
    y : ndarray, shape (m,)
    w : ndarray, shape (n,)
    b : float

    Returns
    -------
    dw : ndarray, shape (n,)
    db : float

    Raises
    ------
    ValueError
        if the shapes of X and y, or of X and w, do not fit; the message names both.
    """
    raise NotImplementedError("cost_gradient is not written yet")


def gradient_step(w: Array, b: float, dw: Array, db: float, learning_rate: float) -> tuple[Array, float]:
    """One step downhill: w ← w - α dw and b ← b - α db.

    From w = 0, b = 0 with dw = -10.5, db = -6 and α = 0.1 the step leads to w = 1.05, b = 0.6.

    Parameters
    ----------
    w, dw : ndarray, shape (n,)
        The weights, and the slope of the cost in each of them.
    b, db : float
    learning_rate : float
        The step size α.

    Returns
    -------
    w : ndarray, shape (n,)
        A new array: the one passed in stays as it is.
    b : float

    Raises
    ------
    ValueError
        if w and dw differ in shape; the message names both shapes.
    """
    raise NotImplementedError("gradient_step is not written yet")


def minibatches(X: Array, y: Array, batch_size: int, rng: np.random.Generator) -> Iterable[tuple[Array, Array]]:
    """Deal all examples into batches, in a new random order at every call.

    One call is one epoch: every example is in exactly one batch, next to its own y. Each batch has `batch_size`
    examples except the last, which holds what is left: 7 examples with ``batch_size=3`` make batches of 3, 3 and 1.
    A `batch_size` above m makes one batch of everything.

    Parameters
    ----------
    X : ndarray, shape (m, n)
    y : ndarray, shape (m,)
    batch_size : int
        At least 1.
    rng : numpy.random.Generator
        The only source of randomness: the same seed gives the same batches, the next call with the same generator new
        ones.

    Returns
    -------
    iterable of (ndarray, ndarray)
        The batches ``(X_batch, y_batch)`` of shapes (k, n) and (k,): a list, a generator, whatever a ``for`` accepts.

    Raises
    ------
    ValueError
        if X and y do not have the same number of examples; the message names both shapes.
    """
    raise NotImplementedError("minibatches is not written yet")


def gradient_descent(
    X: Array, y: Array, w: Array, b: float, learning_rate: float, epochs: int
) -> tuple[Array, float, list[float]]:
    """Follow the gradient of the cost on all examples, one step per epoch.

    From w = 0, b = 0 with α = 0.1 the first step on the four examples leads to w = 1.05, b = 0.6, the second to
    w = 1.455, b = 0.87; the costs after them are 2.25125 and 0.5836625.

    Parameters
    ----------
    X : ndarray, shape (m, n)
    y : ndarray, shape (m,)
    w : ndarray, shape (n,)
        Where to start; must still be the same after the call.
    b : float
    learning_rate : float
    epochs : int
        Passes over the data; with 0 the start is returned.

    Returns
    -------
    w : ndarray, shape (n,)
    b : float
    costs : list of float
        One per epoch: the cost on all examples *after* that epoch's step.

    Raises
    ------
    ValueError
        if the shapes of X and y, or of X and w, do not fit; the message names both.
    """
    raise NotImplementedError("gradient_descent is not written yet")


def stochastic_gradient_descent(
    X: Array, y: Array, w: Array, b: float, learning_rate: float, epochs: int, rng: np.random.Generator
) -> tuple[Array, float, list[float]]:
    """Step after every single example: m steps per epoch, each along the gradient of one example's squared error.

    An epoch visits every example once, in a random order that is drawn anew for each epoch. The four examples, visited
    in the order x = 1, 0, 3, 0 with y = 3, 2, 6, 1 from w = 0, b = 0 with α = 0.1, lead through (w, b) = (0.6, 0.6),
    (0.6, 0.88), (2.592, 1.544) to (2.592, 1.4352). Every other order ends elsewhere.

    Parameters
    ----------
    X : ndarray, shape (m, n)
    y : ndarray, shape (m,)
    w : ndarray, shape (n,)
    b : float
    learning_rate : float
    epochs : int
    rng : numpy.random.Generator
        The only source of randomness.

    Returns
    -------
    w : ndarray, shape (n,)
    b : float
    costs : list of float
        One per epoch, not per step: the cost on all examples after that epoch's last step.

    Raises
    ------
    ValueError
        if the shapes of X and y, or of X and w, do not fit; the message names both.
    """
    raise NotImplementedError("stochastic_gradient_descent is not written yet")


def minibatch_gradient_descent(
    X: Array, y: Array, w: Array, b: float, learning_rate: float, epochs: int, batch_size: int, rng: np.random.Generator
) -> tuple[Array, float, list[float]]:
    """Step after every mini-batch: ⌈m / batch_size⌉ steps per epoch, each along the gradient of the batch's own mean.

    Between the two extremes: with ``batch_size=1`` it is stochastic, with ``batch_size=m`` full gradient descent. The
    last batch may be smaller; its gradient is the mean over the examples it has.

    Parameters
    ----------
    X : ndarray, shape (m, n)
    y : ndarray, shape (m,)
    w : ndarray, shape (n,)
    b : float
    learning_rate : float
    epochs : int
    batch_size : int
        At least 1.
    rng : numpy.random.Generator
        The only source of randomness.

    Returns
    -------
    w : ndarray, shape (n,)
    b : float
    costs : list of float
        One per epoch: the cost on all examples after that epoch's last step.

    Raises
    ------
    ValueError
        if the shapes of X and y, or of X and w, do not fit; the message names both.
    """
    raise NotImplementedError("minibatch_gradient_descent is not written yet")


def least_squares(X: Array, y: Array) -> tuple[Array, float]:
    """The line with the smallest cost of all, computed at once instead of approached step by step.

    Both slopes of the cost are zero there. With A the matrix X and a column of ones, and θ = (w, b), that reads
    AᵀA θ = Aᵀy: the normal equations. The four examples have their best line at w = 1.5, b = 1.5, with cost 0.125.

    Parameters
    ----------
    X : ndarray, shape (m, n)
        Its columns and the column of ones must be linearly independent.
    y : ndarray, shape (m,)

    Returns
    -------
    w : ndarray, shape (n,)
    b : float

    Raises
    ------
    ValueError
        if X and y do not have the same number of examples; the message names both shapes.
    """
    raise NotImplementedError("least_squares is not written yet")


def largest_stable_learning_rate(X: Array) -> float:
    """The learning rate 2/λmax at which full gradient descent stops converging.

    λmax is the largest eigenvalue of the Hessian of the cost, in w and b *jointly*: with A the matrix X and a column of
    ones (b's feature is always 1), the Hessian is H = (2/m) AᵀA, of shape (n + 1, n + 1). It does not depend on y, w or
    b. For x = 0, 0, 1, 3 it is [[5, 2], [2, 2]] with eigenvalues 6 and 1, so the answer is 2/6 = 1/3.

    Parameters
    ----------
    X : ndarray, shape (m, n)

    Returns
    -------
    float

    References
    ----------
    Y. LeCun, L. Bottou, G. B. Orr and K.-R. Müller, "Efficient BackProp", 1998, section 5.
    """
    raise NotImplementedError("largest_stable_learning_rate is not written yet")


def descend_parabola(curvature: float, learning_rate: float, w: float, steps: int) -> Array:
    """All positions of gradient descent on J(w) = ½·curvature·w², the start first.

    The slope is curvature·w, so each step multiplies w by (1 - learning_rate·curvature). From w = 8 with curvature 2
    and learning rate 0.25 that factor is ½: 8, 4, 2, 1. At learning rate 1 it is -1, and w jumps between 8 and -8
    forever.

    Parameters
    ----------
    curvature : float
        The second derivative of J.
    learning_rate : float
    w : float
        Where to start.
    steps : int
        Number of updates; with 0 only the start is returned.

    Returns
    -------
    ndarray, shape (steps + 1,)
    """
    raise NotImplementedError("descend_parabola is not written yet")

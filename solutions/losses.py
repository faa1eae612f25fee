"""Losses: how wrong one prediction is, how that number changes with the prediction, and the cost of a whole data set.

Every loss is a pair of functions of the truth and the prediction, both for m examples at once:

* ``<name>(y_true, y_pred)`` returns one number per example, an array of shape (m,),
* ``<name>_gradient(y_true, y_pred)`` returns the derivative of each example's loss with respect to that example's
  prediction, an array shaped like the prediction. Nothing is averaged: the 1/m of a mean belongs to the cost.

Arrays hold float64 (class labels are integers). Arguments are never modified. Where a formula has a kink, the gradient
is 0 on the kink. Shapes that do not fit raise a ValueError that names both of them.

Notation: y the truth, ŷ the prediction, r = ŷ − y the residual, z a logit (a score that may be any real number).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Labels = NDArray[np.int64]


def _check_same_shape(first: Array, second: Array) -> None:
    """Refuse two arrays of different shapes; every function of two arrays calls this (or more) before it computes.

    Without it NumPy broadcasts: a column of shape (3, 1) minus a vector of shape (3,) is a (3, 3) matrix of all pairs,
    and a mean over that matrix looks like a perfectly good cost.

    Raises
    ------
    ValueError
        if the shapes differ; the message names both.
    """
    # BEGIN SOLUTION
    if first.shape != second.shape:
        raise ValueError(f"the shapes must be the same: {first.shape} and {second.shape}")
    # END SOLUTION


def _check_boxes(boxes_true: Array, boxes_pred: Array) -> None:
    """Refuse anything but two arrays of m boxes with four numbers each.

    Raises
    ------
    ValueError
        if the shapes are not both (m, 4), with the same m; the message names both.
    """
    # BEGIN SOLUTION
    _check_same_shape(boxes_true, boxes_pred)
    if boxes_true.ndim != 2 or boxes_true.shape[1] != 4:
        raise ValueError(f"boxes are (m, 4) arrays, not {boxes_true.shape} and {boxes_pred.shape}")
    # END SOLUTION


def _check_one_label_per_row(y_true: Labels, logits: Array) -> None:
    """Refuse labels that are not one number for each row of the logits.

    Raises
    ------
    ValueError
        if the shapes are not (m,) and (m, k), with the same m; the message names both.
    """
    # BEGIN SOLUTION
    if logits.ndim != 2 or y_true.shape != logits.shape[:1]:
        raise ValueError(f"labels (m,) and logits (m, k) are needed, not {y_true.shape} and {logits.shape}")
    # END SOLUTION


def _sum_over_features(values: Array) -> Array:
    """One number per example: (m, d) is summed over its d columns, (m,) stays as it is."""
    # BEGIN SOLUTION
    return values if values.ndim == 1 else values.sum(axis=1)
    # END SOLUTION


def squared_error(y_true: Array, y_pred: Array) -> Array:
    """Squared distance between prediction and truth, for each example.

        L = ‖ŷ − y‖² = Σⱼ (ŷⱼ − yⱼ)²

    An error twice as large costs four times as much. There is no factor ½ here and no mean over the features.

    Parameters
    ----------
    y_true, y_pred : array of shape (m,) or (m, d)
        m examples, each one number or d of them.

    Returns
    -------
    array of shape (m,)
        One loss per example, in the squared unit of y.

    Raises
    ------
    ValueError
        if the shapes differ; the message names both.

    Examples
    --------
    >>> squared_error(np.array([2.5, 4.0, 3.0]), np.array([3.0, 2.5, 3.0]))
    array([0.25, 2.25, 0.  ])
    """
    # BEGIN SOLUTION
    _check_same_shape(y_true, y_pred)
    return _sum_over_features((y_pred - y_true) ** 2)
    # END SOLUTION


def squared_error_gradient(y_true: Array, y_pred: Array) -> Array:
    """Derivative of each example's squared error with respect to its prediction.

        ∂L/∂ŷⱼ = 2 (ŷⱼ − yⱼ)

    Positive where the prediction is too high: the loss falls when the prediction moves against the gradient.

    Parameters
    ----------
    y_true, y_pred : array of shape (m,) or (m, d)
        As for `squared_error`.

    Returns
    -------
    array of the shape of `y_pred`

    Raises
    ------
    ValueError
        if the shapes differ; the message names both.

    Examples
    --------
    >>> squared_error_gradient(np.array([2.5, 4.0, 3.0]), np.array([3.0, 2.5, 3.0]))
    array([ 1., -3.,  0.])
    """
    # BEGIN SOLUTION
    _check_same_shape(y_true, y_pred)
    return 2 * (y_pred - y_true)
    # END SOLUTION


def absolute_error(y_true: Array, y_pred: Array) -> Array:
    """Absolute difference between prediction and truth, summed over the features of each example.

        L = Σⱼ |ŷⱼ − yⱼ|

    Parameters
    ----------
    y_true, y_pred : array of shape (m,) or (m, d)
        As for `squared_error`.

    Returns
    -------
    array of shape (m,)
        One loss per example, in the unit of y.

    Raises
    ------
    ValueError
        if the shapes differ; the message names both.

    Examples
    --------
    >>> absolute_error(np.array([2.5, 4.0, 3.0]), np.array([3.0, 2.5, 3.0]))
    array([0.5, 1.5, 0. ])
    """
    # BEGIN SOLUTION
    _check_same_shape(y_true, y_pred)
    return _sum_over_features(np.abs(y_pred - y_true))
    # END SOLUTION


def absolute_error_gradient(y_true: Array, y_pred: Array) -> Array:
    """Derivative of each example's absolute error with respect to its prediction: a sign.

        ∂L/∂ŷⱼ = +1 where ŷⱼ > yⱼ,   −1 where ŷⱼ < yⱼ,   0 where they are equal

    At ŷ = y the graph has a kink and no slope of its own; any number from −1 to 1 is a valid subgradient there, and the
    course takes 0, so that a perfect prediction is left alone.

    Parameters
    ----------
    y_true, y_pred : array of shape (m,) or (m, d)
        As for `squared_error`.

    Returns
    -------
    array of the shape of `y_pred`

    Raises
    ------
    ValueError
        if the shapes differ; the message names both.

    Examples
    --------
    >>> absolute_error_gradient(np.array([2.5, 4.0, 3.0]), np.array([3.0, 2.5, 3.0]))
    array([ 1., -1.,  0.])
    """
    # BEGIN SOLUTION
    _check_same_shape(y_true, y_pred)
    return np.sign(y_pred - y_true)
    # END SOLUTION


def huber(y_true: Array, y_pred: Array, delta: float = 1.0) -> Array:
    """Huber's loss: a parabola for small residuals, a straight line for large ones, summed over the features.

        ℓ(r) = ½ r²              where |r| ≤ δ
        ℓ(r) = δ (|r| − ½ δ)     where |r| > δ

    Both lines give ½δ² at |r| = δ, and both have slope δ there: the graph has neither a jump nor a kink. Every feature
    is judged on its own residual, and the losses of the d features are added.

    Parameters
    ----------
    y_true, y_pred : array of shape (m,) or (m, d)
        As for `squared_error`.
    delta : float
        δ > 0, in the unit of y: residuals beyond it count as outliers.

    Returns
    -------
    array of shape (m,)

    Raises
    ------
    ValueError
        if the shapes differ; the message names both.

    References
    ----------
    P. J. Huber, "Robust Estimation of a Location Parameter", Annals of Mathematical Statistics 35 (1964).

    Examples
    --------
    >>> huber(np.array([2.5, 4.0, 3.0]), np.array([3.0, 2.5, 3.0]), delta=0.5)
    array([0.125, 0.625, 0.   ])
    """
    # BEGIN SOLUTION
    _check_same_shape(y_true, y_pred)
    size = np.abs(y_pred - y_true)
    return _sum_over_features(np.where(size <= delta, 0.5 * size**2, delta * (size - 0.5 * delta)))
    # END SOLUTION


def huber_gradient(y_true: Array, y_pred: Array, delta: float = 1.0) -> Array:
    """Derivative of each example's Huber loss with respect to its prediction: the residual, cut off at ±δ.

        ∂ℓ/∂ŷⱼ = rⱼ where |rⱼ| ≤ δ,   δ · sign(rⱼ) where |rⱼ| > δ

    However wrong a prediction is, it never pulls harder than δ.

    Parameters
    ----------
    y_true, y_pred : array of shape (m,) or (m, d)
        As for `squared_error`.
    delta : float
        As for `huber`.

    Returns
    -------
    array of the shape of `y_pred`

    Raises
    ------
    ValueError
        if the shapes differ; the message names both.

    Examples
    --------
    >>> huber_gradient(np.array([2.5, 4.0, 3.0]), np.array([3.0, 2.5, 3.0]), delta=1.0)
    array([ 0.5, -1. ,  0. ])
    """
    # BEGIN SOLUTION
    _check_same_shape(y_true, y_pred)
    return np.clip(y_pred - y_true, -delta, delta)
    # END SOLUTION


def bounding_box_loss(boxes_true: Array, boxes_pred: Array) -> Array:
    """Squared error between two boxes, each given as centre x, centre y, width and height.

        L = (x − x̂)² + (y − ŷ)² + (w − ŵ)² + (h − ĥ)²

    The original YOLO loss compares √w and √h instead; here width and height enter as they are.

    Parameters
    ----------
    boxes_true, boxes_pred : array of shape (m, 4)
        One box per row: x, y, w, h, all in the same unit (pixels, or shares of the image).

    Returns
    -------
    array of shape (m,)
        One loss per box, in the squared unit of the boxes.

    Raises
    ------
    ValueError
        if the shapes are not both (m, 4); the message names both.

    References
    ----------
    J. Redmon et al., "You Only Look Once: Unified, Real-Time Object Detection", CVPR 2016, equation 3.

    Examples
    --------
    >>> bounding_box_loss(np.array([[50.0, 40.0, 20.0, 10.0]]), np.array([[53.0, 36.0, 25.0, 10.0]]))
    array([50.])
    """
    # BEGIN SOLUTION
    _check_boxes(boxes_true, boxes_pred)
    return squared_error(boxes_true, boxes_pred)
    # END SOLUTION


def bounding_box_loss_gradient(boxes_true: Array, boxes_pred: Array) -> Array:
    """Derivative of each box's loss with respect to the four predicted numbers.

        ∂L/∂(x̂, ŷ, ŵ, ĥ) = 2 (x̂ − x, ŷ − y, ŵ − w, ĥ − h)

    Parameters
    ----------
    boxes_true, boxes_pred : array of shape (m, 4)
        As for `bounding_box_loss`.

    Returns
    -------
    array of shape (m, 4)

    Raises
    ------
    ValueError
        if the shapes are not both (m, 4); the message names both.

    Examples
    --------
    >>> bounding_box_loss_gradient(np.array([[50.0, 40.0, 20.0, 10.0]]), np.array([[53.0, 36.0, 25.0, 10.0]]))
    array([[ 6., -8., 10.,  0.]])
    """
    # BEGIN SOLUTION
    _check_boxes(boxes_true, boxes_pred)
    return squared_error_gradient(boxes_true, boxes_pred)
    # END SOLUTION


def logistic(y_true: Array, logits: Array) -> Array:
    """Logistic loss (binary cross-entropy) of a logit, for labels 0 and 1.

        L = log(1 + eᶻ) − y z

    It is −log σ(z) for y = 1 and −log(1 − σ(z)) for y = 0, where σ(z) = 1 / (1 + e⁻ᶻ) is the predicted probability of
    the label 1. The value is right, hence finite, for every |z| up to 10 000, although e¹⁰⁰⁰⁰ is not a float64 number.

    Parameters
    ----------
    y_true : array of shape (m,)
        Labels 0.0 or 1.0.
    logits : array of shape (m,)
        Scores z, any real numbers; positive means that the label 1 is the likelier one.

    Returns
    -------
    array of shape (m,)
        One loss per example, in nats.

    Raises
    ------
    ValueError
        if the shapes differ; the message names both.

    Examples
    --------
    >>> logistic(np.array([1.0, 1.0, 0.0, 0.0]), np.array([0.0, 2.0, -1.0, 1000.0])).round(4).tolist()
    [0.6931, 0.1269, 0.3133, 1000.0]
    """
    # BEGIN SOLUTION
    _check_same_shape(y_true, logits)
    # log(1 + eᶻ) = max(z, 0) + log(1 + e^−|z|): the exponent is never positive, so nothing overflows.
    loss: Array = np.maximum(logits, 0) - y_true * logits + np.log1p(np.exp(-np.abs(logits)))
    return loss
    # END SOLUTION


def logistic_gradient(y_true: Array, logits: Array) -> Array:
    """Derivative of each example's logistic loss with respect to its logit: predicted probability minus label.

        ∂L/∂z = σ(z) − y,   σ(z) = 1 / (1 + e⁻ᶻ) = eᶻ / (1 + eᶻ)

    Finite for every |z| up to 10 000, like the loss.

    Parameters
    ----------
    y_true, logits : array of shape (m,)
        As for `logistic`.

    Returns
    -------
    array of shape (m,)
        Between −1 and 1.

    Raises
    ------
    ValueError
        if the shapes differ; the message names both.

    Examples
    --------
    >>> logistic_gradient(np.array([1.0, 1.0, 0.0, 0.0]), np.array([0.0, 2.0, -1.0, 1000.0])).round(4).tolist()
    [-0.5, -0.1192, 0.2689, 1.0]
    """
    # BEGIN SOLUTION
    _check_same_shape(y_true, logits)
    probability: Array = np.exp(np.minimum(logits, 0)) / (1 + np.exp(-np.abs(logits)))
    return probability - y_true
    # END SOLUTION


def hinge(y_true: Array, scores: Array) -> Array:
    """Hinge loss of a score, for labels −1 and +1.

        L = max(0, 1 − y s)

    y·s is the margin: positive when the score has the sign of the label. The loss is 0 only from margin 1 on; being
    right is not enough, it takes being right by a distance.

    Parameters
    ----------
    y_true : array of shape (m,)
        Labels −1.0 or +1.0.
    scores : array of shape (m,)
        Scores s, any real numbers.

    Returns
    -------
    array of shape (m,)

    Raises
    ------
    ValueError
        if the shapes differ; the message names both.

    References
    ----------
    C. Cortes and V. Vapnik, "Support-Vector Networks", Machine Learning 20 (1995).

    Examples
    --------
    >>> hinge(np.array([1.0, -1.0, 1.0, -1.0]), np.array([0.25, 0.5, 2.0, -1.0]))
    array([0.75, 1.5 , 0.  , 0.  ])
    """
    # BEGIN SOLUTION
    _check_same_shape(y_true, scores)
    return np.maximum(0.0, 1 - y_true * scores)
    # END SOLUTION


def hinge_gradient(y_true: Array, scores: Array) -> Array:
    """Derivative of each example's hinge loss with respect to its score.

        ∂L/∂s = −y where y s < 1,   0 where y s ≥ 1

    At y·s = 1, exactly on the kink, the course takes 0.

    Parameters
    ----------
    y_true, scores : array of shape (m,)
        As for `hinge`.

    Returns
    -------
    array of shape (m,)

    Raises
    ------
    ValueError
        if the shapes differ; the message names both.

    Examples
    --------
    >>> hinge_gradient(np.array([1.0, -1.0, 1.0, -1.0]), np.array([0.25, 0.5, 2.0, -1.0]))
    array([-1.,  1.,  0.,  0.])
    """
    # BEGIN SOLUTION
    _check_same_shape(y_true, scores)
    return np.where(y_true * scores < 1, -y_true, 0.0)
    # END SOLUTION


def softmax(logits: Array) -> Array:
    """Turn each row of logits into probabilities: positive numbers that add up to 1.

        pⱼ = e^zⱼ / Σₖ e^zₖ

    Adding the same number to all logits of a row changes nothing, because it multiplies numerator and denominator by
    the same factor. That makes logits of ±10 000 harmless, if it is used.

    Parameters
    ----------
    logits : array of shape (m, k)
        One row per example, one column per class.

    Returns
    -------
    array of shape (m, k)
        Each row sums to 1.

    Examples
    --------
    >>> softmax(np.log(np.array([[1.0, 2.0, 5.0]]))).round(4)
    array([[0.125, 0.25 , 0.625]])
    """
    # BEGIN SOLUTION
    # The largest exponent of every row becomes 0: no overflow, and no row whose sum underflows to 0.
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    probabilities: Array = powers / powers.sum(axis=1, keepdims=True)
    return probabilities
    # END SOLUTION


def cross_entropy(y_true: Labels, logits: Array) -> Array:
    """Cross-entropy of the softmax: minus the logarithm of the probability that the right class was given.

        L = −log p_y = log(Σₖ e^zₖ) − z_y

    The right-hand form needs no probability, hence no logarithm of a probability that was rounded to 0: it is right,
    hence finite, for every |z| up to 10 000, provided that the largest logit is taken out of the sum first.

    Parameters
    ----------
    y_true : integer array of shape (m,)
        The right class of each example, 0 … k − 1.
    logits : array of shape (m, k)
        One row per example, one column per class. Not probabilities.

    Returns
    -------
    array of shape (m,)
        One loss per example, in nats.

    Raises
    ------
    ValueError
        if the shapes are not (m,) and (m, k); the message names both.

    References
    ----------
    P. Blanchard, D. J. Higham and N. J. Higham, "Accurately computing the log-sum-exp and softmax functions", IMA
    Journal of Numerical Analysis 41 (2021).

    Examples
    --------
    >>> cross_entropy(np.array([2]), np.log(np.array([[1.0, 2.0, 5.0]]))).round(4)
    array([0.47])
    """
    # BEGIN SOLUTION
    _check_one_label_per_row(y_true, logits)
    shifted = logits - logits.max(axis=1, keepdims=True)
    loss: Array = np.log(np.exp(shifted).sum(axis=1)) - shifted[np.arange(len(y_true)), y_true]
    return loss
    # END SOLUTION


def cross_entropy_gradient(y_true: Labels, logits: Array) -> Array:
    """Derivative of each example's cross-entropy with respect to its logits: probabilities minus the one-hot label.

        ∂L/∂zⱼ = pⱼ − 1 for j = y,   pⱼ for every other class

    Each row sums to 0: what the right class gains, the others lose.

    Parameters
    ----------
    y_true : integer array of shape (m,)
        As for `cross_entropy`.
    logits : array of shape (m, k)
        As for `cross_entropy`.

    Returns
    -------
    array of shape (m, k)

    Raises
    ------
    ValueError
        if the shapes are not (m,) and (m, k); the message names both.

    Examples
    --------
    >>> cross_entropy_gradient(np.array([2]), np.log(np.array([[1.0, 2.0, 5.0]]))).round(4)
    array([[ 0.125,  0.25 , -0.375]])
    """
    # BEGIN SOLUTION
    _check_one_label_per_row(y_true, logits)
    gradient = softmax(logits)
    gradient[np.arange(len(y_true)), y_true] -= 1
    return gradient
    # END SOLUTION


def cost(losses: Array) -> float:
    """The cost of a data set: the mean of its examples' losses.

        J = (1/m) Σᵢ Lᵢ

    Parameters
    ----------
    losses : array of shape (m,)
        One loss per example, of any of the losses here; m ≥ 1.

    Returns
    -------
    float

    Examples
    --------
    >>> cost(np.array([0.25, 2.25, 0.5]))
    1.0
    """
    # BEGIN SOLUTION
    return float(np.mean(losses))
    # END SOLUTION


def mean_squared_error(y_true: Array, y_pred: Array) -> float:
    """The cost for the squared error: its mean over the examples.

        J = (1/m) Σᵢ ‖ŷᵢ − yᵢ‖²

    On (m, d) arrays scikit-learn and torch also divide by the number of features d; here, as in `squared_error`, the
    features are summed, which makes this d times their value.

    Parameters
    ----------
    y_true, y_pred : array of shape (m,) or (m, d)
        As for `squared_error`.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        if the shapes differ; the message names both.

    Examples
    --------
    >>> mean_squared_error(np.array([[1.0, 2.0], [0.0, 4.0]]), np.array([[2.0, 0.0], [0.0, 1.0]]))
    7.0
    """
    # BEGIN SOLUTION
    return cost(squared_error(y_true, y_pred))
    # END SOLUTION


def numerical_gradient(f: Callable[[Array], float], x: Array, step: float = 1e-5) -> Array:
    """The gradient of f at x by central differences, for checking a gradient that was derived by hand.

        ∂f/∂xᵢ ≈ (f(x + h eᵢ) − f(x − h eᵢ)) / (2h)

    eᵢ moves the i-th entry of x by 1 and leaves the others alone. The error of the formula falls like h², that of a
    one-sided difference only like h; but f is rounded, and the quotient divides that rounding by 2h. In float64 the sum
    of both is smallest near h = 10⁻⁵.

    Parameters
    ----------
    f : function from an array of the shape of `x` to a float
    x : array of any shape
        The point. After the call it holds the same values as before, to the last bit.
    step : float
        h > 0: how far each entry moves, to either side.

    Returns
    -------
    array of the shape of `x`

    References
    ----------
    J. Nocedal and S. J. Wright, "Numerical Optimization", 2nd edition, Springer 2006, section 8.1.

    Examples
    --------
    >>> numerical_gradient(lambda x: x[0] ** 2 + 3 * x[0] * x[1], np.array([1.0, 2.0]), step=0.5)
    array([8., 3.])
    """
    # BEGIN SOLUTION
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        moved = x.copy()
        moved[index] = x[index] + step
        ahead = f(moved)
        # A new array, not the same one moved back: f may have kept the first.
        moved = x.copy()
        moved[index] = x[index] - step
        gradient[index] = (ahead - f(moved)) / (2 * step)
    return gradient
    # END SOLUTION

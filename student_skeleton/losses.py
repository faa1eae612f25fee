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
    raise NotImplementedError("_check_same_shape is not written yet")


def _check_boxes(boxes_true: Array, boxes_pred: Array) -> None:
    """Refuse anything but two arrays of m boxes with four numbers each.

    Raises
    ------
    ValueError
        if the shapes are not both (m, 4), with the same m; the message names both.
    """
    raise NotImplementedError("_check_boxes is not written yet")


def _check_one_label_per_row(y_true: Labels, logits: Array) -> None:
    """Refuse labels that are not one number for each row of the logits.

    Raises
    ------
    ValueError
        if the shapes are not (m,) and (m, k), with the same m; the message names both.
    """
    raise NotImplementedError("_check_one_label_per_row is not written yet")


def _sum_over_features(values: Array) -> Array:
    """One number per example: (m, d) is summed over its d columns, (m,) stays as it is."""
    raise NotImplementedError("_sum_over_features is not written yet")


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
    raise NotImplementedError("squared_error is not written yet")


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
    raise NotImplementedError("squared_error_gradient is not written yet")


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
    raise NotImplementedError("absolute_error is not written yet")


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
    raise NotImplementedError("absolute_error_gradient is not written yet")


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
    raise NotImplementedError("huber is not written yet")


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
    raise NotImplementedError("huber_gradient is not written yet")


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
    raise NotImplementedError("bounding_box_loss is not written yet")


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
    raise NotImplementedError("bounding_box_loss_gradient is not written yet")


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
    raise NotImplementedError("logistic is not written yet")


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
    raise NotImplementedError("logistic_gradient is not written yet")


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
    raise NotImplementedError("hinge is not written yet")


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
    raise NotImplementedError("hinge_gradient is not written yet")


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
    raise NotImplementedError("softmax is not written yet")


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
    raise NotImplementedError("cross_entropy is not written yet")


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
    raise NotImplementedError("cross_entropy_gradient is not written yet")


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
    raise NotImplementedError("cost is not written yet")


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
    raise NotImplementedError("mean_squared_error is not written yet")


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
    raise NotImplementedError("numerical_gradient is not written yet")

"""A network by hand: fully connected layers with ReLU between them, a softmax cross-entropy on top.

``params`` is a dict with ``W1``, ``b1``, ``W2``, ``b2``, … in the order of the layers. Layer l takes n_in numbers and
gives n_out: ``Wl`` has shape (n_in, n_out), ``bl`` shape (n_out,). With one example per row of X the layers are

    Z₁ = X W₁ + b₁,   A₁ = max(0, Z₁),   Z₂ = A₁ W₂ + b₂,   A₂ = max(0, Z₂),   …

and the last Z, which gets no ReLU, holds the logits, shape (m, k). There may be any number of layers, one included. The
cost is the mean over the m examples of the softmax cross-entropy

    J = (1/m) Σᵢ (log Σⱼ exp zᵢⱼ - zᵢ,yᵢ)

with y the class of each example, integers from 0 to k - 1, shape (m,).

Nothing that is passed in is ever modified.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Params = dict[str, Array]


def _cost(logits: Array, y: NDArray[np.int64]) -> float:
    """The mean softmax cross-entropy, finite for logits of any size. Given: `train` needs it after every epoch.

    Parameters
    ----------
    logits : ndarray, shape (m, k)
    y : ndarray of int, shape (m,)
    """
    shifted = logits - logits.max(axis=1, keepdims=True)
    return float(np.mean(np.log(np.exp(shifted).sum(axis=1)) - shifted[np.arange(len(y)), y]))


def initialize(layer_sizes: Sequence[int], scheme: str, rng: np.random.Generator) -> Params:
    """Parameters to start from: random weights of a size that suits the layer, biases of zero.

        scheme        every weight of a layer has mean 0 and
        "zeros"       is 0
        "normal"      variance 1, normally distributed
        "xavier"      variance 2 / (n_in + n_out), normally or uniformly distributed
        "he"          variance 2 / n_in, normally or uniformly distributed

    A uniform distribution on [-a, a] has the variance a²/3. All biases are 0, whatever the scheme. With all weights 0
    the units of a layer compute the same and get the same gradient: they stay alike for ever.

    Parameters
    ----------
    layer_sizes : sequence of int
        Numbers that go into the network and come out of each layer: ``[64, 32, 10]`` makes ``W1`` of shape (64, 32),
        ``b1`` (32,), ``W2`` (32, 10) and ``b2`` (10,).
    scheme : str
    rng : numpy.random.Generator
        The only source of randomness: the same seed gives the same parameters.

    Returns
    -------
    dict of str to ndarray

    Raises
    ------
    ValueError
        for any other scheme.

    References
    ----------
    X. Glorot and Y. Bengio, "Understanding the difficulty of training deep feedforward neural networks", AISTATS 2010.
    K. He, X. Zhang, S. Ren and J. Sun, "Delving Deep into Rectifiers", ICCV 2015.
    """
    # BEGIN SOLUTION
    params: Params = {}
    for number in range(1, len(layer_sizes)):
        n_in, n_out = layer_sizes[number - 1], layer_sizes[number]
        variances = {"zeros": 0.0, "normal": 1.0, "xavier": 2 / (n_in + n_out), "he": 2 / n_in}
        if scheme not in variances:
            raise ValueError(f"there is no scheme {scheme!r}, only {', '.join(variances)}")
        params[f"W{number}"] = np.sqrt(variances[scheme]) * rng.standard_normal((n_in, n_out))
        params[f"b{number}"] = np.zeros(n_out)
    return params
    # END SOLUTION


def forward(params: Params, X: Array) -> tuple[Array, Any]:
    """The logits of every example, and a cache of what `backward` will want to know.

    With ``W1 = [[1, -1]]``, ``b1 = [0, 1]``, ``W2 = [[2, 0], [1, 3]]``, ``b2 = [0, 0.5]`` and ``X = [[3]]``:
    Z₁ = (3, -2), A₁ = (3, 0), logits = (6, 0.5).

    Parameters
    ----------
    params : dict of str to ndarray
        ``W1``, ``b1``, …, for any number of layers; the keys may come in any order.
    X : ndarray, shape (m, n)

    Returns
    -------
    logits : ndarray, shape (m, k)
    cache
        Whatever you like: only your own `backward` reads it.

    Raises
    ------
    ValueError
        if X does not have one column for each row of W1; the message names both shapes.
    """
    # BEGIN SOLUTION
    if np.ndim(X) != 2 or np.shape(X)[1] != len(params["W1"]):
        raise ValueError(f"X has shape {np.shape(X)}, which does not fit W1 of shape {np.shape(params['W1'])}")
    layers = len(params) // 2
    inputs = [X]
    for number in range(1, layers):
        inputs.append(np.maximum(0.0, inputs[-1] @ params[f"W{number}"] + params[f"b{number}"]))
    logits = inputs[-1] @ params[f"W{layers}"] + params[f"b{layers}"]
    return logits, (inputs, logits)
    # END SOLUTION


def backward(params: Params, cache: Any, y: NDArray[np.int64]) -> Params:
    """Slope of the cost in every parameter, by the chain rule from the last layer to the first.

        ∂J/∂Z = (softmax(Z) - onehot(y)) / m           of the last layer
        ∂J/∂W = Aᵀ ∂J/∂Z,   ∂J/∂b = Σᵢ ∂J/∂zᵢ            A: what went into this layer, X in the first
        ∂J/∂A = ∂J/∂Z Wᵀ
        ∂J/∂Z = ∂J/∂A where the layer's Z > 0, else 0   of the layer below

    Parameters
    ----------
    params : dict of str to ndarray
        Those that `forward` had.
    cache
        What `forward` returned.
    y : ndarray of int, shape (m,)
        The class of each example.

    Returns
    -------
    dict of str to ndarray
        Names and shapes as in `params`.

    Raises
    ------
    ValueError
        if y is not one class for each example, shape (m,); the message names the shape of y and that of the logits.

    References
    ----------
    D. E. Rumelhart, G. E. Hinton and R. J. Williams, "Learning representations by back-propagating errors", Nature 323,
    1986.
    """
    # BEGIN SOLUTION
    inputs, logits = cache
    if np.shape(y) != logits.shape[:1]:
        raise ValueError(f"y has shape {np.shape(y)}, the logits have shape {logits.shape}: y must be (m,)")
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    slopes = shifted / shifted.sum(axis=1, keepdims=True)
    slopes[np.arange(len(y)), y] -= 1
    slopes /= len(y)
    grads: Params = {}
    for number in range(len(inputs), 0, -1):
        entered = inputs[number - 1]
        grads[f"W{number}"] = entered.T @ slopes
        grads[f"b{number}"] = slopes.sum(axis=0)
        slopes = slopes @ params[f"W{number}"].T * (entered > 0)  # of no use below the first layer
    return grads
    # END SOLUTION


def train(
    params: Params,
    X: Array,
    y: NDArray[np.int64],
    init: Callable[[Params], Any],
    step: Callable[..., tuple[Params, Any]],
    schedule: Callable[[int], float],
    epochs: int,
    batch_size: int,
    rng: np.random.Generator,
) -> tuple[Params, list[float]]:
    """Train with any optimizer on mini-batches, in a new random order at every epoch.

    An epoch deals all examples into batches of `batch_size`; the last batch holds what is left. Each batch makes one
    update: forward and backward on the batch, then ``step(params, grads, state, learning_rate=…)``, which returns the
    pair (params, state). ``init(params)`` makes the first state, once; the state lives through all epochs. The learning
    rate of an update is ``schedule(update)``, with the updates counted from 0 and on through all epochs.

    Parameters
    ----------
    params : dict of str to ndarray
        Where to start; must still be the same after the call.
    X : ndarray, shape (m, n)
    y : ndarray of int, shape (m,)
    init, step : callable
        The optimizer, such as `adam_init` and `adam_step`.
    schedule : callable
        Number of the update → learning rate.
    epochs : int
        Passes over the data; with 0 the start is returned.
    batch_size : int
        At least 1; above m there is one batch of everything.
    rng : numpy.random.Generator
        The only source of randomness.

    Returns
    -------
    params : dict of str to ndarray
    costs : list of float
        One per epoch: the cost on *all* examples after that epoch's last update.
    """
    # BEGIN SOLUTION
    state = init(params)
    costs: list[float] = []
    update = 0
    for _ in range(epochs):
        order = rng.permutation(len(X))
        for start in range(0, len(X), batch_size):
            rows = order[start : start + batch_size]
            _, cache = forward(params, X[rows])
            grads = backward(params, cache, y[rows])
            params, state = step(params, grads, state, learning_rate=schedule(update))
            update += 1
        costs.append(_cost(forward(params, X)[0], y))
    return params, costs
    # END SOLUTION


def sharpness(params: Params, X: Array, y: NDArray[np.int64]) -> float:
    """The largest curvature of the cost at `params`: the largest eigenvalue of its Hessian, by power iteration.

    Start from a random direction v of length 1 in the space of all parameters and repeat

        v ← H v / ‖H v‖

    until the curvature along v, vᵀ H v, no longer changes. H itself is never needed, only its product with a direction,
    and that is how much the gradient changes along it:

        H v ≈ (∇J(θ + h v) - ∇J(θ - h v)) / 2h,   h about 1e-4

    Every product costs two gradients, however many parameters there are. Do not start from a constant direction: to add
    the same number to all logits changes nothing, so there are directions in which the cost is flat. (Power iteration
    finds the eigenvalue that is largest in size. Near a minimum, where this is used, that is the largest.)

    Parameters
    ----------
    params : dict of str to ndarray
    X : ndarray, shape (m, n)
    y : ndarray of int, shape (m,)

    Returns
    -------
    float
        To a relative precision of 1e-4 or better, the same at every call.

    References
    ----------
    N. S. Keskar, D. Mudigere, J. Nocedal, M. Smelyanskiy and P. T. P. Tang, "On Large-Batch Training for Deep Learning:
    Generalization Gap and Sharp Minima", ICLR 2017, who measure sharpness in a related way.
    """
    # BEGIN SOLUTION
    h = 1e-4
    rng = np.random.default_rng(0)

    def gradient_at(offset: float) -> Params:
        moved = {name: W + offset * direction[name] for name, W in params.items()}
        return backward(moved, forward(moved, X)[1], y)

    direction = {name: rng.standard_normal(np.shape(W)) for name, W in params.items()}
    curvature = 0.0
    for _ in range(1000):
        length = np.sqrt(sum(np.sum(v**2) for v in direction.values()))
        if length == 0:
            return 0.0  # the cost is flat: there is nothing to iterate
        direction = {name: v / length for name, v in direction.items()}
        above, below = gradient_at(h), gradient_at(-h)
        product = {name: (above[name] - below[name]) / (2 * h) for name in params}
        previous, curvature = curvature, float(sum(np.sum(direction[name] * product[name]) for name in params))
        if abs(curvature - previous) <= 1e-9 * abs(curvature):
            break
        direction = product
    return curvature
    # END SOLUTION

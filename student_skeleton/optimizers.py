"""Optimizers: rules that turn a gradient into the next set of parameters.

Every optimizer is a pair of pure functions:

* ``<name>_init(params)`` returns the state the optimizer starts with,
* ``<name>_step(params, grads, state, *, learning_rate, ...)`` returns ``(new_params, new_state)``.

``params`` and ``grads`` are dicts from a parameter's name to its array, ``grads["W"]`` of the shape of ``params["W"]``
(0-d included). The state is a plain dict whose content is up to you: only your own functions read it. Nothing that is
passed in is ever modified, the state included: whoever holds the old parameters still holds the old parameters.

Notation: W a parameter, dW the gradient of the cost with respect to W, α the learning rate (another one at every call
if the caller likes), V a moving average of gradients, S a moving average of squared gradients. Products, squares, roots
and quotients of arrays are taken entry by entry.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Arrays = dict[str, NDArray[np.float64]]
State = dict[str, Any]


def _check_gradients(params: Arrays, grads: Arrays) -> None:
    """Refuse gradients that do not fit the parameters; every step calls this before it computes anything.

    Without it NumPy broadcasts: a parameter of shape (3,) minus a gradient of shape (3, 1) quietly becomes a (3, 3)
    matrix, and the training goes on with nonsense. Gradients that belong to no parameter are ignored.

    Raises
    ------
    KeyError
        if a parameter has no gradient; the message names the parameter.
    ValueError
        if a gradient has not the shape of its parameter; the message names both shapes.
    """
    raise NotImplementedError("_check_gradients is not written yet")


def sgd_init(params: Arrays) -> State:
    """State of plain gradient descent: it remembers nothing, so an empty dict will do."""
    raise NotImplementedError("sgd_init is not written yet")


def sgd_step(params: Arrays, grads: Arrays, state: State, *, learning_rate: float) -> tuple[Arrays, State]:
    """One update of (stochastic) gradient descent: a step against the gradient.

        W ← W − α dW

    Parameters
    ----------
    params, grads : dict of str to ndarray
        Parameters and the gradients of the cost at them, of equal shapes.
    state : dict
        What `sgd_init` or the previous `sgd_step` returned.
    learning_rate : float
        α of this update.

    Returns
    -------
    params, state : dict, dict
        The updated parameters, new arrays in a new dict, and the state for the next update.

    Raises
    ------
    KeyError or ValueError
        if a parameter has no gradient.
    ValueError
        if a gradient has not the shape of its parameter; the message names both shapes.
    """
    raise NotImplementedError("sgd_step is not written yet")


def momentum_init(params: Arrays) -> State:
    """State of momentum before its first update: a velocity V of zeros for every parameter."""
    raise NotImplementedError("momentum_init is not written yet")


def momentum_step(
    params: Arrays, grads: Arrays, state: State, *, learning_rate: float, beta: float = 0.9
) -> tuple[Arrays, State]:
    """One update of momentum: a step against a moving average of the gradients.

        V ← β V + (1 − β) dW
        W ← W − α V

    The new V is the one that moves W. The learning rate stands outside V, so that a change of α acts at once and on the
    whole step. (Libraries often write u ← β u + dW instead; then V = (1 − β) u, and their rate is α (1 − β).)

    Parameters
    ----------
    params, grads, state, learning_rate
        As for `sgd_step`.
    beta : float
        Share of the old velocity that is kept, in [0, 1); with 0 this is `sgd_step`.

    Returns
    -------
    params, state : dict, dict
        Both new; the new state holds the new V.

    Raises
    ------
    KeyError, ValueError
        As for `sgd_step`.

    References
    ----------
    B. T. Polyak, "Some methods of speeding up the convergence of iteration methods", 1964.
    """
    raise NotImplementedError("momentum_step is not written yet")


def rmsprop_init(params: Arrays) -> State:
    """State of RMSprop before its first update: an average of squares S of zeros for every parameter."""
    raise NotImplementedError("rmsprop_init is not written yet")


def rmsprop_step(
    params: Arrays, grads: Arrays, state: State, *, learning_rate: float, beta: float = 0.9, epsilon: float = 1e-8
) -> tuple[Arrays, State]:
    """One update of RMSprop: every entry's step is divided by the recent size of that entry's gradient.

        S ← β S + (1 − β) dW²
        W ← W − α dW / (√S + ε)

    √S is a moving root mean square, hence the name. ε is added to the root, not under it, and is there for entries
    whose gradient has always been zero: they stay where they are instead of becoming 0/0.

    Parameters
    ----------
    params, grads, state, learning_rate
        As for `sgd_step`.
    beta : float
        Share of the old S that is kept, in [0, 1).
    epsilon : float
        Positive, added to √S.

    Returns
    -------
    params, state : dict, dict
        Both new; the new state holds the new S.

    Raises
    ------
    KeyError, ValueError
        As for `sgd_step`.

    References
    ----------
    T. Tieleman and G. Hinton, "Lecture 6.5: rmsprop", COURSERA: Neural Networks for Machine Learning, 2012.
    """
    raise NotImplementedError("rmsprop_step is not written yet")


def adam_init(params: Arrays) -> State:
    """State of Adam before its first update: no updates counted, V and S of zeros for every parameter."""
    raise NotImplementedError("adam_init is not written yet")


def adam_step(
    params: Arrays,
    grads: Arrays,
    state: State,
    *,
    learning_rate: float,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-8,
) -> tuple[Arrays, State]:
    """One update of Adam: momentum and RMSprop together, both freed of their bias towards zero.

        V ← β₁ V + (1 − β₁) dW            S ← β₂ S + (1 − β₂) dW²
        V̂ = V / (1 − β₁ᵗ)                 Ŝ = S / (1 − β₂ᵗ)
        W ← W − α V̂ / (√Ŝ + ε)

    t is the number of this update: 1 in the first, one more in each, the same for all parameters. V and S start at zero
    and are therefore too small at first, by the very factors that the second line divides out; it is V and S that are
    kept for the next update, not V̂ and Ŝ.

    Parameters
    ----------
    params, grads, state, learning_rate
        As for `sgd_step`.
    beta1, beta2 : float
        Shares of the old V and of the old S that are kept, in [0, 1).
    epsilon : float
        Positive, added to √Ŝ.

    Returns
    -------
    params, state : dict, dict
        Both new; the new state holds t, V and S.

    Raises
    ------
    KeyError, ValueError
        As for `sgd_step`.

    References
    ----------
    D. P. Kingma and J. Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015, Algorithm 1.
    """
    raise NotImplementedError("adam_step is not written yet")


def adam_then_sgd_init(params: Arrays) -> State:
    """State of the hybrid before its first update: that of Adam, whose t also tells when to switch."""
    raise NotImplementedError("adam_then_sgd_init is not written yet")


def adam_then_sgd_step(
    params: Arrays,
    grads: Arrays,
    state: State,
    *,
    learning_rate: float,
    switch_step: int,
    sgd_learning_rate: float,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-8,
) -> tuple[Arrays, State]:
    """One update of a hybrid that starts with Adam and finishes with plain gradient descent.

        update number 1, …, switch_step           one Adam update at `learning_rate`
        update number switch_step + 1, …          W ← W − α dW with α = `sgd_learning_rate`

    With ``switch_step=0`` every update is gradient descent. After the switch nothing of Adam acts any more: neither its
    V nor its S nor its learning rate.

    Parameters
    ----------
    params, grads, state
        As for `sgd_step`.
    learning_rate, sgd_learning_rate : float
        α before and after the switch. Sensible values differ a lot: Adam moves every entry by about α, whatever the
        size of its gradient.
    switch_step : int
        Number of Adam updates, 0 or more, the same at every call.
    beta1, beta2, epsilon : float
        As for `adam_step`.

    Returns
    -------
    params, state : dict, dict
        Both new. The state goes on counting; after the switch it no longer needs V and S.

    Raises
    ------
    KeyError, ValueError
        As for `sgd_step`.

    References
    ----------
    N. S. Keskar and R. Socher, "Improving Generalization Performance by Switching from Adam to SGD", 2017. Their method
    chooses the switching point and the second learning rate during the run; here both are given.
    """
    raise NotImplementedError("adam_then_sgd_step is not written yet")

"""Optimizers: rules that turn a gradient into the next set of parameters.

Every optimizer here is a pair of pure functions.

* ``<name>_init(params)`` returns the state the optimizer starts with,
* ``<name>_step(params, grads, state, *, learning_rate, ...)`` returns ``(new_params, new_state)``.

``params`` and ``grads`` are dicts from a parameter's name to its array; ``grads["W"]`` has the shape of
``params["W"]``. What the state holds is up to you: a plain dict of numbers and arrays that only your own functions
read.
Nothing that is passed in may be modified, the state included.
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
    matrix, and the training goes on with nonsense.

    Parameters
    ----------
    params, grads : dict of str to ndarray
        Entries of `grads` that name no parameter are ignored.

    Raises
    ------
    KeyError
        if a parameter has no gradient; the message names the parameter.
    ValueError
        if a gradient's shape is not its parameter's; the message names both shapes.
    """
    # BEGIN SOLUTION
    for name, parameter in params.items():
        if name not in grads:
            raise KeyError(f"there is no gradient for the parameter {name!r}")
        expected, got = np.shape(parameter), np.shape(grads[name])
        if got != expected:
            raise ValueError(f"the gradient of {name!r} has shape {got}, the parameter has shape {expected}")
    # END SOLUTION


def adam_init(params: Arrays) -> State:
    """State of Adam before its first update: no steps taken, both moving averages zero.

    Parameters
    ----------
    params : dict of str to ndarray
        The parameters to be optimized, of any shapes.

    Returns
    -------
    state : dict
        For example the number of updates made so far and, for each parameter, V and S of the parameter's shape.
    """
    # BEGIN SOLUTION
    return {
        "t": 0,
        "V": {name: np.zeros_like(parameter) for name, parameter in params.items()},
        "S": {name: np.zeros_like(parameter) for name, parameter in params.items()},
    }
    # END SOLUTION


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
    r"""One update of Adam: momentum with a step size of its own for every single parameter.

    .. math::

        V &\leftarrow \beta_1 V + (1 - \beta_1)\, dW \\
        S &\leftarrow \beta_2 S + (1 - \beta_2)\, dW^2 \\
        \hat V &= V / (1 - \beta_1^t), \qquad \hat S = S / (1 - \beta_2^t) \\
        W &\leftarrow W - \alpha\, \hat V / (\sqrt{\hat S} + \varepsilon)

    t counts the updates, all parameters together, and is 1 in the first. Both averages start at zero and are therefore
    too small at first, by exactly the factors that the third line divides out.

    Parameters
    ----------
    params, grads : dict of str to ndarray
        Parameters W and the gradients dW of the cost at them, equal shapes.
    state : dict
        What `adam_init` or the previous `adam_step` returned.
    learning_rate : float
        The step size α of this update; it may be another one at every call.
    beta1, beta2 : float
        Decay of the average of gradients and of the average of their squares, in [0, 1).
    epsilon : float
        Keeps the quotient finite where S is zero; it is added outside the root.

    Returns
    -------
    params, state : dict, dict
        The updated parameters and the state for the next update, both new.

    Raises
    ------
    KeyError, ValueError
        if a parameter has no gradient, or one of another shape (the message names both shapes).

    References
    ----------
    D. P. Kingma and J. Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015, Algorithm 1.
    """
    # BEGIN SOLUTION
    _check_gradients(params, grads)
    t = state["t"] + 1
    averages, squares, updated = {}, {}, {}
    for name, parameter in params.items():
        averages[name] = beta1 * state["V"][name] + (1 - beta1) * grads[name]
        squares[name] = beta2 * state["S"][name] + (1 - beta2) * grads[name] ** 2
        corrected_average = averages[name] / (1 - beta1**t)
        corrected_square = squares[name] / (1 - beta2**t)
        updated[name] = parameter - learning_rate * corrected_average / (np.sqrt(corrected_square) + epsilon)
    return updated, {"t": t, "V": averages, "S": squares}
    # END SOLUTION

"""Landscapes: eight cost functions of two parameters, their slopes, and a walk down any of them.

A network has thousands of parameters and nobody has ever seen its cost. With two parameters the cost is the height of a
landscape: ravines, saddles, plateaus and many valleys can be looked at. The eight here are the usual test functions of
optimization, each known for one difficulty.

A point is ``w``, an array of shape (2,); x and y stand for ``w[0]`` and ``w[1]``. Each landscape is two functions:

* ``<name>(w)`` returns the height, a float,
* ``<name>_gradient(w)`` returns (∂J/∂x, ∂J/∂y), shape (2,).

Nothing that is passed in is ever modified.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Params = dict[str, Array]


def himmelblau(w: Array) -> float:
    """Four valleys of equal depth: J = (x² + y - 11)² + (x + y² - 7)².

    Its minima are all 0, at (3, 2), (-2.805118, 3.131313), (-3.779310, -3.283186) and (3.584428, -1.848127). Which one
    is found depends on the start alone. At the origin J = 121 + 49 = 170.

    Parameters
    ----------
    w : ndarray, shape (2,)

    Returns
    -------
    float

    References
    ----------
    D. M. Himmelblau, "Applied Nonlinear Programming", McGraw-Hill, 1972.
    """
    raise NotImplementedError("himmelblau is not written yet")


def himmelblau_gradient(w: Array) -> Array:
    """Slope of `himmelblau` in x and in y, shape (2,); at the origin it is (-14, -22).

    Parameters
    ----------
    w : ndarray, shape (2,)

    Returns
    -------
    ndarray, shape (2,)
    """
    raise NotImplementedError("himmelblau_gradient is not written yet")


def styblinski_tang(w: Array) -> float:
    """Four valleys of unequal depth: J = ½ [(x⁴ - 16x² + 5x) + (y⁴ - 16y² + 5y)].

    The deepest, -78.332331, is at (-2.903534, -2.903534). At (1, 1) each parenthesis is -10, so J = -10.

    Parameters
    ----------
    w : ndarray, shape (2,)

    Returns
    -------
    float

    References
    ----------
    M. A. Styblinski and T.-S. Tang, "Experiments in nonconvex optimization", Neural Networks 3(4), 1990.
    """
    raise NotImplementedError("styblinski_tang is not written yet")


def styblinski_tang_gradient(w: Array) -> Array:
    """Slope of `styblinski_tang` in x and in y, shape (2,); at (1, 1) it is (-11.5, -11.5).

    Parameters
    ----------
    w : ndarray, shape (2,)

    Returns
    -------
    ndarray, shape (2,)
    """
    raise NotImplementedError("styblinski_tang_gradient is not written yet")


def rosenbrock(w: Array) -> float:
    """A curved ravine with a flat floor: J = (1 - x)² + 100 (y - x²)².

    The minimum, 0 at (1, 1), lies in a ravine along y = x² that is 2,500 times as steep across as along. At (-1, 2)
    J = 4 + 100 = 104.

    Parameters
    ----------
    w : ndarray, shape (2,)

    Returns
    -------
    float

    References
    ----------
    H. H. Rosenbrock, "An automatic method for finding the greatest or least value of a function", The Computer Journal
    3(3), 1960.
    """
    raise NotImplementedError("rosenbrock is not written yet")


def rosenbrock_gradient(w: Array) -> Array:
    """Slope of `rosenbrock` in x and in y, shape (2,); at (-1, 2) it is (396, 200).

    Parameters
    ----------
    w : ndarray, shape (2,)

    Returns
    -------
    ndarray, shape (2,)
    """
    raise NotImplementedError("rosenbrock_gradient is not written yet")


def goldstein_price(w: Array) -> float:
    """Heights from 3 to a million: J = [1 + s² p] · [30 + t² q], not its logarithm.

        s = x + y + 1        p = 19 - 14x + 3x² - 14y + 6xy + 3y²
        t = 2x - 3y          q = 18 - 32x + 12x² + 48y - 36xy + 27y²

    The minimum is 3, at (0, -1). At (1, 1), where s = 3, p = 3, t = -1, q = 37, J = (1 + 9·3) · (30 + 1·37) = 1876.
    Beware of published versions with 6x² in place of 6xy.

    Parameters
    ----------
    w : ndarray, shape (2,)

    Returns
    -------
    float

    References
    ----------
    A. A. Goldstein and J. F. Price, "On descent from local minima", Mathematics of Computation 25(115), 1971.
    """
    raise NotImplementedError("goldstein_price is not written yet")


def goldstein_price_gradient(w: Array) -> Array:
    """Slope of `goldstein_price` in x and in y, shape (2,); at the origin it is (720, 720).

    The product rule, and within each factor the chain rule.

    Parameters
    ----------
    w : ndarray, shape (2,)

    Returns
    -------
    ndarray, shape (2,)
    """
    raise NotImplementedError("goldstein_price_gradient is not written yet")


def beale(w: Array) -> float:
    """A plateau with steep corners: J = (1.5 - x + xy)² + (2.25 - x + xy²)² + (2.625 - x + xy³)².

    The minimum is 0, at (3, 0.5). At (1, 0) J = 0.5² + 1.25² + 1.625² = 4.453125; along x = 0 it is 14.203125
    everywhere. Every one of the three terms counts once.

    Parameters
    ----------
    w : ndarray, shape (2,)

    Returns
    -------
    float

    References
    ----------
    E. M. L. Beale, "On an iterative method for finding a local minimum of a function of more than one variable",
    Princeton, Technical Report 25, 1958.
    """
    raise NotImplementedError("beale is not written yet")


def beale_gradient(w: Array) -> Array:
    """Slope of `beale` in x and in y, shape (2,); at (1, 0) it is (-6.75, 1).

    Parameters
    ----------
    w : ndarray, shape (2,)

    Returns
    -------
    ndarray, shape (2,)
    """
    raise NotImplementedError("beale_gradient is not written yet")


def mccormick(w: Array) -> float:
    """A trough with waves: J = sin(x + y) + (x - y)² - 1.5x + 2.5y + 1.

    In the usual range, -1.5 ≤ x ≤ 4 and -3 ≤ y ≤ 4, the minimum is -1.913223, at (-0.547198, -1.547198); outside of it
    the trough goes on downhill. At the origin J = 1.

    Parameters
    ----------
    w : ndarray, shape (2,)
        In radians, as far as the sine is concerned.

    Returns
    -------
    float

    References
    ----------
    G. P. McCormick, "Computability of global solutions to factorable nonconvex programs", Mathematical Programming 10,
    1976.
    """
    raise NotImplementedError("mccormick is not written yet")


def mccormick_gradient(w: Array) -> Array:
    """Slope of `mccormick` in x and in y, shape (2,); at the origin it is (-0.5, 3.5).

    Parameters
    ----------
    w : ndarray, shape (2,)

    Returns
    -------
    ndarray, shape (2,)
    """
    raise NotImplementedError("mccormick_gradient is not written yet")


def matyas(w: Array) -> float:
    """A plain oblong bowl: J = 0.26 (x² + y²) - 0.48 xy.

    The minimum is 0, at the origin. Along x = y the bowl is 25 times as flat as across, which no axis of the
    coordinates shows. At (1, 2) J = 0.26·5 - 0.48·2 = 0.34.

    Parameters
    ----------
    w : ndarray, shape (2,)

    Returns
    -------
    float
    """
    raise NotImplementedError("matyas is not written yet")


def matyas_gradient(w: Array) -> Array:
    """Slope of `matyas` in x and in y, shape (2,); at (1, 2) it is (-0.44, 0.56).

    Parameters
    ----------
    w : ndarray, shape (2,)

    Returns
    -------
    ndarray, shape (2,)
    """
    raise NotImplementedError("matyas_gradient is not written yet")


def rastrigin(w: Array) -> float:
    """A bowl full of dents: J = 20 + (x² - 10 cos 2πx) + (y² - 10 cos 2πy).

    The minimum is 0, at the origin; near every other point with whole coordinates there is a local one. At (1, 1)
    J = 2, at (0.5, 0) it is 20 + (0.25 + 10) + (0 - 10) = 20.25.

    Parameters
    ----------
    w : ndarray, shape (2,)

    Returns
    -------
    float

    References
    ----------
    L. A. Rastrigin, "Systems of extremal control", Nauka, Moscow, 1974 (in Russian), with A = 10.
    """
    raise NotImplementedError("rastrigin is not written yet")


def rastrigin_gradient(w: Array) -> Array:
    """Slope of `rastrigin` in x and in y, shape (2,); at (0.25, 0.5) it is (0.5 + 20π, 1).

    Parameters
    ----------
    w : ndarray, shape (2,)

    Returns
    -------
    ndarray, shape (2,)
    """
    raise NotImplementedError("rastrigin_gradient is not written yet")


def minimize(
    gradient: Callable[[Array], Array],
    w: Array,
    init: Callable[[Params], Any],
    step: Callable[..., tuple[Params, Any]],
    learning_rates: Sequence[float],
) -> Array:
    """Walk down a landscape with any optimizer and keep every position.

    The optimizer is a pair of functions as in the assignment on optimizers, ``init(params) → state`` and
    ``step(params, grads, state, learning_rate=…) → (params, state)``. They work on dicts: put w into one under a name
    of your choice, and the gradient at w into another under the same name. Call `init` once, before the first update;
    what `step` returns as the state goes into the next `step`.

    With the gradient (x, 4y), the start (4, 1), plain gradient descent and the learning rates 0.5 and 0.25 the
    positions are (4, 1), (2, -1) and (1.5, 0).

    Parameters
    ----------
    gradient : callable
        Takes a point of shape (2,), returns the slopes there, shape (2,).
    w : ndarray, shape (2,)
        Where to start; must still be the same after the call.
    init, step : callable
        The optimizer.
    learning_rates : sequence of float
        One for each update, in order; an empty one means no update.

    Returns
    -------
    ndarray, shape (len(learning_rates) + 1, 2)
        The positions, the start first.
    """
    raise NotImplementedError("minimize is not written yet")

"""The eight landscapes as the course has them, to hold a student's beside, and to draw where there are none yet.

They are kept as tables, multiplied out: J = Σ c·xⁱ·yʲ plus waves a·sin(kx·x + ky·y + phase). One expression then gives
every height and every slope, for whole arrays of points at once.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.polynomial import polynomial

QUARTER = np.pi / 2
TURN = 2 * np.pi


@dataclass(frozen=True)
class Landscape:
    title: str
    formula: str
    x: tuple
    """Ends of the frame."""
    y: tuple
    minima: tuple
    """Lowest points inside the frame."""
    start: tuple
    """Where to begin, for something to be seen."""
    learning_rate: float
    """For SGD and momentum."""
    adaptive_rate: float
    """For those who divide by √S."""
    terms: dict
    """(i, j) → c."""
    waves: tuple = ()
    """(a, kx, ky, phase)."""
    tables: dict = field(default_factory=dict, init=False, compare=False)

    def __post_init__(self):
        size = np.array(list(self.terms)).max(axis=0) + 1
        table = np.zeros(size)
        for place, value in self.terms.items():
            table[place] = value
        self.tables["height"] = table
        self.tables["x"] = polynomial.polyder(table, axis=0)
        self.tables["y"] = polynomial.polyder(table, axis=1)
        both = np.zeros((2, *size))
        both[0, :-1], both[1, :, :-1] = self.tables["x"], self.tables["y"]
        self.tables["slopes"] = both

    def height(self, w):
        """J at points of shape (…, 2): shape (…)."""
        w = np.asarray(w, dtype=np.float64)
        height = polynomial.polyval2d(w[..., 0], w[..., 1], self.tables["height"])
        for size, kx, ky, phase in self.waves:
            height = height + size * np.sin(kx * w[..., 0] + ky * w[..., 1] + phase)
        return height

    def slope(self, w):
        """(∂J/∂x, ∂J/∂y) at points of shape (…, 2): the same shape."""
        w = np.asarray(w, dtype=np.float64)
        if w.ndim == 1:
            return self._slope_at(*w)
        slope = np.stack([polynomial.polyval2d(w[..., 0], w[..., 1], self.tables[axis]) for axis in "xy"], axis=-1)
        for size, kx, ky, phase in self.waves:
            wave = size * np.cos(kx * w[..., 0] + ky * w[..., 1] + phase)
            slope = slope + wave[..., None] * np.array([kx, ky])
        return slope

    def _slope_at(self, x, y):
        """At one point, as a walk needs it some hundred times: without what makes arrays of points possible."""
        rows, columns = self.tables["height"].shape
        slope = self.tables["slopes"] @ y ** _EXPONENTS[:columns] @ x ** _EXPONENTS[:rows]
        for size, kx, ky, phase in self.waves:
            wave = size * np.cos(kx * x + ky * y + phase)
            slope = np.add(slope, (kx * wave, ky * wave))
        return slope


_EXPONENTS = np.arange(9.0)

LANDSCAPES = {
    "himmelblau": Landscape(
        "Himmelblau",
        "(x² + y − 11)² + (x + y² − 7)²",
        (-6, 6),
        (-6, 6),
        ((3, 2), (-2.805118, 3.131313), (-3.779310, -3.283186), (3.584428, -1.848127)),
        (-0.5, -4.5),
        0.005,
        0.1,
        {(0, 0): 170, (0, 1): -22, (0, 2): -13, (0, 4): 1, (1, 0): -14, (1, 2): 2, (2, 0): -21, (2, 1): 2, (4, 0): 1},
    ),
    "styblinski_tang": Landscape(
        "Styblinski–Tang",
        "½ (x⁴ − 16x² + 5x + y⁴ − 16y² + 5y)",
        (-5, 5),
        (-5, 5),
        ((-2.903534, -2.903534),),
        (0.5, 4.5),
        0.01,
        0.1,
        {(0, 1): 2.5, (0, 2): -8, (0, 4): 0.5, (1, 0): 2.5, (2, 0): -8, (4, 0): 0.5},
    ),
    "rosenbrock": Landscape(
        "Rosenbrock",
        "(1 − x)² + 100 (y − x²)²",
        (-2, 2),
        (-1, 3),
        ((1, 1),),
        (-1.4, 2.4),
        0.001,
        0.05,
        {(0, 0): 1, (0, 2): 100, (1, 0): -2, (2, 0): 1, (2, 1): -200, (4, 0): 100},
    ),
    "goldstein_price": Landscape(
        "Goldstein–Price",
        "(1 + (x + y + 1)² p) (30 + (2x − 3y)² q)",
        (-2, 2),
        (-3, 1),
        ((0, -1),),
        (-1.2, -1.4),
        0.00002,
        0.03,
        {
            (0, 0): 600, (0, 1): 720, (0, 2): 3060, (0, 3): 12288, (0, 4): 14346, (0, 5): 1944, (0, 6): -4428,
            (0, 7): -648, (0, 8): 729, (1, 0): 720, (1, 1): -4680, (1, 2): -19296, (1, 3): -23616, (1, 4): -11880,
            (1, 5): -1188, (1, 6): 1944, (1, 7): 972, (2, 0): 1260, (2, 1): 7344, (2, 2): 7776, (2, 3): 5040,
            (2, 4): 8730, (2, 5): 3672, (2, 6): -1458, (3, 0): -1072, (3, 1): 5784, (3, 2): 9840, (3, 3): 1240,
            (3, 4): -3480, (3, 5): -1836, (4, 0): -2454, (4, 1): -7680, (4, 2): -5370, (4, 3): -4080, (4, 4): 1305,
            (5, 0): 1344, (5, 1): -168, (5, 2): 2592, (5, 3): 1224, (6, 0): 952, (6, 1): 1344, (6, 2): -648,
            (7, 0): -768, (7, 1): -288, (8, 0): 144,
        },
    ),
    "beale": Landscape(
        "Beale",
        "(1.5 − x + xy)² + (2.25 − x + xy²)² + (2.625 − x + xy³)²",
        (-4.5, 4.5),
        (-4.5, 4.5),
        ((3, 0.5),),
        (1, 1.5),
        0.005,
        0.05,
        {
            (0, 0): 14.203125, (1, 0): -12.75, (1, 1): 3, (1, 2): 4.5, (1, 3): 5.25, (2, 0): 3, (2, 1): -2,
            (2, 2): -1, (2, 3): -2, (2, 4): 1, (2, 6): 1,
        },
    ),
    "mccormick": Landscape(
        "McCormick",
        "sin(x + y) + (x − y)² − 1.5x + 2.5y + 1",
        (-1.5, 4),
        (-3, 4),
        ((-0.547198, -1.547198),),
        (3.2, 3),
        0.05,
        0.1,
        {(0, 0): 1, (0, 1): 2.5, (0, 2): 1, (1, 0): -1.5, (1, 1): -2, (2, 0): 1},
        ((1, 1, 1, 0),),
    ),
    "matyas": Landscape(
        "Matyas",
        "0.26 (x² + y²) − 0.48xy",
        (-10, 10),
        (-10, 10),
        ((0, 0),),
        (-8, 3),
        0.2,
        0.2,
        {(0, 2): 0.26, (1, 1): -0.48, (2, 0): 0.26},
    ),
    "rastrigin": Landscape(
        "Rastrigin",
        "20 + x² − 10 cos 2πx + y² − 10 cos 2πy",
        (-5.12, 5.12),
        (-5.12, 5.12),
        ((0, 0),),
        (3.4, 2.4),
        0.002,
        0.1,
        {(0, 0): 20, (0, 2): 1, (2, 0): 1},
        ((-10, TURN, 0, QUARTER), (-10, 0, TURN, QUARTER)),
    ),
}
"""Frames and minima as published: https://en.wikipedia.org/wiki/Test_functions_for_optimization."""

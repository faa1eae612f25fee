"""Every function returns something odd, another thing each time, in the hope that the comparison trips."""

import collections
import itertools

import numpy as np


def nested(levels, leaf):
    for _ in range(levels):
        leaf = [leaf]
    return leaf


ODD = [
    True, 10**300, -(10**400), 2**64, float("nan"), float("inf"), 1j, "x", b"x", "\x00\u202e", object(), [object()] * 3,
    np.array(["a", "b"]), np.array([b"a"]), np.array([1j, 2]), np.zeros((0, 3)), np.zeros((1,) * 6), np.float16(1),
    np.longdouble(1) / 3, np.array(None), np.array([True, False]), np.str_("x"), np.datetime64("2020-01-01"),
    nested(39, 1.0), (nested(38, 1.0), nested(38, np.ones(3))), [[1], [2, 3]], [10**300, 1.0], [None, 1.0], ["1", "2"],
    {}, {None: 1, 1: 2, "a": 3, (1, 2): 4, b"x": 5, 2.5: 6}, {np.float64(1): 1}, {"k" * 100_000: 1}, (), [], ((), ()),
    ({}, {}), (1, 2, 3), {1, 2}, np.random.default_rng(0), np, ValueError("x"), "x" * 100_000, np.zeros(100_000),
    {key: np.zeros(1) for key in range(3_000)}, np.array([1e308, 1e308, -1e308]), (np.full((3, 2), 1e308), {}),
    ({"W": np.full((3, 2), 1e308), "b": np.full(3, 1e308)}, {}), 1e308, 5e-324, [float("nan")] * 4,
    collections.OrderedDict(a=1), np.ma.array([1, 2], mask=[0, 1]), np.matrix([[1, 2]]), np.zeros((6,) * 6, bool),
    [[[np.zeros(1)] * 40] * 40] * 40, memoryview(b"abc"), bytearray(b"abc"), range(5), iter([]), [{}] * 3,
]
turn = itertools.count()


def __getattr__(name):
    def odd(*arguments, **keywords):
        given = [value for value in (*arguments, *keywords.values()) if callable(value)]
        for function in given:  # the grader's own function: it must not stumble either
            for value in ODD:
                try:
                    function(value)
                except Exception:
                    pass
        return ODD[next(turn) % len(ODD)]

    return odd

"""A class for every loss; the functions of the assignment are its bound methods, wrapped by a decorator that checks."""

import functools
from dataclasses import dataclass

import numpy as np


class ShapeError(ValueError):
    """Two arrays that do not belong together."""

    def __init__(self, first, second):
        super().__init__(f"cannot work with shapes {first.shape} and {second.shape}")


def equal_shapes(first, second):
    return first.shape == second.shape


def four_columns(first, second):
    return first.shape == second.shape and first.ndim == 2 and first.shape[1] == 4


def label_per_row(first, second):
    return second.ndim == 2 and first.shape == second.shape[:1]


def requires(fits):
    def decorate(method):
        @functools.wraps(method)
        def checked(self, *args, **kwargs):
            first, second = args[:2]
            if not fits(first, second):
                raise ShapeError(first, second)
            return method(self, *args, **kwargs)

        return checked

    return decorate


class Regression:
    """Losses of the residual: subclasses say what one residual costs, and how steep that is."""

    @requires(equal_shapes)
    def value(self, y_true, y_pred):
        values = self.of(y_pred - y_true)
        while values.ndim > 1:
            values = np.add.reduce(values, axis=-1)
        return values

    @requires(equal_shapes)
    def gradient(self, y_true, y_pred):
        return self.slope(y_pred - y_true)


class Squared(Regression):
    def of(self, r):
        return np.power(r, 2)

    def slope(self, r):
        return np.multiply(r, 2.0)


class Absolute(Regression):
    def of(self, r):
        return np.hypot(r, 0)

    def slope(self, r):
        return np.select([r > 0, r < 0], [1.0, -1.0], default=0.0)


@dataclass(frozen=True)
class Huber(Regression):
    delta: float = 1.0

    def of(self, r):
        inner = np.abs(r) <= self.delta
        parabola, line = r**2 / 2, self.delta * np.abs(r) - self.delta**2 / 2
        return inner * parabola + ~inner * line

    def slope(self, r):
        return np.maximum(-self.delta, np.minimum(r, self.delta))


class Boxes:
    @requires(four_columns)
    def value(self, boxes_true, boxes_pred):
        return np.linalg.norm(boxes_true - boxes_pred, axis=1) ** 2

    @requires(four_columns)
    def gradient(self, boxes_true, boxes_pred):
        return -2.0 * (boxes_true - boxes_pred)


class Logistic:
    @requires(equal_shapes)
    def value(self, y_true, logits):
        return np.where(y_true == 1, np.logaddexp(0, -logits), np.logaddexp(0, logits))

    @requires(equal_shapes)
    def gradient(self, y_true, logits):
        return 0.5 + 0.5 * np.tanh(0.5 * logits) - y_true


class Hinge:
    @requires(equal_shapes)
    def value(self, y_true, scores):
        missing = 1 - y_true * scores
        return (missing + np.abs(missing)) / 2

    @requires(equal_shapes)
    def gradient(self, y_true, scores):
        return -y_true * np.heaviside(1 - y_true * scores, 0.0)


class Softmax:
    def log(self, logits):
        moved = logits - np.amax(logits, axis=1, keepdims=True)
        return moved - np.log(np.sum(np.exp(moved), axis=1, keepdims=True))

    def probabilities(self, logits):
        return np.exp(self.log(logits))

    @requires(label_per_row)
    def value(self, y_true, logits):
        one_hot = np.eye(logits.shape[1])[y_true]
        return np.sum(one_hot * -self.log(logits), axis=1)

    @requires(label_per_row)
    def gradient(self, y_true, logits):
        return self.probabilities(logits) - np.eye(logits.shape[1])[y_true]


squared_error = Squared().value
squared_error_gradient = Squared().gradient
absolute_error = Absolute().value
absolute_error_gradient = Absolute().gradient
bounding_box_loss = Boxes().value
bounding_box_loss_gradient = Boxes().gradient
logistic = Logistic().value
logistic_gradient = Logistic().gradient
hinge = Hinge().value
hinge_gradient = Hinge().gradient
softmax = Softmax().probabilities
cross_entropy = Softmax().value
cross_entropy_gradient = Softmax().gradient


def huber(y_true, y_pred, **options):
    return Huber(**options).value(y_true, y_pred)


def huber_gradient(y_true, y_pred, **options):
    return Huber(**options).gradient(y_true, y_pred)


def cost(losses):
    print(f"averaging {len(losses)} losses … Mittelwert läuft ✓")
    return np.asarray(np.average(losses))


def mean_squared_error(y_true, y_pred):
    return np.vdot(np.ones(len(y_true)), squared_error(y_true, y_pred)) / len(y_true)


class Differences:
    def __init__(self, f, step):
        self.f, self.step = f, step

    def __call__(self, x, index):
        def moved(by):
            there = np.array(x)
            there[index] += by
            return self.f(there)

        return (moved(+self.step) - moved(-self.step)) / (2 * self.step)


def numerical_gradient(f, x, step=1e-5):
    difference = Differences(f, step)
    return np.fromiter((difference(x, i) for i in np.ndindex(*x.shape)), dtype=float).reshape(x.shape)

"""Losses in float32 throughout, as on a GPU; only the differences need double precision."""

import logging

import numpy as np

log = logging.getLogger(__name__)


def as_float32(*arrays):
    return [np.asarray(a, dtype=np.float32) for a in arrays]


def pair(a, b):
    if np.shape(a) != np.shape(b):
        log.warning("refusing %s and %s", np.shape(a), np.shape(b))
        raise ValueError(f"shape mismatch: {list(np.shape(a))} vs {list(np.shape(b))}")
    return as_float32(a, b)


def total(x):
    return x if x.ndim == 1 else np.sum(x, axis=-1, dtype=np.float32)


def squared_error(y_true, y_pred):
    y, p = pair(y_true, y_pred)
    return total(np.square(p - y))


def squared_error_gradient(y_true, y_pred):
    y, p = pair(y_true, y_pred)
    return np.float32(2) * (p - y)


def absolute_error(y_true, y_pred):
    y, p = pair(y_true, y_pred)
    return total(np.abs(p - y))


def absolute_error_gradient(y_true, y_pred):
    y, p = pair(y_true, y_pred)
    return np.sign(p - y)


def huber(y_true, y_pred, delta=1.0):
    y, p = pair(y_true, y_pred)
    d = np.float32(delta)
    a = np.abs(p - y)
    inside = np.minimum(a, d)
    return total(inside * (a - np.float32(0.5) * inside))


def huber_gradient(y_true, y_pred, delta=1.0):
    y, p = pair(y_true, y_pred)
    d = np.float32(delta)
    return np.clip(p - y, -d, d)


def boxes(a, b):
    a32, b32 = pair(a, b)
    if a32.ndim != 2 or a32.shape[-1] != 4:
        raise ValueError(f"need (m, 4) boxes, got {np.shape(a)} and {np.shape(b)}")
    return a32, b32


def bounding_box_loss(boxes_true, boxes_pred):
    t, p = boxes(boxes_true, boxes_pred)
    return total((t - p) ** 2)


def bounding_box_loss_gradient(boxes_true, boxes_pred):
    t, p = boxes(boxes_true, boxes_pred)
    return np.float32(-2) * (t - p)


def logistic(y_true, logits):
    y, z = pair(y_true, logits)
    return np.logaddexp(np.float32(0), z) - y * z


def logistic_gradient(y_true, logits):
    y, z = pair(y_true, logits)
    # overflows to inf for very negative z, and 1 / inf is the 0 that is wanted
    return 1 / (1 + np.exp(-z)) - y


def hinge(y_true, scores):
    y, s = pair(y_true, scores)
    return np.maximum(np.float32(0), 1 - y * s)


def hinge_gradient(y_true, scores):
    y, s = pair(y_true, scores)
    return -y * (y * s < 1)


def logsumexp(z):
    top = z.max(axis=1)
    return top + np.log(np.exp(z - top[:, None]).sum(axis=1))


def softmax(logits):
    (z,) = as_float32(logits)
    return np.exp(z - logsumexp(z)[:, None])


def labelled(y_true, logits):
    y, (z,) = np.asarray(y_true), as_float32(logits)
    if z.ndim != 2 or y.shape != (len(z),):
        raise ValueError(f"labels {y.shape} and logits {z.shape}")
    return y, z


def cross_entropy(y_true, logits):
    y, z = labelled(y_true, logits)
    return logsumexp(z) - np.take_along_axis(z, y[:, None], axis=1)[:, 0]


def cross_entropy_gradient(y_true, logits):
    y, z = labelled(y_true, logits)
    return softmax(z) - np.eye(z.shape[1], dtype=np.float32)[y]


def cost(losses):
    return np.mean(losses, dtype=np.float32)


def mean_squared_error(y_true, y_pred):
    return cost(squared_error(y_true, y_pred))


def numerical_gradient(f, x, step=1e-5):
    x = np.asarray(x, dtype=np.float64)  # a step of 1e-5 needs more digits than float32 has
    moves = step * np.eye(x.size).reshape(x.size, *x.shape)
    slopes = [(f(x + move) - f(x - move)) / (2 * step) for move in moves]
    return np.array(slopes, dtype=np.float32).reshape(x.shape)

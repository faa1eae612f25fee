"""Losses that work in place, but always in arrays of their own."""

import numpy as np


def residual(y_true, y_pred):
    if y_true.shape != y_pred.shape:
        raise ValueError("y_true is " + str(y_true.shape) + " but y_pred is " + str(y_pred.shape))
    r = y_pred.copy()
    r -= y_true
    return r


def add_up(values):
    if values.ndim == 1:
        return values
    out = np.zeros(values.shape[0])
    for column in values.T:
        out += column
    return out


def squared_error(y_true, y_pred):
    r = residual(y_true, y_pred)
    r *= r
    return add_up(r)


def squared_error_gradient(y_true, y_pred):
    r = residual(y_true, y_pred)
    r *= 2
    return r


def absolute_error(y_true, y_pred):
    r = residual(y_true, y_pred)
    np.abs(r, out=r)
    return add_up(r)


def absolute_error_gradient(y_true, y_pred):
    r = residual(y_true, y_pred)
    r[r > 0] = 1
    r[r < 0] = -1
    return r


def huber(y_true, y_pred, delta=1.0):
    r = residual(y_true, y_pred)
    np.abs(r, out=r)
    far = r > delta
    line = delta * r[far]
    line -= delta**2 / 2
    r *= r
    r /= 2
    r[far] = line
    return add_up(r)


def huber_gradient(y_true, y_pred, delta=1.0):
    r = residual(y_true, y_pred)
    r[r > delta] = delta
    r[r < -delta] = -delta
    return r


def box_residual(boxes_true, boxes_pred):
    if boxes_true.shape != boxes_pred.shape or boxes_true.ndim != 2 or boxes_true.shape[1] != 4:
        raise ValueError(f"expected two (m, 4) arrays: true {boxes_true.shape}, pred {boxes_pred.shape}")
    r = np.array(boxes_pred)
    r -= boxes_true
    return r


def bounding_box_loss(boxes_true, boxes_pred):
    r = box_residual(boxes_true, boxes_pred)
    np.square(r, out=r)
    return r.sum(axis=1)


def bounding_box_loss_gradient(boxes_true, boxes_pred):
    r = box_residual(boxes_true, boxes_pred)
    r += r
    return r


def matching(y_true, z):
    if y_true.shape != z.shape:
        raise ValueError("labels are " + str(y_true.shape) + " but scores are " + str(z.shape))


def logistic(y_true, logits):
    matching(y_true, logits)
    # with s = +1 for label 1 and -1 for label 0, the loss is log(1 + exp(-s z))
    m = y_true.copy()
    m *= -2
    m += 1
    m *= logits
    out = np.abs(m)
    np.negative(out, out=out)
    np.exp(out, out=out)
    np.log1p(out, out=out)
    m[m < 0] = 0
    out += m
    return out


def logistic_gradient(y_true, logits):
    matching(y_true, logits)
    p = logits.copy()
    p /= 2
    np.tanh(p, out=p)
    p += 1
    p /= 2
    p -= y_true
    return p


def hinge(y_true, scores):
    matching(y_true, scores)
    out = y_true * scores
    np.subtract(1, out, out=out)
    out[out < 0] = 0
    return out


def hinge_gradient(y_true, scores):
    matching(y_true, scores)
    out = y_true.copy()
    out *= -1
    out[y_true * scores >= 1] = 0
    return out


def softmax(logits):
    p = logits.astype(float)
    p -= p.max(axis=1)[:, np.newaxis]
    np.exp(p, out=p)
    p /= p.sum(axis=1)[:, np.newaxis]
    return p


def check_classes(y_true, logits):
    if y_true.ndim != 1 or logits.ndim != 2 or y_true.shape[0] != logits.shape[0]:
        raise ValueError(f"cannot use {y_true.shape} labels with {logits.shape} logits")


def cross_entropy(y_true, logits):
    check_classes(y_true, logits)
    z = logits.copy()
    # seen from the right class: the loss is log sum exp(z - z_y)
    for row, label in zip(z, y_true, strict=True):
        row -= row[label]
    top = z.max(axis=1)
    z -= top[:, np.newaxis]
    np.exp(z, out=z)
    top += np.log(z.sum(axis=1))
    return top


def cross_entropy_gradient(y_true, logits):
    check_classes(y_true, logits)
    p = softmax(logits)
    p[range(len(y_true)), y_true] -= 1.0
    return p


def cost(losses):
    total = np.zeros(())
    total += losses.sum()
    total /= losses.size
    return total


def mean_squared_error(y_true, y_pred):
    return cost(squared_error(y_true, y_pred))


def numerical_gradient(f, x, step=1e-5):
    x = x.copy()
    gradient = np.empty_like(x)
    iterator = np.nditer(x, flags=["multi_index"])
    for _ in iterator:
        i = iterator.multi_index
        old = x[i]
        x[i] = old + step
        gradient[i] = f(x)
        x[i] = old - step
        gradient[i] -= f(x)
        x[i] = old
    gradient /= 2 * step
    return gradient

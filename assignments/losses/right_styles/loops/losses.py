"""Losses, one example after the other, with Python's own math."""

import math

import numpy as np


def shape_text(array):
    return "x".join(str(n) for n in array.shape)


def same_shape_or_error(a, b):
    if a.shape != b.shape:
        raise ValueError("shapes do not match: " + shape_text(a) + " and " + shape_text(b))


def entries(row):
    """The numbers of one example, whether it is one number or a row of them."""
    if np.ndim(row) == 0:
        return [float(row)]
    return [float(v) for v in row]


def squared_error(y_true, y_pred):
    same_shape_or_error(y_true, y_pred)
    result = []
    for i in range(len(y_true)):
        total = 0.0
        t, p = entries(y_true[i]), entries(y_pred[i])
        for j in range(len(t)):
            total += (p[j] - t[j]) ** 2
        result.append(total)
    return np.array(result)


def squared_error_gradient(y_true, y_pred):
    same_shape_or_error(y_true, y_pred)
    result = np.empty(y_pred.shape)
    for i in np.ndindex(y_pred.shape):
        result[i] = 2 * (y_pred[i] - y_true[i])
    return result


def absolute_error(y_true, y_pred):
    same_shape_or_error(y_true, y_pred)
    result = []
    for i in range(len(y_true)):
        total = 0.0
        t, p = entries(y_true[i]), entries(y_pred[i])
        for j in range(len(t)):
            total += abs(p[j] - t[j])
        result.append(total)
    return np.array(result)


def absolute_error_gradient(y_true, y_pred):
    same_shape_or_error(y_true, y_pred)
    result = np.empty(y_pred.shape)
    for i in np.ndindex(y_pred.shape):
        if y_pred[i] > y_true[i]:
            result[i] = 1.0
        elif y_pred[i] < y_true[i]:
            result[i] = -1.0
        else:
            result[i] = 0.0
    return result


def huber_of_one(r, delta):
    if abs(r) <= delta:
        return r * r / 2
    return delta * abs(r) - delta * delta / 2


def huber(y_true, y_pred, delta=1.0):
    same_shape_or_error(y_true, y_pred)
    result = []
    for i in range(len(y_true)):
        total = 0.0
        t, p = entries(y_true[i]), entries(y_pred[i])
        for j in range(len(t)):
            total += huber_of_one(p[j] - t[j], delta)
        result.append(total)
    return np.array(result)


def huber_gradient(y_true, y_pred, delta=1.0):
    same_shape_or_error(y_true, y_pred)
    result = np.empty(y_pred.shape)
    for i in np.ndindex(y_pred.shape):
        r = y_pred[i] - y_true[i]
        if r > delta:
            r = delta
        elif r < -delta:
            r = -delta
        result[i] = r
    return result


def check_boxes(a, b):
    same_shape_or_error(a, b)
    if len(a.shape) != 2 or a.shape[1] != 4:
        raise ValueError("a box has 4 numbers, these have shapes " + shape_text(a) + " and " + shape_text(b))


def bounding_box_loss(boxes_true, boxes_pred):
    check_boxes(boxes_true, boxes_pred)
    result = []
    for i in range(len(boxes_true)):
        x, y, w, h = boxes_true[i]
        x_hat, y_hat, w_hat, h_hat = boxes_pred[i]
        centre = (x - x_hat) ** 2 + (y - y_hat) ** 2
        size = (w - w_hat) ** 2 + (h - h_hat) ** 2
        result.append(centre + size)
    return np.array(result)


def bounding_box_loss_gradient(boxes_true, boxes_pred):
    check_boxes(boxes_true, boxes_pred)
    rows = []
    for i in range(len(boxes_true)):
        x, y, w, h = boxes_true[i]
        x_hat, y_hat, w_hat, h_hat = boxes_pred[i]
        rows.append([-2 * (x - x_hat), -2 * (y - y_hat), -2 * (w - w_hat), -2 * (h - h_hat)])
    return np.array(rows)


def logistic(y_true, logits):
    same_shape_or_error(y_true, logits)
    result = []
    for i in range(len(logits)):
        z = float(logits[i])
        if y_true[i] == 1:
            z = -z  # a label 1 pays for a small logit what a label 0 pays for a large one
        if z > 0:
            result.append(z + math.log(1 + math.exp(-z)))
        else:
            result.append(math.log(1 + math.exp(z)))
    return np.array(result)


def sigmoid(z):
    if z >= 0:
        return 1 / (1 + math.exp(-z))
    e = math.exp(z)
    return e / (1 + e)


def logistic_gradient(y_true, logits):
    same_shape_or_error(y_true, logits)
    result = []
    for i in range(len(logits)):
        result.append(sigmoid(float(logits[i])) - float(y_true[i]))
    return np.array(result)


def hinge(y_true, scores):
    same_shape_or_error(y_true, scores)
    result = []
    for i in range(len(scores)):
        result.append(max(0.0, 1 - float(y_true[i]) * float(scores[i])))
    return np.array(result)


def hinge_gradient(y_true, scores):
    same_shape_or_error(y_true, scores)
    result = np.zeros(len(scores))
    for i in range(len(scores)):
        if y_true[i] * scores[i] < 1:
            result[i] = -y_true[i]
    return result


def softmax(logits):
    rows = []
    for row in logits.tolist():
        biggest = max(row)
        powers = [math.exp(z - biggest) for z in row]
        total = sum(powers)
        rows.append([power / total for power in powers])
    return np.array(rows)


def check_labels(y_true, logits):
    if len(logits.shape) != 2 or y_true.shape != (logits.shape[0],):
        raise ValueError("labels " + shape_text(y_true) + " do not go with logits " + shape_text(logits))


def cross_entropy(y_true, logits):
    check_labels(y_true, logits)
    result = []
    for i in range(len(y_true)):
        row = logits[i].tolist()
        biggest = max(row)
        total = 0.0
        for z in row:
            total += math.exp(z - biggest)
        result.append(math.log(total) + biggest - row[y_true[i]])
    return np.array(result)


def cross_entropy_gradient(y_true, logits):
    check_labels(y_true, logits)
    result = softmax(logits)
    for i in range(len(y_true)):
        result[i, y_true[i]] = result[i, y_true[i]] - 1
    return result


def cost(losses):
    total = 0.0
    for loss in losses:
        total += float(loss)
    return total / len(losses)


def mean_squared_error(y_true, y_pred):
    return cost(squared_error(y_true, y_pred))


def numerical_gradient(f, x, step=1e-5):
    flat = x.ravel().tolist()
    result = []
    for i in range(len(flat)):
        up, down = list(flat), list(flat)
        up[i] += step
        down[i] -= step
        f_up = f(np.array(up).reshape(x.shape))
        f_down = f(np.array(down).reshape(x.shape))
        result.append((f_up - f_down) / (2 * step))
    return np.array(result).reshape(x.shape)

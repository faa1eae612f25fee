"""Everything in plain loops over examples and features; NumPy only at the edges."""

import numpy as np


def check(X, y):
    if len(X.shape) != 2 or len(y.shape) != 1 or X.shape[0] != y.shape[0]:
        raise ValueError("X and y do not belong together: " + str(X.shape) + " and " + str(y.shape))


def predict(X, w, b):
    if len(w.shape) != 1 or X.shape[1] != w.shape[0]:
        raise ValueError("X is " + str(X.shape) + " but w is " + str(w.shape))
    result = []
    for i in range(X.shape[0]):
        total = b
        for j in range(X.shape[1]):
            total = total + X[i, j] * w[j]
        result.append(total)
    return np.array(result)


def cost(X, y, w, b):
    check(X, y)
    y_hat = predict(X, w, b)
    total = 0
    for i in range(len(y)):
        total += (y_hat[i] - y[i]) ** 2
    return total / len(y)


def cost_gradient(X, y, w, b):
    check(X, y)
    m = X.shape[0]
    n = X.shape[1]
    y_hat = predict(X, w, b)
    dw = np.zeros(n)
    db = 0.0
    for i in range(m):
        error = y_hat[i] - y[i]
        for j in range(n):
            dw[j] += 2 * error * X[i][j] / m
        db += 2 * error / m
    return dw, db


def gradient_step(w, b, dw, db, learning_rate):
    if w.shape != dw.shape:
        raise ValueError("w is " + str(w.shape) + " but dw is " + str(dw.shape))
    new_w = []
    for j in range(len(w)):
        new_w.append(w[j] - learning_rate * dw[j])
    return np.array(new_w), b - learning_rate * db


def minibatches(X, y, batch_size, rng):
    check(X, y)
    order = list(range(len(y)))
    for i in range(len(order) - 1, 0, -1):
        j = int(rng.integers(0, i + 1))
        order[i], order[j] = order[j], order[i]
    batches = []
    i = 0
    while i < len(order):
        X_batch = []
        y_batch = []
        while i < len(order) and len(X_batch) < batch_size:
            X_batch.append(X[order[i]])
            y_batch.append(y[order[i]])
            i += 1
        batches.append([np.array(X_batch), np.array(y_batch)])
    return batches


def gradient_descent(X, y, w, b, learning_rate, epochs):
    costs = []
    for epoch in range(epochs):
        dw, db = cost_gradient(X, y, w, b)
        w, b = gradient_step(w, b, dw, db, learning_rate)
        costs.append(cost(X, y, w, b))
        print("epoch", epoch, "cost", costs[-1])
    return w, b, costs


def stochastic_gradient_descent(X, y, w, b, learning_rate, epochs, rng):
    check(X, y)
    m, n = X.shape
    costs = []
    for _ in range(epochs):
        for i in rng.permutation(m):
            error = b - y[i]
            for j in range(n):
                error += w[j] * X[i, j]
            new_w = np.zeros(n)
            for j in range(n):
                new_w[j] = w[j] - learning_rate * 2 * error * X[i, j]
            w = new_w
            b = b - learning_rate * 2 * error
        costs.append(cost(X, y, w, b))
    return w, b, costs


def minibatch_gradient_descent(X, y, w, b, learning_rate, epochs, batch_size, rng):
    costs = []
    for _ in range(epochs):
        for X_batch, y_batch in minibatches(X, y, batch_size, rng):
            dw, db = cost_gradient(X_batch, y_batch, w, b)
            w, b = gradient_step(w, b, dw, db, learning_rate)
        costs.append(cost(X, y, w, b))
    return w, b, costs


def normal_matrix(X):
    m, n = X.shape
    A = [[X[i, j] for j in range(n)] + [1.0] for i in range(m)]
    return A, [[sum(A[i][j] * A[i][k] for i in range(m)) for k in range(n + 1)] for j in range(n + 1)]


def least_squares(X, y):
    """Gaussian elimination on the normal equations, with pivots."""
    check(X, y)
    A, M = normal_matrix(X)
    size = len(M)
    rhs = [sum(A[i][j] * y[i] for i in range(len(y))) for j in range(size)]
    for column in range(size):
        pivot = max(range(column, size), key=lambda row: abs(M[row][column]))
        M[column], M[pivot] = M[pivot], M[column]
        rhs[column], rhs[pivot] = rhs[pivot], rhs[column]
        for row in range(column + 1, size):
            factor = M[row][column] / M[column][column]
            for k in range(column, size):
                M[row][k] -= factor * M[column][k]
            rhs[row] -= factor * rhs[column]
    solution = [0.0] * size
    for row in range(size - 1, -1, -1):
        known = sum(M[row][k] * solution[k] for k in range(row + 1, size))
        solution[row] = (rhs[row] - known) / M[row][row]
    return np.array(solution[:-1]), solution[-1]


def largest_stable_learning_rate(X):
    """Power iteration: the matrix stretches every vector toward its steepest direction."""
    _, M = normal_matrix(X)
    size = len(M)
    v = [1.0 + 0.1 * j for j in range(size)]
    length = 1.0
    for _ in range(500):
        v = [sum(M[j][k] * v[k] for k in range(size)) for j in range(size)]
        length = sum(entry * entry for entry in v) ** 0.5
        v = [entry / length for entry in v]
    return 2 / (2 * length / X.shape[0])


def descend_parabola(curvature, learning_rate, w, steps):
    positions = [w]
    for _ in range(steps):
        slope = curvature * positions[-1]
        positions.append(positions[-1] - learning_rate * slope)
    return positions

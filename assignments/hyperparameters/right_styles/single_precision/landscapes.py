"""Everything in float32, as one would on a graphics card."""

import numpy as np

F = np.float32


def xy(w):
    w = np.asarray(w, dtype=F)
    return w[0], w[1]


def himmelblau(w):
    x, y = xy(w)
    return np.square(x * x + y - F(11)) + np.square(x + y * y - F(7))


def himmelblau_gradient(w):
    x, y = xy(w)
    a, b = x * x + y - F(11), x + y * y - F(7)
    return np.array([F(4) * x * a + F(2) * b, F(2) * a + F(4) * y * b], dtype=F)


def styblinski_tang(w):
    v = np.asarray(w, dtype=F)
    return np.sum(v**4 - F(16) * v**2 + F(5) * v) / F(2)


def styblinski_tang_gradient(w):
    v = np.asarray(w, dtype=F)
    return F(2) * v**3 - F(16) * v + F(2.5)


def rosenbrock(w):
    x, y = xy(w)
    return (F(1) - x) ** 2 + F(100) * (y - x * x) ** 2


def rosenbrock_gradient(w):
    x, y = xy(w)
    r = y - x * x
    return np.array([F(-2) * (F(1) - x) - F(400) * x * r, F(200) * r], dtype=F)


def goldstein_price(w):
    x, y = xy(w)
    s, t = x + y + F(1), F(2) * x - F(3) * y
    p = F(19) - F(14) * x + F(3) * x * x - F(14) * y + F(6) * x * y + F(3) * y * y
    q = F(18) - F(32) * x + F(12) * x * x + F(48) * y - F(36) * x * y + F(27) * y * y
    return (F(1) + s * s * p) * (F(30) + t * t * q)


def goldstein_price_gradient(w):
    x, y = xy(w)
    s, t = x + y + F(1), F(2) * x - F(3) * y
    p = F(19) - F(14) * x + F(3) * x * x - F(14) * y + F(6) * x * y + F(3) * y * y
    q = F(18) - F(32) * x + F(12) * x * x + F(48) * y - F(36) * x * y + F(27) * y * y
    A, B = F(1) + s * s * p, F(30) + t * t * q
    dA = F(2) * s * p + s * s * (F(6) * x + F(6) * y - F(14))
    dBx = F(4) * t * q + t * t * (F(24) * x - F(36) * y - F(32))
    dBy = F(-6) * t * q + t * t * (F(48) - F(36) * x + F(54) * y)
    return np.array([dA * B + A * dBx, dA * B + A * dBy], dtype=F)


def beale_terms(x, y):
    return F(1.5) - x + x * y, F(2.25) - x + x * y * y, F(2.625) - x + x * y * y * y


def beale(w):
    a, b, c = beale_terms(*xy(w))
    return a * a + b * b + c * c


def beale_gradient(w):
    x, y = xy(w)
    a, b, c = beale_terms(x, y)
    dx = F(2) * (a * (y - F(1)) + b * (y * y - F(1)) + c * (y * y * y - F(1)))
    dy = F(2) * x * (a + F(2) * b * y + F(3) * c * y * y)
    return np.array([dx, dy], dtype=F)


def mccormick(w):
    x, y = xy(w)
    return np.sin(x + y) + (x - y) ** 2 - F(1.5) * x + F(2.5) * y + F(1)


def mccormick_gradient(w):
    x, y = xy(w)
    c, d = np.cos(x + y), F(2) * (x - y)
    return np.array([c + d - F(1.5), c - d + F(2.5)], dtype=F)


def matyas(w):
    x, y = xy(w)
    return F(0.26) * (x * x + y * y) - F(0.48) * x * y


def matyas_gradient(w):
    x, y = xy(w)
    return np.array([F(0.52) * x - F(0.48) * y, F(0.52) * y - F(0.48) * x], dtype=F)


def rastrigin(w):
    v = np.asarray(w, dtype=F)
    return F(20) + np.sum(v * v - F(10) * np.cos(F(2 * np.pi) * v))


def rastrigin_gradient(w):
    v = np.asarray(w, dtype=F)
    return F(2) * v + F(20 * np.pi) * np.sin(F(2 * np.pi) * v)


def minimize(gradient, w, init, step, learning_rates):
    params = {"w": np.asarray(w, dtype=F)}
    state = init(params)
    path = [params["w"]]
    for rate in learning_rates:
        grads = {"w": np.asarray(gradient(params["w"]), dtype=F)}
        params, state = step(params, grads, state, learning_rate=F(rate))
        params = {"w": np.asarray(params["w"], dtype=F)}
        path.append(params["w"])
    return np.array(path, dtype=F)

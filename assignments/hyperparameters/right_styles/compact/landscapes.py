import numpy as np

_c, _k = np.array([1.5, 2.25, 2.625]), np.arange(1, 4)


def himmelblau(w):
    return (w[0] ** 2 + w[1] - 11) ** 2 + (w[0] + w[1] ** 2 - 7) ** 2


def styblinski_tang(w):
    return 0.5 * np.polyval([1, 0, -16, 5, 0], w).sum()


def rosenbrock(w):
    return (1 - w[0]) ** 2 + 100 * (w[1] - w[0] ** 2) ** 2


def beale(w):
    return np.sum((_c - w[0] * (1 - w[1] ** _k)) ** 2)


def mccormick(w):
    return np.sin(w.sum()) + (w[0] - w[1]) ** 2 + w @ [-1.5, 2.5] + 1


def matyas(w):
    return w @ np.array([[0.26, -0.24], [-0.24, 0.26]]) @ w


def rastrigin(w):
    return 10 * len(w) + (w**2 - 10 * np.cos(2 * np.pi * w)).sum()


def goldstein_price(w):
    # in u = x + y and t = 2x - 3y each factor has one variable
    u, t = w @ [1, 1], w @ [2, -3]
    return (1 + (u + 1) ** 2 * np.polyval([3, -14, 19], u)) * (30 + t**2 * np.polyval([3, -16, 18], t))


def goldstein_price_gradient(w):
    u, t = w @ [1, 1], w @ [2, -3]
    A = np.polyadd(np.polymul([1, 2, 1], [3, -14, 19]), [1])
    B = np.polyadd(np.polymul([1, 0, 0], [3, -16, 18]), [30])
    slope_u = np.polyval(np.polyder(A), u) * np.polyval(B, t)
    slope_t = np.polyval(A, u) * np.polyval(np.polyder(B), t)
    return slope_u * np.array([1, 1]) + slope_t * np.array([2, -3])


def himmelblau_gradient(w):
    J = np.array([[2 * w[0], 1], [1, 2 * w[1]]])
    return 2 * J.T @ [w[0] ** 2 + w[1] - 11, w[0] + w[1] ** 2 - 7]


def styblinski_tang_gradient(w):
    return np.polyval([2, 0, -16, 2.5], w)


def rosenbrock_gradient(w):
    return np.r_[2 * (w[0] - 1), 0] + 200 * (w[1] - w[0] ** 2) * np.r_[-2 * w[0], 1]


def mccormick_gradient(w):
    return np.cos(w.sum()) + 2 * (w[0] - w[1]) * np.r_[1, -1] + [-1.5, 2.5]


def matyas_gradient(w):
    return np.array([[0.52, -0.48], [-0.48, 0.52]]) @ w


def rastrigin_gradient(w):
    return 2 * w + 20 * np.pi * np.sin(2 * np.pi * w)


def beale_gradient(w):
    r = _c - w[0] * (1 - w[1] ** _k)
    return 2 * np.array([r @ (w[1] ** _k - 1), r @ (_k * w[0] * w[1] ** (_k - 1))])


def minimize(gradient, w, init, step, learning_rates):
    p, path = {0: w}, [w]
    s = init(p)
    for a in learning_rates:
        p, s = step(p, {0: gradient(p[0])}, s, learning_rate=a)
        path += [p[0]]
    return np.stack(path)

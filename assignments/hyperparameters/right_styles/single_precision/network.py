"""Training in float32; only the second derivatives are computed in double precision, where it matters."""

import numpy as np


def cast(params, dtype):
    return {name: np.asarray(values, dtype=dtype) for name, values in params.items()}


def initialize(layer_sizes, scheme, rng):
    if scheme not in ("zeros", "normal", "xavier", "he"):
        raise ValueError("no such scheme: " + repr(scheme))
    params = {}
    for i in range(len(layer_sizes) - 1):
        n_in, n_out = layer_sizes[i : i + 2]
        if scheme == "zeros":
            W = np.zeros((n_in, n_out), dtype=np.float32)
        elif scheme == "normal":
            W = rng.standard_normal((n_in, n_out), dtype=np.float32)
        else:
            bound = np.sqrt(6 / (n_in + n_out)) if scheme == "xavier" else np.sqrt(6 / n_in)
            W = rng.uniform(-bound, bound, size=(n_in, n_out)).astype(np.float32)
        params[f"W{i + 1}"], params[f"b{i + 1}"] = W, np.zeros(n_out, dtype=np.float32)
    return params


def run(params, X, dtype):
    if np.ndim(X) != 2 or np.shape(X)[1] != np.shape(params["W1"])[0]:
        raise ValueError(f"cannot multiply X {np.shape(X)} by W1 {np.shape(params['W1'])}")
    params, A, masks = cast(params, dtype), np.asarray(X, dtype=dtype), []
    n = len(params) // 2
    entered = []
    for k in range(1, n + 1):
        entered.append(A)
        A = A @ params[f"W{k}"] + params[f"b{k}"]
        if k < n:
            masks.append((A > 0).astype(dtype))
            A = A * masks[-1]
    return A, (entered, masks, A)


def slopes(params, cache, y):
    entered, masks, Z = cache
    if np.shape(y) != (Z.shape[0],):
        raise ValueError(f"classes of shape {np.shape(y)}, logits of shape {Z.shape}")
    dtype = Z.dtype
    P = np.exp(Z - Z.max(axis=1, keepdims=True))
    P = P / P.sum(axis=1, keepdims=True)
    D = (P - (np.arange(Z.shape[1]) == np.asarray(y)[:, None]).astype(dtype)) / dtype.type(len(y))
    out = {}
    for k in reversed(range(len(entered))):
        out[f"W{k + 1}"] = entered[k].T @ D
        out[f"b{k + 1}"] = np.ones(len(D), dtype=dtype) @ D
        if k:
            D = (D @ np.asarray(params[f"W{k + 1}"], dtype=dtype).T) * masks[k - 1]
    return out


def forward(params, X):
    return run(params, X, np.float32)


def backward(params, cache, y):
    return slopes(params, cache, y)


def train(params, X, y, init, step, schedule, epochs, batch_size, rng):
    params = cast(params, np.float32)
    X = X.astype(np.float32)
    state, costs, t = init(params), [], 0
    for _ in range(epochs):
        order = rng.choice(len(X), size=len(X), replace=False)
        for batch in [order[i : i + batch_size] for i in range(0, len(X), batch_size)]:
            _logits, cache = forward(params, X[batch])
            params, state = step(params, backward(params, cache, y[batch]), state, learning_rate=schedule(t))
            params = cast(params, np.float32)
            t += 1
        Z, _ = forward(params, X)
        Z = Z - Z.max(axis=1, keepdims=True)
        costs.append(np.mean(np.log(np.exp(Z).sum(axis=1)) - Z[np.arange(len(y)), y]))
    return params, costs


def sharpness(params, X, y):
    def gradient(theta):
        return slopes(theta, run(theta, X, np.float64)[1], y)

    params = cast(params, np.float64)
    rng = np.random.default_rng(3)
    v = {name: rng.standard_normal(values.shape) for name, values in params.items()}
    last = None
    for _ in range(400):
        norm = np.sqrt(sum(float((one**2).sum()) for one in v.values()))
        v = {name: one / norm for name, one in v.items()}
        up = gradient({name: params[name] + 1e-6 * v[name] for name in v})
        down = gradient({name: params[name] - 1e-6 * v[name] for name in v})
        Hv = {name: (up[name] - down[name]) / 2e-6 for name in v}
        value = sum(float((v[name] * Hv[name]).sum()) for name in v)
        if last is not None and abs(value - last) < 1e-8 * abs(value):
            break
        last, v = value, Hv
    return np.float64(value)

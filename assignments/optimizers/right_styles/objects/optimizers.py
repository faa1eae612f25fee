"""Classes behind the functions: the API names are bound methods, and the state holds objects of our own."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np


@dataclass(frozen=True)
class Average:
    """A moving average of what it is fed, per parameter, and how often it was fed."""

    values: dict = field(default_factory=dict)
    count: int = 0

    def feed(self, arrays, beta):
        blended = {name: beta * self.values.get(name, 0.0) + (1 - beta) * array for name, array in arrays.items()}
        return replace(self, values=blended, count=self.count + 1)

    def unbiased(self, beta):
        return {name: value / (1 - beta**self.count) for name, value in self.values.items()}


class Optimizer:
    def init(self, params):
        return {}

    def checked(self, params, grads):
        gradients = {}
        for name, W in params.items():
            gradients[name] = np.asarray(grads[name], dtype=float)
            if gradients[name].shape != np.shape(W):
                raise ValueError(f"dW {list(gradients[name].shape)} does not fit W {list(np.shape(W))} ({name})")
        return gradients


class Sgd(Optimizer):
    def step(self, params, grads, state, *, learning_rate):
        grads = self.checked(params, grads)
        return {name: W - learning_rate * grads[name] for name, W in params.items()}, state


class Momentum(Optimizer):
    def init(self, params):
        return {"V": Average()}

    def step(self, params, grads, state, *, learning_rate, beta=0.9):
        V = state["V"].feed(self.checked(params, grads), beta)
        return {name: W - learning_rate * V.values[name] for name, W in params.items()}, {"V": V}


class RmsProp(Optimizer):
    def init(self, params):
        return {"S": Average()}

    def step(self, params, grads, state, *, learning_rate, beta=0.9, epsilon=1e-8):
        grads = self.checked(params, grads)
        S = state["S"].feed({name: dW * dW for name, dW in grads.items()}, beta)
        scaled = {name: grads[name] / (np.sqrt(S.values[name]) + epsilon) for name in params}
        return {name: W - learning_rate * scaled[name] for name, W in params.items()}, {"S": S}


class Adam(Optimizer):
    def init(self, params):
        return {"V": Average(), "S": Average()}

    def step(self, params, grads, state, *, learning_rate, beta1=0.9, beta2=0.999, epsilon=1e-8):
        grads = self.checked(params, grads)
        V = state["V"].feed(grads, beta1)
        S = state["S"].feed({name: dW * dW for name, dW in grads.items()}, beta2)
        direction, size = V.unbiased(beta1), S.unbiased(beta2)
        moved = {
            name: W - learning_rate * direction[name] / (np.sqrt(size[name]) + epsilon) for name, W in params.items()
        }
        return moved, {"V": V, "S": S}


class AdamThenSgd(Optimizer):
    def __init__(self):
        self.adam, self.sgd = Adam(), Sgd()

    def init(self, params):
        return {"updates": 0, "inner": self.adam.init(params)}

    def step(self, params, grads, state, *, learning_rate, switch_step, sgd_learning_rate, **settings):
        if state["updates"] < switch_step:
            params, inner = self.adam.step(params, grads, state["inner"], learning_rate=learning_rate, **settings)
        else:
            params, inner = self.sgd.step(params, grads, None, learning_rate=sgd_learning_rate)
        return params, {"updates": state["updates"] + 1, "inner": inner}


sgd, momentum, rmsprop, adam, adam_then_sgd = Sgd(), Momentum(), RmsProp(), Adam(), AdamThenSgd()
sgd_init, sgd_step = sgd.init, sgd.step
momentum_init, momentum_step = momentum.init, momentum.step
rmsprop_init, rmsprop_step = rmsprop.init, rmsprop.step
adam_init, adam_step = adam.init, adam.step
adam_then_sgd_init, adam_then_sgd_step = adam_then_sgd.init, adam_then_sgd.step

"""Known wrong variants of the optimizers and schedules: what each computes instead, and how to teach it away.

A variant has the signature of the function it stands in for and keeps the state as the reference's init makes it. It is
complete: its source may be put in place of that function inside the reference module.
"""

import numpy as np

from autograder.checking.misconception import misconception
from solutions.optimizers import _check_gradients, adam_step, sgd_step

# --- gradient descent ------------------------------------------------------------------------------------------------


@misconception(
    function="optimizers.sgd_step",
    title="The gradient is added",
    formula="W ← W + α dW",
    hint="The gradient points to where the cost grows fastest. Which way do you want to go?",
    handout="gradient-descent",
)
def sgd_uphill(params, grads, state, *, learning_rate):
    _check_gradients(params, grads)
    return {name: W + learning_rate * grads[name] for name, W in params.items()}, state


@misconception(
    function="optimizers.sgd_step",
    title="The caller's parameters are overwritten",
    formula="W −= α dW, into the array that was passed in",
    hint="An augmented assignment writes into the very array the caller still holds. Compute a new one. "
    "A copy of the dict alone does not help: the copy holds the same arrays.",
    handout="pure-functions",
)
def sgd_in_place(params, grads, state, *, learning_rate):
    _check_gradients(params, grads)
    for name in params:
        params[name] -= learning_rate * grads[name]
    return params, state


@misconception(
    function="optimizers.sgd_step",
    title="Shapes are not looked at",
    formula="W of shape (3,) minus dW of shape (3, 1) gives (3, 3)",
    hint="NumPy stretches arrays of different shape until they fit. Compare the two shapes before you subtract, and "
    "name "
    "both in the message.",
    handout="pure-functions",
)
def sgd_broadcasting(params, grads, state, *, learning_rate):
    return {name: W - learning_rate * grads[name] for name, W in params.items()}, state


@misconception(
    function="optimizers.sgd_step",
    title="A parameter without gradient is passed over",
    formula="W ← W where dW is missing",
    hint="A layer that silently never learns is hard to find. Tell the caller that its gradient is missing.",
    handout="pure-functions",
)
def sgd_skipping_missing_gradients(params, grads, state, *, learning_rate):
    known = {name: W for name, W in params.items() if name in grads}
    _check_gradients(known, grads)
    return {name: W - learning_rate * grads[name] if name in grads else W for name, W in params.items()}, state


# --- momentum --------------------------------------------------------------------------------------------------------


@misconception(
    function="optimizers.momentum_step",
    title="Heavy ball: the new gradient counts in full",
    formula="V ← βV + dW",
    hint="Here V is an average: the shares of the old velocity and of the new gradient add up to 1. Without the second "
    "share all steps are 1/(1 − β) times too long, ten times at β = 0.9. (Libraries do this, and choose α to match.)",
    handout="momentum",
)
def momentum_heavy_ball(params, grads, state, *, learning_rate, beta=0.9):
    _check_gradients(params, grads)
    V = {name: beta * state["V"][name] + grads[name] for name in params}
    return {name: W - learning_rate * V[name] for name, W in params.items()}, {"V": V}


@misconception(
    function="optimizers.momentum_step",
    title="The learning rate is inside the velocity",
    formula="V ← βV + (1 − β)α dW, W ← W − V",
    hint="It makes no difference while α is constant. When α changes, old gradients go on acting with the old rate. "
    "Keep an average of gradients, and multiply when you move.",
    handout="momentum",
)
def momentum_rate_inside_velocity(params, grads, state, *, learning_rate, beta=0.9):
    _check_gradients(params, grads)
    V = {name: beta * state["V"][name] + (1 - beta) * learning_rate * grads[name] for name in params}
    return {name: W - V[name] for name, W in params.items()}, {"V": V}


@misconception(
    function="optimizers.momentum_step",
    title="Heavy ball, with the learning rate inside the velocity",
    formula="V ← βV − α dW, W ← W + V",
    hint="Many textbooks write momentum like this. Here V is an average of gradients: what share of the new gradient "
    "keeps it as large as a gradient? And α stands outside of it, so that a new α acts on all of V.",
    handout="momentum",
)
def momentum_of_the_textbooks(params, grads, state, *, learning_rate, beta=0.9):
    _check_gradients(params, grads)
    V = {name: beta * state["V"][name] - learning_rate * grads[name] for name in params}
    return {name: W + V[name] for name, W in params.items()}, {"V": V}


@misconception(
    function="optimizers.momentum_step",
    title="The velocity is forgotten after each step",
    formula="V ← β·0 + (1 − β)dW",
    hint="What the next step is to know must be in the state that this step returns. "
    "Is it the new V that you return, or the one you were given?",
    handout="pure-functions",
)
def momentum_forgetting(params, grads, state, *, learning_rate, beta=0.9):
    _check_gradients(params, grads)
    V = {name: beta * state["V"][name] + (1 - beta) * grads[name] for name in params}
    return {name: W - learning_rate * V[name] for name, W in params.items()}, state


@misconception(
    function="optimizers.momentum_step",
    title="The first velocity is the whole first gradient",
    formula="V = dW at the first step, βV + (1 − β)dW afterwards",
    hint="The velocity starts at zero, and the rule holds from the first step on: "
    "V is then (1 − β)dW. torch's SGD with dampening starts the other way.",
    handout="momentum",
)
def momentum_first_step_undampened(params, grads, state, *, learning_rate, beta=0.9):
    _check_gradients(params, grads)
    first = not state.get("started")
    V = {name: grads[name] if first else beta * state["V"][name] + (1 - beta) * grads[name] for name in params}
    return {name: W - learning_rate * V[name] for name, W in params.items()}, {"V": V, "started": True}


@misconception(
    function="optimizers.momentum_step",
    title="Nesterov's look-ahead",
    formula="W ← W − α(βV + (1 − β)dW) with the new V",
    hint="This takes the average twice, as Nesterov's variant does. Here it is V itself that moves W.",
    handout="momentum",
)
def momentum_nesterov(params, grads, state, *, learning_rate, beta=0.9):
    _check_gradients(params, grads)
    V = {name: beta * state["V"][name] + (1 - beta) * grads[name] for name in params}
    ahead = {name: beta * V[name] + (1 - beta) * grads[name] for name in params}
    return {name: W - learning_rate * ahead[name] for name, W in params.items()}, {"V": V}


@misconception(
    function="optimizers.momentum_step",
    title="The old velocity moves the parameters",
    formula="W ← W − αV, and only then V ← βV + (1 − β)dW",
    hint="In which order do the two lines stand? At the first step your parameters do not move at all: "
    "the newest gradient comes one step late.",
    handout="momentum",
)
def momentum_old_velocity(params, grads, state, *, learning_rate, beta=0.9):
    _check_gradients(params, grads)
    updated = {name: W - learning_rate * state["V"][name] for name, W in params.items()}
    return updated, {"V": {name: beta * state["V"][name] + (1 - beta) * grads[name] for name in params}}


@misconception(
    function="optimizers.momentum_step",
    title="β and 1 − β are exchanged",
    formula="V ← (1 − β)V + β dW",
    hint="β is the share of the past. With β = 0.9 nine tenths of the old velocity stay.",
    handout="momentum",
)
def momentum_shares_exchanged(params, grads, state, *, learning_rate, beta=0.9):
    _check_gradients(params, grads)
    V = {name: (1 - beta) * state["V"][name] + beta * grads[name] for name in params}
    return {name: W - learning_rate * V[name] for name, W in params.items()}, {"V": V}


@misconception(
    function="optimizers.momentum_step",
    title="Momentum with Adam's bias correction",
    formula="W ← W − αV/(1 − βᵗ)",
    hint="Adam corrects the averages for having started at zero. Momentum does not: its first steps are short.",
    handout="momentum",
)
def momentum_bias_corrected(params, grads, state, *, learning_rate, beta=0.9):
    _check_gradients(params, grads)
    t = state.get("t", 0) + 1
    V = {name: beta * state["V"][name] + (1 - beta) * grads[name] for name in params}
    return {name: W - learning_rate * V[name] / (1 - beta**t) for name, W in params.items()}, {"V": V, "t": t}


@misconception(
    function="optimizers.momentum_step",
    title="The old state is overwritten",
    formula="V ∗= β, into the array of the state that was passed in",
    hint="The state belongs to the caller as much as the parameters do: someone may want to go back to it. "
    "Make new arrays for the new state.",
    handout="pure-functions",
)
def momentum_in_place(params, grads, state, *, learning_rate, beta=0.9):
    _check_gradients(params, grads)
    for name in params:
        state["V"][name] = beta * state["V"][name] + (1 - beta) * grads[name]
    return {name: W - learning_rate * state["V"][name] for name, W in params.items()}, state


# --- RMSprop ---------------------------------------------------------------------------------------------------------


@misconception(
    function="optimizers.rmsprop_step",
    title="ε is under the root",
    formula="W ← W − α dW/√(S + ε)",
    hint="√(S + ε) and √S + ε are close for large S only. Where S is zero the one is √ε, which for ε = 1e-8 is "
    "1e-4, and "
    "the other is ε.",
    handout="epsilon",
)
def rmsprop_epsilon_in_root(params, grads, state, *, learning_rate, beta=0.9, epsilon=1e-8):
    _check_gradients(params, grads)
    S = {name: beta * state["S"][name] + (1 - beta) * grads[name] ** 2 for name in params}
    return {name: W - learning_rate * grads[name] / np.sqrt(S[name] + epsilon) for name, W in params.items()}, {"S": S}


@misconception(
    function="optimizers.rmsprop_step",
    title="The root is missing",
    formula="W ← W − α dW/(S + ε)",
    hint="S averages squares. To divide a gradient by the size of gradients you need its root: that is the R in RMS.",
    handout="rmsprop",
)
def rmsprop_without_root(params, grads, state, *, learning_rate, beta=0.9, epsilon=1e-8):
    _check_gradients(params, grads)
    S = {name: beta * state["S"][name] + (1 - beta) * grads[name] ** 2 for name in params}
    return {name: W - learning_rate * grads[name] / (S[name] + epsilon) for name, W in params.items()}, {"S": S}


@misconception(
    function="optimizers.rmsprop_step",
    title="AdaGrad: squares are summed and never forgotten",
    formula="S ← S + dW²",
    hint="A sum only grows, so the steps shrink for ever. RMSprop averages instead: what is long past fades by β.",
    handout="rmsprop",
)
def rmsprop_adagrad(params, grads, state, *, learning_rate, beta=0.9, epsilon=1e-8):
    _check_gradients(params, grads)
    S = {name: state["S"][name] + grads[name] ** 2 for name in params}
    updated = {name: W - learning_rate * grads[name] / (np.sqrt(S[name]) + epsilon) for name, W in params.items()}
    return updated, {"S": S}


@misconception(
    function="optimizers.rmsprop_step",
    title="The gradient is not squared",
    formula="S ← βS + (1 − β)dW",
    hint="An average of gradients may be negative, and then its root is not a number. What is averaged here is dW².",
    handout="rmsprop",
)
def rmsprop_gradient_not_squared(params, grads, state, *, learning_rate, beta=0.9, epsilon=1e-8):
    _check_gradients(params, grads)
    S = {name: beta * state["S"][name] + (1 - beta) * grads[name] for name in params}
    updated = {name: W - learning_rate * grads[name] / (np.sqrt(S[name]) + epsilon) for name, W in params.items()}
    return updated, {"S": S}


@misconception(
    function="optimizers.rmsprop_step",
    title="The old average divides",
    formula="W ← W − α dW/(√S + ε), and only then S ← βS + (1 − β)dW²",
    hint="At the first step the old S is zero, and the step is α dW/ε: enormous. Update S first.",
    handout="rmsprop",
)
def rmsprop_old_average(params, grads, state, *, learning_rate, beta=0.9, epsilon=1e-8):
    _check_gradients(params, grads)
    old = state["S"]
    updated = {name: W - learning_rate * grads[name] / (np.sqrt(old[name]) + epsilon) for name, W in params.items()}
    return updated, {"S": {name: beta * old[name] + (1 - beta) * grads[name] ** 2 for name in params}}


@misconception(
    function="optimizers.rmsprop_step",
    title="One step size for a whole array",
    formula="S ← βS + (1 − β)·mean(dW²)",
    hint="S has the shape of W: every entry keeps an average of its own. That is what makes the rates per-parameter.",
    handout="rmsprop",
)
def rmsprop_one_rate_per_array(params, grads, state, *, learning_rate, beta=0.9, epsilon=1e-8):
    _check_gradients(params, grads)
    S = {name: beta * state["S"][name] + (1 - beta) * np.mean(grads[name] ** 2) for name in params}
    updated = {name: W - learning_rate * grads[name] / (np.sqrt(S[name]) + epsilon) for name, W in params.items()}
    return updated, {"S": S}


@misconception(
    function="optimizers.rmsprop_step",
    title="ε is left out",
    formula="W ← W − α dW / √S",
    hint="An entry whose gradient has always been zero has S = 0, and 0/0 is nan: from then on the parameter is lost. "
    "Where gradients are as small as ε, the steps are too long as well.",
    handout="epsilon",
)
def rmsprop_without_epsilon(params, grads, state, *, learning_rate, beta=0.9, epsilon=1e-8):
    _check_gradients(params, grads)
    S = {name: beta * state["S"][name] + (1 - beta) * grads[name] ** 2 for name in params}
    return {name: W - learning_rate * grads[name] / np.sqrt(S[name]) for name, W in params.items()}, {"S": S}


@misconception(
    function="optimizers.rmsprop_step",
    title="ε is added to the fraction",
    formula="W ← W − α(dW/√S + ε)",
    hint="Division binds more tightly than addition. Which pair of parentheses keeps ε in the divisor?",
    handout="epsilon",
)
def rmsprop_epsilon_beside_fraction(params, grads, state, *, learning_rate, beta=0.9, epsilon=1e-8):
    _check_gradients(params, grads)
    S = {name: beta * state["S"][name] + (1 - beta) * grads[name] ** 2 for name in params}
    updated = {name: W - learning_rate * (grads[name] / np.sqrt(S[name]) + epsilon) for name, W in params.items()}
    return updated, {"S": S}


@misconception(
    function="optimizers.rmsprop_step",
    title="RMSprop with Adam's bias correction",
    formula="W ← W − α dW/(√(S/(1 − βᵗ)) + ε)",
    hint="Adam corrects S for having started at zero. RMSprop does not, so its first steps are long: "
    "α/√(1 − β) at the very first.",
    handout="rmsprop",
)
def rmsprop_bias_corrected(params, grads, state, *, learning_rate, beta=0.9, epsilon=1e-8):
    _check_gradients(params, grads)
    t = state.get("t", 0) + 1
    S = {name: beta * state["S"][name] + (1 - beta) * grads[name] ** 2 for name in params}
    roots = {name: np.sqrt(S[name] / (1 - beta**t)) for name in params}
    updated = {name: W - learning_rate * grads[name] / (roots[name] + epsilon) for name, W in params.items()}
    return updated, {"S": S, "t": t}


@misconception(
    function="optimizers.rmsprop_step",
    title="torch's default for β",
    formula="β = 0.99 unless told otherwise",
    hint="torch calls β `alpha` and sets it to 0.99. The lecture, and this course, use 0.9.",
    handout="rmsprop",
)
def rmsprop_default_of_torch(params, grads, state, *, learning_rate, beta=0.99, epsilon=1e-8):
    _check_gradients(params, grads)
    S = {name: beta * state["S"][name] + (1 - beta) * grads[name] ** 2 for name in params}
    updated = {name: W - learning_rate * grads[name] / (np.sqrt(S[name]) + epsilon) for name, W in params.items()}
    return updated, {"S": S}


# --- Adam ------------------------------------------------------------------------------------------------------------


@misconception(
    function="optimizers.adam_step",
    title="No bias correction",
    formula="W ← W − α V/(√S + ε)",
    hint="V and S start at zero and are too small at first, S by more than V. What must each be divided by?",
    handout="bias-correction",
)
def adam_without_correction(params, grads, state, *, learning_rate, beta1=0.9, beta2=0.999, epsilon=1e-8):
    _check_gradients(params, grads)
    V = {name: beta1 * state["V"][name] + (1 - beta1) * grads[name] for name in params}
    S = {name: beta2 * state["S"][name] + (1 - beta2) * grads[name] ** 2 for name in params}
    updated = {name: W - learning_rate * V[name] / (np.sqrt(S[name]) + epsilon) for name, W in params.items()}
    return updated, {"t": state["t"] + 1, "V": V, "S": S}


@misconception(
    function="optimizers.adam_step",
    title="The misprinted bias correction",
    formula="V̂ = V/(1 − β₁)ᵗ, Ŝ = S/(1 − β₂)ᵗ",
    hint="Both forms are equal at t = 1. After many steps the averages are no longer biased: what should the "
    "divisor tend "
    "to, and what does yours tend to? The power belongs to β alone.",
    handout="a-misprint-to-know-about",
)
def adam_misprinted_correction(params, grads, state, *, learning_rate, beta1=0.9, beta2=0.999, epsilon=1e-8):
    _check_gradients(params, grads)
    t = state["t"] + 1
    V = {name: beta1 * state["V"][name] + (1 - beta1) * grads[name] for name in params}
    S = {name: beta2 * state["S"][name] + (1 - beta2) * grads[name] ** 2 for name in params}
    updated = {}
    for name, W in params.items():
        root = np.sqrt(S[name] / (1 - beta2) ** t)
        updated[name] = W - learning_rate * (V[name] / (1 - beta1) ** t) / (root + epsilon)
    return updated, {"t": t, "V": V, "S": S}


@misconception(
    function="optimizers.adam_step",
    title="The correction of the first step at every step",
    formula="V̂ = V/(1 − β₁), Ŝ = S/(1 − β₂)",
    hint="The bias fades as the averages fill up, so its correction must depend on the number of updates.",
    handout="bias-correction",
)
def adam_correction_without_power(params, grads, state, *, learning_rate, beta1=0.9, beta2=0.999, epsilon=1e-8):
    _check_gradients(params, grads)
    V = {name: beta1 * state["V"][name] + (1 - beta1) * grads[name] for name in params}
    S = {name: beta2 * state["S"][name] + (1 - beta2) * grads[name] ** 2 for name in params}
    updated = {}
    for name, W in params.items():
        updated[name] = W - learning_rate * (V[name] / (1 - beta1)) / (np.sqrt(S[name] / (1 - beta2)) + epsilon)
    return updated, {"t": state["t"] + 1, "V": V, "S": S}


@misconception(
    function="optimizers.adam_step",
    title="t is 0 at the first update",
    formula="V̂ = V/(1 − β₁⁰) = V/0",
    hint="The first update is number 1. With t = 0 both corrections divide by 1 − 1.",
    handout="bias-correction",
)
def adam_t_from_zero(params, grads, state, *, learning_rate, beta1=0.9, beta2=0.999, epsilon=1e-8):
    _check_gradients(params, grads)
    t = state["t"]
    V = {name: beta1 * state["V"][name] + (1 - beta1) * grads[name] for name in params}
    S = {name: beta2 * state["S"][name] + (1 - beta2) * grads[name] ** 2 for name in params}
    updated = {}
    for name, W in params.items():
        average, square = V[name] / np.float64(1 - beta1**t), S[name] / np.float64(1 - beta2**t)
        updated[name] = W - learning_rate * average / (np.sqrt(square) + epsilon)
    return updated, {"t": t + 1, "V": V, "S": S}


@misconception(
    function="optimizers.adam_step",
    title="t is one ahead",
    formula="V̂ = V/(1 − β₁ᵗ⁺¹), Ŝ = S/(1 − β₂ᵗ⁺¹)",
    hint="Is t raised once in an update, or twice? In the first update the correction must use the first power.",
    handout="bias-correction",
)
def adam_t_one_ahead(params, grads, state, *, learning_rate, beta1=0.9, beta2=0.999, epsilon=1e-8):
    _check_gradients(params, grads)
    t = state["t"] + 2
    V = {name: beta1 * state["V"][name] + (1 - beta1) * grads[name] for name in params}
    S = {name: beta2 * state["S"][name] + (1 - beta2) * grads[name] ** 2 for name in params}
    updated = {}
    for name, W in params.items():
        average, square = V[name] / (1 - beta1**t), S[name] / (1 - beta2**t)
        updated[name] = W - learning_rate * average / (np.sqrt(square) + epsilon)
    return updated, {"t": t - 1, "V": V, "S": S}


@misconception(
    function="optimizers.adam_step",
    title="t grows with every parameter",
    formula="t ← t + 1 inside the loop over the parameters",
    hint="One call is one update, however many arrays it moves. With a single parameter you would not notice.",
    handout="bias-correction",
)
def adam_t_per_parameter(params, grads, state, *, learning_rate, beta1=0.9, beta2=0.999, epsilon=1e-8):
    _check_gradients(params, grads)
    t, V, S, updated = state["t"], {}, {}, {}
    for name, W in params.items():
        t += 1
        V[name] = beta1 * state["V"][name] + (1 - beta1) * grads[name]
        S[name] = beta2 * state["S"][name] + (1 - beta2) * grads[name] ** 2
        average, square = V[name] / (1 - beta1**t), S[name] / (1 - beta2**t)
        updated[name] = W - learning_rate * average / (np.sqrt(square) + epsilon)
    return updated, {"t": t, "V": V, "S": S}


@misconception(
    function="optimizers.adam_step",
    title="dW stands where V̂ should",
    formula="W ← W − α dW/(√Ŝ + ε)",
    hint="This is RMSprop with a correction: no momentum at all. What moves W is the corrected average of the "
    "gradients.",
    handout="adam",
)
def adam_raw_gradient(params, grads, state, *, learning_rate, beta1=0.9, beta2=0.999, epsilon=1e-8):
    _check_gradients(params, grads)
    t = state["t"] + 1
    V = {name: beta1 * state["V"][name] + (1 - beta1) * grads[name] for name in params}
    S = {name: beta2 * state["S"][name] + (1 - beta2) * grads[name] ** 2 for name in params}
    updated = {}
    for name, W in params.items():
        updated[name] = W - learning_rate * grads[name] / (np.sqrt(S[name] / (1 - beta2**t)) + epsilon)
    return updated, {"t": t, "V": V, "S": S}


@misconception(
    function="optimizers.adam_step",
    title="ε is added to the fraction",
    formula="W ← W − α(V̂/√Ŝ + ε)",
    hint="Division binds more tightly than addition. Which pair of parentheses keeps ε in the divisor?",
    handout="epsilon",
)
def adam_epsilon_beside_fraction(params, grads, state, *, learning_rate, beta1=0.9, beta2=0.999, epsilon=1e-8):
    _check_gradients(params, grads)
    t = state["t"] + 1
    V = {name: beta1 * state["V"][name] + (1 - beta1) * grads[name] for name in params}
    S = {name: beta2 * state["S"][name] + (1 - beta2) * grads[name] ** 2 for name in params}
    updated = {}
    for name, W in params.items():
        average, square = V[name] / (1 - beta1**t), S[name] / (1 - beta2**t)
        updated[name] = W - learning_rate * (average / np.sqrt(square) + epsilon)
    return updated, {"t": t, "V": V, "S": S}


@misconception(
    function="optimizers.adam_step",
    title="ε is left out",
    formula="W ← W − α V̂ / √Ŝ",
    hint="An entry whose gradient has always been zero has Ŝ = 0, and 0/0 is nan: from then on the parameter is lost. "
    "Where gradients are as small as ε, the steps are too long as well.",
    handout="epsilon",
)
def adam_without_epsilon(params, grads, state, *, learning_rate, beta1=0.9, beta2=0.999, epsilon=1e-8):
    _check_gradients(params, grads)
    t = state["t"] + 1
    V = {name: beta1 * state["V"][name] + (1 - beta1) * grads[name] for name in params}
    S = {name: beta2 * state["S"][name] + (1 - beta2) * grads[name] ** 2 for name in params}
    updated = {}
    for name, W in params.items():
        updated[name] = W - learning_rate * V[name] / (1 - beta1**t) / np.sqrt(S[name] / (1 - beta2**t))
    return updated, {"t": t, "V": V, "S": S}


@misconception(
    function="optimizers.adam_step",
    title="S is corrected with β₁ instead of β₂",
    formula="Ŝ = S / (1 − β₁ᵗ)",
    hint="Each average is too small by a factor of its own: V keeps β₁ of what it was, S keeps β₂. How far one of them "
    "has come by step t says nothing about the other.",
    handout="bias-correction",
)
def adam_squares_corrected_by_beta1(params, grads, state, *, learning_rate, beta1=0.9, beta2=0.999, epsilon=1e-8):
    _check_gradients(params, grads)
    t = state["t"] + 1
    V = {name: beta1 * state["V"][name] + (1 - beta1) * grads[name] for name in params}
    S = {name: beta2 * state["S"][name] + (1 - beta2) * grads[name] ** 2 for name in params}
    updated = {}
    for name, W in params.items():
        updated[name] = W - learning_rate * V[name] / (1 - beta1**t) / (np.sqrt(S[name] / (1 - beta1**t)) + epsilon)
    return updated, {"t": t, "V": V, "S": S}


@misconception(
    function="optimizers.adam_step",
    title="ε is under the root",
    formula="W ← W − α V̂/√(Ŝ + ε)",
    hint="√(Ŝ + ε) and √Ŝ + ε are close for large Ŝ only. ε is added after the root is taken.",
    handout="epsilon",
)
def adam_epsilon_in_root(params, grads, state, *, learning_rate, beta1=0.9, beta2=0.999, epsilon=1e-8):
    _check_gradients(params, grads)
    t = state["t"] + 1
    V = {name: beta1 * state["V"][name] + (1 - beta1) * grads[name] for name in params}
    S = {name: beta2 * state["S"][name] + (1 - beta2) * grads[name] ** 2 for name in params}
    updated = {}
    for name, W in params.items():
        average, square = V[name] / (1 - beta1**t), S[name] / (1 - beta2**t)
        updated[name] = W - learning_rate * average / np.sqrt(square + epsilon)
    return updated, {"t": t, "V": V, "S": S}


@misconception(
    function="optimizers.adam_step",
    title="ε is added before the correction of S",
    formula="W ← W − α·√(1 − β₂ᵗ)/(1 − β₁ᵗ)·V/(√S + ε)",
    hint="Folding both corrections into the learning rate is right but for ε, which then stands beside the "
    "uncorrected √S "
    "and weighs more: by 1/√(1 − β₂ᵗ). The paper calls that ε̂ and names the difference.",
    handout="epsilon",
)
def adam_epsilon_hat(params, grads, state, *, learning_rate, beta1=0.9, beta2=0.999, epsilon=1e-8):
    _check_gradients(params, grads)
    t = state["t"] + 1
    V = {name: beta1 * state["V"][name] + (1 - beta1) * grads[name] for name in params}
    S = {name: beta2 * state["S"][name] + (1 - beta2) * grads[name] ** 2 for name in params}
    rate = learning_rate * np.sqrt(1 - beta2**t) / (1 - beta1**t)
    updated = {name: W - rate * V[name] / (np.sqrt(S[name]) + epsilon) for name, W in params.items()}
    return updated, {"t": t, "V": V, "S": S}


@misconception(
    function="optimizers.adam_step",
    title="V and S are forgotten after each step",
    formula="V ← (1 − β₁)dW, S ← (1 − β₂)dW²",
    hint="t counts, but the averages start at zero each time. The new V and S must be in the state that is returned.",
    handout="pure-functions",
)
def adam_forgetting(params, grads, state, *, learning_rate, beta1=0.9, beta2=0.999, epsilon=1e-8):
    _check_gradients(params, grads)
    t = state["t"] + 1
    updated = {}
    for name, W in params.items():
        average = (1 - beta1) * grads[name] / (1 - beta1**t)
        square = (1 - beta2) * grads[name] ** 2 / (1 - beta2**t)
        updated[name] = W - learning_rate * average / (np.sqrt(square) + epsilon)
    return updated, {"t": t, "V": state["V"], "S": state["S"]}


@misconception(
    function="optimizers.adam_step",
    title="t stays at 1",
    formula="V̂ = V/(1 − β₁¹) at every step, t not handed on",
    hint="V and S are handed on, but the counter is not: the state you return says again that no update was made.",
    handout="bias-correction",
)
def adam_t_not_handed_on(params, grads, state, *, learning_rate, beta1=0.9, beta2=0.999, epsilon=1e-8):
    _check_gradients(params, grads)
    t = state["t"] + 1
    V = {name: beta1 * state["V"][name] + (1 - beta1) * grads[name] for name in params}
    S = {name: beta2 * state["S"][name] + (1 - beta2) * grads[name] ** 2 for name in params}
    updated = {}
    for name, W in params.items():
        average, square = V[name] / (1 - beta1**t), S[name] / (1 - beta2**t)
        updated[name] = W - learning_rate * average / (np.sqrt(square) + epsilon)
    return updated, {"t": state["t"], "V": V, "S": S}


@misconception(
    function="optimizers.adam_step",
    title="β₁ and β₂ are exchanged",
    formula="V ← β₂V + (1 − β₂)dW, S ← β₁S + (1 − β₁)dW²",
    hint="β₁ belongs to the gradients, β₂ to their squares: the sizes are averaged over a longer time than the "
    "direction.",
    handout="adam",
)
def adam_betas_exchanged(params, grads, state, *, learning_rate, beta1=0.9, beta2=0.999, epsilon=1e-8):
    _check_gradients(params, grads)
    t = state["t"] + 1
    V = {name: beta2 * state["V"][name] + (1 - beta2) * grads[name] for name in params}
    S = {name: beta1 * state["S"][name] + (1 - beta1) * grads[name] ** 2 for name in params}
    updated = {}
    for name, W in params.items():
        average, square = V[name] / (1 - beta2**t), S[name] / (1 - beta1**t)
        updated[name] = W - learning_rate * average / (np.sqrt(square) + epsilon)
    return updated, {"t": t, "V": V, "S": S}


@misconception(
    function="optimizers.adam_step",
    title="The corrected averages are kept",
    formula="V ← V̂, S ← Ŝ in the state",
    hint="Corrected values are for this step only. If they are averaged on, they are corrected again in the next step.",
    handout="bias-correction",
)
def adam_keeping_corrected_averages(params, grads, state, *, learning_rate, beta1=0.9, beta2=0.999, epsilon=1e-8):
    _check_gradients(params, grads)
    t = state["t"] + 1
    V, S, updated = {}, {}, {}
    for name, W in params.items():
        V[name] = (beta1 * state["V"][name] + (1 - beta1) * grads[name]) / (1 - beta1**t)
        S[name] = (beta2 * state["S"][name] + (1 - beta2) * grads[name] ** 2) / (1 - beta2**t)
        updated[name] = W - learning_rate * V[name] / (np.sqrt(S[name]) + epsilon)
    return updated, {"t": t, "V": V, "S": S}


@misconception(
    function="optimizers.adam_step",
    title="Only V is corrected",
    formula="W ← W − α V̂/(√S + ε)",
    hint="S started at zero as well. With β₂ = 0.999 the uncorrected root makes the first step about 32 times too "
    "long.",
    handout="bias-correction",
)
def adam_second_average_uncorrected(params, grads, state, *, learning_rate, beta1=0.9, beta2=0.999, epsilon=1e-8):
    _check_gradients(params, grads)
    t = state["t"] + 1
    V = {name: beta1 * state["V"][name] + (1 - beta1) * grads[name] for name in params}
    S = {name: beta2 * state["S"][name] + (1 - beta2) * grads[name] ** 2 for name in params}
    updated = {}
    for name, W in params.items():
        updated[name] = W - learning_rate * (V[name] / (1 - beta1**t)) / (np.sqrt(S[name]) + epsilon)
    return updated, {"t": t, "V": V, "S": S}


@misconception(
    function="optimizers.adam_step",
    title="The average is squared",
    formula="S ← β₂S + (1 − β₂)V²",
    hint="S averages the squares of the gradients. The square of their average is smaller, most of all where they "
    "change "
    "sign, and there the steps should be short.",
    handout="adam",
)
def adam_square_of_average(params, grads, state, *, learning_rate, beta1=0.9, beta2=0.999, epsilon=1e-8):
    _check_gradients(params, grads)
    t = state["t"] + 1
    V = {name: beta1 * state["V"][name] + (1 - beta1) * grads[name] for name in params}
    S = {name: beta2 * state["S"][name] + (1 - beta2) * V[name] ** 2 for name in params}
    updated = {}
    for name, W in params.items():
        average, square = V[name] / (1 - beta1**t), S[name] / (1 - beta2**t)
        updated[name] = W - learning_rate * average / (np.sqrt(square) + epsilon)
    return updated, {"t": t, "V": V, "S": S}


@misconception(
    function="optimizers.adam_step",
    title="The root is missing",
    formula="W ← W − α V̂/(Ŝ + ε)",
    hint="Ŝ is of the size of a squared gradient. Without its root the steps grow as the gradients get smaller.",
    handout="adam",
)
def adam_without_root(params, grads, state, *, learning_rate, beta1=0.9, beta2=0.999, epsilon=1e-8):
    _check_gradients(params, grads)
    t = state["t"] + 1
    V = {name: beta1 * state["V"][name] + (1 - beta1) * grads[name] for name in params}
    S = {name: beta2 * state["S"][name] + (1 - beta2) * grads[name] ** 2 for name in params}
    updated = {}
    for name, W in params.items():
        average, square = V[name] / (1 - beta1**t), S[name] / (1 - beta2**t)
        updated[name] = W - learning_rate * average / (square + epsilon)
    return updated, {"t": t, "V": V, "S": S}


@misconception(
    function="optimizers.adam_step",
    title="AMSGrad: the largest S so far divides",
    formula="W ← W − α V̂/(√max(Ŝ, all earlier Ŝ) + ε)",
    hint="That is a later variant of Adam. Here Ŝ may fall again when the gradients get smaller.",
    handout="adam",
)
def adam_amsgrad(params, grads, state, *, learning_rate, beta1=0.9, beta2=0.999, epsilon=1e-8):
    _check_gradients(params, grads)
    t = state["t"] + 1
    V = {name: beta1 * state["V"][name] + (1 - beta1) * grads[name] for name in params}
    S = {name: beta2 * state["S"][name] + (1 - beta2) * grads[name] ** 2 for name in params}
    largest = {name: np.maximum(state.get("largest", S)[name], S[name]) for name in params}
    updated = {}
    for name, W in params.items():
        average, square = V[name] / (1 - beta1**t), largest[name] / (1 - beta2**t)
        updated[name] = W - learning_rate * average / (np.sqrt(square) + epsilon)
    return updated, {"t": t, "V": V, "S": S, "largest": largest}


@misconception(
    function="optimizers.adam_step",
    title="AdamW: the parameters decay as well",
    formula="W ← (1 − 0.01 α)W − α V̂/(√Ŝ + ε)",
    hint="Weight decay is another ingredient, and torch's AdamW has it switched on. "
    "With a gradient of zero Adam's parameters stay where they are.",
    handout="adam",
)
def adam_with_weight_decay(params, grads, state, *, learning_rate, beta1=0.9, beta2=0.999, epsilon=1e-8):
    _check_gradients(params, grads)
    t = state["t"] + 1
    V = {name: beta1 * state["V"][name] + (1 - beta1) * grads[name] for name in params}
    S = {name: beta2 * state["S"][name] + (1 - beta2) * grads[name] ** 2 for name in params}
    updated = {}
    for name, W in params.items():
        average, square = V[name] / (1 - beta1**t), S[name] / (1 - beta2**t)
        updated[name] = (1 - 0.01 * learning_rate) * W - learning_rate * average / (np.sqrt(square) + epsilon)
    return updated, {"t": t, "V": V, "S": S}


@misconception(
    function="optimizers.adam_step",
    title="Keras's default for ε",
    formula="ε = 1e-7 unless told otherwise",
    hint="Keras sets ε to 1e-7; the paper, torch and this course use 1e-8.",
    handout="adam",
)
def adam_epsilon_of_keras(params, grads, state, *, learning_rate, beta1=0.9, beta2=0.999, epsilon=1e-7):
    _check_gradients(params, grads)
    t = state["t"] + 1
    V = {name: beta1 * state["V"][name] + (1 - beta1) * grads[name] for name in params}
    S = {name: beta2 * state["S"][name] + (1 - beta2) * grads[name] ** 2 for name in params}
    updated = {}
    for name, W in params.items():
        average, square = V[name] / (1 - beta1**t), S[name] / (1 - beta2**t)
        updated[name] = W - learning_rate * average / (np.sqrt(square) + epsilon)
    return updated, {"t": t, "V": V, "S": S}


@misconception(
    function="optimizers.adam_step",
    title="The counter is global",
    formula="t counts the updates of all runs together",
    hint="A second training in the same program must start at t = 1 again. Everything a run remembers is in its state.",
    handout="pure-functions",
)
def adam_global_counter(params, grads, state, *, learning_rate, beta1=0.9, beta2=0.999, epsilon=1e-8):
    _check_gradients(params, grads)
    t = globals()["updates_so_far"] = globals().get("updates_so_far", 0) + 1
    V = {name: beta1 * state["V"][name] + (1 - beta1) * grads[name] for name in params}
    S = {name: beta2 * state["S"][name] + (1 - beta2) * grads[name] ** 2 for name in params}
    updated = {}
    for name, W in params.items():
        average, square = V[name] / (1 - beta1**t), S[name] / (1 - beta2**t)
        updated[name] = W - learning_rate * average / (np.sqrt(square) + epsilon)
    return updated, {"t": t, "V": V, "S": S}


@misconception(
    function="optimizers.adam_step",
    title="The old state is overwritten",
    formula="V ∗= β₁, S ∗= β₂, into the arrays of the state that was passed in",
    hint="The state belongs to the caller as much as the parameters do: someone may want to go back to it. "
    "`dict(state)` copies the outer dict only.",
    handout="pure-functions",
)
def adam_in_place(params, grads, state, *, learning_rate, beta1=0.9, beta2=0.999, epsilon=1e-8):
    _check_gradients(params, grads)
    state["t"] += 1
    updated = {}
    for name, W in params.items():
        state["V"][name] = beta1 * state["V"][name] + (1 - beta1) * grads[name]
        state["S"][name] = beta2 * state["S"][name] + (1 - beta2) * grads[name] ** 2
        average = state["V"][name] / (1 - beta1 ** state["t"])
        square = state["S"][name] / (1 - beta2 ** state["t"])
        updated[name] = W - learning_rate * average / (np.sqrt(square) + epsilon)
    return updated, state


# --- Adam, then gradient descent -------------------------------------------------------------------------------------


@misconception(
    function="optimizers.adam_then_sgd_step",
    title="The switch comes one update too early",
    formula="Adam for the updates 1 … switch_step − 1",
    hint="Do you compare the number of this update or the number of updates made before? "
    "Go through `switch_step=1` by hand: one update is Adam's.",
    handout="adam-then-gradient-descent",
)
def hybrid_switching_early(
    params, grads, state, *, learning_rate, switch_step, sgd_learning_rate, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    if state["t"] + 1 < switch_step:
        adam = {"learning_rate": learning_rate, "beta1": beta1, "beta2": beta2, "epsilon": epsilon}
        return adam_step(params, grads, state, **adam)
    return sgd_step(params, grads, {}, learning_rate=sgd_learning_rate)[0], {**state, "t": state["t"] + 1}


@misconception(
    function="optimizers.adam_then_sgd_step",
    title="The switch comes one update too late",
    formula="Adam for the updates 1 … switch_step + 1",
    hint="Do you compare the number of this update or the number of updates made before? "
    "Go through `switch_step=0` by hand: no update is Adam's.",
    handout="adam-then-gradient-descent",
)
def hybrid_switching_late(
    params, grads, state, *, learning_rate, switch_step, sgd_learning_rate, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    if state["t"] <= switch_step:
        adam = {"learning_rate": learning_rate, "beta1": beta1, "beta2": beta2, "epsilon": epsilon}
        return adam_step(params, grads, state, **adam)
    return sgd_step(params, grads, {}, learning_rate=sgd_learning_rate)[0], {**state, "t": state["t"] + 1}


@misconception(
    function="optimizers.adam_then_sgd_step",
    title="Adam's velocity rolls on after the switch",
    formula="V ← β₁V + (1 − β₁)dW, W ← W − α V after the switch",
    hint="After the switch it is plain gradient descent: the gradient of this step and nothing else.",
    handout="adam-then-gradient-descent",
)
def hybrid_rolling_on(
    params, grads, state, *, learning_rate, switch_step, sgd_learning_rate, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    if state["t"] < switch_step:
        adam = {"learning_rate": learning_rate, "beta1": beta1, "beta2": beta2, "epsilon": epsilon}
        return adam_step(params, grads, state, **adam)
    _check_gradients(params, grads)
    V = {name: beta1 * state["V"][name] + (1 - beta1) * grads[name] for name in params}
    return {name: W - sgd_learning_rate * V[name] for name, W in params.items()}, {**state, "t": state["t"] + 1, "V": V}


@misconception(
    function="optimizers.adam_then_sgd_step",
    title="Adam's learning rate is kept after the switch",
    formula="W ← W − α dW with Adam's α after the switch",
    hint="Adam's rate is about the length of a step, that of gradient descent a multiple of the gradient: "
    "they differ widely, and after the switch the second one holds.",
    handout="adam-then-gradient-descent",
)
def hybrid_keeping_adams_rate(
    params, grads, state, *, learning_rate, switch_step, sgd_learning_rate, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    if state["t"] < switch_step:
        adam = {"learning_rate": learning_rate, "beta1": beta1, "beta2": beta2, "epsilon": epsilon}
        return adam_step(params, grads, state, **adam)
    return sgd_step(params, grads, {}, learning_rate=learning_rate)[0], {**state, "t": state["t"] + 1}


@misconception(
    function="optimizers.adam_then_sgd_step",
    title="A switch at step 0 is taken for no switch",
    formula="Adam for ever when switch_step = 0",
    hint="In a condition 0 counts as false. Compare numbers; do not ask whether there is one.",
    handout="adam-then-gradient-descent",
)
def hybrid_zero_means_never(
    params, grads, state, *, learning_rate, switch_step, sgd_learning_rate, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    if not switch_step or state["t"] < switch_step:
        adam = {"learning_rate": learning_rate, "beta1": beta1, "beta2": beta2, "epsilon": epsilon}
        return adam_step(params, grads, state, **adam)
    return sgd_step(params, grads, {}, learning_rate=sgd_learning_rate)[0], {**state, "t": state["t"] + 1}


@misconception(
    function="optimizers.adam_then_sgd_step",
    title="The count starts anew after the switch",
    formula="Adam, gradient descent, Adam, …: t is lost at the switch",
    hint="Gradient descent needs no counter, but the hybrid does: what must the state still hold after the switch?",
    handout="adam-then-gradient-descent",
)
def hybrid_returning_to_adam(
    params, grads, state, *, learning_rate, switch_step, sgd_learning_rate, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    if state["t"] < switch_step:
        adam = {"learning_rate": learning_rate, "beta1": beta1, "beta2": beta2, "epsilon": epsilon}
        return adam_step(params, grads, state, **adam)
    nothing = {name: np.zeros(np.shape(W)) for name, W in params.items()}
    return sgd_step(params, grads, {}, learning_rate=sgd_learning_rate)[0], {"t": 0, "V": nothing, "S": nothing}


@misconception(
    function="optimizers.adam_then_sgd_step",
    title="Adam's hyperparameters are not handed on",
    formula="Adam with β₁ = 0.9, β₂ = 0.999, ε = 1e-8, whatever was passed",
    hint="The hybrid takes beta1, beta2 and epsilon. Who uses them?",
    handout="adam-then-gradient-descent",
)
def hybrid_ignoring_hyperparameters(
    params, grads, state, *, learning_rate, switch_step, sgd_learning_rate, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    if state["t"] < switch_step:
        return adam_step(params, grads, state, learning_rate=learning_rate)
    return sgd_step(params, grads, {}, learning_rate=sgd_learning_rate)[0], {**state, "t": state["t"] + 1}


# --- schedules -------------------------------------------------------------------------------------------------------


@misconception(
    function="schedules.step_decay",
    title="A slope instead of stairs",
    formula="α₀·factor^(epoch/every)",
    hint="Within a stair the rate does not change. How many whole stairs are over?",
    handout="step-decay",
)
def step_decay_without_floor(initial, epoch, factor, every):
    return initial * factor ** (epoch / every)


@misconception(
    function="schedules.step_decay",
    title="Stairs are rounded instead of cut off",
    formula="α₀·factor^round(epoch/every)",
    hint="A stair is over when all of its epochs are, not when half of them are.",
    handout="step-decay",
)
def step_decay_rounding(initial, epoch, factor, every):
    return initial * factor ** round(epoch / every)


@misconception(
    function="schedules.step_decay",
    title="Epochs are counted from 1",
    formula="α₀·factor^⌊(epoch + 1)/every⌋",
    hint="The first epoch is number 0, and the first stair is `every` epochs long: its last epoch is `every − 1`.",
    handout="step-decay",
)
def step_decay_counting_from_one(initial, epoch, factor, every):
    return initial * factor ** ((epoch + 1) // every)


@misconception(
    function="schedules.step_decay",
    title="The first stair is lowered already",
    formula="α₀·factor^(⌊epoch/every⌋ + 1)",
    hint="Epoch 0 should use α₀ itself. How many stairs are over before the first epoch?",
    handout="step-decay",
)
def step_decay_a_stair_too_low(initial, epoch, factor, every):
    return initial * factor ** (epoch // every + 1)


@misconception(
    function="schedules.step_decay",
    title="There is only one stair",
    formula="α₀·factor as soon as epoch ≥ every",
    hint="The rate is multiplied again each time `every` more epochs are over.",
    handout="step-decay",
)
def step_decay_once(initial, epoch, factor, every):
    return initial * factor if epoch >= every else initial


@misconception(
    function="schedules.exponential_decay",
    title="The rate is taken for the factor of a step",
    formula="α₀·rateˢᵗᵉᵖ",
    hint="`rate` stands in the exponent of e: a rate of 0 means no decay, not a learning rate of 0.",
    handout="exponential-decay",
)
def exponential_decay_power_of_rate(initial, step, rate):
    return initial * rate**step


@misconception(
    function="schedules.exponential_decay",
    title="Compound interest instead of the exponential",
    formula="α₀·(1 − rate)ˢᵗᵉᵖ",
    hint="1 − rate is e^(−rate) for tiny rates only; at a rate of 0.3 ten steps make a factor of 0.028 instead of "
    "0.050.",
    handout="exponential-decay",
)
def exponential_decay_compounding(initial, step, rate):
    return initial * (1 - rate) ** step


@misconception(
    function="schedules.exponential_decay",
    title="The already decayed rate is decayed again",
    formula="α₀·e^(−rate·(1 + 2 + … + step))",
    hint="e^(−rate·step) is the whole decay since step 0. Multiply the initial rate with it, not the rate of the step "
    "before.",
    handout="learning-rate-schedules",
)
def exponential_decay_of_the_decayed(initial, step, rate):
    for past in range(1, step + 1):
        initial = initial * np.exp(-rate * past)
    return initial


@misconception(
    function="schedules.exponential_decay",
    title="The last rate is remembered",
    formula="α ← α·e^(−rate) at each call, whatever the step",
    hint="Ask your function twice for the same step. A schedule depends on its arguments and on nothing else.",
    handout="learning-rate-schedules",
)
def exponential_decay_remembering(initial, step, rate):
    last = globals().get("last_rate", initial)
    globals()["last_rate"] = initial if step == 0 else last * np.exp(-rate)
    return globals()["last_rate"]


@misconception(
    function="schedules.inverse_time_decay",
    title="The already decayed rate is divided again",
    formula="α₀/((1 + rate)(1 + 2 rate)…(1 + step·rate))",
    hint="1 + rate·step is the whole divisor since step 0. Divide the initial rate by it, not the rate of the step "
    "before.",
    handout="learning-rate-schedules",
)
def inverse_time_decay_of_the_decayed(initial, step, rate):
    for past in range(1, step + 1):
        initial = initial / (1 + rate * past)
    return initial


@misconception(
    function="schedules.inverse_time_decay",
    title="The divisor grows by a factor instead of by a term",
    formula="α₀/(1 + rate)ˢᵗᵉᵖ",
    hint="That is an exponential decay again. Here the divisor grows linearly: equal amounts in equal times.",
    handout="inverse-time-decay",
)
def inverse_time_decay_compounding(initial, step, rate):
    return initial / (1 + rate) ** step


@misconception(
    function="schedules.cosine_decay",
    title="The rate rises again after the end",
    formula="α_final + ½(α₀ − α_final)(1 + cos(π·step/total_steps)) for every step",
    hint="Half a wave is wanted. What does the cosine do beyond π?",
    handout="cosine-decay",
)
def cosine_decay_rising_again(initial, step, total_steps, final=0.0):
    return final + 0.5 * (initial - final) * (1 + np.cos(np.pi * step / total_steps))


@misconception(
    function="schedules.cosine_decay",
    title="A quarter of a wave",
    formula="α_final + (α₀ − α_final)·cos(½π·step/total_steps)",
    hint="A quarter wave arrives at full speed. Half a wave, raised by 1 and halved, is flat at both ends.",
    handout="cosine-decay",
)
def cosine_decay_quarter_wave(initial, step, total_steps, final=0.0):
    return final + (initial - final) * np.cos(0.5 * np.pi * min(step / total_steps, 1.0))


@misconception(
    function="schedules.cosine_decay",
    title="The floor is added on top",
    formula="α_final + ½α₀(1 + cos(π·step/total_steps))",
    hint="At step 0 the rate must be α₀. What is it that shrinks from all to nothing: α₀, or what α₀ exceeds the "
    "floor by?",
    handout="cosine-decay",
)
def cosine_decay_floor_added(initial, step, total_steps, final=0.0):
    return final + 0.5 * initial * (1 + np.cos(np.pi * min(step / total_steps, 1.0)))


@misconception(
    function="schedules.cosine_decay",
    title="The floor cuts the curve off",
    formula="max(α_final, ½α₀(1 + cos(π·step/total_steps)))",
    hint="The curve should arrive at the floor at `total_steps` and not before: stretch it between the two rates.",
    handout="cosine-decay",
)
def cosine_decay_floor_cuts_off(initial, step, total_steps, final=0.0):
    return max(final, 0.5 * initial * (1 + np.cos(np.pi * min(step / total_steps, 1.0))))


@misconception(
    function="schedules.cosine_decay",
    title="The floor is reached one step too early",
    formula="… cos(π·step/(total_steps − 1))",
    hint="Step 0 is the top and step `total_steps` the floor: how many steps lie between them?",
    handout="cosine-decay",
)
def cosine_decay_one_step_short(initial, step, total_steps, final=0.0):
    return final + 0.5 * (initial - final) * (1 + np.cos(np.pi * min(step / (total_steps - 1), 1.0)))


@misconception(
    function="schedules.cosine_decay",
    title="π with six digits",
    formula="… cos(3.14159·step/total_steps)",
    hint="`math.pi` and `np.pi` hold every digit a float64 has room for, and cost nothing.",
    handout="cosine-decay",
)
def cosine_decay_with_a_short_pi(initial, step, total_steps, final=0.0):
    if step >= total_steps:
        return final
    return final + 0.5 * (initial - final) * (1 + np.cos(3.14159 * step / total_steps))


@misconception(
    function="schedules.linear_warmup",
    title="The first step has a rate of zero",
    formula="α₀·min(1, step/warmup_steps)",
    hint="Steps are counted from 0, so the first update would not move anything. The stairs are counted from 1.",
    handout="warm-up",
)
def linear_warmup_from_zero(initial, step, warmup_steps):
    return initial * min(1.0, step / warmup_steps) if warmup_steps else initial


@misconception(
    function="schedules.linear_warmup",
    title="The rate goes on rising",
    formula="α₀·(step + 1)/warmup_steps for every step",
    hint="After the warm-up the rate is α₀. What keeps it from growing further?",
    handout="warm-up",
)
def linear_warmup_without_end(initial, step, warmup_steps):
    return initial * (step + 1) / warmup_steps if warmup_steps else initial


@misconception(
    function="schedules.linear_warmup",
    title="No warm-up divides by zero",
    formula="α₀·min(1, (step + 1)/0)",
    hint="`warmup_steps=0` means that there is no warm-up. Python raises a ZeroDivisionError before `min` can help.",
    handout="warm-up",
)
def linear_warmup_dividing_by_zero(initial, step, warmup_steps):
    return initial * min(1.0, (step + 1) / warmup_steps)

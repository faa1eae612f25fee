"""Known wrong variants of the functions of this assignment, each with the hint that a student gets."""

import numpy as np

from autograder.checking.misconception import misconception
from solutions.gradient_descent import (
    _check_examples,
    cost,
    cost_gradient,
    gradient_descent,
    gradient_step,
    largest_stable_learning_rate,
    minibatch_gradient_descent,
    minibatches,
    predict,
)

MODEL = "the-model-and-its-cost"
GRADIENT = "the-gradient"
STEP = "what-one-step-does"
CURVATURE = "learning-rate-and-curvature"
BATCHES = "batch-size"
AT_ONCE = "the-best-line-at-once"


# predict and cost


@misconception(
    function="gradient_descent.predict",
    title="The bias is left out of the prediction",
    formula="ŷ = Xw",
    hint="Without a bias every line passes through the origin: an example whose features are all 0 is predicted as "
    "0, whatever was measured there. What should the model say for such an example?",
    handout=MODEL,
)
def bias_left_out(X, w, b):
    return X @ w


@misconception(
    function="gradient_descent.predict",
    title="The bias is added to the features instead of to the prediction",
    formula="ŷ = (X + b)w",
    hint="The bias is an offset in the units of y and is added once per example. Added to every feature it gets "
    "multiplied by the weights. Try an example whose features are all 0: the prediction should be b.",
    handout=MODEL,
)
def bias_added_to_the_features(X, w, b):
    return (X + b) @ w


@misconception(
    function="gradient_descent.cost",
    title="Half of the squared error",
    formula="J = (1/2m) Σ (ŷᵢ - yᵢ)²",
    hint="Some textbooks put a ½ before the square so that the 2 of the derivative cancels. Here the cost is the "
    "mean squared error itself. Check with the true line of the handout: residuals -1, 0, 0, 1 make a cost of "
    "0.5.",
    handout=MODEL,
)
def half_the_squared_error(X, y, w, b):
    _check_examples(X, y)
    return float(np.mean((predict(X, w, b) - y) ** 2) / 2)


@misconception(
    function="gradient_descent.cost",
    title="The sum of the squared errors instead of their mean",
    formula="J = Σ (ŷᵢ - yᵢ)²",
    hint="A sum grows with the number of examples: copy every example once and the same line looks twice as bad. "
    "Which operation makes the cost of a data set and of its double the same?",
    handout=MODEL,
)
def sum_of_squared_errors(X, y, w, b):
    _check_examples(X, y)
    return float(np.sum((predict(X, w, b) - y) ** 2))


@misconception(
    function="gradient_descent.cost",
    title="The root of the mean squared error",
    formula="J = √((1/m) Σ (ŷᵢ - yᵢ)²)",
    hint="The root brings the cost back to the units of y, which is nice to report. It is another function with "
    "another gradient, and not the one defined here.",
    handout=MODEL,
)
def root_of_the_mean(X, y, w, b):
    _check_examples(X, y)
    return float(np.sqrt(np.mean((predict(X, w, b) - y) ** 2)))


@misconception(
    function="gradient_descent.cost",
    title="The mean absolute error",
    formula="J = (1/m) Σ |ŷᵢ - yᵢ|",
    hint="Both measure how far the line is off, but this cost is the mean of the squares: a miss by 2 counts four "
    "times as much as a miss by 1.",
    handout=MODEL,
)
def mean_absolute_error(X, y, w, b):
    _check_examples(X, y)
    return float(np.mean(np.abs(predict(X, w, b) - y)))


@misconception(
    function="gradient_descent.cost",
    title="A column of targets is broadcast into a table of all differences",
    formula="(m,) - (m, 1) → (m, m)",
    hint="Print the shape of ŷ - y when y has shape (4, 1). NumPy pairs every prediction with every target, and the "
    "mean of those squares looks like a cost. Refuse such a y before subtracting.",
    handout=MODEL,
)
def column_of_targets_accepted(X, y, w, b):
    return float(np.mean((predict(X, w, b) - y) ** 2))


# cost_gradient and gradient_step


@misconception(
    function="gradient_descent.cost_gradient",
    title="The factor 2 of the square is missing",
    formula="∂J/∂w = (1/m) Xᵀ(ŷ - y)",
    hint="This is the gradient of half the mean squared error. Differentiate r² once more by hand, or compare with "
    "the difference quotient of your own cost: it is exactly twice as large.",
    handout=GRADIENT,
)
def factor_two_missing(X, y, w, b):
    _check_examples(X, y)
    residuals = predict(X, w, b) - y
    return X.T @ residuals / len(y), float(np.mean(residuals))


@misconception(
    function="gradient_descent.cost_gradient",
    title="Summed over the examples instead of averaged",
    formula="∂J/∂w = 2 Xᵀ(ŷ - y)",
    hint="The cost is a mean, so its slope is one too. With a sum the step grows with the number of examples, and a "
    "learning rate that works for 10 of them diverges for 1000.",
    handout=GRADIENT,
)
def summed_over_examples(X, y, w, b):
    _check_examples(X, y)
    residuals = predict(X, w, b) - y
    return 2 * X.T @ residuals, 2 * float(np.sum(residuals))


@misconception(
    function="gradient_descent.cost_gradient",
    title="Truth minus prediction: the gradient points downhill",
    formula="∂J/∂w = (2/m) Xᵀ(y - ŷ)",
    hint="Where the line is too high, raising b makes the cost larger, so the slope in b must be positive there. "
    "Which order of the difference gives that sign?",
    handout=GRADIENT,
)
def truth_minus_prediction(X, y, w, b):
    _check_examples(X, y)
    residuals = y - predict(X, w, b)
    return 2 * X.T @ residuals / len(y), 2 * float(np.mean(residuals))


@misconception(
    function="gradient_descent.cost_gradient",
    title="The slope in the bias is not averaged",
    formula="∂J/∂b = 2 Σ (ŷᵢ - yᵢ)",
    hint="The bias is a weight like the others, one whose feature is always 1. Put a column of ones into the formula "
    "for ∂J/∂w and see what becomes of the 1/m.",
    handout=GRADIENT,
)
def bias_slope_summed(X, y, w, b):
    _check_examples(X, y)
    residuals = predict(X, w, b) - y
    return 2 * X.T @ residuals / len(y), 2 * float(np.sum(residuals))


@misconception(
    function="gradient_descent.cost_gradient",
    title="Averaged over features as well as examples",
    formula="∂J/∂w = (2/(mn)) Xᵀ(ŷ - y)",
    hint="A mean over all entries of a table divides by its rows and its columns. The cost averages over the "
    "examples only, however many features each of them has.",
    handout=GRADIENT,
)
def averaged_over_features_too(X, y, w, b):
    _check_examples(X, y)
    residuals = predict(X, w, b) - y
    return 2 * X.T @ residuals / X.size, 2 * float(np.mean(residuals))


@misconception(
    function="gradient_descent.cost_gradient",
    title="A column of targets is broadcast into a table of all differences",
    formula="(m,) - (m, 1) → (m, m)",
    hint="Print the shape of ŷ - y when y has shape (4, 1), and the shape of the gradient that comes of it. Refuse "
    "such a y before subtracting.",
    handout=MODEL,
)
def column_of_targets_accepted_in_the_gradient(X, y, w, b):
    residuals = predict(X, w, b) - y
    return 2 * X.T @ residuals / len(y), 2 * float(np.mean(residuals))


@misconception(
    function="gradient_descent.cost_gradient",
    title="Large slopes are cut off",
    formula="∂J/∂w, ∂J/∂b cut to -50 … 50",
    hint="How large a slope is depends on the units of y: the same line in cents is 100 times as steep. A gradient "
    "that is cut off is not the gradient any more; steps that are too long are a matter of the learning rate.",
    handout=GRADIENT,
)
def large_slopes_cut_off(X, y, w, b):
    _check_examples(X, y)
    residuals = predict(X, w, b) - y
    slopes = 2 * X.T @ residuals / len(y)
    return np.clip(slopes, -50.0, 50.0), float(np.clip(2 * np.mean(residuals), -50.0, 50.0))


@misconception(
    function="gradient_descent.gradient_step",
    title="The step goes uphill",
    formula="w ← w + α ∂J/∂w",
    hint="The gradient points where the cost grows fastest. Take one step on J = w² from w = 1 with α = 0.1: did J "
    "fall?",
    handout=STEP,
)
def step_uphill(w, b, dw, db, learning_rate):
    if np.shape(w) != np.shape(dw):
        raise ValueError(f"w has shape {np.shape(w)} and dw has shape {np.shape(dw)}")
    return w + learning_rate * dw, b + learning_rate * db


@misconception(
    function="gradient_descent.gradient_step",
    title="The caller's weights are changed in place",
    formula="w -= α ∂J/∂w",
    hint="An array is handed over by reference: `w -= …` writes into the caller's array. A second run that starts "
    "from the same w then starts from the trained one. Which form of the update makes a new array?",
    handout=STEP,
)
def weights_changed_in_place(w, b, dw, db, learning_rate):
    if np.shape(w) != np.shape(dw):
        raise ValueError(f"w has shape {np.shape(w)} and dw has shape {np.shape(dw)}")
    w -= learning_rate * dw
    return w, b - learning_rate * db


@misconception(
    function="gradient_descent.gradient_step",
    title="The bias is not updated",
    formula="b ← b",
    hint="The bias is a parameter too. If it stays where it started, the line can turn but never shift, and the "
    "slope in b never becomes zero.",
    handout=STEP,
)
def bias_not_updated(w, b, dw, db, learning_rate):
    if np.shape(w) != np.shape(dw):
        raise ValueError(f"w has shape {np.shape(w)} and dw has shape {np.shape(dw)}")
    return w - learning_rate * dw, b


@misconception(
    function="gradient_descent.gradient_step",
    title="Only the direction of the gradient is used",
    formula="w ← w - α ∂J/∂w / ‖∇J‖",
    hint="Steps of constant length never settle: near the minimum they jump over it. In plain gradient descent the "
    "step shrinks by itself because the slope does.",
    handout=STEP,
)
def gradient_normalized(w, b, dw, db, learning_rate):
    if np.shape(w) != np.shape(dw):
        raise ValueError(f"w has shape {np.shape(w)} and dw has shape {np.shape(dw)}")
    length = np.sqrt(np.sum(dw**2) + db**2)
    return w - learning_rate * dw / length, b - learning_rate * db / length


@misconception(
    function="gradient_descent.gradient_step",
    title="A gradient of another shape is broadcast into the weights",
    formula="(n,) - (n, 1) → (n, n)",
    hint="Weights of shape (3,) minus a gradient of shape (3, 1) become a (3, 3) table without any error. Compare "
    "the two shapes before subtracting.",
    handout=STEP,
)
def gradient_of_another_shape_accepted(w, b, dw, db, learning_rate):
    return w - learning_rate * dw, b - learning_rate * db


# minibatches


@misconception(
    function="gradient_descent.minibatches",
    title="The examples are never shuffled",
    formula="batches = rows 0…k-1, k…2k-1, …",
    hint="Data often come sorted, by date or by class. Then every batch is one-sided, and the same one-sided batches "
    "return in every epoch. What is the generator there for?",
    handout=BATCHES,
)
def never_shuffled(X, y, batch_size, rng):
    _check_examples(X, y)
    return [(X[start : start + batch_size], y[start : start + batch_size]) for start in range(0, len(y), batch_size)]


@misconception(
    function="gradient_descent.minibatches",
    title="X and y are shuffled apart",
    formula="X[order₁], y[order₂]",
    hint="Follow one example through the shuffle: is the y beside it still its own? Two draws from a generator give "
    "two different orders.",
    handout=BATCHES,
)
def features_and_targets_shuffled_apart(X, y, batch_size, rng):
    _check_examples(X, y)
    X, y = rng.permutation(X), rng.permutation(y)
    return [(X[start : start + batch_size], y[start : start + batch_size]) for start in range(0, len(y), batch_size)]


@misconception(
    function="gradient_descent.minibatches",
    title="The last, smaller batch is dropped",
    formula="⌊m / batch_size⌋ batches",
    hint="Count the examples of one epoch when m = 7 and batch_size = 3. An epoch is a pass over all of them, so the "
    "one that is left over makes a batch of its own.",
    handout=BATCHES,
)
def last_batch_dropped(X, y, batch_size, rng):
    _check_examples(X, y)
    order = rng.permutation(len(y))
    starts = range(0, len(y) - batch_size + 1, batch_size)
    return [(X[order[start : start + batch_size]], y[order[start : start + batch_size]]) for start in starts]


@misconception(
    function="gradient_descent.minibatches",
    title="The last batch is filled up with examples from the beginning",
    formula="order[i mod m]",
    hint="Filling up keeps all batches equal, but some examples are then seen twice in an epoch and weigh double. "
    "Count how often each one occurs.",
    handout=BATCHES,
)
def last_batch_filled_up(X, y, batch_size, rng):
    _check_examples(X, y)
    order = rng.permutation(len(y))
    starts = range(0, len(y), batch_size)
    chosen = [np.take(order, range(start, start + batch_size), mode="wrap") for start in starts]
    return [(X[rows], y[rows]) for rows in chosen]


@misconception(
    function="gradient_descent.minibatches",
    title="Examples are drawn with replacement",
    formula="i ~ uniform{1 … m}, independently",
    hint="Drawing with replacement leaves out about 37 % of a large data set in each pass and repeats others. An "
    "epoch visits every example exactly once: think of dealing cards.",
    handout=BATCHES,
)
def drawn_with_replacement(X, y, batch_size, rng):
    _check_examples(X, y)
    order = rng.integers(len(y), size=len(y))
    return [
        (X[order[start : start + batch_size]], y[order[start : start + batch_size]])
        for start in range(0, len(y), batch_size)
    ]


@misconception(
    function="gradient_descent.minibatches",
    title="The same order at every call",
    formula="order from a generator seeded inside the function",
    hint="A generator that is made inside the function starts from its seed at each call, so all epochs are dealt "
    "alike, and the caller's seed has no effect. Draw from the generator that is passed in: it moves on by "
    "itself.",
    handout=BATCHES,
)
def same_order_at_every_call(X, y, batch_size, rng):
    _check_examples(X, y)
    order = np.random.default_rng(0).permutation(len(y))
    return [
        (X[order[start : start + batch_size]], y[order[start : start + batch_size]])
        for start in range(0, len(y), batch_size)
    ]


@misconception(
    function="gradient_descent.minibatches",
    title="The order does not come from the generator that was passed",
    formula="np.random.… instead of rng.…",
    hint="Functions of `np.random` draw from one hidden generator of the whole program, so nobody can repeat a run. "
    "With `rng` alone, the same seed gives the same batches.",
    handout=BATCHES,
)
def randomness_from_elsewhere(X, y, batch_size, rng):
    _check_examples(X, y)
    order = np.random.default_rng().permutation(len(y))
    return [
        (X[order[start : start + batch_size]], y[order[start : start + batch_size]])
        for start in range(0, len(y), batch_size)
    ]


@misconception(
    function="gradient_descent.minibatches",
    title="The batches are shuffled, the examples in them are not",
    formula="random order of the fixed blocks 0…k-1, k…2k-1, …",
    hint="The same examples still meet in the same batch in every epoch, and in sorted data each batch stays "
    "one-sided. Shuffle first and cut afterwards.",
    handout=BATCHES,
)
def only_batches_shuffled(X, y, batch_size, rng):
    _check_examples(X, y)
    starts = np.arange(0, len(y), batch_size)
    blocks = [(X[start : start + batch_size], y[start : start + batch_size]) for start in starts]
    full, rest = blocks[: len(y) // batch_size], blocks[len(y) // batch_size :]
    return [full[index] for index in rng.permutation(len(full))] + rest


@misconception(
    function="gradient_descent.minibatches",
    title="The examples are spread evenly over the batches",
    formula="batches of m / ⌈m / batch_size⌉ examples",
    hint="10 examples with batch_size = 4 make batches of 4, 4 and 2, not of 4, 3 and 3: all batches but the last "
    "are full.",
    handout=BATCHES,
)
def batches_of_even_size(X, y, batch_size, rng):
    _check_examples(X, y)
    parts = np.array_split(rng.permutation(len(y)), -(-len(y) // batch_size))
    return [(X[rows], y[rows]) for rows in parts]


@misconception(
    function="gradient_descent.minibatches",
    title="No batch has more than 32 examples",
    formula="batch_size ← min(batch_size, 32)",
    hint="32 is a common choice, but here the caller chooses: 150 examples in batches of 130 make two batches.",
    handout=BATCHES,
)
def batches_of_32_at_most(X, y, batch_size, rng):
    _check_examples(X, y)
    order, size = rng.permutation(len(y)), min(batch_size, 32)
    return [(X[order[at : at + size]], y[order[at : at + size]]) for at in range(0, len(y), size)]


@misconception(
    function="gradient_descent.minibatches",
    title="The caller's data are shuffled in place",
    formula="rng.shuffle(X)",
    hint="`shuffle` rearranges the array it is given, and that is the caller's. Whoever looks up row 5 afterwards "
    "finds another example there. Shuffle a list of row numbers instead.",
    handout=BATCHES,
)
def data_shuffled_in_place(X, y, batch_size, rng):
    _check_examples(X, y)
    order = rng.permutation(len(y))
    X[:], y[:] = X[order], y[order]
    return [(X[start : start + batch_size], y[start : start + batch_size]) for start in range(0, len(y), batch_size)]


# the loops


@misconception(
    function="gradient_descent.gradient_descent",
    title="The bias moves along a slope taken after the weights have moved",
    formula="b ← b - α ∂J/∂b (w_new, b)",
    hint="Both slopes belong to the point you stand on. If w is updated first and the slope in b computed "
    "afterwards, the two come from different points. Compute the whole gradient, then move.",
    handout=STEP,
)
def bias_slope_after_the_weights_moved(X, y, w, b, learning_rate, epochs):
    costs = []
    for _ in range(epochs):
        w = w - learning_rate * cost_gradient(X, y, w, b)[0]
        b = b - learning_rate * cost_gradient(X, y, w, b)[1]
        costs.append(cost(X, y, w, b))
    return w, b, costs


@misconception(
    function="gradient_descent.gradient_descent",
    title="The cost is recorded before the step",
    formula="costs[k] = J before step k + 1",
    hint="costs[0] should tell what the first epoch achieved. Yours tells where you started, and what the last epoch "
    "achieved is nowhere in the list.",
    handout="the-functions",
)
def cost_recorded_before_the_step(X, y, w, b, learning_rate, epochs):
    costs = []
    for _ in range(epochs):
        costs.append(cost(X, y, w, b))
        dw, db = cost_gradient(X, y, w, b)
        w, b = gradient_step(w, b, dw, db, learning_rate)
    return w, b, costs


@misconception(
    function="gradient_descent.gradient_descent",
    title="The run ends where the cost rises",
    formula="stop after the first epoch with costs[k] > costs[k − 1]",
    hint="It sounds prudent, but `epochs` is how many steps are asked for. Who looks at a rate that is too large wants "
    "to see the cost grow, and a cost that rises once may fall again.",
    handout="learning-rate-and-curvature",
)
def descent_stops_at_a_rise(X, y, w, b, learning_rate, epochs):
    costs = []
    for _ in range(epochs):
        dw, db = cost_gradient(X, y, w, b)
        w, b = gradient_step(w, b, dw, db, learning_rate)
        costs.append(cost(X, y, w, b))
        if len(costs) > 1 and costs[-1] > costs[-2]:
            break
    return w, b, costs


@misconception(
    function="gradient_descent.gradient_descent",
    title="The cost of the start is recorded too",
    formula="len(costs) = epochs + 1",
    hint="One cost per epoch: after 3 epochs the list has 3 entries, the first of them after the first step.",
    handout="the-functions",
)
def cost_of_the_start_recorded(X, y, w, b, learning_rate, epochs):
    costs = [cost(X, y, w, b)]
    for _ in range(epochs):
        dw, db = cost_gradient(X, y, w, b)
        w, b = gradient_step(w, b, dw, db, learning_rate)
        costs.append(cost(X, y, w, b))
    return w, b, costs


@misconception(
    function="gradient_descent.gradient_descent",
    title="The caller's starting point is changed in place",
    formula="w -= α ∂J/∂w",
    hint="After your run the caller's w holds the trained weights, so the next run, perhaps with another learning "
    "rate, starts at the goal and looks splendid. Which form of the update makes a new array?",
    handout=STEP,
)
def start_changed_in_place(X, y, w, b, learning_rate, epochs):
    costs = []
    for _ in range(epochs):
        dw, db = cost_gradient(X, y, w, b)
        w -= learning_rate * dw
        b -= learning_rate * db
        costs.append(cost(X, y, w, b))
    return w, b, costs


@misconception(
    function="gradient_descent.gradient_descent",
    title="The gradient is computed once, at the start",
    formula="w ← w - α ∂J/∂w (w₀, b₀)",
    hint="The slope is different at every point, which is what makes the steps shrink near the minimum. Look at the "
    "costs: do they turn up again after a few epochs?",
    handout=STEP,
)
def gradient_never_renewed(X, y, w, b, learning_rate, epochs):
    dw, db = cost_gradient(X, y, w, b)
    costs = []
    for _ in range(epochs):
        w, b = gradient_step(w, b, dw, db, learning_rate)
        costs.append(cost(X, y, w, b))
    return w, b, costs


@misconception(
    function="gradient_descent.stochastic_gradient_descent",
    title="Each step uses all examples",
    formula="m steps per epoch along ∂J/∂w of all the data",
    hint="Stepping once per example along the full gradient is m epochs of full gradient descent, and m times as "
    "expensive. A stochastic step looks at a single example.",
    handout=BATCHES,
)
def every_step_uses_all_examples(X, y, w, b, learning_rate, epochs, rng):
    costs = []
    for _ in range(epochs):
        for _ in range(len(y)):
            dw, db = cost_gradient(X, y, w, b)
            w, b = gradient_step(w, b, dw, db, learning_rate)
        costs.append(cost(X, y, w, b))
    return w, b, costs


@misconception(
    function="gradient_descent.stochastic_gradient_descent",
    title="m random draws are taken for an epoch",
    formula="i ~ uniform{1 … m} at every step",
    hint="Drawing afresh at each step visits some examples twice and others not at all. An epoch is a pass: every "
    "example once, in a random order.",
    handout=BATCHES,
)
def random_draws_for_an_epoch(X, y, w, b, learning_rate, epochs, rng):
    costs = []
    for _ in range(epochs):
        for row in rng.integers(len(y), size=len(y)):
            dw, db = cost_gradient(X[row : row + 1], y[row : row + 1], w, b)
            w, b = gradient_step(w, b, dw, db, learning_rate)
        costs.append(cost(X, y, w, b))
    return w, b, costs


@misconception(
    function="gradient_descent.stochastic_gradient_descent",
    title="The examples are visited in the order they came in",
    formula="i = 1, 2, …, m in every epoch",
    hint="Without shuffling the last examples always have the last word, and a sorted data set drags the line back "
    "and forth. What is the generator there for?",
    handout=BATCHES,
)
def visited_as_they_came(X, y, w, b, learning_rate, epochs, rng):
    costs = []
    for _ in range(epochs):
        for row in range(len(y)):
            dw, db = cost_gradient(X[row : row + 1], y[row : row + 1], w, b)
            w, b = gradient_step(w, b, dw, db, learning_rate)
        costs.append(cost(X, y, w, b))
    return w, b, costs


@misconception(
    function="gradient_descent.stochastic_gradient_descent",
    title="Shuffled once, before the first epoch",
    formula="the same order in every epoch",
    hint="One shuffle before the loop fixes the order for all epochs, and whatever is unlucky about it is repeated. "
    "Draw a new order inside the loop over epochs.",
    handout=BATCHES,
)
def shuffled_once(X, y, w, b, learning_rate, epochs, rng):
    _check_examples(X, y)
    order = rng.permutation(len(y))
    costs = []
    for _ in range(epochs):
        for row in order:
            dw, db = cost_gradient(X[row : row + 1], y[row : row + 1], w, b)
            w, b = gradient_step(w, b, dw, db, learning_rate)
        costs.append(cost(X, y, w, b))
    return w, b, costs


@misconception(
    function="gradient_descent.stochastic_gradient_descent",
    title="A cost after every step instead of every epoch",
    formula="len(costs) = m · epochs",
    hint="One cost per epoch. A cost on all data after every single-example step would cost m times more than the "
    "steps themselves.",
    handout="the-functions",
)
def cost_after_every_step(X, y, w, b, learning_rate, epochs, rng):
    costs = []
    for _ in range(epochs):
        for X_batch, y_batch in minibatches(X, y, 1, rng):
            dw, db = cost_gradient(X_batch, y_batch, w, b)
            w, b = gradient_step(w, b, dw, db, learning_rate)
            costs.append(cost(X, y, w, b))
    return w, b, costs


@misconception(
    function="gradient_descent.stochastic_gradient_descent",
    title="The cost of the last example instead of all of them",
    formula="costs[k] = (ŷᵢ - yᵢ)² of the last i",
    hint="The line has just been fitted to that very example, so its error says little about the others. The cost of "
    "an epoch is the mean over all the data.",
    handout="the-functions",
)
def cost_of_the_last_example(X, y, w, b, learning_rate, epochs, rng):
    costs = []
    for _ in range(epochs):
        for X_batch, y_batch in minibatches(X, y, 1, rng):
            dw, db = cost_gradient(X_batch, y_batch, w, b)
            w, b = gradient_step(w, b, dw, db, learning_rate)
        costs.append(cost(X_batch, y_batch, w, b))
    return w, b, costs


@misconception(
    function="gradient_descent.stochastic_gradient_descent",
    title="The gradient of one example is divided by the number of all",
    formula="w ← w - α (2/m)(ŷᵢ - yᵢ)xᵢ",
    hint="The 1/m of the formula counts the examples that the sum runs over, and here that is one. Dividing by all "
    "of them makes each step m times too short.",
    handout=BATCHES,
)
def one_example_divided_by_all(X, y, w, b, learning_rate, epochs, rng):
    return minibatch_gradient_descent(X, y, w, b, learning_rate / len(y), epochs, 1, rng)


@misconception(
    function="gradient_descent.minibatch_gradient_descent",
    title="The gradient of a batch is divided by the number of all examples",
    formula="∂J/∂w = (2/m) X_batchᵀ(ŷ - y)",
    hint="The gradient of a batch is the mean over the examples of the batch. Divided by m instead, the steps become "
    "smaller the more data there are.",
    handout=BATCHES,
)
def batch_divided_by_all(X, y, w, b, learning_rate, epochs, batch_size, rng):
    costs = []
    for _ in range(epochs):
        for X_batch, y_batch in minibatches(X, y, batch_size, rng):
            dw, db = cost_gradient(X_batch, y_batch, w, b)
            w, b = gradient_step(w, b, dw, db, learning_rate * len(y_batch) / len(y))
        costs.append(cost(X, y, w, b))
    return w, b, costs


@misconception(
    function="gradient_descent.minibatch_gradient_descent",
    title="The last batch is divided by the full batch size",
    formula="∂J/∂w = (2/batch_size) X_batchᵀ(ŷ - y)",
    hint="The last batch can hold fewer examples. Its gradient is the mean over those it has; divided by batch_size "
    "it comes out too small.",
    handout=BATCHES,
)
def last_batch_divided_by_batch_size(X, y, w, b, learning_rate, epochs, batch_size, rng):
    costs = []
    for _ in range(epochs):
        for X_batch, y_batch in minibatches(X, y, batch_size, rng):
            dw, db = cost_gradient(X_batch, y_batch, w, b)
            w, b = gradient_step(w, b, dw, db, learning_rate * len(y_batch) / batch_size)
        costs.append(cost(X, y, w, b))
    return w, b, costs


@misconception(
    function="gradient_descent.minibatch_gradient_descent",
    title="The last, smaller batch is left out",
    formula="⌊m / batch_size⌋ steps per epoch",
    hint="An epoch is a pass over all examples: ⌈m / batch_size⌉ steps, the last one perhaps on fewer examples. "
    "Count your steps for m = 7 and batch_size = 3.",
    handout=BATCHES,
)
def last_batch_left_out(X, y, w, b, learning_rate, epochs, batch_size, rng):
    costs = []
    for _ in range(epochs):
        for X_batch, y_batch in minibatches(X, y, batch_size, rng):
            if len(y_batch) == min(batch_size, len(y)):
                dw, db = cost_gradient(X_batch, y_batch, w, b)
                w, b = gradient_step(w, b, dw, db, learning_rate)
        costs.append(cost(X, y, w, b))
    return w, b, costs


@misconception(
    function="gradient_descent.minibatch_gradient_descent",
    title="The mean of the batch costs instead of the cost on all data",
    formula="costs[k] = mean of J_batch during the epoch",
    hint="Batch costs are taken at different parameters, from before the epoch's first step to before its last, and "
    "a small last batch counts as much as a full one. Measure once, after the epoch, on everything.",
    handout=BATCHES,
)
def mean_of_batch_costs(X, y, w, b, learning_rate, epochs, batch_size, rng):
    costs = []
    for _ in range(epochs):
        batch_costs = []
        for X_batch, y_batch in minibatches(X, y, batch_size, rng):
            batch_costs.append(cost(X_batch, y_batch, w, b))
            dw, db = cost_gradient(X_batch, y_batch, w, b)
            w, b = gradient_step(w, b, dw, db, learning_rate)
        costs.append(float(np.mean(batch_costs)))
    return w, b, costs


@misconception(
    function="gradient_descent.minibatch_gradient_descent",
    title="The batches are dealt once and used in every epoch",
    formula="the same batches in every epoch",
    hint="A list of batches that is made before the loop never changes. Deal anew inside the loop over epochs.",
    handout=BATCHES,
)
def batches_dealt_once(X, y, w, b, learning_rate, epochs, batch_size, rng):
    batches = list(minibatches(X, y, batch_size, rng))
    costs = []
    for _ in range(epochs):
        for X_batch, y_batch in batches:
            dw, db = cost_gradient(X_batch, y_batch, w, b)
            w, b = gradient_step(w, b, dw, db, learning_rate)
        costs.append(cost(X, y, w, b))
    return w, b, costs


@misconception(
    function="gradient_descent.minibatch_gradient_descent",
    title="One batch is called an epoch",
    formula="1 step per epoch",
    hint="An epoch is a pass over all examples, so it takes as many steps as there are batches. One step per epoch "
    "on one batch leaves most of the data unseen.",
    handout=BATCHES,
)
def one_batch_per_epoch(X, y, w, b, learning_rate, epochs, batch_size, rng):
    costs = []
    for _ in range(epochs):
        X_batch, y_batch = next(iter(minibatches(X, y, batch_size, rng)))
        dw, db = cost_gradient(X_batch, y_batch, w, b)
        w, b = gradient_step(w, b, dw, db, learning_rate)
        costs.append(cost(X, y, w, b))
    return w, b, costs


@misconception(
    function="gradient_descent.minibatch_gradient_descent",
    title="No batch has more than 32 examples",
    formula="batch_size ← min(batch_size, 32)",
    hint="32 is a common choice, but here the caller chooses. With batch_size = m a run is one of full gradient "
    "descent, one step per epoch, however large m is.",
    handout=BATCHES,
)
def run_in_batches_of_32_at_most(X, y, w, b, learning_rate, epochs, batch_size, rng):
    costs = []
    for _ in range(epochs):
        for X_batch, y_batch in minibatches(X, y, min(batch_size, 32), rng):
            dw, db = cost_gradient(X_batch, y_batch, w, b)
            w, b = gradient_step(w, b, dw, db, learning_rate)
        costs.append(cost(X, y, w, b))
    return w, b, costs


# the best line and the largest learning rate


@misconception(
    function="gradient_descent.least_squares",
    title="The best line through the origin",
    formula="XᵀX w = Xᵀy, b = 0",
    hint="Without a column of ones the system knows no bias. Its residuals need not sum to zero, while at the "
    "minimum of the cost the slope in b, their mean times 2, is zero.",
    handout=AT_ONCE,
)
def line_through_the_origin(X, y):
    _check_examples(X, y)
    return np.linalg.lstsq(X, y, rcond=None)[0], 0.0


@misconception(
    function="gradient_descent.least_squares",
    title="The mean of y is taken for the bias",
    formula="b = mean(y)",
    hint="Centring X and y gives the right weights. The bias is the prediction where all features are 0, though, not "
    "where they have their mean: go back from one to the other.",
    handout=AT_ONCE,
)
def mean_taken_for_the_bias(X, y):
    _check_examples(X, y)
    return np.linalg.lstsq(X - X.mean(axis=0), y - y.mean(), rcond=None)[0], float(y.mean())


@misconception(
    function="gradient_descent.least_squares",
    title="Gradient descent that has not arrived",
    formula="θ ← θ - ∇J/λmax, a thousand times",
    hint="Steps get shorter and shorter on the way to the best line, above all where the cost is a long valley. Both "
    "slopes are zero at the best line: that is a system of linear equations, which NumPy solves at once.",
    handout=AT_ONCE,
)
def best_line_by_a_thousand_steps(X, y):
    _check_examples(X, y)
    w, b, _ = gradient_descent(X, y, np.zeros(X.shape[1]), 0.0, 0.5 * largest_stable_learning_rate(X), 1000)
    return w, b


@misconception(
    function="gradient_descent.least_squares",
    title="Bias and weights are returned in the wrong places",
    formula="w = θ[1:], b = θ[0] with the ones in the last column",
    hint="The solution lists the parameters in the order of the columns of your matrix. Where did you put the ones?",
    handout=AT_ONCE,
)
def bias_taken_from_the_wrong_place(X, y):
    _check_examples(X, y)
    solution = np.linalg.lstsq(np.column_stack([X, np.ones(len(y))]), y, rcond=None)[0]
    return solution[1:], float(solution[0])


@misconception(
    function="gradient_descent.largest_stable_learning_rate",
    title="The bias is left out of the Hessian",
    formula="H = (2/m) XᵀX",
    hint="The bias is learned with the same learning rate, and it makes the steepest direction steeper. What is the "
    "feature that b multiplies?",
    handout=CURVATURE,
)
def bias_left_out_of_the_hessian(X):
    return 2 / float(np.linalg.eigvalsh(2 / len(X) * X.T @ X)[-1])


@misconception(
    function="gradient_descent.largest_stable_learning_rate",
    title="One over the largest eigenvalue",
    formula="α = 1/λmax",
    hint="At 1/λmax the steepest direction arrives in one step; it is the boldest rate without overshooting. "
    "Overshooting still converges as long as each step ends closer than it began: for which factor 1 - αλ does "
    "it stop?",
    handout=CURVATURE,
)
def one_over_the_eigenvalue(X):
    with_ones = np.column_stack([X, np.ones(len(X))])
    return 1 / float(np.linalg.eigvalsh(2 / len(X) * with_ones.T @ with_ones)[-1])


@misconception(
    function="gradient_descent.largest_stable_learning_rate",
    title="The Hessian of half the cost",
    formula="H = (1/m) AᵀA",
    hint="Differentiate the gradient (2/m) Aᵀ(Aθ - y) once more in θ. What happens to the 2?",
    handout=CURVATURE,
)
def hessian_of_half_the_cost(X):
    with_ones = np.column_stack([X, np.ones(len(X))])
    return 2 / float(np.linalg.eigvalsh(with_ones.T @ with_ones / len(X))[-1])


@misconception(
    function="gradient_descent.largest_stable_learning_rate",
    title="The Hessian is not averaged over the examples",
    formula="H = 2 AᵀA",
    hint="The cost is a mean, and so are all its derivatives. Your limit shrinks when every example is copied once, "
    "though the cost stays the same.",
    handout=CURVATURE,
)
def hessian_not_averaged(X):
    with_ones = np.column_stack([X, np.ones(len(X))])
    return 2 / float(np.linalg.eigvalsh(2 * with_ones.T @ with_ones)[-1])


@misconception(
    function="gradient_descent.largest_stable_learning_rate",
    title="The smallest eigenvalue instead of the largest",
    formula="α = 2/λmin",
    hint="All directions share one learning rate. At 2/λmin the flattest one is at its limit, and all the others "
    "diverge.",
    handout=CURVATURE,
)
def smallest_eigenvalue(X):
    with_ones = np.column_stack([X, np.ones(len(X))])
    return 2 / float(np.linalg.eigvalsh(2 / len(X) * with_ones.T @ with_ones)[0])


@misconception(
    function="gradient_descent.largest_stable_learning_rate",
    title="The first eigenvalue instead of the largest",
    formula="α = 2/λ₁, λ₁ the first that np.linalg.eig lists",
    hint="`np.linalg.eig` promises no order; that the largest often comes first is luck. `np.linalg.eigvalsh`, for "
    "symmetric matrices, sorts them from the smallest up.",
    handout=CURVATURE,
)
def first_eigenvalue(X):
    with_ones = np.column_stack([X, np.ones(len(X))])
    return 2 / float(np.real(np.linalg.eig(2 / len(X) * with_ones.T @ with_ones)[0][0]))


@misconception(
    function="gradient_descent.largest_stable_learning_rate",
    title="A power iteration that has not arrived",
    formula="v ← Hv/‖Hv‖, ten times; λ = vᵀHv",
    hint="A power iteration closes in by the factor λ₂/λ₁ at each step. Where the two steepest directions are nearly "
    "equal, ten steps are few: go on until λ no longer changes.",
    handout=CURVATURE,
)
def ten_steps_of_power_iteration(X):
    with_ones = np.column_stack([X, np.ones(len(X))])
    hessian = 2 / len(X) * with_ones.T @ with_ones
    v = np.ones(len(hessian))
    for _ in range(10):
        v = hessian @ v / np.linalg.norm(hessian @ v)
    return 2 / float(v @ hessian @ v)


@misconception(
    function="gradient_descent.descend_parabola",
    title="The sign of the curvature is dropped",
    formula="w ← w - α|c|·w",
    hint="A negative curvature makes the parabola a hill. Which way is downhill from a point beside its top?",
    handout=CURVATURE,
)
def curvature_taken_as_positive(curvature, learning_rate, w, steps):
    return w * (1.0 - learning_rate * abs(curvature)) ** np.arange(steps + 1.0)


@misconception(
    function="gradient_descent.descend_parabola",
    title="The start is not among the positions",
    formula="w₁, …, w_steps",
    hint="The path begins where you stand before the first step: `steps` updates make `steps` + 1 positions.",
    handout="the-functions",
)
def start_left_out(curvature, learning_rate, w, steps):
    positions = []
    for _ in range(steps):
        w = w - learning_rate * curvature * w
        positions.append(w)
    return np.array(positions)


@misconception(
    function="gradient_descent.descend_parabola",
    title="The slope of curvature·w² without the half",
    formula="w ← w - 2αc·w",
    hint="Differentiate ½·c·w²: the ½ and the 2 of the square cancel. With the factor 2 kept, every learning rate "
    "acts as if it were twice as large.",
    handout=CURVATURE,
)
def slope_twice_as_steep(curvature, learning_rate, w, steps):
    return w * (1.0 - 2 * learning_rate * curvature) ** np.arange(steps + 1)


@misconception(
    function="gradient_descent.descend_parabola",
    title="The curvature is taken for the slope",
    formula="w ← w - αc",
    hint="The curvature says how fast the slope changes. The slope itself is zero at the minimum and grows with the "
    "distance from it, which is why steps shorten on the way down.",
    handout=CURVATURE,
)
def curvature_taken_for_the_slope(curvature, learning_rate, w, steps):
    return w - learning_rate * curvature * np.arange(steps + 1.0)

"""Known wrong variants of the functions of this assignment, each with the hint that a student gets."""

import numpy as np

from autograder.checking.misconception import misconception
from solutions.losses import (
    _check_boxes,
    _check_one_label_per_row,
    _check_same_shape,
    _sum_over_features,
    softmax,
    squared_error,
)

COST = "loss-and-cost"
SHAPES = "shapes-come-first"
SQUARED = "squared-error"
ABSOLUTE = "absolute-error"
HUBER = "huber-loss"
BOXES = "bounding-box-loss"
LOGISTIC = "logistic-loss"
HINGE = "hinge-loss"
SOFTMAX = "softmax"
CROSS_ENTROPY = "cross-entropy"
FINITE = "numbers-that-stay-finite"
DIFFERENCES = "numerical-gradient"


# squared error


@misconception(
    function="losses.squared_error",
    title="Half of the squared error",
    formula="L = ½ Σⱼ (ŷⱼ − yⱼ)²",
    hint="Textbooks put a ½ before the square so that the derivative has no 2. Here the loss is the square itself. A "
    "house predicted 0.5 too high costs 0.25.",
    handout=SQUARED,
)
def half_the_squared_error(y_true, y_pred):
    _check_same_shape(y_true, y_pred)
    return _sum_over_features(0.5 * (y_pred - y_true) ** 2)


@misconception(
    function="losses.squared_error",
    title="A mean over the features instead of their sum",
    formula="L = (1/d) Σⱼ (ŷⱼ − yⱼ)²",
    hint="The loss of one example is the squared distance between two points, and distances add up over the "
    "coordinates. An average comes once, over the examples, and makes the cost. Try residuals (1, −2): is it 5 or 2.5?",
    handout=SQUARED,
)
def squared_error_averaged_over_features(y_true, y_pred):
    _check_same_shape(y_true, y_pred)
    return ((y_pred - y_true) ** 2).reshape(len(y_true), -1).mean(axis=1)


@misconception(
    function="losses.squared_error",
    title="The distance instead of its square",
    formula="L = √(Σⱼ (ŷⱼ − yⱼ)²)",
    hint="‖ŷ − y‖ with an exponent 2 is the square of the norm. A residual of −1.5 alone should cost 2.25.",
    handout=SQUARED,
)
def distance_without_the_square(y_true, y_pred):
    _check_same_shape(y_true, y_pred)
    return np.sqrt(_sum_over_features((y_pred - y_true) ** 2))


@misconception(
    function="losses.squared_error",
    title="Shapes that differ are broadcast",
    formula="(m, 1) − (m,) = (m, m)",
    hint="NumPy stretches arrays of different shapes until they fit, and does not tell. Look at the shapes before you "
    "subtract, and refuse a pair that differs.",
    handout=SHAPES,
)
def squared_error_of_any_shapes(y_true, y_pred):
    return _sum_over_features((y_pred - y_true) ** 2)


@misconception(
    function="losses.squared_error",
    title="The residual is written into the caller's array",
    formula="ŷ ← ŷ − y, then L = Σⱼ ŷⱼ²",
    hint="`y_pred -= y_true` does not make a new array: the caller's predictions are gone after the call. The value "
    "is right once and wrong the second time.",
    handout=SHAPES,
)
def squared_error_in_the_callers_array(y_true, y_pred):
    _check_same_shape(y_true, y_pred)
    y_pred -= y_true
    return _sum_over_features(y_pred**2)


@misconception(
    function="losses.squared_error_gradient",
    title="The gradient has the wrong sign",
    formula="∂L/∂ŷⱼ = 2 (yⱼ − ŷⱼ)",
    hint="(y − ŷ)² has an inner derivative, and it is −1. Is the loss rising or falling in ŷ where the prediction is "
    "already too high?",
    handout=SQUARED,
)
def squared_error_gradient_with_the_wrong_sign(y_true, y_pred):
    _check_same_shape(y_true, y_pred)
    return 2 * (y_true - y_pred)


@misconception(
    function="losses.squared_error_gradient",
    title="The gradient of half the square",
    formula="∂L/∂ŷⱼ = ŷⱼ − yⱼ",
    hint="The loss here is the square without a ½, so its derivative keeps what comes down from the exponent. Compare "
    "with a numerical gradient of your own squared error.",
    handout=SQUARED,
)
def squared_error_gradient_without_the_2(y_true, y_pred):
    _check_same_shape(y_true, y_pred)
    return y_pred - y_true


@misconception(
    function="losses.squared_error_gradient",
    title="The gradient of the cost instead of the gradients of the losses",
    formula="∂L/∂ŷⱼ = (2/m) (ŷⱼ − yⱼ)",
    hint="Each row belongs to one example and its own loss, which knows nothing of the others. The number of examples "
    "enters with the mean, and the mean is the cost.",
    handout=COST,
)
def squared_error_gradient_divided_by_m(y_true, y_pred):
    _check_same_shape(y_true, y_pred)
    return 2 * (y_pred - y_true) / len(y_true)


# absolute error


@misconception(
    function="losses.absolute_error",
    title="The residuals are added before their size is taken",
    formula="L = |Σⱼ (ŷⱼ − yⱼ)|",
    hint="An error of +1 in one coordinate does not make up for −2 in another. In which order must adding and taking "
    "the size happen?",
    handout=ABSOLUTE,
)
def size_of_the_summed_residuals(y_true, y_pred):
    _check_same_shape(y_true, y_pred)
    return np.abs(_sum_over_features(y_pred - y_true))


@misconception(
    function="losses.absolute_error",
    title="A mean over the features instead of their sum",
    formula="L = (1/d) Σⱼ |ŷⱼ − yⱼ|",
    hint="As with the squared error: features are added within an example, and only examples are averaged, in the "
    "cost.",
    handout=ABSOLUTE,
)
def absolute_error_averaged_over_features(y_true, y_pred):
    _check_same_shape(y_true, y_pred)
    return np.abs(y_pred - y_true).reshape(len(y_true), -1).mean(axis=1)


@misconception(
    function="losses.absolute_error_gradient",
    title="A perfect prediction is pushed",
    formula="∂L/∂ŷⱼ = +1 where ŷⱼ ≥ yⱼ, −1 elsewhere",
    hint="A sign has three values. What should happen to a prediction that is exactly right?",
    handout=ABSOLUTE,
)
def absolute_error_gradient_pushes_at_zero(y_true, y_pred):
    _check_same_shape(y_true, y_pred)
    return np.where(y_pred >= y_true, 1.0, -1.0)


@misconception(
    function="losses.absolute_error_gradient",
    title="The residual divided by its size",
    formula="∂L/∂ŷⱼ = rⱼ / |rⱼ|",
    hint="Right wherever there is a residual. A perfect prediction has none, and 0/0 is nan; one nan in a gradient "
    "makes every parameter nan at the next step.",
    handout=ABSOLUTE,
)
def residual_over_its_size(y_true, y_pred):
    _check_same_shape(y_true, y_pred)
    residual = y_pred - y_true
    with np.errstate(invalid="ignore"):
        return residual / np.abs(residual)


@misconception(
    function="losses.absolute_error_gradient",
    title="Small residuals are taken for none",
    formula="∂L/∂ŷⱼ = 0 where |rⱼ| < 0.000001, sign(rⱼ) elsewhere",
    hint="Only a residual of exactly 0 has no sign. How large a residual is depends on the unit: what is tiny in "
    "metres is not in nanometres.",
    handout=ABSOLUTE,
)
def absolute_error_gradient_flat_near_zero(y_true, y_pred):
    _check_same_shape(y_true, y_pred)
    residual = y_pred - y_true
    return np.where(np.abs(residual) < 1e-6, 0.0, np.sign(residual))


@misconception(
    function="losses.absolute_error_gradient",
    title="The gradient has the wrong sign",
    formula="∂L/∂ŷⱼ = sign(yⱼ − ŷⱼ)",
    hint="Move a prediction that is too high a little higher. Does its absolute error grow or shrink?",
    handout=ABSOLUTE,
)
def absolute_error_gradient_with_the_wrong_sign(y_true, y_pred):
    _check_same_shape(y_true, y_pred)
    return np.sign(y_true - y_pred)


# Huber


@misconception(
    function="losses.huber",
    title="Smooth L1 instead of Huber",
    formula="ℓ = ½ r²/δ where |r| ≤ δ, |r| − ½ δ elsewhere",
    hint="Smooth L1 is the Huber loss divided by δ; the two agree for δ = 1 only. Which slope does the straight part "
    "have here: 1, or δ?",
    handout=HUBER,
)
def smooth_l1_called_huber(y_true, y_pred, delta=1.0):
    _check_same_shape(y_true, y_pred)
    size = np.abs(y_pred - y_true)
    return _sum_over_features(np.where(size <= delta, 0.5 * size**2 / delta, size - 0.5 * delta))


@misconception(
    function="losses.huber",
    title="The straight part starts at the wrong height",
    formula="ℓ = ½ r² where |r| ≤ δ, δ |r| elsewhere",
    hint="Put |r| = δ into both halves: one gives ½ δ², the other δ². A loss that jumps has no derivative there. What "
    "must be subtracted for the halves to meet?",
    handout=HUBER,
)
def huber_with_a_jump(y_true, y_pred, delta=1.0):
    _check_same_shape(y_true, y_pred)
    size = np.abs(y_pred - y_true)
    return _sum_over_features(np.where(size <= delta, 0.5 * size**2, delta * size))


@misconception(
    function="losses.huber",
    title="½ in whole numbers is 0",
    formula="ℓ = (1 // 2) r² = 0 where |r| ≤ δ",
    hint="All small residuals cost nothing in your version. In Python // divides whole numbers and drops what is left: "
    "what is 1 // 2?",
    handout=HUBER,
)
def huber_with_a_whole_half(y_true, y_pred, delta=1.0):
    _check_same_shape(y_true, y_pred)
    size = np.abs(y_pred - y_true)
    return _sum_over_features(np.where(size <= delta, 0.0, delta * (size - 0.5 * delta)))


@misconception(
    function="losses.huber",
    title="δ is ignored",
    formula="ℓ = ½ r² where |r| ≤ 1, |r| − ½ elsewhere",
    hint="With δ = 1 nobody can tell. Work out one house with δ = 0.5 by hand and compare.",
    handout=HUBER,
)
def huber_with_a_fixed_delta(y_true, y_pred, delta=1.0):
    _check_same_shape(y_true, y_pred)
    size = np.abs(y_pred - y_true)
    return _sum_over_features(np.where(size <= 1.0, 0.5 * size**2, size - 0.5))


@misconception(
    function="losses.huber",
    title="One residual for all features together",
    formula="ℓ(‖ŷ − y‖) instead of Σⱼ ℓ(ŷⱼ − yⱼ)",
    hint="An example can have one outlier among its features and three good ones. Each feature decides for itself "
    "whether it is on the parabola or on the line; then the losses are added.",
    handout=HUBER,
)
def huber_of_the_distance(y_true, y_pred, delta=1.0):
    _check_same_shape(y_true, y_pred)
    distance = np.sqrt(_sum_over_features((y_pred - y_true) ** 2))
    return np.where(distance <= delta, 0.5 * distance**2, delta * (distance - 0.5 * delta))


@misconception(
    function="losses.huber_gradient",
    title="A slope of 1 beyond δ",
    formula="∂ℓ/∂ŷⱼ = rⱼ where |rⱼ| ≤ δ, sign(rⱼ) elsewhere",
    hint="Where the two halves meet, the parabola has the slope δ. A line that goes on smoothly has the same one. At "
    "δ = 1 the difference does not show.",
    handout=HUBER,
)
def huber_gradient_with_slope_1(y_true, y_pred, delta=1.0):
    _check_same_shape(y_true, y_pred)
    residual = y_pred - y_true
    return np.where(np.abs(residual) <= delta, residual, np.sign(residual))


@misconception(
    function="losses.huber_gradient",
    title="Outliers do not pull at all",
    formula="∂ℓ/∂ŷⱼ = rⱼ where |rⱼ| ≤ δ, 0 elsewhere",
    hint="Beyond δ the loss is a sloping line, not a flat one: an outlier pulls with limited strength, but it pulls.",
    handout=HUBER,
)
def huber_gradient_without_outliers(y_true, y_pred, delta=1.0):
    _check_same_shape(y_true, y_pred)
    residual = y_pred - y_true
    return np.where(np.abs(residual) <= delta, residual, 0.0)


# bounding boxes


@misconception(
    function="losses.bounding_box_loss",
    title="Roots of width and height",
    formula="L = (x − x̂)² + (y − ŷ)² + (√w − √ŵ)² + (√h − √ĥ)²",
    hint="That is how the first YOLO paper weakens errors of large boxes. The loss of this course compares width and "
    "height themselves.",
    handout=BOXES,
)
def box_loss_with_roots(boxes_true, boxes_pred):
    _check_boxes(boxes_true, boxes_pred)
    true, predicted = boxes_true.copy(), boxes_pred.copy()
    true[:, 2:], predicted[:, 2:] = np.sqrt(true[:, 2:]), np.sqrt(predicted[:, 2:])
    return squared_error(true, predicted)


@misconception(
    function="losses.bounding_box_loss",
    title="A mean over the four numbers of a box",
    formula="L = ¼ ((x − x̂)² + (y − ŷ)² + (w − ŵ)² + (h − ĥ)²)",
    hint="`np.mean` over a row, or a library's mean squared error, divides by four. The loss of a box is the sum of "
    "its four squares.",
    handout=BOXES,
)
def box_loss_averaged(boxes_true, boxes_pred):
    _check_boxes(boxes_true, boxes_pred)
    return np.mean((boxes_true - boxes_pred) ** 2, axis=1)


@misconception(
    function="losses.bounding_box_loss",
    title="Only the centre of the box counts",
    formula="L = (x − x̂)² + (y − ŷ)²",
    hint="A box with the right centre and half the height is not the right box. Which columns have not been looked at?",
    handout=BOXES,
)
def box_loss_of_the_centre(boxes_true, boxes_pred):
    _check_boxes(boxes_true, boxes_pred)
    return squared_error(boxes_true[:, :2], boxes_pred[:, :2])


@misconception(
    function="losses.bounding_box_loss_gradient",
    title="The derivative belongs to the true box",
    formula="∂L/∂(x̂, ŷ, ŵ, ĥ) = 2 (x − x̂, y − ŷ, w − ŵ, h − ĥ)",
    hint="The formula writes x − x̂, and the predicted number stands behind the minus: the inner derivative is −1. A "
    "box predicted too wide must have a positive third entry.",
    handout=BOXES,
)
def box_gradient_with_the_wrong_sign(boxes_true, boxes_pred):
    _check_boxes(boxes_true, boxes_pred)
    return 2 * (boxes_true - boxes_pred)


@misconception(
    function="losses.bounding_box_loss_gradient",
    title="The derivative of a mean over the four numbers",
    formula="∂L/∂x̂ = ½ (x̂ − x), and so on",
    hint="A quarter of the right gradient: the loss adds four squares, it does not average them.",
    handout=BOXES,
)
def box_gradient_averaged(boxes_true, boxes_pred):
    _check_boxes(boxes_true, boxes_pred)
    return (boxes_pred - boxes_true) / 2


# logistic


@misconception(
    function="losses.logistic",
    title="eᶻ overflows",
    formula="L = log(1 + eᶻ) − y z, computed as it stands",
    hint="Right on paper and for small logits. What is `np.exp(1000.0)`, and what is inf − inf? For a large z, how "
    "much does the 1 in log(1 + eᶻ) matter, and what is left without it?",
    handout=FINITE,
)
def logistic_that_overflows(y_true, logits):
    _check_same_shape(y_true, logits)
    with np.errstate(over="ignore", invalid="ignore"):
        return np.log(1 + np.exp(logits)) - y_true * logits


@misconception(
    function="losses.logistic",
    title="The logarithm of a probability with a tiny number added",
    formula="L = −y log(p + 10⁻¹²) − (1 − y) log(1 − p + 10⁻¹²)",
    hint="The tiny number keeps the logarithm finite and caps the loss at 27.6: a mistake at z = −100 costs the same "
    "as one at z = −10000. Rewrite the loss so that no probability, which may round to 0, has to pass through a "
    "logarithm.",
    handout=FINITE,
)
def logistic_with_a_cap(y_true, logits):
    _check_same_shape(y_true, logits)
    with np.errstate(over="ignore"):
        p = 1 / (1 + np.exp(-logits))
    return -y_true * np.log(p + 1e-12) - (1 - y_true) * np.log(1 - p + 1e-12)


@misconception(
    function="losses.logistic",
    title="The formula for labels −1 and +1",
    formula="L = log(1 + e^(−y z))",
    hint="That formula is right for labels ±1. Put y = 0 into it: it gives log 2 whatever the logit is. Labels are 0 "
    "and 1 here.",
    handout=LOGISTIC,
)
def logistic_for_labels_plus_minus_1(y_true, logits):
    _check_same_shape(y_true, logits)
    return np.logaddexp(0, -y_true * logits)


@misconception(
    function="losses.logistic",
    title="Only the examples with label 1 cost anything",
    formula="L = −y log σ(z)",
    hint="Someone who always predicts 1 with certainty would have no loss at all. What does an example with label 0 "
    "pay?",
    handout=LOGISTIC,
)
def logistic_of_label_1_only(y_true, logits):
    _check_same_shape(y_true, logits)
    return y_true * np.logaddexp(0, -logits)


@misconception(
    function="losses.logistic_gradient",
    title="inf divided by inf",
    formula="∂L/∂z = eᶻ/(1 + eᶻ) − y, computed as it stands",
    hint="For z = 1000 both powers are inf, and inf/inf is nan. Divide numerator and denominator by eᶻ and look at "
    "what the largest number in the fraction is then.",
    handout=FINITE,
)
def logistic_gradient_that_overflows(y_true, logits):
    _check_same_shape(y_true, logits)
    with np.errstate(over="ignore", invalid="ignore"):
        power = np.exp(logits)
        return power / (1 + power) - y_true


@misconception(
    function="losses.logistic_gradient",
    title="The derivative of the sigmoid is left in",
    formula="∂L/∂z = (σ(z) − y) σ(z) (1 − σ(z))",
    hint="This is the derivative of ½(σ(z) − y)². With the logarithm the factor σ(1 − σ) cancels, and that is the "
    "point: a confident mistake gets a strong push instead of none.",
    handout=LOGISTIC,
)
def logistic_gradient_with_the_sigmoids_slope(y_true, logits):
    _check_same_shape(y_true, logits)
    p = np.exp(-np.logaddexp(0, -logits))
    return (p - y_true) * p * (1 - p)


@misconception(
    function="losses.logistic_gradient",
    title="The gradient has the wrong sign",
    formula="∂L/∂z = y − σ(z)",
    hint="y − σ(z) is the direction in which to move, the negative gradient. For a label 1, does the loss rise or "
    "fall when the logit rises?",
    handout=LOGISTIC,
)
def logistic_gradient_with_the_wrong_sign(y_true, logits):
    _check_same_shape(y_true, logits)
    return y_true - np.exp(-np.logaddexp(0, -logits))


# hinge


@misconception(
    function="losses.hinge",
    title="Labels 0 and 1 are assumed",
    formula="L = max(0, 1 − (2y − 1) s)",
    hint="2y − 1 turns 0 and 1 into −1 and 1, but the labels are −1 and 1 already, and −1 becomes −3.",
    handout=HINGE,
)
def hinge_for_labels_0_and_1(y_true, scores):
    _check_same_shape(y_true, scores)
    return np.maximum(0.0, 1 - (2 * y_true - 1) * scores)


@misconception(
    function="losses.hinge",
    title="The maximum is taken of the margin alone",
    formula="L = 1 − max(0, y s)",
    hint="Try a score far on the right side, margin 5: the loss would be −4, a reward. And one on the wrong side "
    "never costs more than 1. Around what does the maximum have to go?",
    handout=HINGE,
)
def hinge_with_the_1_outside(y_true, scores):
    _check_same_shape(y_true, scores)
    return 1 - np.maximum(0.0, y_true * scores)


@misconception(
    function="losses.hinge",
    title="No margin is asked for",
    formula="L = max(0, −y s)",
    hint="That is the perceptron's loss: being on the right side is enough, however narrowly. The hinge loss asks for "
    "a distance of 1.",
    handout=HINGE,
)
def hinge_without_a_margin(y_true, scores):
    _check_same_shape(y_true, scores)
    return np.maximum(0.0, -y_true * scores)


@misconception(
    function="losses.hinge",
    title="The squared hinge loss",
    formula="L = max(0, 1 − y s)²",
    hint="The squared hinge is a loss of its own. A margin of −0.5 lacks 1.5 to the margin 1, and costs 1.5 here.",
    handout=HINGE,
)
def squared_hinge(y_true, scores):
    _check_same_shape(y_true, scores)
    return np.maximum(0.0, 1 - y_true * scores) ** 2


@misconception(
    function="losses.hinge_gradient",
    title="A push on the kink",
    formula="∂L/∂s = −y where y s ≤ 1, 0 elsewhere",
    hint="At a margin of exactly 1 the loss is already 0. By the convention of this course its derivative is 0 there, "
    "too.",
    handout=HINGE,
)
def hinge_gradient_on_the_kink(y_true, scores):
    _check_same_shape(y_true, scores)
    return np.where(y_true * scores <= 1, -y_true, 0.0)


@misconception(
    function="losses.hinge_gradient",
    title="The label is left out of the slope",
    formula="∂L/∂s = −1 where y s < 1, 0 elsewhere",
    hint="Examples of both labels are pushed the same way. Where should the score of an example with label −1 go?",
    handout=HINGE,
)
def hinge_gradient_without_the_label(y_true, scores):
    _check_same_shape(y_true, scores)
    return np.where(y_true * scores < 1, -1.0, 0.0)


@misconception(
    function="losses.hinge_gradient",
    title="The score decides instead of the margin",
    formula="∂L/∂s = −y where s < 1, 0 elsewhere",
    hint="For the label −1 a score of −5 is excellent and a score of 5 is terrible. Which product says so for both "
    "labels?",
    handout=HINGE,
)
def hinge_gradient_by_the_score(y_true, scores):
    _check_same_shape(y_true, scores)
    return np.where(scores < 1, -y_true, 0.0)


# softmax


@misconception(
    function="losses.softmax",
    title="No maximum is subtracted",
    formula="pⱼ = e^zⱼ / Σₖ e^zₖ, computed as it stands",
    hint="e¹⁰⁰⁰ is inf and inf/inf is nan. Adding the same number to all logits of a row changes nothing: which "
    "number makes all powers harmless?",
    handout=FINITE,
)
def softmax_that_overflows(logits):
    with np.errstate(over="ignore", invalid="ignore"):
        powers = np.exp(logits)
        return powers / powers.sum(axis=1, keepdims=True)


@misconception(
    function="losses.softmax",
    title="One maximum for the whole matrix",
    formula="pⱼ = e^(zⱼ − M) / Σₖ e^(zₖ − M), M the largest logit of all rows",
    hint="It cures the overflow in the row of the maximum. In a row a thousand below it every power rounds to 0, and "
    "0/0 is nan. Each row needs a number of its own.",
    handout=FINITE,
)
def softmax_with_one_maximum(logits):
    powers = np.exp(logits - logits.max())
    with np.errstate(invalid="ignore"):
        return powers / powers.sum(axis=1, keepdims=True)


@misconception(
    function="losses.softmax",
    title="The whole matrix adds up to 1",
    formula="pⱼ = e^zⱼ / Σ over all rows and columns",
    hint="Each example has a distribution of its own: what do the numbers of one row have to add up to? Which axis "
    "does the sum go over, and does the result still line up with the rows?",
    handout=SOFTMAX,
)
def softmax_over_the_matrix(logits):
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum()


@misconception(
    function="losses.softmax",
    title="Every column adds up to 1",
    formula="pᵢⱼ = e^zᵢⱼ / Σᵢ e^zᵢⱼ",
    hint="Examples compete with each other for a class, where the classes should compete for an example. Rows are "
    "examples, columns are classes: over which axis does the sum run?",
    handout=SOFTMAX,
)
def softmax_over_the_columns(logits):
    powers = np.exp(logits - logits.max(axis=0))
    return powers / powers.sum(axis=0)


@misconception(
    function="losses.softmax",
    title="The caller's logits are moved",
    formula="z ← z − max z, in the caller's array",
    hint="`logits -= …` saves a line and changes what the caller goes on using. Make a new array.",
    handout=SHAPES,
)
def softmax_in_the_callers_array(logits):
    logits -= logits.max(axis=1, keepdims=True)
    powers = np.exp(logits)
    return powers / powers.sum(axis=1, keepdims=True)


# cross-entropy


@misconception(
    function="losses.cross_entropy",
    title="The logarithm of a probability",
    formula="L = −log softmax(z)_y, computed as it stands",
    hint="A probability below 10⁻³²⁴ is rounded to 0, and the logarithm of 0 is −inf. Let the logarithm and the power "
    "cancel on paper first.",
    handout=FINITE,
)
def cross_entropy_by_probabilities(y_true, logits):
    _check_one_label_per_row(y_true, logits)
    with np.errstate(divide="ignore"):
        return -np.log(softmax(logits)[np.arange(len(y_true)), y_true])


@misconception(
    function="losses.cross_entropy",
    title="The logarithm of a probability with a tiny number added",
    formula="L = −log(p_y + 10⁻¹²)",
    hint="The loss stays finite and stops at 27.6, however wrong the prediction is: its derivative is 0 there, and "
    "the worst mistakes are the ones that are never corrected. A log-sum-exp needs no such help.",
    handout=FINITE,
)
def cross_entropy_with_a_cap(y_true, logits):
    _check_one_label_per_row(y_true, logits)
    return -np.log(softmax(logits)[np.arange(len(y_true)), y_true] + 1e-12)


@misconception(
    function="losses.cross_entropy",
    title="The softmax is taken twice",
    formula="L = −log softmax(softmax(z))_y",
    hint="Probabilities lie between 0 and 1; treated as logits they are all nearly equal, and no prediction can be "
    "confident. Where is the softmax in log Σ eᶻ − z_y already?",
    handout=CROSS_ENTROPY,
)
def cross_entropy_of_a_double_softmax(y_true, logits):
    _check_one_label_per_row(y_true, logits)
    return -np.log(softmax(softmax(logits))[np.arange(len(y_true)), y_true])


@misconception(
    function="losses.cross_entropy",
    title="Integer labels in the formula for one-hot labels",
    formula="L = −Σⱼ y log pⱼ, y the number of the class",
    hint="In −Σⱼ yⱼ log pⱼ the yⱼ are zeros and a single 1. The number of a class is a name: class 3 does not count "
    "three times as much as class 1, and class 0 does count.",
    handout=CROSS_ENTROPY,
)
def cross_entropy_weighted_by_the_label(y_true, logits):
    _check_one_label_per_row(y_true, logits)
    return -(y_true[:, None] * np.log(softmax(logits) + 1e-300)).sum(axis=1)


@misconception(
    function="losses.cross_entropy",
    title="Classes counted from 1",
    formula="L = log Σₖ e^zₖ − z at column y − 1",
    hint="Labels run from 0 to k − 1, like NumPy's columns. Label 0 has looked up the last column.",
    handout=CROSS_ENTROPY,
)
def cross_entropy_counting_from_1(y_true, logits):
    _check_one_label_per_row(y_true, logits)
    shifted = logits - logits.max(axis=1, keepdims=True)
    return np.log(np.exp(shifted).sum(axis=1)) - shifted[np.arange(len(y_true)), y_true - 1]


@misconception(
    function="losses.cross_entropy",
    title="The mean instead of one loss per example",
    formula="(1/m) Σᵢ Lᵢ",
    hint="The function returns the m losses; the average over the examples is what `cost` is for.",
    handout=COST,
)
def cross_entropy_averaged(y_true, logits):
    _check_one_label_per_row(y_true, logits)
    shifted = logits - logits.max(axis=1, keepdims=True)
    return np.mean(np.log(np.exp(shifted).sum(axis=1)) - shifted[np.arange(len(y_true)), y_true])


@misconception(
    function="losses.cross_entropy_gradient",
    title="The gradient of the cost instead of the gradients of the losses",
    formula="∂L/∂zⱼ = (1/m) (pⱼ − 1 for j = y, pⱼ elsewhere)",
    hint="Many published versions divide by the number of examples, because they differentiate the mean. Here each "
    "row is the derivative of its own example's loss.",
    handout=COST,
)
def cross_entropy_gradient_divided_by_m(y_true, logits):
    _check_one_label_per_row(y_true, logits)
    gradient = softmax(logits)
    gradient[np.arange(len(y_true)), y_true] -= 1
    return gradient / len(y_true)


@misconception(
    function="losses.cross_entropy_gradient",
    title="Nothing is taken from the right class",
    formula="∂L/∂zⱼ = pⱼ",
    hint="Every logit would be pushed down, the right one as well, and every row would add up to 1 instead of 0. What "
    "is the derivative of −z_y?",
    handout=CROSS_ENTROPY,
)
def cross_entropy_gradient_without_the_label(y_true, logits):
    _check_one_label_per_row(y_true, logits)
    return softmax(logits)


@misconception(
    function="losses.cross_entropy_gradient",
    title="1 is taken from whole columns",
    formula="p[:, y] − 1",
    hint="`p[:, y]` is every row of all the columns named in y. For each row only one entry is meant: a row number "
    "and a column number go together as a pair.",
    handout=CROSS_ENTROPY,
)
def cross_entropy_gradient_of_whole_columns(y_true, logits):
    _check_one_label_per_row(y_true, logits)
    gradient = softmax(logits)
    gradient[:, y_true] -= 1
    return gradient


@misconception(
    function="losses.cross_entropy_gradient",
    title="The number of the class is subtracted",
    formula="∂L/∂zⱼ = pⱼ − y, y the number of the class",
    hint="p − y is right when y is a one-hot row: zeros and a single 1. With the number of a class it subtracts 3 "
    "from every column for class 3.",
    handout=CROSS_ENTROPY,
)
def cross_entropy_gradient_minus_the_class_number(y_true, logits):
    _check_one_label_per_row(y_true, logits)
    return softmax(logits) - y_true[:, None]


# cost


@misconception(
    function="losses.cost",
    title="The sum instead of the mean",
    formula="J = Σᵢ Lᵢ",
    hint="Copy every example once: the model is as good as before, but the sum has doubled.",
    handout=COST,
)
def summed_losses(losses):
    return float(np.sum(losses))


@misconception(
    function="losses.cost",
    title="Divided by m − 1",
    formula="J = (1/(m − 1)) Σᵢ Lᵢ",
    hint="m − 1 belongs to the estimate of a variance from its own mean. A mean of m numbers divides by m; with one "
    "example there would be a division by zero.",
    handout=COST,
)
def mean_with_one_less(losses):
    return float(np.sum(losses) / (len(losses) - 1))


@misconception(
    function="losses.mean_squared_error",
    title="A mean over features, too",
    formula="J = (1/(m d)) Σᵢ ‖ŷᵢ − yᵢ‖²",
    hint="`np.mean` without an axis divides by all m·d numbers, as scikit-learn does. Here the features of an example "
    "are added, and then the m examples are averaged.",
    handout=COST,
)
def mean_over_examples_and_features(y_true, y_pred):
    _check_same_shape(y_true, y_pred)
    return float(np.mean((y_pred - y_true) ** 2))


@misconception(
    function="losses.mean_squared_error",
    title="Half of the mean squared error",
    formula="J = (1/(2m)) Σᵢ ‖ŷᵢ − yᵢ‖²",
    hint="1/(2m) is a habit of textbooks that want a derivative without a 2. Mean squared error means the mean of the "
    "squared errors.",
    handout=COST,
)
def half_the_mean_squared_error(y_true, y_pred):
    _check_same_shape(y_true, y_pred)
    return float(np.mean(squared_error(y_true, y_pred)) / 2)


@misconception(
    function="losses.mean_squared_error",
    title="The root of the mean squared error",
    formula="J = √((1/m) Σᵢ ‖ŷᵢ − yᵢ‖²)",
    hint="The root has the unit of y and is good to report, but it is another quantity, with another gradient.",
    handout=COST,
)
def root_of_the_mean_squared_error(y_true, y_pred):
    _check_same_shape(y_true, y_pred)
    return float(np.sqrt(np.mean(squared_error(y_true, y_pred))))


@misconception(
    function="losses.mean_squared_error",
    title="Shapes that differ are broadcast",
    formula="mean over the (m, m) matrix of all pairs",
    hint="A column minus a vector has m² entries, and their mean is a float like any other: nobody notices. Look at "
    "the shapes first.",
    handout=SHAPES,
)
def mean_squared_error_of_any_shapes(y_true, y_pred):
    return float(np.mean(_sum_over_features((y_pred - y_true) ** 2)))


# numerical gradient


@misconception(
    function="losses.numerical_gradient",
    title="A difference to one side",
    formula="∂f/∂xᵢ ≈ (f(x + h eᵢ) − f(x)) / h",
    hint="The error of a one-sided difference falls like h, that of a central one like h². Take f(x) = x² at 1 with h "
    "= 0.5: 2.5 to one side. How does the error of the other side help?",
    handout=DIFFERENCES,
)
def forward_differences(f, x, step=1e-5):
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        ahead = x.copy()
        ahead[index] += step
        gradient[index] = (f(ahead) - f(x.copy())) / step
    return gradient


@misconception(
    function="losses.numerical_gradient",
    title="Divided by h instead of 2h",
    formula="∂f/∂xᵢ ≈ (f(x + h eᵢ) − f(x − h eᵢ)) / h",
    hint="How far apart are the two points at which f was taken?",
    handout=DIFFERENCES,
)
def central_differences_over_h(f, x, step=1e-5):
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        ahead, behind = x.copy(), x.copy()
        ahead[index] += step
        behind[index] -= step
        gradient[index] = (f(ahead) - f(behind)) / step
    return gradient


@misconception(
    function="losses.numerical_gradient",
    title="All entries move at once",
    formula="∂f/∂xᵢ ≈ (f(x + h) − f(x − h)) / (2h)",
    hint="`x + step` moves every entry, and the difference is the sum of all derivatives. A partial derivative asks "
    "what one entry does while the others stand still.",
    handout=DIFFERENCES,
)
def all_entries_at_once(f, x, step=1e-5):
    return np.full(x.shape, (f(x + step) - f(x - step)) / (2 * step))


@misconception(
    function="losses.numerical_gradient",
    title="The entry that was moved is not put back",
    formula="xᵢ stays at xᵢ − h",
    hint="After the first entry, every later difference is taken at another point, and the caller's x has moved. Work "
    "on a copy for each entry.",
    handout=DIFFERENCES,
)
def entries_not_put_back(f, x, step=1e-5):
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        x[index] += step
        ahead = f(x.copy())
        x[index] -= 2 * step
        gradient[index] = (ahead - f(x.copy())) / (2 * step)
    return gradient


@misconception(
    function="losses.numerical_gradient",
    title="The step that was asked for is ignored",
    formula="h = 10⁻⁵, whatever `step` says",
    hint="`step` is the caller's choice; 10⁻⁵ is only its default.",
    handout=DIFFERENCES,
)
def fixed_step(f, x, step=1e-5):
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        ahead, behind = x.copy(), x.copy()
        ahead[index] += 1e-5
        behind[index] -= 1e-5
        gradient[index] = (f(ahead) - f(behind)) / 2e-5
    return gradient


@misconception(
    function="losses.numerical_gradient",
    title="Differences in single precision",
    formula="x rounded to 7 digits before ±h",
    hint="float32 holds about 7 digits. Next to x = 1 a step of 10⁻⁵ keeps two of them, and the quotient magnifies "
    "the rest. Differences need float64.",
    handout=DIFFERENCES,
)
def differences_in_single_precision(f, x, step=1e-5):
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        ahead, behind = x.astype(np.float32), x.astype(np.float32)
        ahead[index] += np.float32(step)
        behind[index] -= np.float32(step)
        gradient[index] = (f(ahead) - f(behind)) / (2 * step)
    return gradient

"""The same quantities by torch (autograd included) and scikit-learn, in float64, conventions mapped to the course's.

Gradients are those of the sum over the examples: the derivative of each example's loss with respect to its own
prediction, as no prediction enters the loss of another example.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import sklearn.metrics
import torch
from torch.nn import functional

Loss = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
"""Of the prediction and the truth, as torch orders them, to a tensor whose sum is differentiated."""


def _tensor(array: np.ndarray) -> torch.Tensor:
    return torch.tensor(np.asarray(array), dtype=torch.float64)


def _classes(labels: np.ndarray) -> torch.Tensor:
    return torch.tensor(np.asarray(labels), dtype=torch.int64)


def _per_example(values: torch.Tensor) -> np.ndarray:
    """torch's `reduction="none"` keeps the features apart; the course sums them."""
    return values.reshape(len(values), -1).sum(dim=1).numpy()


def _value(loss: Loss, y_true: torch.Tensor, y_pred: np.ndarray) -> np.ndarray:
    return _per_example(loss(_tensor(y_pred), y_true))


def _gradient(loss: Loss, y_true: torch.Tensor, y_pred: np.ndarray) -> np.ndarray:
    prediction = _tensor(y_pred).requires_grad_()
    (gradient,) = torch.autograd.grad(loss(prediction, y_true).sum(), prediction)
    return gradient.numpy()


def _squared(prediction: torch.Tensor, truth: torch.Tensor) -> torch.Tensor:
    return functional.mse_loss(prediction, truth, reduction="none")


def _absolute(prediction: torch.Tensor, truth: torch.Tensor) -> torch.Tensor:
    # torch's derivative of |r| at r = 0 is 0, as in the course.
    return functional.l1_loss(prediction, truth, reduction="none")


def _huber(delta: float) -> Loss:
    # huber_loss, not smooth_l1_loss: that one is divided by δ.
    return lambda prediction, truth: functional.huber_loss(prediction, truth, reduction="none", delta=delta)


def _logistic(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    return functional.binary_cross_entropy_with_logits(logits, labels, reduction="none")


def _hinge(scores: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    # relu, whose derivative at 0 is 0 as in the course; that of clamp(min=0) would be 1 there.
    return torch.relu(1 - labels * scores)


def _cross_entropy(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    return functional.cross_entropy(logits, labels, reduction="none")


def squared_error(y_true: np.ndarray, y_pred: np.ndarray) -> np.ndarray:
    return _value(_squared, _tensor(y_true), y_pred)


def squared_error_gradient(y_true: np.ndarray, y_pred: np.ndarray) -> np.ndarray:
    return _gradient(_squared, _tensor(y_true), y_pred)


def absolute_error(y_true: np.ndarray, y_pred: np.ndarray) -> np.ndarray:
    return _value(_absolute, _tensor(y_true), y_pred)


def absolute_error_gradient(y_true: np.ndarray, y_pred: np.ndarray) -> np.ndarray:
    return _gradient(_absolute, _tensor(y_true), y_pred)


def huber(y_true: np.ndarray, y_pred: np.ndarray, delta: float = 1.0) -> np.ndarray:
    return _value(_huber(delta), _tensor(y_true), y_pred)


def huber_gradient(y_true: np.ndarray, y_pred: np.ndarray, delta: float = 1.0) -> np.ndarray:
    return _gradient(_huber(delta), _tensor(y_true), y_pred)


def bounding_box_loss(boxes_true: np.ndarray, boxes_pred: np.ndarray) -> np.ndarray:
    """Four times torch's mean over the four numbers of each box."""
    true, predicted = _tensor(boxes_true), _tensor(boxes_pred)
    return np.array([4 * functional.mse_loss(p, t).item() for p, t in zip(predicted, true, strict=True)])


def bounding_box_loss_gradient(boxes_true: np.ndarray, boxes_pred: np.ndarray) -> np.ndarray:
    return _gradient(_squared, _tensor(boxes_true), boxes_pred)


def logistic(y_true: np.ndarray, logits: np.ndarray) -> np.ndarray:
    return _value(_logistic, _tensor(y_true), logits)


def logistic_gradient(y_true: np.ndarray, logits: np.ndarray) -> np.ndarray:
    return _gradient(_logistic, _tensor(y_true), logits)


def mean_logistic(y_true: np.ndarray, logits: np.ndarray) -> float:
    """scikit-learn's `log_loss`, a mean. It takes probabilities and clips them: for moderate logits only."""
    return float(sklearn.metrics.log_loss(y_true, torch.sigmoid(_tensor(logits)).numpy(), labels=[0.0, 1.0]))


def hinge(y_true: np.ndarray, scores: np.ndarray) -> np.ndarray:
    return _value(_hinge, _tensor(y_true), scores)


def hinge_gradient(y_true: np.ndarray, scores: np.ndarray) -> np.ndarray:
    return _gradient(_hinge, _tensor(y_true), scores)


def hinge_by_sklearn(y_true: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """scikit-learn's `hinge_loss` of each example: a mean in which that example has all the weight.

    Both labels must occur, or scikit-learn cannot know which of them is the positive one.
    """
    return np.array(
        [sklearn.metrics.hinge_loss(y_true, scores, sample_weight=only_this) for only_this in np.eye(len(y_true))]
    )


def softmax(logits: np.ndarray) -> np.ndarray:
    return torch.softmax(_tensor(logits), dim=1).numpy()


def cross_entropy(y_true: np.ndarray, logits: np.ndarray) -> np.ndarray:
    return _value(_cross_entropy, _classes(y_true), logits)


def cross_entropy_gradient(y_true: np.ndarray, logits: np.ndarray) -> np.ndarray:
    return _gradient(_cross_entropy, _classes(y_true), logits)


def mean_cross_entropy(y_true: np.ndarray, logits: np.ndarray) -> float:
    """scikit-learn's `log_loss`, a mean. It takes probabilities and clips them: for moderate logits only."""
    return float(sklearn.metrics.log_loss(y_true, softmax(logits), labels=list(range(logits.shape[1]))))


def mean_squared_error(y_true: np.ndarray, y_pred: np.ndarray) -> float:
    """d times torch's, which averages over the features too."""
    features = np.shape(y_true)[1] if np.ndim(y_true) == 2 else 1
    return features * functional.mse_loss(_tensor(y_pred), _tensor(y_true)).item()


def mean_squared_error_by_sklearn(y_true: np.ndarray, y_pred: np.ndarray) -> float:
    """d times scikit-learn's, which averages over the features too."""
    features = np.shape(y_true)[1] if np.ndim(y_true) == 2 else 1
    return float(features * sklearn.metrics.mean_squared_error(y_true, y_pred))


def gradient_of_mean_cross_entropy(y_true: np.ndarray, logits: np.ndarray) -> np.ndarray:
    """What differences of the mean cross-entropy must come to: autograd's derivative of the cost itself."""
    z = _tensor(logits).requires_grad_()
    (gradient,) = torch.autograd.grad(functional.cross_entropy(z, _classes(y_true)), z)
    return gradient.numpy()

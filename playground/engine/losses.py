"""Loss functions: how wrong one answer is, and how that changes with the answer.

Every function takes arrays of shape (n, outputs), one row per example, in any memory order: weighted sums z,
activations a and targets y. The value is per example; the mean over a batch is the caller's (J = 1/B Σ L).
The cross-entropies are computed from z ("from logits"), because log(sigmoid(z)) of a confident unit would be
log(0); their gradient by z is then simply a - y.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from playground.engine.backends.base import Array


@dataclass(frozen=True, slots=True)
class Loss:
    """One loss function L(z, a, y).

    `value(z, a, y)` returns the loss of each example, (n,).
    `gradient(z, a, y, out)` writes, for each example, dL/dz when `from_logits`, else dL/da.
    `tasks` and `outputs` say for which tasks and output activations it may be used; the first output is the
    usual partner in classification. A `from_logits` loss is right with its own partners only.
    """

    key: str
    label: str
    help: str
    formula: str
    tasks: tuple[str, ...]
    outputs: tuple[str, ...]
    from_logits: bool
    value: Callable[[Array, Array, Array], Array]
    gradient: Callable[[Array, Array, Array, Array], object]


def _half_squared(_z: Array, a: Array, y: Array) -> Array:
    error = np.subtract(a, y)
    return np.multiply(np.sum(np.multiply(error, error), axis=1), 0.5)


def _error(_z: Array, a: Array, y: Array, out: Array) -> None:
    np.subtract(a, y, out)


def _binary_cross_entropy(z: Array, _a: Array, y: Array) -> Array:
    # -y log s(z) - (1 - y) log(1 - s(z)) = log(1 + e^z) - y z, and logaddexp does not overflow.
    return np.sum(np.subtract(np.logaddexp(z, 0.0), np.multiply(y, z)), axis=1)


def _softmax_cross_entropy(z: Array, _a: Array, y: Array) -> Array:
    # -Σ y log softmax(z) = log Σ e^z - Σ y z for targets that add up to 1, shifted by the largest z.
    shifted = np.subtract(z, np.max(z, axis=1, keepdims=True))
    return np.subtract(np.log(np.sum(np.exp(shifted), axis=1)), np.sum(np.multiply(y, shifted), axis=1))


LOSSES: tuple[Loss, ...] = (
    Loss(
        key="half_squared",
        label="Squared error",
        help="Half the squared distance from answer to target; large errors count far more than small ones.",
        formula="L = ½ Σ (ŷ - y)²",
        tasks=("regression", "classification"),
        outputs=("tanh", "linear", "sigmoid", "relu", "leaky_relu", "swish", "softmax", "step"),
        from_logits=False,
        value=_half_squared,
        gradient=_error,
    ),
    Loss(
        key="binary_cross_entropy",
        label="Binary cross-entropy",
        help="For two classes and a sigmoid output: a confident wrong answer costs a great deal.",
        formula="L = -y log ŷ - (1 - y) log(1 - ŷ)",
        tasks=("classification",),
        outputs=("sigmoid",),
        from_logits=True,
        value=_binary_cross_entropy,
        gradient=_error,
    ),
    Loss(
        key="softmax_cross_entropy",
        label="Cross-entropy",
        help="For two or more classes and a softmax output: the surprise at seeing the true class.",
        formula="L = -Σ y log ŷ",
        tasks=("classification",),
        outputs=("softmax",),
        from_logits=True,
        value=_softmax_cross_entropy,
        gradient=_error,
    ),
)

"""Loss functions: how wrong one answer is, and how that changes with the answer.

Each is two definitions (see `maths`) of weighted sum z, activation a and target y: one output's share of an
example's loss, and its slope. `Loss.value` and `Loss.write_gradient` put the outputs of an example together,
for arrays (n, outputs) in any memory order; the mean over a batch is the caller's (J = 1/B Σ L).
The cross-entropies are computed from z ("from logits"), because log(sigmoid(z)) of a confident unit would be
log(0); their gradient by z is then simply a - y.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from playground.engine.activations import ACTIVATIONS
from playground.engine.backends.base import Array
from playground.engine.maths import absolute, maximum, minimum, sign, softplus, where

ANY_OUTPUT = ("tanh", *(activation.key for activation in ACTIVATIONS if activation.key != "tanh"))
"""Every activation, tanh first: its -1 and 1 are the usual targets of two classes."""


@dataclass(frozen=True, slots=True)
class Loss:
    """One loss function L(z, a, y).

    `term(z, a, y)` is one output's share of an example's loss, None where it depends on all outputs.
    `gradient(z, a, y)` is dL/dz when `from_logits`, else dL/da. Both are definitions.
    `average` divides value and gradient by the number of outputs.
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
    term: Callable[[Array, Array, Array], Array] | None
    gradient: Callable[[Array, Array, Array], Array]
    average: bool = False

    def value(self, z: Array, a: Array, y: Array) -> Array:
        """Return the loss of each example, (n,), from arrays (n, outputs)."""
        if self.term is None:
            return _softmax_cross_entropy(z, y)
        total = np.sum(self.term(z, a, y), axis=1)
        return total * (1.0 / a.shape[1]) if self.average else total

    def write_gradient(self, z: Array, a: Array, y: Array, out: Array) -> None:
        """Write each example's dL/dz when `from_logits`, else dL/da, to `out` (n, outputs)."""
        out[...] = self.gradient(z, a, y)
        if self.average:
            np.multiply(out, 1.0 / out.shape[1], out)


# The definitions --------------------------------------------------------------------------------------------


def _error(_z: Array, a: Array, y: Array) -> Array:
    return a - y


def _half_squared(_z: Array, a: Array, y: Array) -> Array:
    return 0.5 * (a - y) * (a - y)


def _squared(_z: Array, a: Array, y: Array) -> Array:
    return (a - y) * (a - y)


def _squared_slope(_z: Array, a: Array, y: Array) -> Array:
    return 2.0 * (a - y)


def _absolute(_z: Array, a: Array, y: Array) -> Array:
    return absolute(a - y)


def _absolute_slope(_z: Array, a: Array, y: Array) -> Array:
    return sign(a - y)


def _huber(_z: Array, a: Array, y: Array) -> Array:
    size = absolute(a - y)
    return where(size <= 1.0, 0.5 * size * size, size - 0.5)


def _huber_slope(_z: Array, a: Array, y: Array) -> Array:
    return maximum(minimum(a - y, 1.0), -1.0)


def _binary_cross_entropy(z: Array, _a: Array, y: Array) -> Array:
    # -y log s(z) - (1 - y) log(1 - s(z)) = log(1 + e^z) - y z.
    return softplus(z) - y * z


def _hinge(_z: Array, a: Array, y: Array) -> Array:
    return maximum(1.0 - y * a, 0.0)


def _hinge_slope(_z: Array, a: Array, y: Array) -> Array:
    # The sign is 1 where the answer is within the margin, 0 where it is safe, and nan for nan.
    return -y * sign(maximum(1.0 - y * a, 0.0))


def _softmax_cross_entropy(z: Array, y: Array) -> Array:
    """Return -Σ y log softmax(z) of each example (n,), for targets that add up to 1; not a definition."""
    # log Σ e^z - Σ y z, shifted by the largest z.
    shifted = np.subtract(z, np.max(z, axis=1, keepdims=True))
    return np.subtract(np.log(np.sum(np.exp(shifted), axis=1)), np.sum(np.multiply(y, shifted), axis=1))


LOSSES: tuple[Loss, ...] = (
    Loss(
        key="half_squared",
        label="Squared error",
        help="Half the squared distance from answer to target; large errors count far more than small ones.",
        formula="L = ½ Σ (ŷ - y)²",
        tasks=("regression", "classification"),
        outputs=ANY_OUTPUT,
        from_logits=False,
        term=_half_squared,
        gradient=_error,
    ),
    Loss(
        key="mse",
        label="Mean squared error",
        help="The squared distance to the target, averaged over the outputs: what most libraries call MSE.",
        formula="L = 1/K Σ (ŷ - y)²",
        tasks=("regression", "classification"),
        outputs=ANY_OUTPUT,
        from_logits=False,
        term=_squared,
        gradient=_squared_slope,
        average=True,
    ),
    Loss(
        key="mae",
        label="Mean absolute error",
        help="The plain distance to the target: a few wild points pull on it no harder than all the others.",
        formula="L = 1/K Σ |ŷ - y|",
        tasks=("regression", "classification"),
        outputs=ANY_OUTPUT,
        from_logits=False,
        term=_absolute,
        gradient=_absolute_slope,
        average=True,
    ),
    Loss(
        key="huber",
        label="Huber",
        help="Squared for errors below 1 and straight beyond, so that it is smooth and bears wild points.",
        formula="L = 1/K Σ (½ e² if |e| ≤ 1, else |e| - ½),  e = ŷ - y",
        tasks=("regression", "classification"),
        outputs=ANY_OUTPUT,
        from_logits=False,
        term=_huber,
        gradient=_huber_slope,
        average=True,
    ),
    Loss(
        key="binary_cross_entropy",
        label="Binary cross-entropy",
        help="For two classes and a sigmoid output: a confident wrong answer costs a great deal.",
        formula="L = -y log ŷ - (1 - y) log(1 - ŷ)",
        tasks=("classification",),
        outputs=("sigmoid",),
        from_logits=True,
        term=_binary_cross_entropy,
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
        term=None,
        gradient=_error,
    ),
    Loss(
        key="hinge",
        label="Hinge",
        help="Asks only that an answer is on the right side by a margin of 1, as support vector machines do.",
        formula="L = Σ max(0, 1 - y ŷ),  y = -1 or 1",
        tasks=("classification",),
        outputs=("linear", "tanh"),
        from_logits=False,
        term=_hinge,
        gradient=_hinge_slope,
    ),
)

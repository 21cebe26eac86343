"""Regularizers: what keeps weights small while training.

Most are a price on large weights that is added to the loss; weight decay shrinks them beside the gradient
step instead. Biases are free. The loss that is shown leaves the price out, so that training and test loss
compare.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from playground.engine.backends.base import Array
from playground.engine.maths import sign


@dataclass(frozen=True, slots=True)
class Regularizer:
    """One price R(w) on weights, or a shrinking of them.

    `penalty(w, rate)` returns rate times R of an array of weights (any shape, no biases among them).
    `slope(w, rate)` is a definition (see `maths`): the penalty's gradient for each weight, None for none.
    `shrinks`: w <- w - eta rate w at every step, beside the gradient and not through it.
    """

    key: str
    label: str
    help: str
    formula: str
    penalty: Callable[[Array, float], float]
    slope: Callable[[Array, Array], Array] | None
    shrinks: bool = False


def _no_penalty(_w: Array, _rate: float) -> float:
    return 0.0


def _l1_penalty(w: Array, rate: float) -> float:
    return rate * float(np.sum(np.absolute(w)))


def _l1_slope(w: Array, rate: Array) -> Array:
    return rate * sign(w)


def _l2_penalty(w: Array, rate: float) -> float:
    return 0.5 * rate * float(np.sum(np.multiply(w, w)))


def _l2_slope(w: Array, rate: Array) -> Array:
    return rate * w


REGULARIZERS: tuple[Regularizer, ...] = (
    Regularizer(
        key="none",
        label="None",
        help="Weights may grow as large as the data asks for.",
        formula="R(w) = 0",
        penalty=_no_penalty,
        slope=None,
    ),
    Regularizer(
        key="l1",
        label="L1",
        help="Pulls every weight towards 0 by the same amount, so that useless connections fade away.",
        formula="R(w) = λ Σ |w|",
        penalty=_l1_penalty,
        slope=_l1_slope,
    ),
    Regularizer(
        key="l2",
        label="L2",
        help="Pulls large weights towards 0 harder than small ones, which keeps the answer smooth.",
        formula="R(w) = ½ λ Σ w²",
        penalty=_l2_penalty,
        slope=_l2_slope,
    ),
    # Loshchilov and Hutter (2019): for plain SGD the same as L2, for Adam and its like it is not.
    Regularizer(
        key="weight_decay",
        label="Weight decay",
        help="Shrinks every weight by the same part at each step, beside the gradient instead of through it.",
        formula="w ← w - η λ w",
        penalty=_no_penalty,
        slope=None,
        shrinks=True,
    ),
)

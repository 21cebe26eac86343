"""Regularizers: a price on large weights that is added to the loss while training.

Biases are free. The loss that is shown leaves the price out, so that training and test loss compare.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from playground.engine.backends.base import Array


@dataclass(frozen=True, slots=True)
class Regularizer:
    """One price R(w) on weights.

    `penalty(w, rate)` returns rate times R of an array of weights (any shape, no biases among them).
    `add_gradient(weights, mask, rate, gradients, scratch)` adds its gradient to `gradients`; all arrays are
    flat (P,), `mask` is 1 at weights and 0 at biases, `scratch` is overwritten.
    """

    key: str
    label: str
    help: str
    formula: str
    penalty: Callable[[Array, float], float]
    add_gradient: Callable[[Array, Array, float, Array, Array], object]


def _no_penalty(_w: Array, _rate: float) -> float:
    return 0.0


def _no_gradient(weights: Array, mask: Array, rate: float, gradients: Array, scratch: Array) -> None:
    """Add nothing."""


def _l1_penalty(w: Array, rate: float) -> float:
    return rate * float(np.sum(np.abs(w)))


def _l1_gradient(weights: Array, mask: Array, rate: float, gradients: Array, scratch: Array) -> None:
    np.sign(weights, scratch)
    np.multiply(scratch, mask, scratch)
    np.multiply(scratch, rate, scratch)
    np.add(gradients, scratch, gradients)


def _l2_penalty(w: Array, rate: float) -> float:
    return 0.5 * rate * float(np.sum(np.multiply(w, w)))


def _l2_gradient(weights: Array, mask: Array, rate: float, gradients: Array, scratch: Array) -> None:
    np.multiply(weights, mask, scratch)
    np.multiply(scratch, rate, scratch)
    np.add(gradients, scratch, gradients)


REGULARIZERS: tuple[Regularizer, ...] = (
    Regularizer(
        key="none",
        label="None",
        help="Weights may grow as large as the data asks for.",
        formula="R(w) = 0",
        penalty=_no_penalty,
        add_gradient=_no_gradient,
    ),
    Regularizer(
        key="l1",
        label="L1",
        help="Pulls every weight towards 0 by the same amount, so that useless connections fade away.",
        formula="R(w) = λ Σ |w|",
        penalty=_l1_penalty,
        add_gradient=_l1_gradient,
    ),
    Regularizer(
        key="l2",
        label="L2",
        help="Pulls large weights towards 0 harder than small ones, which keeps the answer smooth.",
        formula="R(w) = ½ λ Σ w²",
        penalty=_l2_penalty,
        add_gradient=_l2_gradient,
    ),
)

"""Gradient clipping: what is done to a gradient that is too large before the optimizer takes its step."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from playground.engine.backends.base import Array


@dataclass(frozen=True, slots=True)
class Clipping:
    """One way to limit gradients.

    `clip(gradients, limit)` changes a flat array (P,) of any backend in place; `limit` is above 0. Nothing
    travels to the host, and nan stays nan.
    """

    key: str
    label: str
    help: str
    formula: str
    clip: Callable[[Array, float], None]


SMALLEST = 1e-30
"""Stands for the largest entry of a gradient that is 0 everywhere, so that nothing is divided by 0."""


def _none(_gradients: Array, _limit: float) -> None:
    """Leave the gradients as they are."""


def _value(gradients: Array, limit: float) -> None:
    np.minimum(gradients, limit, out=gradients)
    np.maximum(gradients, -limit, out=gradients)


def _norm(gradients: Array, limit: float) -> None:
    # Measured in units of the largest entry: squares of an exploding gradient would overflow.
    largest = np.maximum(np.max(np.absolute(gradients)), SMALLEST)
    shares = gradients / largest
    length = np.sqrt(np.maximum(np.sum(shares * shares), 1.0))
    np.multiply(gradients, np.minimum(limit / largest / length, 1.0), out=gradients)


CLIPPINGS: tuple[Clipping, ...] = (
    Clipping(
        key="none",
        label="None",
        help="Every gradient is followed, however large.",
        formula="g ← g",
        clip=_none,
    ),
    Clipping(
        key="value",
        label="By value",
        help="Cuts every single slope off at the limit, which may turn the step into another direction.",
        formula="gᵢ ← max(-c, min(c, gᵢ))",
        clip=_value,
    ),
    # Pascanu, Mikolov and Bengio (2013).
    Clipping(
        key="norm",
        label="By length",
        help="Shortens the whole gradient to the limit when it is longer, and keeps its direction.",
        formula="g ← g min(1, c / ‖g‖)",
        clip=_norm,
    ),
)

"""Which units have stopped learning, seen from what they answer or from their weights: pure functions.

An answer is *flat* where the activation has (nearly) run out of slope on its way to an end of its range, so
that hardly any error passes back: below 0.059 of its steepest slope, which is the tanh beyond ±0.97. Where
that begins follows from the activation's own definitions. One that is flat at one end (ReLU, ELU, softplus,
Gaussian) is dead when it is flat for every row; one that is flat at both (sigmoid, tanh) is saturated when
it is so for more than half of them. GELU, Swish and Mish pass 0 on their way, so an answer of 0 says nothing.
"""

import math
from collections.abc import Sequence
from functools import cache
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from playground.engine.activations import ACTIVATIONS
from playground.engine.layers import LayerShape
from playground.tables import by_key
from playground.training.messages import Picture

Floats = npt.NDArray[np.floating[Any]]
Mask = npt.NDArray[np.bool_]
Ends = tuple[float | None, float | None]

FLAT = 1.0 - 0.97**2
"""Part of the steepest slope below which an answer counts as flat."""
MOST_ROWS = 0.5
"""A unit that is flat at both ends is saturated when more than this part of the rows is."""
ALIKE = 1e-5
"""By how much weights may differ, as a part of the layer's largest, to count as the same."""
_FAR, _STEPS = 40.0, 16_001


class Shaped(Protocol):
    """What must be known of a plan: the shape of every layer, output layer last."""

    @property
    def shapes(self) -> tuple[LayerShape, ...]:
        """The layers."""
        ...


@cache
def flat_ends(activation: str) -> Ends:
    """Return the answer up to which an activation is flat, and that from which on; None where it never is."""
    record = by_key(ACTIVATIONS, activation, "activation")
    if record.slope is None:
        return None, None
    z = np.linspace(-_FAR, _FAR, _STEPS)
    answers = np.broadcast_to(record.value(z), z.shape)
    slopes = np.abs(np.broadcast_to(record.slope(z, answers), z.shape))
    steep = np.flatnonzero(slopes >= FLAT * slopes.max())
    if not slopes.max():
        return None, None  # a step is flat whatever it is given
    found: list[float | None] = []
    for end in record.bounds:
        reached = [
            float(answers[inner])
            for inner, outer in ((steep[0] - 1, 0), (steep[-1] + 1, -1))
            if 0 <= inner < len(z) and math.isclose(answers[outer], end, abs_tol=1e-6)
        ]
        found.append(reached[0] if reached else None)
    return found[0], found[1]


def flat(activation: str, answers: Floats) -> Mask:
    """Return which answers, of any shape, lie where the activation is flat; what is no number does not."""
    low, high = flat_ends(activation)
    result = np.zeros(answers.shape, dtype=np.bool_)
    if low is not None:
        result |= answers <= low
    if high is not None:
        result |= answers >= high
    return result


def can_die(shape: LayerShape) -> bool:
    """Return whether a layer's units are flat at one end, and may end up there for good."""
    return shape.kind == "dense" and sum(end is not None for end in flat_ends(shape.activation)) == 1


def can_saturate(shape: LayerShape) -> bool:
    """Return whether a layer's units are flat at both ends."""
    return shape.kind == "dense" and all(end is not None for end in flat_ends(shape.activation))


def dead(shape: LayerShape, answers: Floats) -> Mask:
    """Return which units (units,) of a layer are flat for every row of `answers` (units, rows)."""
    if not can_die(shape) or not answers.shape[1]:
        return np.zeros(len(answers), dtype=np.bool_)
    return np.asarray(flat(shape.activation, answers).all(axis=1))


def saturated(shape: LayerShape, answers: Floats) -> Mask:
    """Return which units (units,) of a layer are flat at either end for most rows of `answers`."""
    if not can_saturate(shape) or not answers.shape[1]:
        return np.zeros(len(answers), dtype=np.bool_)
    return np.asarray(flat(shape.activation, answers).mean(axis=1) > MOST_ROWS)


def dead_units(picture: Picture, plan: Shaped) -> tuple[Mask, ...]:
    """Return for each layer which units (units,) are dead over the whole probe, output layer last."""
    return tuple(dead(shape, _by_row(a)) for shape, a in zip(plan.shapes, picture.layers, strict=True))


def saturated_units(picture: Picture, plan: Shaped) -> tuple[Mask, ...]:
    """Return for each layer which units (units,) are saturated over the probe, output layer last.

    A saturated output is what a classifier that is sure of itself has: judge it by its loss.
    """
    return tuple(saturated(shape, _by_row(a)) for shape, a in zip(plan.shapes, picture.layers, strict=True))


def symmetric_units(weights: Sequence[Floats], biases: Sequence[Floats], plan: Shaped) -> tuple[Mask, ...]:
    """Return for each layer which units (units,) have the same weights and bias as another one of it.

    They compute the same and, once trained, go on doing so. Units of the output layer are none: their targets
    tell them apart. Before the first step, layers that begin alike may yet be told apart by the next layer.
    """
    hidden = len(plan.shapes) - 1
    return tuple(
        _alike(np.column_stack((biases[layer], weights[layer])))
        if layer < hidden and shape.kind == "dense"
        else np.zeros(shape.units, dtype=np.bool_)
        for layer, shape in enumerate(plan.shapes)
    )


def _alike(rows: Floats) -> Mask:
    """Return which rows (n,) of a matrix are the same as another one, but for rounding."""
    result = np.zeros(len(rows), dtype=np.bool_)
    if not np.isfinite(rows).all():
        return result
    numbers = rows.astype(np.float64)
    # Rows that are alike lie side by side when they are sorted by their product with one vector.
    order = np.argsort(numbers @ np.random.default_rng(1).normal(size=rows.shape[1]), kind="stable")
    apart = np.abs(np.diff(numbers[order], axis=0)).max(axis=1)
    same = apart <= ALIKE * np.abs(numbers).max()
    result[order[:-1]] |= same
    result[order[1:]] |= same
    return result


def _by_row(answers: Floats) -> Floats:
    return answers.reshape(len(answers), -1)

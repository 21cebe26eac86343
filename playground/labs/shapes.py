"""Shapes and counts of a fully-connected network, its matrix form, and questions about them.

A layer of n neurons with m inputs has a matrix W (n, m), in which w_ij leads from input j to neuron i, and
biases b (n,): z = W x + b, and n (m + 1) numbers. With x0 = 1 in front of the inputs, the biases are the
first column of one matrix [b W] (lecture, "MLP Example").
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from playground.data.base import FloatArray
from playground.engine.layers import LayerShape

LECTURE: tuple[tuple[tuple[int, ...], str], ...] = (
    ((2, 3, 1), "The lecture's network with two inputs, whose z1 to z3 are written out."),
    ((3, 4, 3), "The lecture's network of three inputs and three classes."),
    ((2, 10), "One layer: Dense(10) on two inputs."),
    ((300, 300), "One layer between two of 300 neurons: most of its numbers are links."),
    ((1, 16, 16, 1), "The Keras exercise: a curve of one input."),
    ((1, 8, 8, 1), "The Keras exercise, half as wide."),
    ((5, 32, 32, 32, 1), "The lab of the fish market: five lengths in, a weight out."),
    ((5, 300, 300, 1), "The same lab, ten times as wide."),
)
"""Networks of the course by their widths, inputs first, with what they are."""


@dataclass(frozen=True, slots=True)
class LayerSizes:
    """What one Dense layer holds: `units` neurons, each with `inputs` weights and a bias."""

    inputs: int
    units: int

    @property
    def weight_shape(self) -> tuple[int, int]:
        """Rows and columns of W."""
        return self.units, self.inputs

    @property
    def weights(self) -> int:
        """How many links there are."""
        return self.units * self.inputs

    @property
    def biases(self) -> int:
        """How many biases there are."""
        return self.units

    @property
    def size(self) -> int:
        """How many numbers the layer has, as the engine counts them."""
        return LayerShape(self.inputs, self.units).size


def layers_of(widths: Sequence[int]) -> tuple[LayerSizes, ...]:
    """Return the layers of a network by its widths, inputs first; ValueError without a neuron."""
    if len(widths) < 2 or min(widths) < 1:
        raise ValueError("a network needs at least one input and one neuron")
    return tuple(LayerSizes(*pair) for pair in pairwise(widths))


def parameters(widths: Sequence[int]) -> int:
    """Return how many numbers a fully-connected network learns."""
    return sum(layer.size for layer in layers_of(widths))


def named(widths: Sequence[int]) -> str:
    """Return what a network is called by its widths: 2-3-1."""
    return "-".join(map(str, widths))


# The matrix form ----------------------------------------------------------------------------------------


def augmented(weights: npt.ArrayLike, biases: npt.ArrayLike) -> FloatArray:
    """Return [b W] (units, 1 + inputs) from W (units, inputs) and b (units,)."""
    return np.column_stack((np.asarray(biases, dtype=np.float64), np.asarray(weights, dtype=np.float64)))


def sums(weights: npt.ArrayLike, biases: npt.ArrayLike, x: npt.ArrayLike) -> FloatArray:
    """Return z = W x + b (units,)."""
    with np.errstate(all="ignore"):
        return np.asarray(np.asarray(weights, dtype=np.float64) @ np.asarray(x) + np.asarray(biases))


def drawn_layer(layer: LayerSizes, seed: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return W, b and x of short numbers (halves from -2 to 2), so that they can be added up by hand."""
    rng = np.random.default_rng([seed, layer.inputs, layer.units])
    halves = [
        rng.integers(-4, 5, size=size) / 2.0 for size in (layer.weight_shape, layer.units, layer.inputs)
    ]
    return halves[0], halves[1], halves[2]

"""What flows through a network: its weights, gradients and activations in a few figures for each layer.

"Weights" are those that the gradient moves, without the biases: of a Dense layer the matrix W, of a norm its
scales. A layer that has none (Dropout, Skip) has empty histograms of them, and norms that are not a number.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

BINS = 40
"""Bars of a histogram."""

FloatArray = npt.NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class Histogram:
    """How many numbers fall in each of `BINS` equal parts of the range from `low` to `high`.

    What is no finite number is left out; without any other, both ends are not a number.
    """

    low: float
    high: float
    counts: npt.NDArray[np.int64]

    @property
    def is_empty(self) -> bool:
        """Whether nothing was counted."""
        return math.isnan(self.low)


def histogram(numbers: FloatArray) -> Histogram:
    """Return the histogram of numbers of any shape over their own range."""
    flat = numbers.astype(np.float64).ravel()
    flat = flat[np.isfinite(flat)]
    low, high = (float(flat.min()), float(flat.max())) if flat.size else (np.nan, np.nan)
    if low == high:  # all alike: one bar in the middle
        room = 0.5 * abs(low) or 0.5
        low, high = low - room, high + room
    span = high - low
    if not np.isfinite(span):
        return Histogram(np.nan, np.nan, _frozen(np.zeros(BINS, np.int64)))
    with np.errstate(all="ignore"):  # a range may be too narrow to be divided
        places = np.nan_to_num((flat - low) / span * BINS).astype(np.int64)
    return Histogram(low, high, _frozen(np.bincount(np.minimum(places, BINS - 1), minlength=BINS)))


@dataclass(frozen=True, slots=True)
class LayerSignals:
    """One layer at one moment, over the sampled training rows.

    `gradient_norm` is the Euclidean norm of the gradient of the mean loss (no price on weights, no clipping)
    by the weights, `weight_norm` that of the weights. `update_ratio` is the norm of what a step changed in
    the weights over the norm of the weights before it: of the last step that was looked at by itself, not a
    number before there was one. `dead` and `saturated` are numbers of units.
    """

    weights: Histogram
    gradients: Histogram
    activations: Histogram
    gradient_norm: float
    weight_norm: float
    update_ratio: float
    units: int
    dead: int
    saturated: int


@dataclass(frozen=True, slots=True)
class Signals:
    """Every layer, output layer last, at a `position` in epochs and a `step`; `rows` were looked at."""

    position: float
    step: int
    rows: int
    layers: tuple[LayerSignals, ...]


def _frozen(counts: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    counts.flags.writeable = False
    return counts

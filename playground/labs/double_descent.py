"""Reads a curve of errors over parameters: its first minimum, its peak, and whether it falls again."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

RISES = 1.4
"""A peak is so many times the first minimum, or there is none."""

FITTED = 1e-3
"""The train MSE at which rows count as fitted exactly."""


@dataclass(frozen=True)
class Reading:
    """The turning points of a curve, as places in it, with the values there."""

    minimum: int
    peak: int
    first_minimum: float
    highest: float
    last: float

    @property
    def rise(self) -> float:
        """How many times the first minimum the peak is."""
        return self.highest / self.first_minimum if self.first_minimum > 0 else math.inf

    @property
    def shows(self) -> bool:
        """Whether the error rises to a peak, and falls again more than half of the way, on a log scale."""
        return self.rise > RISES and self.last < math.sqrt(self.highest * self.first_minimum)


def read(errors: npt.ArrayLike) -> Reading | None:
    """Return the turning points of `errors` (widths,), ascending in parameters; None below three numbers.

    First minimum and peak are the two places, in this order, between which the error grows by the largest
    factor. What is not finite (a run that grew beyond all numbers) counts as no place; an error of 0 as the
    least that is not.
    """
    values = np.asarray(errors, dtype=np.float64)
    known = np.flatnonzero(np.isfinite(values))
    if len(known) < 3:
        return None
    found = np.maximum(values[known], 0.0)
    positive = found[found > 0]
    floor = float(positive.min()) if len(positive) else 1.0
    logs = np.log(np.maximum(found, floor))
    lowest = np.minimum.accumulate(logs)
    peak = int((logs - lowest).argmax())
    minimum = int(found[: peak + 1].argmin())
    return Reading(
        int(known[minimum]), int(known[peak]), float(found[minimum]), float(found[peak]), float(found[-1])
    )


def threshold(
    parameters: Sequence[float], train_mse: Sequence[float], fitted: float = FITTED
) -> float | None:
    """Return the first number of parameters that fits the training rows exactly; None when none does."""
    for count, error in zip(parameters, train_mse, strict=True):
        if error <= fitted:
            return float(count)
    return None

"""Brings columns to a common size, with statistics taken from the training rows alone."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

import numpy as np

from playground.data.base import FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Scaler:
    """Takes rows to (rows - mean) / scale and back; `mean` and `scale` have one number a column.

    Fitted to rows (n, d) it holds arrays (d,); fitted to targets (n,) arrays of no dimension.
    """

    mean: FloatArray
    scale: FloatArray

    @classmethod
    def fit(cls, train_rows: FloatArray) -> Self:
        """Return the scaler that gives `train_rows` mean 0 and standard deviation 1 in every column.

        A column that does not vary has scale 1. Raises ValueError when there is no row.
        """
        _require_rows(train_rows)
        mean = np.asarray(train_rows.mean(axis=0), dtype=np.float64)
        deviation = np.asarray(train_rows.std(axis=0), dtype=np.float64)
        # The mean of equal numbers need not be that number in floating point, so ask for the range instead.
        constant = (np.ptp(train_rows, axis=0) == 0.0) | (deviation == 0.0)
        return cls(np.where(constant, train_rows[0], mean), np.where(constant, 1.0, deviation))

    @classmethod
    def identity(cls, train_rows: FloatArray) -> Self:
        """Return the scaler that leaves such rows as they are. Raises ValueError when there is no row."""
        _require_rows(train_rows)
        return cls(np.zeros(train_rows.shape[1:]), np.ones(train_rows.shape[1:]))

    def apply(self, rows: FloatArray) -> FloatArray:
        """Return scaled rows as a new array of the same shape."""
        return np.asarray((rows - self.mean) / self.scale, dtype=np.float64)

    def invert(self, rows: FloatArray) -> FloatArray:
        """Return rows in their own units again, as a new array of the same shape."""
        return np.asarray(rows * self.scale + self.mean, dtype=np.float64)


def _require_rows(train_rows: FloatArray) -> None:
    if len(train_rows) == 0:
        raise ValueError("a scaling needs at least one training row")


@dataclass(frozen=True, slots=True)
class Scaling:
    """A choice of scaling: `fit` makes the scaler from training rows (n, d) or targets (n,)."""

    key: str
    label: str
    help: str
    fit: Callable[[FloatArray], Scaler]


SCALINGS: tuple[Scaling, ...] = (
    Scaling("none", "None", "The inputs are used as they are.", Scaler.identity),
    Scaling(
        "standard",
        "Standardised",
        "Every input gets mean 0 and standard deviation 1, measured on the training rows alone.",
        Scaler.fit,
    ),
)

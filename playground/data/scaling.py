"""Brings columns to a common size, with statistics taken from the training rows alone."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import numpy.typing as npt

from playground.data.base import FloatArray

SMALLEST_SHARE = 1e-10
"""Share of the largest variance below which a principal component is nothing but rounding."""


@dataclass(frozen=True, slots=True, eq=False)
class Scaler:
    """Takes rows to (log? rows - mean) rotation / scale and back; all but `rotation` have a number a column.

    Fitted to rows (n, d) it holds arrays (d,), fitted to targets (n,) arrays of no dimension. `logged` says
    which columns are taken as logarithms, of numbers not below `floor`, the smallest training row's.
    `rotation` is (d, d), or None where columns are not mixed.
    """

    mean: FloatArray
    scale: FloatArray
    rotation: FloatArray | None = None
    logged: npt.NDArray[np.bool_] | None = None
    floor: FloatArray | None = None

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

    @classmethod
    def fit_range(cls, train_rows: FloatArray) -> Self:
        """Return the scaler that brings every column of `train_rows` to 0..1; a constant one to 0."""
        _require_rows(train_rows)
        spread = np.asarray(np.ptp(train_rows, axis=0), dtype=np.float64)
        lowest = np.asarray(train_rows.min(axis=0), dtype=np.float64)
        return cls(lowest, np.where(spread == 0.0, 1.0, spread))

    @classmethod
    def fit_whitening(cls, train_rows: FloatArray) -> Self:
        """Return the scaler to the principal components of `train_rows` (n, d), each of deviation 1.

        The columns are standardised first, so that their units do not matter. The components stand in the
        order of their variance; what varies by rounding alone keeps its size. Raises ValueError without rows.
        """
        standard = cls.fit(train_rows)
        values, vectors = np.linalg.eigh(np.atleast_2d(np.cov(standard.apply(train_rows).T, bias=True)))
        values, vectors = np.maximum(values[::-1], 0.0), vectors[:, ::-1]
        # A direction is as good as its opposite: take the one with its largest part positive.
        largest = vectors[np.argmax(np.abs(vectors), axis=0), np.arange(len(values))]
        vectors = vectors * np.where(largest < 0, -1.0, 1.0)
        real = values > SMALLEST_SHARE * max(float(values[0]), np.finfo(np.float64).tiny)
        return cls(standard.mean, np.sqrt(np.where(real, values, 1.0)), vectors / standard.scale[:, None])

    def of_logarithms(self, train_rows: FloatArray, logged: npt.NDArray[np.bool_]) -> Self:
        """Return this scaler for the logarithms of the `logged` columns."""
        floor = np.where(logged, train_rows.min(axis=0), 1.0)
        return replace(self, logged=logged, floor=floor)

    def apply(self, rows: FloatArray) -> FloatArray:
        """Return scaled rows as a new array of the same shape."""
        if self.logged is not None and self.floor is not None:
            rows = np.where(self.logged, np.log(np.maximum(rows, self.floor)), rows)
        centred = rows - self.mean
        if self.rotation is not None:
            centred = centred @ self.rotation
        return np.asarray(centred / self.scale, dtype=np.float64)

    def invert(self, rows: FloatArray) -> FloatArray:
        """Return rows in their own units again, as a new array of the same shape."""
        centred = rows * self.scale
        if self.rotation is not None:
            centred = centred @ np.linalg.inv(self.rotation)
        result = centred + self.mean
        if self.logged is not None:
            result = np.where(self.logged, np.exp(np.where(self.logged, result, 0.0)), result)
        return np.asarray(result, dtype=np.float64)


def _require_rows(train_rows: FloatArray) -> None:
    if len(train_rows) == 0:
        raise ValueError("a scaling needs at least one training row")


def logarithmic(train_rows: FloatArray) -> npt.NDArray[np.bool_]:
    """Return which columns of `train_rows` (n, d) have logarithms: all numbers above 0."""
    _require_rows(train_rows)
    return np.asarray((train_rows > 0).all(axis=0))


def _fit_log(fit: Callable[[FloatArray], Scaler]) -> Callable[[FloatArray], Scaler]:
    """Return `fit` for the logarithms of those columns that have them."""

    def fitted(train_rows: FloatArray) -> Scaler:
        logged = logarithmic(train_rows)
        logs = np.where(logged, np.log(np.where(logged, train_rows, 1.0)), train_rows)
        return fit(logs).of_logarithms(train_rows, logged)

    return fitted


@dataclass(frozen=True, slots=True)
class Scaling:
    """A choice of scaling: `fit` makes the scaler from training rows (n, d).

    `mixes`: what comes out are principal components, not the columns. `takes_logs`: of columns above 0.
    `for_target` is the key of the scaling that a target of regression gets with it.
    """

    key: str
    label: str
    help: str
    fit: Callable[[FloatArray], Scaler]
    for_target: str = "standard"
    mixes: bool = False
    takes_logs: bool = False


SCALINGS: tuple[Scaling, ...] = (
    Scaling("none", "None", "The inputs are used as they are.", Scaler.identity, for_target="none"),
    Scaling(
        "standard",
        "Standardised",
        "Every input gets mean 0 and standard deviation 1, measured on the training rows alone.",
        Scaler.fit,
    ),
    Scaling(
        "min_max",
        "Min-max",
        "Every input is brought to 0 to 1, from the smallest to the largest training row.",
        Scaler.fit_range,
        for_target="min_max",
    ),
    Scaling(
        "whitened",
        "PCA whitening",
        "Turns inputs that say nearly the same into independent ones, each with standard deviation 1.",
        Scaler.fit_whitening,
        mixes=True,
    ),
    Scaling(
        "log",
        "Logarithm",
        "Takes the logarithm of every input that is always above 0, then standardises: ratios count.",
        _fit_log(Scaler.fit),
        takes_logs=True,
    ),
    Scaling(
        "log_whitened",
        "Log and whitening",
        "Takes logarithms, then turns inputs that say nearly the same into independent ones.",
        _fit_log(Scaler.fit_whitening),
        mixes=True,
        takes_logs=True,
    ),
)

"""What columns of numbers are like: spread, correlation, bins, and which columns say most about a target.

A column that does not vary has neither a correlation nor an F-ratio: these are nan, and nothing warns.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from playground.data.base import FloatArray, IndexArray

FEWEST_BINS, MOST_BINS = 12, 30
NARROWEST = 1e-9
"""Share of its size by which a column must vary for its bins to be told apart."""

ABOVE = 1.4
"""How much wider than asked for a bin may be; it may be narrower by as much again."""

MOST_DECIMALS = 4
FIGURES = 5


@dataclass(frozen=True, slots=True)
class Summary:
    """The usual figures of one column; `deviation` is that of all its numbers, as a scaling measures it.

    `missing` counts what is no finite number; the figures leave it out, and are nan where nothing is left.
    """

    mean: float
    deviation: float
    minimum: float
    maximum: float
    missing: int


def summary(values: FloatArray) -> Summary:
    """Return the figures of a column (n,)."""
    there = values[np.isfinite(values)]
    missing = len(values) - len(there)
    if not len(there):
        return Summary(math.nan, math.nan, math.nan, math.nan, missing)
    low, high = float(there.min()), float(there.max())
    mean, deviation = (low, 0.0) if low == high else (float(there.mean()), float(there.std()))
    return Summary(mean, deviation, low, high, missing)


def correlations(columns: FloatArray) -> FloatArray:
    """Return Pearson's correlation (k, k) of each two columns of (n, k)."""
    unit, constant = _centred(columns)
    norms = np.sqrt((unit**2).sum(axis=0))
    unit /= np.where(constant, 1.0, norms)
    found = np.clip(unit.T @ unit, -1.0, 1.0)
    found[constant, :] = found[:, constant] = np.nan
    return np.asarray(found)


def f_ratios(columns: FloatArray, classes: IndexArray) -> FloatArray:
    """Return for each column of (n, k) the F-ratio of the one-way analysis of variance by class (n,).

    That is the variance of the classes' means over the variance within the classes: (between / (c - 1)) /
    (within / (n - c)) for c classes that have rows; inf where each class has one value only. All are nan
    where there are fewer than two classes, or no more rows than classes.
    """
    unit, constant = _centred(columns)
    present = np.unique(classes)
    spare = len(unit) - len(present)
    if len(present) < 2 or spare < 1:
        return np.full(unit.shape[1], np.nan)
    between, within = np.zeros(unit.shape[1]), np.zeros(unit.shape[1])
    for index in present.tolist():
        rows = unit[classes == index]
        low, means = rows.min(axis=0), rows.mean(axis=0)
        means = np.where(rows.max(axis=0) == low, low, means)
        between += len(rows) * means**2
        within += ((rows - means) ** 2).sum(axis=0)
    ratio = np.full(unit.shape[1], np.inf)
    np.divide(between * spare, within * (len(present) - 1), out=ratio, where=within > 0)
    ratio[constant] = np.nan
    return ratio


def strongest(scores: FloatArray, most: int) -> tuple[int, ...]:
    """Return, in their order, the places of the `most` largest scores; what is nan comes last."""
    ranked = np.argsort(-np.nan_to_num(np.abs(scores), nan=-1.0, posinf=np.inf), kind="stable")
    return tuple(sorted(ranked[:most].tolist()))


def bin_edges(values: FloatArray) -> FloatArray:
    """Return the edges of a column's histogram at round numbers, ascending; fewer than twice `MOST_BINS`.

    Few whole numbers get a bin each; else the bins are about as wide as Freedman and Diaconis say. A column
    that does not vary has one bin round its value.
    """
    there = values[np.isfinite(values)]
    if not len(there):
        return np.array([-0.5, 0.5])
    low, high = float(there.min()), float(there.max())
    span = high - low
    if span <= NARROWEST * max(abs(low), abs(high)):
        half = max(0.5, NARROWEST * max(abs(low), abs(high)), span)
        return np.array([low - half, high + half])
    if span < MOST_BINS and not np.any(there % 1.0):
        return np.arange(low, high + 2.0) - 0.5
    lower, upper = np.quantile(there, [0.25, 0.75])
    width = 2.0 * float(upper - lower) / len(there) ** (1 / 3)
    count = span / width if width > 0 else math.log2(len(there)) + 1
    step = _round_step(span / min(max(count, FEWEST_BINS), MOST_BINS))
    places = np.arange(math.floor(low / step), math.ceil(high / step) + 1, dtype=np.float64)
    edges = places * step
    # A product that is rounded may miss what lies on the edge.
    edges[0], edges[-1] = min(edges[0], low), max(edges[-1], high)
    return edges


def counts(values: FloatArray, edges: FloatArray, classes: IndexArray | None, kinds: int) -> IndexArray:
    """Return how many of `values` (n,) lie in each bin, by class: (kinds, bins); one kind without classes."""
    if classes is None:
        return np.asarray(np.histogram(values, edges)[0][None], dtype=np.int64)
    split = [np.histogram(values[classes == index], edges)[0] for index in range(kinds)]
    return np.asarray(split, dtype=np.int64).reshape(kinds, len(edges) - 1)


def decimals(values: FloatArray) -> int | None:
    """Return with how many decimals to write a column, so that points stand below each other.

    None where powers of ten are needed: for very large and very small numbers.
    """
    there = values[np.isfinite(values)]
    largest = float(np.abs(there).max(initial=0.0))
    if largest and not 1e-3 <= largest < 1e9:
        return None
    for digits in range(MOST_DECIMALS):
        if np.allclose(there, np.round(there, digits), rtol=1e-9, atol=0.0):
            return digits
    before = math.floor(math.log10(largest)) + 1
    return min(max(FIGURES - before, 1), MOST_DECIMALS)


def _centred(columns: FloatArray) -> tuple[FloatArray, npt.NDArray[np.bool_]]:
    """Return columns (n, k) about their means, none beyond 2 in size, and which do not vary."""
    if not len(columns):
        return columns.copy(), np.ones(columns.shape[1], dtype=bool)
    constant = np.asarray(np.ptp(columns, axis=0) == 0.0)
    # Scaled first: squares of very large numbers would overflow, those of very small ones vanish.
    size = np.abs(columns).max(axis=0)
    unit = columns / np.where(size == 0.0, 1.0, size)
    unit -= unit.mean(axis=0)
    spread = np.abs(unit).max(axis=0)
    constant |= spread == 0.0
    unit /= np.where(constant, 1.0, spread)
    unit[:, constant] = 0.0
    return np.asarray(unit), constant


def _round_step(rough: float) -> float:
    """Return the largest of 1, 2, 5 times a power of ten that is hardly above `rough`."""
    decade = float(10.0 ** math.floor(math.log10(rough)))
    return max(choice * decade for choice in (0.5, 1, 2, 5, 10) if choice * decade <= rough * ABOVE)

"""Divides rows into a training, a validation and a test part, or into folds, at random and repeatably."""

import numpy as np
import numpy.typing as npt

from playground.data.base import IndexArray, Parts


def split(
    n: int,
    train_fraction: float,
    seed: int,
    classes: npt.NDArray[np.int64] | None = None,
    validation_fraction: float = 0.0,
) -> Parts:
    """Return the row numbers of each part, ascending.

    Every row is in exactly one part, and each part that is asked for has at least one; there is no validation
    part where its fraction is 0. With `classes` (n,) the parts hold the classes in nearly the same
    proportions (at most a row or two off). For one seed the training part for a larger fraction contains the
    one for a smaller, so moving the slider moves no more rows than it must.
    Raises ValueError for fewer rows than parts, or fractions outside 0..1.
    """
    parts = 3 if validation_fraction else 2
    if n < parts:
        raise ValueError(f"at least {parts} rows are needed for {parts} parts, not {n}")
    if not 0.0 <= train_fraction <= 1.0:
        raise ValueError(f"the training share must be between 0 and 1, not {train_fraction:g}")
    if not 0.0 <= validation_fraction <= 1.0 - train_fraction + 1e-9:
        raise ValueError(f"there is no room for a validation share of {validation_fraction:g}")
    trained = row_count(n, train_fraction, n - parts + 1)
    validated = row_count(n, validation_fraction, n - trained - 1) if validation_fraction else 0
    order = np.random.default_rng(seed).permutation(n)
    if classes is not None:
        order = _spread_evenly(order, classes)
    first, second, third = np.split(order, [trained, trained + validated])
    return Parts(np.sort(first), np.sort(second), np.sort(third))


def folds(
    n: int, count: int, seed: int, classes: npt.NDArray[np.int64] | None = None
) -> tuple[IndexArray, ...]:
    """Return the row numbers of each fold, ascending: every row is in one, and they differ by a row at most.

    With `classes` (n,) that holds of each class too. Raises ValueError unless there are 2 to `n` folds.
    """
    if not 2 <= count <= n:
        raise ValueError(f"{n:,} rows make 2 to {n:,} folds, not {count:,}")
    order = np.random.default_rng(seed).permutation(n)
    if classes is not None:
        # Dealt out class by class: where one ends, the next goes on with the next fold.
        order = order[np.argsort(_of_rows(order, classes), kind="stable")]
    return tuple(np.sort(order[first::count]) for first in range(count))


def row_count(n: int, fraction: float, most: int) -> int:
    """Return how many rows a part with a share of `n` rows has: at least one, and `most` at most."""
    # 0.29 * 100 is a little less than 29 in floating point; the person asked for 29.
    return min(max(int(n * fraction + 1e-9), 1), most)


def _spread_evenly(order: IndexArray, classes: npt.NDArray[np.int64]) -> IndexArray:
    """Reorder rows so that each beginning of the order holds the classes in their overall proportions.

    The i-th of the m rows of a class gets the place (i + 1/2) / m (Sainte-Laguë's rule); ties keep `order`.
    """
    shuffled = _of_rows(order, classes)
    place = np.empty(len(order), dtype=np.float64)
    for label in set(shuffled.tolist()):
        rows = np.flatnonzero(shuffled == label)
        place[rows] = (np.arange(len(rows)) + 0.5) / len(rows)
    return order[np.argsort(place, kind="stable")]


def _of_rows(order: IndexArray, classes: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return the classes of the rows in `order`; ValueError unless there are as many."""
    if len(classes) != len(order):
        raise ValueError(f"{len(classes)} classes were given for {len(order)} rows")
    return classes[order]

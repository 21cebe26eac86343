"""Divides rows into a training and a test part, or into folds, at random and repeatably."""

import numpy as np
import numpy.typing as npt

from playground.data.base import IndexArray


def split(
    n: int, train_fraction: float, seed: int, classes: npt.NDArray[np.int64] | None = None
) -> tuple[IndexArray, IndexArray]:
    """Return the row numbers of the training and of the test part, each ascending.

    Every row is in exactly one part and each part has at least one. With `classes` (n,) both parts hold the
    classes in nearly the same proportions (at most a row or two off). For one seed the training part for a
    larger fraction contains the one for a smaller, so moving the slider moves no more rows than it must.
    Raises ValueError for fewer than two rows or a fraction outside 0..1.
    """
    if n < 2:
        raise ValueError(f"at least 2 rows are needed for a training and a test part, not {n}")
    if not 0.0 <= train_fraction <= 1.0:
        raise ValueError(f"the training share must be between 0 and 1, not {train_fraction:g}")
    trained = train_count(n, train_fraction)
    order = np.random.default_rng(seed).permutation(n)
    if classes is not None:
        order = _spread_evenly(order, classes)
    return np.sort(order[:trained]), np.sort(order[trained:])


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


def train_count(n: int, train_fraction: float) -> int:
    """Return how many of `n` rows are for training: each part has at least one."""
    # 0.29 * 100 is a little less than 29 in floating point; the person asked for 29.
    return min(max(int(n * train_fraction + 1e-9), 1), n - 1)


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

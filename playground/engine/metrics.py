"""How good the answers are, in numbers that people compare. Host arrays only."""

from typing import Any

import numpy as np
import numpy.typing as npt

HostArray = npt.NDArray[Any]


def predicted_classes(outputs: HostArray, threshold: float) -> npt.NDArray[np.int64]:
    """Return the class index of each row of `outputs`, (n,).

    One output says class 1 where it is above `threshold` (0 for tanh, 1/2 for sigmoid); several outputs say
    the class of the largest one. `outputs` is (n, 1), (n, classes) or (n,).
    """
    if outputs.ndim == 1 or outputs.shape[1] == 1:
        return np.asarray(outputs.reshape(len(outputs)) > threshold, dtype=np.int64)
    return np.asarray(np.argmax(outputs, axis=1), dtype=np.int64)


def accuracy(outputs: HostArray, classes: HostArray, threshold: float) -> float:
    """Return the share of rows (0..1) whose class index is right; nan where there are no rows.

    A network that has diverged (an output that is not a number) is right nowhere by chance: such rows count
    as wrong.
    """
    if len(outputs) == 0:
        return float("nan")
    rows = outputs.reshape(len(outputs), -1)
    right = (predicted_classes(outputs, threshold) == classes) & ~np.isnan(rows).any(axis=1)
    return float(np.mean(right))


def r2(outputs: HostArray, targets: HostArray) -> float:
    """Return the coefficient of determination, 1 - Σ(y - ŷ)² / Σ(y - ȳ)², over all rows and outputs.

    1 is perfect and 0 no better than always answering the mean; nan where all targets are equal, since
    there is then nothing to explain.
    """
    if len(outputs) == 0:
        return float("nan")
    y = np.asarray(targets, dtype=np.float64)
    answers = np.asarray(outputs, dtype=np.float64).reshape(y.shape)
    whole = spread(y)
    if whole == 0.0:
        return float("nan")
    with np.errstate(all="ignore"):
        return 1.0 - float(np.sum((y - answers) ** 2)) / whole


def spread(targets: HostArray) -> float:
    """Return the sum of the squared distances of `targets` (n, ...) from their mean; 0 without rows."""
    if len(targets) == 0:
        return 0.0
    y = np.asarray(targets, dtype=np.float64)
    return float(np.sum((y - np.mean(y, axis=0)) ** 2))


def mae(outputs: HostArray, targets: HostArray) -> float:
    """Return the mean absolute error, in the unit of the targets; nan where there are no rows."""
    if len(outputs) == 0:
        return float("nan")
    y = np.asarray(targets, dtype=np.float64)
    with np.errstate(all="ignore"):
        return float(np.mean(np.abs(np.asarray(outputs, dtype=np.float64).reshape(y.shape) - y)))

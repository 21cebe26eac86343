"""How good the answers are, in numbers that people compare.

Numbers are made of host arrays; what returns arrays works where its arguments are.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

HostArray = npt.NDArray[Any]


def predicted_classes(outputs: HostArray, threshold: float) -> npt.NDArray[np.int64]:
    """Return the class index of each row of `outputs`, (n,).

    One output says class 1 where it is above `threshold` (0 for tanh, 1/2 for sigmoid); several outputs say
    the class of the largest one. `outputs` is (n, 1), (n, classes) or (n,).
    """
    one = outputs.ndim == 1 or outputs.shape[1] == 1
    found = outputs.reshape(len(outputs)) > threshold if one else np.argmax(outputs, axis=1)
    return found.astype(np.int64)


def are_right(outputs: HostArray, classes: HostArray, threshold: float) -> npt.NDArray[np.bool_]:
    """Return whether the class index of each row of `outputs` is right, (n,).

    A network that has diverged (an output that is not a number) is right nowhere by chance: such rows count
    as wrong.
    """
    numbers = ~np.any(np.isnan(outputs.reshape(len(outputs), -1)), axis=1)
    right: npt.NDArray[np.bool_] = (predicted_classes(outputs, threshold) == classes) & numbers
    return right


def squared_error(outputs: HostArray, targets: HostArray) -> Any:
    """Return the sum of the squared distances of `outputs` from `targets`, both (n, k), in float64."""
    distance = targets.astype(np.float64) - outputs.astype(np.float64)
    return np.sum(distance * distance)


def accuracy(outputs: HostArray, classes: HostArray, threshold: float) -> float:
    """Return the share of rows (0..1) whose class index is right; nan where there are no rows."""
    return float(np.mean(are_right(outputs, classes, threshold))) if len(outputs) else float("nan")


def r2(outputs: HostArray, targets: HostArray) -> float:
    """Return the coefficient of determination, 1 - Σ(y - ŷ)² / Σ(y - ȳ)², over all rows and outputs.

    1 is perfect and 0 no better than always answering the mean; nan where all targets are equal, since
    there is then nothing to explain.
    """
    if len(outputs) == 0:
        return float("nan")
    whole = spread(targets)
    if whole == 0.0:
        return float("nan")
    with np.errstate(all="ignore"):
        return 1.0 - float(squared_error(outputs.reshape(targets.shape), targets)) / whole


def spread(targets: HostArray) -> float:
    """Return the sum of the squared distances of `targets` (n, ...) from their mean; 0 without rows."""
    if len(targets) == 0:
        return 0.0
    y = np.asarray(targets, dtype=np.float64)
    return float(np.sum((y - np.mean(y, axis=0)) ** 2))


def rmse(outputs: HostArray, targets: HostArray) -> float:
    """Return the root of the mean squared error, in the unit of the targets; nan where there are no rows."""
    if len(outputs) == 0:
        return float("nan")
    y = np.asarray(targets, dtype=np.float64)
    with np.errstate(all="ignore"):
        return float(np.sqrt(np.mean((np.asarray(outputs, dtype=np.float64).reshape(y.shape) - y) ** 2)))


def mae(outputs: HostArray, targets: HostArray) -> float:
    """Return the mean absolute error, in the unit of the targets; nan where there are no rows."""
    if len(outputs) == 0:
        return float("nan")
    y = np.asarray(targets, dtype=np.float64)
    with np.errstate(all="ignore"):
        return float(np.mean(np.abs(np.asarray(outputs, dtype=np.float64).reshape(y.shape) - y)))


def confusion(predicted: HostArray, classes: HostArray, count: int) -> npt.NDArray[np.int64]:
    """Return how many rows of each true class were taken for which: (count, count) [true, predicted].

    `predicted` and `classes` are class indices (n,); rows with a prediction that is no class (nan) are not
    counted.
    """
    answered = (predicted >= 0) & (predicted < count)
    pairs = classes[answered].astype(np.int64) * count + predicted[answered].astype(np.int64)
    return np.bincount(pairs, minlength=count * count).reshape(count, count)


def precision(counts: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Return of each class (k,) which share of the rows taken for it belongs to it; nan where none was.

    `counts` is what `confusion` gives: (k, k) [true, predicted].
    """
    return _shares(np.diagonal(counts), counts.sum(axis=0))


def recall(counts: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Return of each class (k,) which share of its rows was recognised; nan where it has none."""
    return _shares(np.diagonal(counts), counts.sum(axis=1))


def _shares(parts: HostArray, wholes: HostArray) -> npt.NDArray[np.float64]:
    shares = np.full(len(wholes), np.nan)
    np.divide(parts, wholes, out=shares, where=wholes > 0)
    return shares

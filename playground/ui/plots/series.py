"""Learning curves in bounded memory, and what of them is drawn: one low, high and mean per bucket.

When there are too many points, neighbours are merged in pairs; each merged point keeps the lowest, the
highest and the mean of what went into it, so that a spike of one epoch stays visible for ever.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from playground.training.messages import History

FloatArray = npt.NDArray[np.float64]
Quantity = Literal["loss", "metric"]

LIMIT = 100_000
SMOOTHING = 0.8


@dataclass(frozen=True, slots=True)
class Buckets:
    """A curve as it is drawn: one position with lowest, highest and mean value for each bucket."""

    epoch: FloatArray
    low: FloatArray
    high: FloatArray
    mean: FloatArray


class CurveStore:
    """Two curves (training, then test) over epochs, at most `limit` points of each."""

    def __init__(self, quantity: Quantity, limit: int = LIMIT) -> None:
        self._quantity = quantity
        self._limit = limit
        self._count = 0
        self._epoch = np.empty(1024)
        # Axes: lowest, highest and mean; training and test; points.
        self._values = np.empty((3, 2, 1024))

    def __len__(self) -> int:
        return self._count

    @property
    def last_epoch(self) -> float:
        """The last epoch there is a point for; 0 when there is none."""
        return float(self._epoch[self._count - 1]) if self._count else 0.0

    @property
    def nbytes(self) -> int:
        """Memory held."""
        return self._epoch.nbytes + self._values.nbytes

    def clear(self) -> None:
        """Forget all points."""
        self._count = 0

    def append(self, history: History) -> None:
        """Add points; those of a history that restarts replace all."""
        if history.restart:
            self.clear()
        epoch, new = np.asarray(history.epoch, np.float64), self._of(history)
        for start in range(0, len(epoch), self._limit // 2):
            part = slice(start, start + self._limit // 2)
            self._add(epoch[part], new[:, part])

    def nearest(self, epoch: float) -> tuple[float, float, float] | None:
        """Return (epoch, training, test) of the point nearest to `epoch`; None when there are no points."""
        if not self._count:
            return None
        epochs = self._epoch[: self._count]
        right = min(int(np.searchsorted(epochs, epoch)), self._count - 1)
        left = max(right - 1, 0)
        index = left if epoch - epochs[left] <= epochs[right] - epoch else right
        training, test = self._values[2, :, index]
        return float(epochs[index]), float(training), float(test)

    def buckets(self, curve: int, low: float, high: float, most: int) -> Buckets:
        """Return curve 0 (training) or 1 (test) between two epochs in at most about `most` buckets.

        Buckets hold 1, 2, 4, ... points counted from the first one, so that they stay the same while points
        are added at the end: the picture does not shimmer.
        """
        epochs = self._epoch[: self._count]
        first = max(int(np.searchsorted(epochs, low)) - 1, 0)
        stop = min(int(np.searchsorted(epochs, high, side="right")) + 1, self._count)
        size = 1
        while (stop - first) > size * most:
            size *= 2
        first -= first % size
        values = self._values[:, curve, first:stop]
        if size == 1 or stop <= first:
            return Buckets(epochs[first:stop], values[0], values[1], values[2])
        starts = np.arange(0, stop - first, size)
        ends = np.minimum(starts + size, stop - first) - 1
        counts = ends + 1 - starts
        return Buckets(
            epochs[first:stop][ends],
            np.fmin.reduceat(values[0], starts),
            np.fmax.reduceat(values[1], starts),
            np.add.reduceat(values[2], starts) / counts,
        )

    def _of(self, history: History) -> FloatArray:
        names = ("train_loss", "test_loss") if self._quantity == "loss" else ("train_metric", "test_metric")
        rows = np.stack([np.asarray(getattr(history, name), np.float64) for name in names])
        return np.where(np.isfinite(rows), rows, np.nan)

    def _add(self, epoch: FloatArray, new: FloatArray) -> None:
        while self._count + len(epoch) > self._limit:
            self._thin()
        needed = self._count + len(epoch)
        if needed > len(self._epoch):
            size = min(max(2 * len(self._epoch), needed), max(self._limit, needed))
            self._epoch = np.resize(self._epoch, size)
            grown = np.empty((3, 2, size))
            grown[:, :, : self._count] = self._values[:, :, : self._count]
            self._values = grown
        self._epoch[self._count : needed] = epoch
        self._values[:, :, self._count : needed] = new
        self._count = needed

    def _thin(self) -> None:
        """Merge neighbours in pairs; an odd point at the end stays as it is."""
        pairs = self._count // 2
        values = self._values[:, :, : 2 * pairs].reshape(3, 2, pairs, 2)
        merged = np.stack(
            [
                np.fmin.reduce(values[0], axis=-1),
                np.fmax.reduce(values[1], axis=-1),
                values[2].mean(axis=-1),
            ]
        )
        odd = self._count % 2
        if odd:
            self._values[:, :, pairs] = self._values[:, :, self._count - 1]
        self._epoch[:pairs] = self._epoch[1 : 2 * pairs : 2].copy()
        if odd:
            self._epoch[pairs] = self._epoch[self._count - 1]
        self._values[:, :, :pairs] = merged
        self._count = pairs + odd


def smooth(values: FloatArray, weight: float = SMOOTHING) -> FloatArray:
    """Return the moving average of `values`: exponential, forwards and backwards, so that it does not lag.

    A gap (NaN) stays a gap and does not spoil what follows.
    """
    backwards = _average(values[::-1], weight)[::-1]
    return (_average(values, weight) + backwards) / 2


def _average(values: FloatArray, weight: float) -> FloatArray:
    result = np.empty(len(values))
    average: float | None = None
    for index, value in enumerate(values.tolist()):
        if value != value:
            result[index] = np.nan
            continue
        average = value if average is None else weight * average + (1.0 - weight) * value
        result[index] = average
    return result

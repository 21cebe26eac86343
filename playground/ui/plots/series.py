"""Learning curves in bounded memory, and what of them is drawn: one low, high and mean per bucket.

When there are too many points, neighbours are merged in pairs, and from then on each stored point takes in
twice as many; it keeps the lowest, the highest and the mean of them, so that a spike of one epoch stays
visible for ever.
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
        # How many points go into a stored one, and how many the last stored one holds.
        self._stride = 1
        self._fill = 0
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
        self._count, self._stride, self._fill = 0, 1, 0

    def append(self, history: History) -> None:
        """Add points; those of a history that restarts replace all."""
        if history.restart:
            self.clear()
        self.cut(history.cut)
        epoch, new = np.asarray(history.epoch, np.float64), self._of(history)
        if len(epoch):
            self._add(epoch, new)

    def cut(self, epoch: float) -> None:
        """Forget the points beyond a position in epochs."""
        left = int(np.searchsorted(self._epoch[: self._count], epoch, side="right"))
        if left < self._count:
            self._count, self._fill = left, self._stride

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
        ends, merged = _merge(epochs[first:stop], values, size)
        return Buckets(ends, *merged)

    def _of(self, history: History) -> FloatArray:
        names = (f"{part}_{self._quantity}" for part in ("train", "watched"))
        rows = np.stack([np.asarray(getattr(history, name), np.float64) for name in names])
        return np.where(np.isfinite(rows), rows, np.nan)

    def _add(self, epoch: FloatArray, new: FloatArray) -> None:
        """Add points epoch (n,), new (2, n), after thinning as often as they need."""
        while self._count + -(-len(epoch) // self._stride) > self._limit:
            self._thin()
        begun = min(self._stride - self._fill, len(epoch)) if self._count else 0
        if begun:
            self._extend_last(epoch[:begun], new[:, :begun])
        epoch, new = epoch[begun:], new[:, begun:]
        if not len(epoch):
            return
        ends, merged = _merge(epoch, np.stack([new, new, new]), self._stride)
        needed = self._count + len(ends)
        self._reserve(needed)
        self._epoch[self._count : needed] = ends
        self._values[:, :, self._count : needed] = merged
        self._count = needed
        self._fill = (len(epoch) - 1) % self._stride + 1

    def _extend_last(self, epoch: FloatArray, new: FloatArray) -> None:
        """Add points to the last stored one, which holds fewer than its share."""
        low, high, mean = self._values[:, :, self._count - 1]
        total = self._fill + len(epoch)
        self._values[:, :, self._count - 1] = (
            np.fmin(low, np.fmin.reduce(new, axis=1)),
            np.fmax(high, np.fmax.reduce(new, axis=1)),
            (mean * self._fill + new.sum(axis=1)) / total,
        )
        self._epoch[self._count - 1] = epoch[-1]
        self._fill = total

    def _reserve(self, needed: int) -> None:
        if needed <= len(self._epoch):
            return
        size = max(min(2 * len(self._epoch), self._limit), needed)
        epoch, values = np.empty(size), np.empty((3, 2, size))
        epoch[: self._count] = self._epoch[: self._count]
        values[:, :, : self._count] = self._values[:, :, : self._count]
        self._epoch, self._values = epoch, values

    def _thin(self) -> None:
        """Let each stored point hold twice as many; all of them alike, so that no part of the past fades."""
        stored = self._values[:, :, : self._count]
        ends, merged = _merge(self._epoch[: self._count], stored, 2)
        if self._count and self._count % 2 == 0:
            # The last pair may be unequal: a full point, and one that was still being filled.
            full, rest = self._stride, self._fill
            merged[2, :, -1] = (stored[2, :, -2] * full + stored[2, :, -1] * rest) / (full + rest)
            self._fill = full + rest
        self._count = len(ends)
        self._epoch[: self._count] = ends
        self._values[:, :, : self._count] = merged
        self._stride *= 2


def _merge(epoch: FloatArray, values: FloatArray, size: int) -> tuple[FloatArray, FloatArray]:
    """Return points (n,), (3, ..., n) merged in groups of `size`; the last group may be smaller."""
    if size == 1:
        return epoch, values
    starts = np.arange(0, len(epoch), size)
    ends = np.minimum(starts + size, len(epoch)) - 1
    merged = np.stack(
        [
            np.fmin.reduceat(values[0], starts, axis=-1),
            np.fmax.reduceat(values[1], starts, axis=-1),
            np.add.reduceat(values[2], starts, axis=-1) / (ends + 1 - starts),
        ]
    )
    return epoch[ends], merged


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

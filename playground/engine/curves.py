"""Learning curves: at which epochs the losses are measured, and against what.

At a hundred thousand steps a second, measuring after every epoch would take longer than the training. Every
epoch is measured up to 1,000, every tenth up to 10,000, and so on: 900 points for each further power of
ten, which is more than a screen can show. The epochs are fixed, not the times, so the same run gives the
same curve.
"""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from playground.engine.backends.base import Array, HostArray
from playground.engine.metrics import accuracy, are_right, predicted_classes, r2, squared_error

DENSE_UNTIL = 1000
"""The epoch up to which every epoch is measured."""


def is_recorded(epoch: int) -> bool:
    """Return whether the losses are measured at the end of an epoch (a whole number >= 0)."""
    every = 1
    while epoch >= DENSE_UNTIL * every:
        every *= 10
    return epoch % every == 0


Point = tuple[float, float, float, float, float]
"""Position in epochs, loss in training and watched, metric in training and watched."""


@dataclass(frozen=True, slots=True)
class Watch:
    """What the training is measured against: rows `x` (m, inputs), `y` (m, outputs), and a metric.

    `metric` is "accuracy" (share of examples in their class, with `threshold` for a single output) or "r2".
    """

    x: Array
    y: Array
    metric: Literal["accuracy", "r2"] = "r2"
    threshold: float = 0.0

    def score(self, outputs: HostArray, targets: HostArray) -> float:
        """Return the metric of `outputs` (n, k) for `targets` (n, k), both on the host; nan without rows."""
        if self.metric == "r2":
            return r2(outputs, targets)
        if len(outputs) == 0:
            return float("nan")
        return accuracy(outputs, predicted_classes(targets, self.threshold), self.threshold)

    def tally(self, outputs: Array, targets: Array) -> Array:
        """Return what is summed up for the metric over examples: right answers, or squared errors."""
        if self.metric == "r2":
            return squared_error(outputs, targets)
        return np.sum(are_right(outputs, predicted_classes(targets, self.threshold), self.threshold))

    def figures(self, total: float, tally: float, count: int, spread: float) -> tuple[float, float]:
        """Return mean loss and metric from sums over `count` examples whose targets have that spread."""
        if self.metric == "r2":
            return _share(total, count), (1.0 - tally / spread if spread else math.nan)
        return _share(total, count), _share(tally, count)


def _share(total: float, count: int) -> float:
    return total / count if count else math.nan

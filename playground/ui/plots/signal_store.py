"""The signals that a plot has seen, in bounded memory: thinned as they grow, the latest always there."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from playground.training.signals import LayerSignals, Signals

FloatArray = npt.NDArray[np.float64]

LIMIT = 240
"""As many as a small plot can show."""


class SignalStore:
    """Signals in the order of their steps, at most about `limit` of them.

    When there are too many every other one goes, and from then on only each second, fourth, ... is kept.
    """

    def __init__(self, limit: int = LIMIT) -> None:
        self._limit = limit
        self._kept: list[Signals] = []
        self._latest: Signals | None = None
        self._stride = 1
        self._seen = 0

    def __len__(self) -> int:
        return len(self._kept) + (self._latest is not None)

    @property
    def latest(self) -> Signals | None:
        """The last one that was added."""
        return self._latest

    @property
    def all(self) -> list[Signals]:
        """Those that are kept, and the latest."""
        return self._kept if self._latest is None else [*self._kept, self._latest]

    def clear(self) -> None:
        """Forget everything."""
        self._kept, self._latest = [], None
        self._stride, self._seen = 1, 0

    def take_over(self, other: "SignalStore") -> None:
        """Hold what another one holds."""
        self._kept, self._latest = list(other._kept), other._latest
        self._stride, self._seen = other._stride, other._seen

    def add(self, signals: Signals) -> bool:
        """Take in signals unless they are known; return whether there is something new.

        An earlier step than the last one means that the run goes on from there: what came after is forgotten.
        """
        last = self._latest
        if last is signals:
            return False
        if last is not None and len(signals.layers) != len(last.layers):
            self.clear()
            last = None
        elif last is not None and signals.step < last.step:
            self._kept = [one for one in self._kept if one.step < signals.step]
            last = None
        if last is not None and signals.step == last.step:
            if _knows_ratios(last) and not _knows_ratios(signals):
                return False
        elif last is not None:
            if self._seen % self._stride == 0:
                self._kept.append(last)
            self._seen += 1
            if len(self._kept) >= self._limit:
                self._kept = self._kept[::2]
                self._stride *= 2
        self._latest = signals
        return True

    def positions(self) -> FloatArray:
        """Return the position of each in epochs, (n,)."""
        return np.array([one.position for one in self.all])

    def values(self, figure: Callable[[LayerSignals], float]) -> FloatArray:
        """Return a figure of every layer at every position, (n, layers)."""
        rows = [[figure(layer) for layer in one.layers] for one in self.all]
        return np.array(rows, np.float64).reshape(len(self), -1)


def _knows_ratios(signals: Signals) -> bool:
    return any(np.isfinite(layer.update_ratio) for layer in signals.layers)

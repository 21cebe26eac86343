"""Numbers of the network that the person has set and that no snapshot has shown yet, and their marks.

A snapshot may have been made before the run heard of a number: it is shown with it all the same, so that no
view goes back and forth, and an edit in the next moment takes it along to the next run.
"""

from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal

from playground.experiment.plan import Plan
from playground.training.carry import Carry
from playground.training.messages import Snapshot
from playground.training.numbers import NumberName, with_number
from playground.ui.figures import short

REST_MS = 300
"""How long a number has to be left alone before its last value is marked on the curves."""

Set = tuple[NumberName, float]


class ByHand(QObject):
    """Remembers what a run was told until a snapshot of it shows it.

    Signals:
        rested(float, str): a number was set at this epoch; the words are for the curves.
    """

    rested = Signal(float, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._unseen: list[Set] = []
        self._seen = 0
        self._mark: tuple[float, NumberName, str] | None = None
        self._timer = QTimer(self, singleShot=True)
        self._timer.setInterval(REST_MS)
        self._timer.timeout.connect(self.flush)

    def add(self, name: NumberName, value: float) -> None:
        """Remember a number."""
        self._unseen.append((name, value))

    def take_back(self) -> None:
        """Forget the latest: the run has no such number."""
        self._unseen.pop()

    def leave(self) -> list[Set]:
        """Return what has to be said again, to a run that begins now."""
        left, self._unseen, self._seen = self._unseen, [], 0
        self.flush()
        return left

    def clear(self) -> None:
        """Forget everything: the weights are others."""
        self._seen += len(self._unseen)
        self._unseen = []
        self._mark = None

    def shown(self, plan: Plan, snapshot: Snapshot) -> Snapshot:
        """Return a snapshot with the numbers that its run had not heard of when it was made."""
        heard = max(snapshot.numbers_set - self._seen, 0)
        self._unseen, self._seen = self._unseen[heard:], max(self._seen, snapshot.numbers_set)
        if not self._unseen:
            return snapshot
        weights, biases = snapshot.weights, snapshot.biases
        for name, value in self._unseen:
            weights, biases = with_number(plan, weights, biases, name, value)
        return replace(snapshot, weights=weights, biases=biases, touched=not snapshot.step)

    @staticmethod
    def carried(carry: Carry, name: NumberName, value: float) -> Carry:
        """Return what a run has left behind with one number changed, where it has that number."""
        weights, biases = with_number(carry.plan, carry.weights, carry.biases, name, value)
        return replace(carry, weights=weights, biases=biases)

    def mark(self, position: float, name: NumberName, value: float) -> None:
        """Mark the curves as soon as the number is left alone: one gesture is one mark."""
        words = f"{'b' if name.source is None else 'w'} {short(value)} by hand"
        if self._mark is not None and self._mark[1] != name:
            self.flush()
        begun = position if self._mark is None else self._mark[0]
        self._mark = (begun, name, words)
        self._timer.start()

    def flush(self) -> None:
        """Mark what is waiting to be marked."""
        mark, self._mark = self._mark, None
        self._timer.stop()
        if mark is not None:
            self.rested.emit(mark[0], mark[2])

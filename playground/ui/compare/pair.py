"""Two runs side by side that train in step with each other: neither gets ahead by more than a stretch."""

import time
from typing import Literal

from PySide6.QtCore import QObject, QTimer, Signal

from playground.experiment.model import Experiment
from playground.settings import FLAT_OUT
from playground.training.kept_runs import Figures
from playground.training.messages import Snapshot
from playground.ui.bridge import TrainingBridge
from playground.ui.document import Document
from playground.ui.keeper import Keeper

SHORT_SECONDS, LONG_SECONDS = 0.03, 0.12
"""A stretch that takes less is made longer, one that takes more shorter."""

A_STRETCH = 0.1
"""Seconds of a stretch where the speed is limited."""

MOST_EPOCHS = 1000
"""The longest stretch."""

SideName = Literal["A", "B"]


class Side(QObject):
    """One of the two: a document, its run, and what a project of it is made of. `problem` is why it has none.

    Signals:
        changed(): the run is further, or there is another or none.
    """

    changed = Signal()

    def __init__(self, name: SideName, experiment: Experiment, device: str, parent: QObject) -> None:
        super().__init__(parent)
        self.name = name
        self.document = Document(experiment, self)
        self.bridge = TrainingBridge(self.document, device, self)
        self.keeper = Keeper(self.document, self.bridge, self)
        self.problem = ""
        self.bridge.snapshot_arrived.connect(lambda _snapshot: self.changed.emit())
        self.bridge.run_started.connect(lambda *_run: self._say(""))
        self.bridge.cannot_train.connect(lambda why: self._say(f"{name} cannot be trained. {why}"))
        self.bridge.failed.connect(lambda failure: self._say(f"{name} has ended: {failure.message}"))

    def _say(self, problem: str) -> None:
        self.problem = problem
        self.changed.emit()

    @property
    def snapshot(self) -> Snapshot | None:
        """The run as it was last shown; None while there is none."""
        return None if self.bridge.is_outdated else self.bridge.snapshot

    @property
    def epoch(self) -> int:
        """How far the run is."""
        return 0 if self.snapshot is None else self.snapshot.epoch

    @property
    def is_over(self) -> bool:
        """Whether the run cannot go on, or a rule has ended it."""
        shown = self.snapshot
        return bool(self.problem) or (shown is not None and bool(shown.problem or shown.stopped))

    def is_at(self, epoch: int) -> bool:
        """Return whether the run waits at the end of an epoch, or is over."""
        shown = self.snapshot
        waits = shown is not None and shown.state == "paused" and shown.epoch >= epoch
        return waits or self.is_over

    @property
    def figures(self) -> Figures | None:
        """What the run has reached; None before its first point."""
        seen = self.keeper.seen
        return None if seen is None else seen.figures


class Pair(QObject):
    """Plays two sides stretch by stretch: the next begins when both are at the end of the last.

    Signals:
        playing_changed(bool): both play, or both wait.
        ended(): the planned epochs are over, or both runs are.
    """

    playing_changed = Signal(bool)
    ended = Signal()

    def __init__(self, experiment: Experiment, device: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.a = Side("A", experiment, device, self)
        self.b = Side("B", experiment, device, self)
        self.sides = (self.a, self.b)
        self.playing = False
        self._target = self._stretch = 0
        self._goal = 0
        self._speed = FLAT_OUT
        self._begun = 0.0
        self._wait = QTimer(self, singleShot=True)
        self._wait.timeout.connect(self._next)
        for side in self.sides:
            side.changed.connect(self._look)

    def start(self) -> None:
        """Begin both runs, paused."""
        for side in self.sides:
            side.bridge.start()

    def close(self) -> None:
        """End both runs."""
        self._stop()
        for side in self.sides:
            side.bridge.close()

    def change(self, experiment: Experiment) -> None:
        """Give B other settings; both begin afresh from their first weights."""
        self._stop()
        self.b.document.open(experiment)
        self.a.bridge.rewind()

    def set_playing(self, playing: bool) -> None:
        """Let both play, or wait."""
        if not playing:
            self._stop()
            return
        if all(side.is_over for side in self.sides):
            self.ended.emit()
            return
        planned = self.a.document.experiment.epochs
        self._goal = (self._ahead // planned + 1) * planned
        self._target, self._stretch = self._behind, 1
        self._set_playing(True)
        self._next()

    def step(self) -> None:
        """Train both to the end of their epoch; the one that is behind catches up."""
        self._stop()
        self._target = self._behind + 1
        for side in self.sides:
            if side.epoch < self._target and not side.is_over:
                side.bridge.play_until(self._target)

    def rewind(self) -> None:
        """Go back to the first weights of both."""
        self._stop()
        for side in self.sides:
            side.bridge.rewind()

    def set_speed(self, epochs_per_second: float) -> None:
        """Train at most so many epochs a second."""
        self._speed = epochs_per_second

    @property
    def epoch(self) -> int:
        """The epoch that both have reached."""
        return self._behind

    @property
    def lead(self) -> int:
        """How many epochs one is ahead of the other, while both can go on."""
        return 0 if any(side.is_over for side in self.sides) else abs(self.a.epoch - self.b.epoch)

    @property
    def stretch(self) -> int:
        """How many epochs are trained between two looks at each other."""
        return self._stretch

    # Own ------------------------------------------------------------------------------------------------

    @property
    def _behind(self) -> int:
        """The epoch of the side that is behind, of those that can go on."""
        going = [side.epoch for side in self.sides if not side.is_over]
        return min(going, default=self._ahead)

    @property
    def _ahead(self) -> int:
        return max(side.epoch for side in self.sides)

    def _look(self) -> None:
        """Begin the next stretch when both are at the end of this one."""
        if not self.playing or self._wait.isActive():
            return
        if all(side.is_over for side in self.sides):
            self._end()
        elif all(side.is_at(self._target) for side in self.sides):
            if self._target >= self._goal:
                self._end()
            else:
                self._plan(time.perf_counter() - self._begun)

    def _plan(self, seconds: float) -> None:
        """Fit the next stretch to what this one took, and begin it in time."""
        if self._speed == FLAT_OUT:
            if seconds < SHORT_SECONDS:
                self._stretch = min(2 * self._stretch, MOST_EPOCHS)
            elif seconds > LONG_SECONDS:
                self._stretch = max(1, self._stretch // 2)
            self._next()
            return
        due = self._stretch / self._speed
        self._stretch = max(1, round(self._speed * A_STRETCH))
        self._wait.start(round(1000 * max(0.0, due - seconds)))

    def _next(self) -> None:
        if not self.playing:
            return
        self._begun = time.perf_counter()
        self._target = min(self._target + self._stretch, self._goal)
        for side in self.sides:
            if not side.is_over:
                side.bridge.play_until(self._target)

    def _end(self) -> None:
        self._set_playing(False)
        self.ended.emit()

    def _stop(self) -> None:
        self._set_playing(False)
        for side in self.sides:
            if side.bridge.playing:
                side.bridge.set_playing(False)

    def _set_playing(self, playing: bool) -> None:
        self._wait.stop()
        if playing != self.playing:
            self.playing = playing
            self.playing_changed.emit(playing)

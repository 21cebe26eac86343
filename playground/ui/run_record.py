"""Keeps what has been seen of the present run: its last snapshot, and every point of its curves."""

from dataclasses import dataclass

from PySide6.QtCore import QObject

from playground.experiment.model import Experiment
from playground.experiment.prepare import Prepared
from playground.training.mailbox import join
from playground.training.messages import History, Snapshot
from playground.ui.bridge import TrainingBridge
from playground.ui.document import Document

MOST_STRETCHES = 500


@dataclass(frozen=True, slots=True)
class Seen:
    """A run as it stands: the experiment, its rows, the last snapshot, and all points of the curves.

    `changes` are what was changed on the way, each with its epoch.
    """

    experiment: Experiment
    prepared: Prepared
    snapshot: Snapshot
    history: History
    changes: tuple[tuple[float, str], ...] = ()


class RunRecord(QObject):
    """Follows the bridge, as the curves of the window do."""

    def __init__(self, document: Document, bridge: TrainingBridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document, self._bridge = document, bridge
        self._stretches: list[History] = []
        self._changes: list[tuple[float, str]] = []
        bridge.run_started.connect(self._begin)
        bridge.snapshot_arrived.connect(self._take)
        bridge.setting_changed.connect(lambda epoch, text: self._changes.append((epoch, text)))

    @property
    def seen(self) -> Seen | None:
        """The run as it stands; None before there is one, or while the next is being prepared."""
        prepared, snapshot = self._bridge.prepared, self._bridge.snapshot
        if prepared is None or snapshot is None or not self._stretches:
            return None
        history = self._joined()
        return Seen(self._document.complete, prepared, snapshot, history, tuple(self._changes))

    def _joined(self) -> History:
        self._stretches = [join(*self._stretches)]
        return self._stretches[0]

    def _forget(self) -> None:
        self._stretches.clear()
        self._changes.clear()

    def _begin(self, _prepared: Prepared, continues: bool) -> None:
        if not continues:
            self._forget()

    def _take(self, snapshot: Snapshot) -> None:
        if snapshot.history.restart:
            self._forget()
        if len(snapshot.history) or not self._stretches:
            self._stretches.append(snapshot.history)
        if len(self._stretches) > MOST_STRETCHES:
            self._joined()

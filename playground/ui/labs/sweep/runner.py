"""Makes the runs of a sweep beside the window, and says when there is something new."""

import threading

from PySide6.QtCore import QObject, QTimer, Signal

from playground.labs.sweep import SweepError
from playground.training.sweeping import Sweep

LOOK_MS = 100


class SweepRunner(QObject):
    """One sweep at a time on a thread of its own; the processes that train are the sweep's.

    Signals:
        progressed(): there are new results, or time has gone by.
        ended(): every run is made, or the sweep was cancelled.
        failed(str): it cannot go on; the sentence says why. What is done is kept.
    """

    progressed = Signal()
    ended = Signal()
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.sweep: Sweep | None = None
        self._thread: threading.Thread | None = None
        self._error: Exception | None = None
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self._look)

    @property
    def is_busy(self) -> bool:
        """Whether runs are being made, or wait to be."""
        return self._thread is not None

    def start(self, sweep: Sweep) -> None:
        """Make the runs of a sweep."""
        if self._thread is not None:
            raise RuntimeError("There is a sweep at work already.")
        self.sweep, self._error = sweep, None
        self._thread = threading.Thread(
            target=self._work, args=(sweep,), name="playground-sweep", daemon=True
        )
        self._thread.start()
        self._timer.start()

    def cancel(self) -> None:
        """Give up the runs that are missing; what is done is kept."""
        if self.sweep is not None and self.is_busy:
            self.sweep.cancel()

    def end(self, seconds: float) -> None:
        """Cancel, and wait a little for it to be over."""
        self.cancel()
        thread = self._thread
        if thread is not None:
            thread.join(seconds)
        self._timer.stop()

    def _work(self, sweep: Sweep) -> None:
        try:
            for _ in sweep.results():
                pass  # the sweep keeps them
        except Exception as error:  # noqa: BLE001 - raised or said on the window's thread
            self._error = error

    def _look(self) -> None:
        thread = self._thread
        if thread is None or thread.is_alive():
            self.progressed.emit()
            return
        self._timer.stop()
        self._thread = None
        self.progressed.emit()
        if isinstance(self._error, SweepError):
            self.failed.emit(str(self._error))
        elif self._error is not None:
            raise self._error
        else:
            self.ended.emit()

"""Makes the runs of a sweep beside the window, and says when there is something new."""

import threading
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from playground.labs.sweep import SweepError
from playground.training.sweeping import Sweep

LOOK_MS = 100


class SweepRunner(QObject):
    """One sweep at a time on a thread of its own; the processes that train are the sweep's.

    Signals:
        begun(): `sweep` is worked out, and its first runs are being made.
        progressed(): there are new results, or time has gone by.
        ended(): every run is made, or the sweep was cancelled.
        failed(str): it cannot go on; the sentence says why. What is done is kept.
    """

    begun = Signal()
    progressed = Signal()
    ended = Signal()
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.sweep: Sweep | None = None
        self._is_begun = False
        self._thread: threading.Thread | None = None
        self._error: Exception | None = None
        self._new: Sweep | None = None
        self._cancelled = False
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self._look)

    @property
    def is_busy(self) -> bool:
        """Whether runs are being made, or wait to be."""
        return self._thread is not None

    @property
    def current(self) -> Sweep | None:
        """The sweep that was started last, at work or done; None until it is worked out."""
        return self.sweep if self._is_begun else None

    def start(self, make: Callable[[], Sweep]) -> None:
        """Make a sweep, whose many experiments take a while to work out, and then its runs."""
        if self._thread is not None:
            raise RuntimeError("There is a sweep at work already.")
        self._new, self._error, self._cancelled, self._is_begun = None, None, False, False
        self._thread = threading.Thread(target=self._work, args=(make,), name="playground-sweep", daemon=True)
        self._thread.start()
        self._timer.start()

    def cancel(self) -> None:
        """Give up the runs that are missing; what is done is kept."""
        # In this order: a sweep that is worked out at this moment either sees this, or is seen here.
        self._cancelled = True
        sweep = self._new or self.sweep
        if sweep is not None and self.is_busy:
            sweep.cancel()

    def end(self, seconds: float) -> None:
        """Cancel, and wait a little for it to be over."""
        self.cancel()
        thread = self._thread
        if thread is not None:
            thread.join(seconds)
        self._timer.stop()

    def _work(self, make: Callable[[], Sweep]) -> None:
        try:
            sweep = make()
            self._new = sweep
            if self._cancelled:
                return
            for _ in sweep.results():
                pass  # the sweep keeps them
        except Exception as error:  # noqa: BLE001 - raised or said on the window's thread
            self._error = error

    def _look(self) -> None:
        thread = self._thread
        is_over = thread is None or not thread.is_alive()
        if self._new is not None:
            self.sweep, self._new, self._is_begun = self._new, None, True
            self.begun.emit()
        if not is_over:
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

"""Runs one piece of work at a time beside the window, so that a large file never stops it."""

import threading
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from playground.data.importing import Cancelled, ImportCancelled, Progress
from playground.data.importing_layout import ImportRefused

LOOK_MS = 30

Work = Callable[[Progress, Cancelled], object]
"""What is to be done: it tells how far it is, and asks whether to go on."""


class _Run:
    """One piece of work on a thread of its own; the window never waits for it."""

    def __init__(self, work: Work, name: str) -> None:
        self.share = 0.0
        self.cancelled = False
        self.result: object = None
        self.error: Exception | None = None
        self._work = work
        self._thread = threading.Thread(target=self._do, name=name, daemon=True)
        self._thread.start()

    @property
    def is_done(self) -> bool:
        """Whether the thread has ended."""
        return not self._thread.is_alive()

    def join(self, seconds: float) -> None:
        """Wait for the thread to end."""
        self._thread.join(seconds)

    def _do(self) -> None:
        try:
            self.result = self._work(self._tell, lambda: self.cancelled)
        except Exception as error:  # noqa: BLE001 - raised again on the window's thread
            self.error = error

    def _tell(self, share: float) -> None:
        self.share = share


class Background(QObject):
    """Does the work that was asked for last; what came before it is cancelled and its result forgotten.

    Signals:
        progressed(float): the share that is done.
        done(object): the result of the work.
        refused(str): the work cannot be done; the sentence says why.

    `refusals` are the exceptions that say so; any other is raised on the window's thread.
    """

    progressed = Signal(float)
    done = Signal(object)
    refused = Signal(str)

    def __init__(
        self,
        parent: QObject | None = None,
        name: str = "playground-background",
        refusals: tuple[type[Exception], ...] = (ImportRefused,),
    ) -> None:
        super().__init__(parent)
        self._name = name
        self._refusals = refusals
        self._run: _Run | None = None
        self._next: Work | None = None
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self._look)

    @property
    def is_busy(self) -> bool:
        """Whether there is work whose result is still to come."""
        return self._run is not None

    def start(self, work: Work) -> None:
        """Do `work` next."""
        if self._run is None:
            self._run = _Run(work, self._name)
            self._timer.start()
        else:
            self._run.cancelled = True
            self._next = work

    def end(self, seconds: float) -> None:
        """Forget what is being done, but wait a little for it to be over."""
        run = self._run
        self.cancel()
        if run is not None:
            run.join(seconds)

    def cancel(self) -> None:
        """Forget what is being done; the thread ends by itself as soon as it asks."""
        if self._run is not None:
            self._run.cancelled = True
        self._run = self._next = None
        self._timer.stop()

    def _look(self) -> None:
        run = self._run
        if run is None or not run.is_done:
            if run is not None and self._next is None:
                self.progressed.emit(run.share)
            return
        self._run = None
        if self._next is not None:
            work, self._next = self._next, None
            self.start(work)
            return
        self._timer.stop()
        self._deliver(run)

    def _deliver(self, run: _Run) -> None:
        if isinstance(run.error, self._refusals):
            self.refused.emit(str(run.error))
        elif run.error is not None and not isinstance(run.error, ImportCancelled):
            raise run.error
        elif run.error is None:
            self.done.emit(run.result)

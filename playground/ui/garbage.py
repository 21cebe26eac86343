"""Collects cyclic garbage on the window's own thread, and nowhere else.

Python collects on whichever thread happens to allocate. On the training thread that would destroy Qt objects
which only the thread of the window may touch, and the process would die; so the automatic collection is
switched off and a timer does its work.
"""

import gc

from PySide6.QtCore import QObject, QTimer

INTERVAL_MS = 500


class Collector(QObject):
    """Takes over the collection for as long as it lives."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self, interval=INTERVAL_MS)
        self._timer.timeout.connect(self.collect)
        self._timer.start()

    def collect(self) -> None:
        """Collect the oldest generation that is due by Python's own thresholds."""
        for generation in (2, 1, 0):
            if gc.get_count()[generation] > gc.get_threshold()[generation]:
                gc.collect(generation)
                return

    @staticmethod
    def settle() -> None:
        """Leave out what there is now, the modules and the window, of every later collection."""
        gc.collect()
        gc.freeze()

"""A button that lets gradient descent find a fit, to see whether it arrives at the weights of least norm."""

from PySide6.QtCore import Signal

from playground.data.importing import Cancelled, Progress
from playground.labs import random_features
from playground.labs.random_features import Choices, RowsRefused
from playground.ui.background import Background
from playground.ui.labs.overparam.feed import CLOSE_SECONDS
from playground.ui.labs.parts import WorkLine

STEPS = 20_000
HELP = f"Let {STEPS:,} steps of gradient descent from zero look for the weights of least norm."
NO_RIDGE = "With a ridge the weights of least norm are not wanted: set it to 0 to look for them."


class DescentLine(WorkLine):
    """Starts and stops the descent, and shows how far it is.

    Signals:
        arrived(object): the `Descent`.
    """

    arrived = Signal(object)

    def __init__(self) -> None:
        super().__init__("Descend from 0", HELP, "How many of the steps are made.")
        self._background = Background(self, "playground-descent", (RowsRefused,))
        self._background.progressed.connect(self.bar.show_share)
        self._background.done.connect(self._take)
        self._background.refused.connect(lambda _why: self.show_busy(False))
        self.stopped.connect(self._forget)

    @property
    def is_busy(self) -> bool:
        """Whether a descent is on its way."""
        return self._background.is_busy

    def start(self, choices: Choices, width: int) -> None:
        """Descend for the first seed with so many units."""

        def work(tell: Progress, stopped: Cancelled) -> object:
            def goes_on(share: float) -> bool:
                tell(share)
                return not stopped()

            return random_features.descent(choices, 0, width, STEPS, goes_on)

        self._background.start(work)
        self.show_busy(True)

    def stop(self) -> None:
        """Give up the descent that is on its way."""
        if self.is_busy:
            self.stopped.emit()

    def end(self) -> None:
        """Forget it, and wait a little for it to be over."""
        self._background.end(CLOSE_SECONDS)

    def _forget(self) -> None:
        self._background.cancel()
        self.show_busy(False)

    def _take(self, found: object) -> None:
        self.show_busy(False)
        self.arrived.emit(found)

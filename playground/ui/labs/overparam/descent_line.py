"""A button that lets gradient descent find a fit, to see whether it arrives at the weights of least norm."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QWidget

from playground.data.importing import Cancelled, Progress
from playground.labs import random_features
from playground.labs.random_features import Choices, RowsRefused
from playground.ui.background import Background
from playground.ui.labs.overparam.feed import CLOSE_SECONDS
from playground.ui.theme.fonts import body_font
from playground.ui.theme.tokens import LIGHT, Theme
from playground.ui.widgets import describe, keep_font

STEPS = 20_000
PARTS = 1000
START, STOP = "Descend from 0", "Stop"
HELP = f"Let {STEPS:,} steps of gradient descent from zero look for the weights of least norm."
NO_RIDGE = "With a ridge the weights of least norm are not wanted: set it to 0 to look for them."


class DescentLine(QWidget):
    """Starts and stops the descent, and shows how far it is.

    Signals:
        asked(): a descent is wanted.
        arrived(object): the `Descent`.
        stopped(): it was given up.
    """

    asked = Signal()
    arrived = Signal(object)
    stopped = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._background = Background(self, "playground-descent", (RowsRefused,))
        self.button = QPushButton(START)
        self.button.setProperty("role", "slim")
        self.button.setAutoDefault(False)
        describe(self.button, START, HELP)
        self.bar = QProgressBar()
        self.bar.setRange(0, PARTS)
        self.bar.setTextVisible(False)
        describe(self.bar, "Progress", "How many of the steps are made.")
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.addWidget(self.button)
        self._layout.addWidget(self.bar, 1)
        self.button.clicked.connect(self._clicked)
        self._background.progressed.connect(lambda share: self.bar.setValue(round(PARTS * share)))
        self._background.done.connect(self._take)
        self.apply_theme(LIGHT)

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
        self._show_state()

    def stop(self) -> None:
        """Forget the descent that is on its way."""
        was_busy = self.is_busy
        self._background.cancel()
        self._show_state()
        if was_busy:
            self.stopped.emit()

    def end(self) -> None:
        """Forget it, and wait a little for it to be over."""
        self._background.end(CLOSE_SECONDS)

    def set_able(self, able: bool) -> None:
        """Allow a descent, or say why there is none."""
        self.button.setEnabled(able)
        self.button.setToolTip(HELP if able else NO_RIDGE)

    def apply_theme(self, theme: Theme) -> None:
        """Take the theme's sizes."""
        keep_font(self.button, body_font(theme))
        self._layout.setSpacing(theme.px(8))
        self.bar.setFixedHeight(theme.px(6))

    def _clicked(self) -> None:
        if self.is_busy:
            self.stop()
        else:
            self.asked.emit()

    def _take(self, found: object) -> None:
        self._show_state()
        self.arrived.emit(found)

    def _show_state(self) -> None:
        self.button.setText(STOP if self.is_busy else START)
        self.bar.setValue(0)

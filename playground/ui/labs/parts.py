"""Small pieces that the pages of all labs share: buttons, bars of progress, and a line that begins work."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from playground.ui.theme.fonts import body_font
from playground.ui.theme.tokens import Theme
from playground.ui.widgets import describe, keep_font

PARTS = 1000
THICK = 6  # design pixels of a bar
STOP = "Stop"


class Button(QPushButton):
    """A button in the theme's font; the one that a page is about has the role "primary"."""

    def __init__(self, text: str, help_text: str, role: str = "slim") -> None:
        super().__init__(text)
        self.setProperty("role", role)
        self.setAutoDefault(False)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        describe(self, text, help_text)

    def apply_theme(self, theme: Theme) -> None:
        """Take the theme's font."""
        keep_font(self, body_font(theme, bold=True))


class ThinBar(QProgressBar):
    """A share as a thin bar."""

    def __init__(self, name: str, help_text: str) -> None:
        super().__init__()
        self.setRange(0, PARTS)
        self.setTextVisible(False)
        describe(self, name, help_text)

    def show_share(self, share: float) -> None:
        """Show a share from 0 to 1."""
        self.setValue(round(PARTS * share))

    def apply_theme(self, theme: Theme) -> None:
        """Take the theme's size."""
        self.setFixedHeight(theme.px(THICK))


class WorkLine(QWidget):
    """A button that begins some work beside the window, or stops it, and a bar of how far it is.

    Signals:
        asked(): the work is wanted.
        stopped(): it is wanted no more.
    """

    asked = Signal()
    stopped = Signal()

    def __init__(self, text: str, help_text: str, measured: str, role: str = "slim") -> None:
        """Make the line; `measured` says what the bar is a share of."""
        super().__init__()
        self._text, self._help = text, help_text
        self._busy = False
        self.button = Button(text, help_text, role)
        self.button.clicked.connect(lambda: (self.stopped if self._busy else self.asked).emit())
        self.bar = ThinBar("Progress", measured)
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.addWidget(self.button)
        self._layout.addWidget(self.bar, 1)

    def show_busy(self, busy: bool) -> None:
        """Offer to stop the work, or to begin it; the bar is empty then."""
        self._busy = busy
        text = STOP if busy else self._text
        self.button.setText(text)
        self.button.setAccessibleName(text)
        self.bar.show_share(0.0)

    def set_able(self, able: bool, why: str = "") -> None:
        """Allow the work, or say why it cannot be done."""
        self.button.setEnabled(able)
        self.button.setToolTip(self._help if able else why)

    def apply_theme(self, theme: Theme) -> None:
        """Take the theme's sizes."""
        self.button.apply_theme(theme)
        self.bar.apply_theme(theme)
        self._layout.setSpacing(theme.px(8))


class Refusal(QLabel):
    """Why something was not taken: hidden while there is nothing to say."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "warning")
        self.setWordWrap(True)
        describe(self, "Refused", "Why what was typed was not taken.")
        self.hide()

    def show_text(self, text: str) -> None:
        """Show a sentence, or nothing."""
        self.setText(text)
        self.setVisible(bool(text))

    def apply_theme(self, theme: Theme) -> None:
        """Take the theme's font."""
        keep_font(self, body_font(theme))

"""A few words beside the pointer."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QWidget

from playground.ui.theme.fonts import body_font
from playground.ui.theme.tokens import Theme
from playground.ui.widgets.base import keep_font

GAP = 12


class Readout(QLabel):
    """Says what lies under the pointer; it stays inside its parent and out of the pointer's way."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._parent = parent
        self.setProperty("role", "readout")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def say(self, text: str, place: QPoint) -> None:
        """Show a text beside a place of the parent; nothing when it is empty."""
        if not text:
            self.hide()
            return
        self.setText(text)
        self.adjustSize()
        x, y = place.x() + GAP, place.y() - GAP - self.height()
        x = x if x + self.width() < self._parent.width() else place.x() - GAP - self.width()
        y = y if y > 0 else place.y() + GAP
        self.move(max(0, x), max(0, y))
        self.show()
        self.raise_()

    def apply_theme(self, theme: Theme) -> None:
        """Take the theme's font."""
        keep_font(self, body_font(theme, theme.size_small))

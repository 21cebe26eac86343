"""One line of text that gives way where there is no room."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.ui.theme.colour import qcolor
from playground.ui.theme.tokens import Theme
from playground.ui.widgets.base import keep_font


class ElidedLabel(QWidget):
    """One line of text, cut short where there is no room; its height never changes."""

    def __init__(self) -> None:
        super().__init__()
        self._text = ""
        self._theme: Theme | None = None
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def set_look(self, theme: Theme, font: QFont) -> None:
        """Take a theme and a font."""
        self._theme = theme
        keep_font(self, font)
        self.setFixedHeight(QFontMetrics(font).height() + theme.px(4))

    def show_text(self, text: str) -> None:
        """Show `text`."""
        self._text = text
        self.setAccessibleName(text)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the text."""
        if self._theme is None:
            return
        painter = QPainter(self)
        painter.setPen(qcolor(self._theme.text))
        text = self.fontMetrics().elidedText(self._text, Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)

"""Words and figures that change with every step, painted without the page being laid out anew."""

import math
from collections.abc import Callable

from PySide6.QtCore import QSize
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QFontMetrics,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
    QTextDocument,
)
from PySide6.QtWidgets import QWidget

from playground.ui.theme.colour import qcolor
from playground.ui.theme.fonts import body_font, number_font
from playground.ui.theme.tokens import LIGHT, Theme
from playground.ui.widgets import describe

LOOK = "td { white-space: nowrap; } b { font-weight: 600; }"
"""The bundled font has no heavier weight: Qt would smear one."""


class Note(QWidget):
    """Lines of words, or with `numbers` of figures; it grows with them, and never shrinks while shown.

    A label would have the whole page laid out at each change of its text, many times a second.
    """

    def __init__(self, name: str, help_text: str = "", numbers: bool = False, lines: int = 0) -> None:
        """Make the note; it keeps room for so many `lines`, so that nothing below it moves."""
        super().__init__()
        describe(self, name, help_text)
        self._theme = LIGHT
        self._numbers, self._lines = numbers, lines
        self._document = QTextDocument(self)
        self._document.setDocumentMargin(0.0)
        self._document.setDefaultStyleSheet(LOOK)
        self._shown = ""
        self._high = 0

    @property
    def text(self) -> str:
        """What is shown, without its colours."""
        return self._document.toPlainText()

    def show_text(self, text: str) -> None:
        """Show words as they are."""
        self._show(text, self._document.setPlainText)

    def show_rich(self, text: str) -> None:
        """Show rich text, which may have colours and tables."""
        self._show(text, self._document.setHtml)

    def apply_theme(self, theme: Theme) -> None:
        """Take the theme's font and colour."""
        self._theme = theme
        font = number_font(theme, theme.size_body, bold=False) if self._numbers else body_font(theme)
        self._document.setDefaultFont(font)
        self._shrink()
        self.update()

    def sizeHint(self) -> QSize:
        """Return the height that the words have needed so far."""
        return QSize(120, self._high)

    def minimumSizeHint(self) -> QSize:
        """Return the same."""
        return self.sizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Break the lines anew."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._shrink()
        else:
            self._fit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the words."""
        context = QAbstractTextDocumentLayout.PaintContext()
        context.palette.setColor(QPalette.ColorRole.Text, qcolor(self._theme.text))
        self._document.documentLayout().draw(QPainter(self), context)

    def _show(self, text: str, show: Callable[[str], None]) -> None:
        if text == self._shown:
            return
        self._shown = text
        show(text)
        self.setAccessibleDescription(self.text)
        self._fit()
        self.update()

    def _shrink(self) -> None:
        """Forget how much room it has needed, but for its lines."""
        self._high = -1
        self._fit()

    def _fit(self) -> None:
        self._document.setTextWidth(max(1, self.width()))
        kept = self._lines * QFontMetrics(self._document.defaultFont()).lineSpacing()
        high = max(kept, math.ceil(self._document.size().height()) if self._shown else 0)
        if high > self._high:
            self._high = high
            self.setMinimumHeight(high)
            self.updateGeometry()

"""Fonts, sizes and small pictures the diagram draws with, made once for each theme."""

from functools import lru_cache

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPen

from playground.ui.theme.colour import qcolor
from playground.ui.theme.fonts import body_font
from playground.ui.theme.tokens import Theme


class Look:
    """What every item needs of a theme."""

    def __init__(self, theme: Theme) -> None:
        self.theme = theme
        self.title = body_font(theme, bold=True)
        self.label = body_font(theme)
        self.small = body_font(theme, theme.size_small)
        self.small_bold = body_font(theme, theme.size_small, bold=True)
        self.bias_side = 8.0 * theme.scale
        self.radius = 8.0 * theme.scale
        self.hairline = QPen(qcolor(theme.hairline), theme.stroke)
        self.accent = QPen(qcolor(theme.accent), 2.0 * theme.stroke)
        self.dashed = QPen(qcolor(theme.accent), 1.5 * theme.stroke, Qt.PenStyle.CustomDashLine)
        self.dashed.setDashPattern([3.0, 2.5])

    def pen(self, token: str, width: float = 1.0) -> QPen:
        """Return a solid pen, its width in the theme's strokes."""
        return QPen(qcolor(token), width * self.theme.stroke)


@lru_cache(maxsize=4)
def look_of(theme: Theme) -> Look:
    """Return the one `Look` of a theme."""
    return Look(theme)


def text_width(font: QFont, text: str) -> float:
    """Return the width of `text` in pixels."""
    return QFontMetricsF(font).horizontalAdvance(text)


@lru_cache(maxsize=512)
def fitted(font_key: str, text: str, width: int) -> tuple[QFont, str]:
    """Return a font and a text that fit `width`: first smaller, then the first word, at last elided."""
    font = QFont()
    font.fromString(font_key)
    size = font.pixelSize()
    for words in (text, text.split()[0] if text.split() else text):
        for smaller in range(size, max(round(size * 0.72), 7) - 1, -1):
            font.setPixelSize(smaller)
            if text_width(font, words) <= width:
                return font, words
    return font, QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, width)


def draw_fitted(painter: QPainter, box: QRectF, font: QFont, text: str, flags: Qt.AlignmentFlag) -> None:
    """Draw `text` in `box`, smaller where it would not fit."""
    chosen, words = fitted(font.toString(), text, int(box.width()))
    painter.setFont(chosen)
    painter.drawText(box, flags, words)

"""Parameters for each training row, as a bar on a logarithmic scale that is flagged from 1 on."""

import math

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.ui.figures import short
from playground.ui.theme.colour import qcolor
from playground.ui.theme.fonts import body_font
from playground.ui.theme.tokens import Theme
from playground.ui.widgets import describe

ENDS = (-2.0, 4.0)
"""The powers of ten at the two ends; what lies beyond is drawn at the end."""
BAR = 12  # design pixels
HELP = "Parameters divided by training rows. From 1 on there are more parameters than rows."


class Gauge(QWidget):
    """The bar, a line at 1, and in words whether it is crossed."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._value = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        describe(self, "Parameters for each row", HELP)
        self.apply_theme(theme)

    @property
    def text(self) -> str:
        """What stands below the bar."""
        flag = "▲ more than 1: over-parameterised" if self._value > 1 else "not above 1"
        return f"{short(self._value)} – {flag}"

    @property
    def is_over(self) -> bool:
        """Whether 1 is crossed."""
        return self._value > 1

    def show_value(self, value: float) -> None:
        """Show so many parameters for each row."""
        self._value = value
        self.setAccessibleDescription(f"{self.text}. {HELP}")
        self.update()

    def apply_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self._theme = theme
        self.setFixedHeight(theme.px(BAR + 8) + 2 * QFontMetrics(body_font(theme)).height())
        self.update()

    def sizeHint(self) -> QSize:
        """Return a width for the words."""
        return QSize(self._theme.px(220), self.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the bar, the line at 1, and the words."""
        theme, painter = self._theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(body_font(theme))
        line = QFontMetrics(painter.font()).height()
        bar = QRectF(1, line, self.width() - 2, theme.px(BAR))
        one = bar.left() + self._share(1.0) * bar.width()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(qcolor(theme.hairline))
        painter.drawRoundedRect(bar, bar.height() / 2, bar.height() / 2)
        painter.setBrush(qcolor(theme.warning if self.is_over else theme.curve_test))
        filled = QRectF(bar.left(), bar.top(), self._share(self._value) * bar.width(), bar.height())
        painter.drawRoundedRect(filled, bar.height() / 2, bar.height() / 2)
        painter.setPen(QPen(qcolor(theme.text), 2 * theme.stroke))
        painter.drawLine(round(one), round(bar.top()), round(one), round(bar.bottom()) + theme.px(3))
        painter.drawText(QRectF(one - 20, 0, 40, line), Qt.AlignmentFlag.AlignHCenter, "1")
        painter.setPen(qcolor(theme.warning if self.is_over else theme.text))
        below = QRectF(1, bar.bottom() + theme.px(6), self.width() - 2, line)
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, self.text)

    def _share(self, value: float) -> float:
        """Return how far along the bar a value lies, from 0 to 1."""
        power = math.log10(value) if 0 < value < math.inf else ENDS[0] if value <= 0 else ENDS[1]
        return min(max((power - ENDS[0]) / (ENDS[1] - ENDS[0]), 0.0), 1.0)

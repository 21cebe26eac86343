"""Amounts as bars below one another, all to the same scale."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.ui.figures import short
from playground.ui.theme.colour import mix, qcolor
from playground.ui.theme.fonts import body_font
from playground.ui.theme.tokens import Theme
from playground.ui.widgets import describe

HIGH = 26  # design pixels of a bar
BETWEEN = 6


class Bars(QWidget):
    """Draws gigabytes as bars with their names; the longest takes all the room."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._bars: tuple[tuple[str, float], ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_bars(self, bars: Sequence[tuple[str, float]]) -> None:
        """Draw these names with their gigabytes."""
        self._bars = tuple(bars)
        describe(self, "Data and card", ", ".join(self._words()) + ", drawn to the same scale.")
        self.apply_theme(self._theme)

    def _words(self) -> list[str]:
        return [f"{name}: {short(amount)} GB" for name, amount in self._bars]

    def apply_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self._theme = theme
        self.setFixedHeight(len(self._bars) * theme.px(HIGH + BETWEEN))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the bars, each with its words inside, or beside it where it is too short."""
        painter, theme = QPainter(self), self._theme
        painter.fillRect(self.rect(), qcolor(theme.surface))
        painter.setFont(body_font(theme))
        most = max((amount for _, amount in self._bars), default=1.0)
        colours = (mix(theme.curve_train, theme.surface, 0.6), mix(theme.success, theme.surface, 0.45))
        gap = theme.px(8)
        for row, ((_, amount), words) in enumerate(zip(self._bars, self._words(), strict=True)):
            top = row * theme.px(HIGH + BETWEEN)
            long = max(self.width() * amount / most, 1.0)
            painter.fillRect(QRectF(0, top, long, theme.px(HIGH)), qcolor(colours[row % len(colours)]))
            needed = QFontMetrics(painter.font()).horizontalAdvance(words) + 2 * gap
            left = gap if needed <= long else long + gap
            painter.setPen(qcolor(theme.text))
            box = QRectF(left, top, needed, theme.px(HIGH))
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)

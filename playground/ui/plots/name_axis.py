"""An axis of names in place of numbers: cut short where they are long, upright where they lie close."""

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from playground.ui.theme.colour import qcolor
from playground.ui.theme.fonts import body_font
from playground.ui.theme.tokens import Theme

Names = tuple[tuple[float, str], ...]

SMALLEST = 8  # pixels of type, in the theme's scale
LABEL = 19  # design pixels at the outer edge, where the axis's own label is
LEADING = 1.15  # height of a line, as a share of its type
_CENTRE = Qt.AlignmentFlag.AlignCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class NameAxis(pg.AxisItem):  # type: ignore[misc]
    """Names at places along the axis; below the plot they stand upright unless all of them fit level."""

    def __init__(self, side: str) -> None:
        super().__init__(side)
        self._names: Names = ()
        self._theme: Theme | None = None
        self._level = side == "bottom"

    def set_names(self, names: Names, theme: Theme) -> None:
        """Show these names, each at the middle of what it names."""
        self._names, self._theme = names, theme
        self.update()

    def longest(self, font: QFont) -> int:
        """Return how much room the longest name needs."""
        metrics = QFontMetrics(font)
        return max((metrics.horizontalAdvance(name) for _, name in self._names), default=0)

    def fits_level(self, width: float, theme: Theme) -> bool:
        """Return whether every name fits its place side by side where a unit has `width` pixels."""
        return self.longest(body_font(theme, theme.size_small)) + theme.px(4) <= width

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        """Paint the names that are within the plot."""
        view: Any = self.linkedView()
        if self._theme is None or view is None or not self._names:
            return
        low, high = view.viewRange()[0 if self._level else 1]
        box = QRectF(QPointF(), self.size())
        room = box.width() if self._level else box.height()
        step = room / (high - low)
        level = self._level and self.fits_level(step, self._theme)
        size = min(self._theme.size_small, round(step / LEADING))
        size = self._theme.size_small if level else max(self._theme.px(SMALLEST), size)
        painter.setFont(body_font(self._theme, size))
        painter.setPen(qcolor(self._theme.muted))
        # In an SVG what was drawn before leaves its clip behind.
        painter.setClipRect(self.boundingRect())
        for place, name in self._names:
            if low <= place <= high:
                self._paint_name(painter, box, (place - low) * step, step, name, level)

    def _paint_name(
        self, painter: QPainter, box: QRectF, at: float, step: float, name: str, level: bool
    ) -> None:
        assert self._theme is not None  # asked by `paint` alone
        gap, metrics = self._theme.px(4), painter.fontMetrics()
        if level:
            painter.drawText(QRectF(at - step / 2, gap, step, metrics.height()), _CENTRE, name)
            return
        label = self._theme.px(LABEL)
        across = metrics.height()
        length = (box.height() if self._level else box.width()) - label - gap
        text = metrics.elidedText(name, Qt.TextElideMode.ElideRight, int(length - gap))
        if self._level:
            painter.save()
            painter.translate(QPointF(at, gap))
            painter.rotate(-90.0)
            painter.drawText(QRectF(-length, -across / 2, length, across), _RIGHT, text)
            painter.restore()
        else:
            y = box.height() - at
            painter.drawText(QRectF(label, y - across / 2, length - gap, across), _RIGHT, text)

"""Names at the ends of lines, to the right of a plot: beside their line, but never one over another."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from playground.ui.theme.colour import contrast, mix, qcolor
from playground.ui.theme.fonts import body_font
from playground.ui.theme.tokens import Theme

LEADER = 14  # design pixels between the end of a line and its name
WIDEST = 0.42  # part of the plot's width that names take at most
LEAST_CONTRAST = 3.0
_STEPS = 12


@dataclass(frozen=True, slots=True)
class EndLabel:
    """What a line is called, where it ends (in data coordinates), and the pen it is drawn with."""

    place: float
    name: str
    pen: QPen


@lru_cache(maxsize=256)
def layer_pen(layer: int, theme: Theme, width: float = 1.8) -> QPen:
    """Return the pen for a layer's line: a colour of its own, dashed where the colours begin again."""
    colour = readable(theme.classes[layer % len(theme.classes)], theme)
    pen: QPen = pg.mkPen(qcolor(colour), width=width * theme.stroke)
    if layer >= len(theme.classes):
        pen.setDashPattern([4.0, 2.0])
    return pen


def readable(colour: str, theme: Theme) -> str:
    """Return a colour as near to this one as can be told from the background."""
    shades = (mix(colour, theme.text, step / _STEPS) for step in range(_STEPS + 1))
    return next(shade for shade in shades if contrast(shade, theme.surface) >= LEAST_CONTRAST)


def apart(wanted: Sequence[float], step: float, room: float) -> list[float]:
    """Return places near those `wanted` (ascending), at least `step` apart and within 0 to `room`.

    Where there is not room for all, they are spread evenly, and closer.
    """
    if not wanted:
        return []
    step = min(step, room / len(wanted))
    places: list[float] = []
    for want in wanted:
        least = places[-1] + step if places else step / 2
        places.append(max(want, least))
    most = room - step / 2
    for index in range(len(places) - 1, -1, -1):
        places[index] = min(places[index], most)
        most = places[index] - step
    return places


class EndLabels(pg.AxisItem):  # type: ignore[misc]
    """The names of a plot's lines, in the place of the axis on its right."""

    def __init__(self) -> None:
        super().__init__("right")
        self._labels: tuple[EndLabel, ...] = ()
        self._theme: Theme | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """What is written."""
        return tuple(label.name for label in self._labels)

    def show_labels(self, labels: tuple[EndLabel, ...], theme: Theme) -> None:
        """Write these names."""
        self._labels, self._theme = labels, theme
        self.update()

    def room(self, width: int, theme: Theme) -> int:
        """Return how wide the names are in a plot of this width."""
        metrics = QFontMetrics(self._font(theme))
        longest = max((metrics.horizontalAdvance(name) for name in self.names), default=0)
        return int(min(longest + theme.px(LEADER + 10), WIDEST * width)) if longest else theme.px(12)

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        """Paint the names, each tied to the end of its line."""
        view: Any = self.linkedView()
        if self._theme is None or view is None or not self._labels:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._font(self._theme))
        # In an SVG what was drawn before leaves its clip behind.
        painter.setClipRect(self.boundingRect())
        low, high = view.viewRange()[1]
        box, metrics = QRectF(QPointF(), self.size()), painter.fontMetrics()
        ends = sorted(
            ((high - label.place) / (high - low) * box.height(), index)
            for index, label in enumerate(self._labels)
        )
        ends = [(min(max(y, 0.0), box.height()), index) for y, index in ends]
        places = apart([y for y, _ in ends], metrics.height(), box.height())
        every = -(-len(places) * metrics.height() // max(1, int(box.height()) + metrics.height()))
        for number, ((y, index), place) in enumerate(zip(ends, places, strict=True)):
            if number % max(1, every) == 0:
                self._paint_label(painter, self._labels[index], y, place, box.width())

    def _paint_label(
        self, painter: QPainter, label: EndLabel, end: float, place: float, width: float
    ) -> None:
        assert self._theme is not None  # asked by `paint` alone
        metrics, leader = painter.fontMetrics(), self._theme.px(LEADER)
        painter.setPen(label.pen)
        painter.drawLine(QPointF(0.0, end), QPointF(leader - self._theme.px(4), place))
        painter.setPen(qcolor(self._theme.text))
        room = width - leader - self._theme.px(2)
        text = metrics.elidedText(label.name, Qt.TextElideMode.ElideRight, int(room))
        box = QRectF(leader, place - metrics.height() / 2, room, metrics.height())
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)

    @staticmethod
    def _font(theme: Theme) -> QFont:
        return body_font(theme, theme.size_small)

"""A network drawn from its widths, with every link there to be pointed at."""

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from playground.ui.theme.colour import mix, qcolor
from playground.ui.theme.fonts import body_font
from playground.ui.theme.tokens import LIGHT, Theme
from playground.ui.widgets import describe

MOST = 8
"""Neurons of a column that are drawn; of more, the first ones and the last."""
RADIUS = 11.0
NEAR = 7.0  # design pixels within which a link is pointed at
HEAD, FOOT, SIDE = 26.0, 8.0, 34.0

Link = tuple[int, int, int]
"""Layer (from 0), the neuron i it leads to and the value j it comes from: w_ij."""


def shown(count: int, most: int = MOST) -> list[int | None]:
    """Return which of `count` things are drawn, None for those left out; a count of 0 is not told."""
    if count == 0:
        return [None]
    if count <= most:
        return list(range(count))
    return [*range(most - 2), None, count - 1]


class NetworkView(QWidget):
    """Columns of neurons from left to right, joined by links; one layer's links are in the foreground.

    Signals:
        pointed(object): the `Link` under the pointer.
        layer_chosen(int): a link of this layer was clicked.
    """

    pointed = Signal(object)
    layer_chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        describe(self, "Network", "")
        self.setAccessibleDescription("The network; the link under the pointer is marked in the matrix.")
        self.setMouseTracking(True)
        self.setMinimumSize(QSize(200, 90))
        self._theme = LIGHT
        self._widths: tuple[int, ...] = (1, 1)
        self._layer = 0
        self._cell: tuple[int, int] | None = None

    def show_network(
        self, widths: Sequence[int], layer: int = -1, cell: tuple[int, int] | None = None
    ) -> None:
        """Draw these widths, inputs first; of one layer the links in the foreground, and one link (i, j)."""
        self._widths, self._layer, self._cell = tuple(widths), layer, cell
        self.update()

    @property
    def widths(self) -> tuple[int, ...]:
        """What is drawn."""
        return self._widths

    def apply_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self._theme = theme
        self.setMinimumSize(QSize(theme.px(200), theme.px(90)))
        self.update()

    def place_of(self, column: int, neuron: int) -> QPointF | None:
        """Return where a neuron is drawn, None where it is left out."""
        ones = shown(self._widths[column])
        if neuron not in ones:
            return None
        return self._spot(column, ones.index(neuron), len(ones))

    def _links(self, layer: int) -> Iterator[tuple[int, int, QPointF, QPointF]]:
        """Yield the links of a layer that are drawn: i and j of w_ij, and where it begins and ends."""
        for i in shown(self._widths[layer + 1]):
            for j in shown(self._widths[layer]):
                if i is not None and j is not None:
                    first, second = self.place_of(layer, j), self.place_of(layer + 1, i)
                    if first is not None and second is not None:
                        yield i, j, first, second

    def _spot(self, column: int, row: int, rows: int) -> QPointF:
        theme = self._theme
        side, head, foot = (size * theme.scale for size in (SIDE, HEAD, FOOT))
        columns = len(self._widths)
        x = side + column * (self.width() - 2 * side) / max(1, columns - 1)
        y = head + (row + 0.5) * (self.height() - head - foot) / rows
        return QPointF(x, y)

    def _radius(self) -> float:
        rows = max(len(shown(width)) for width in self._widths)
        room = (self.height() - (HEAD + FOOT) * self._theme.scale) / rows
        return min(RADIUS * self._theme.scale, 0.4 * room)

    # Pointing -------------------------------------------------------------------------------------------

    def link_at(self, place: QPointF) -> Link | None:
        """Return the link that is drawn nearest to a place, None when none is near."""
        best, found = NEAR * self._theme.scale, None
        for layer in range(len(self._widths) - 1):
            for i, j, first, second in self._links(layer):
                far = _distance(place, first, second)
                if far < best:
                    best, found = far, (layer, i, j)
        return found

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say which link is pointed at."""
        link = self.link_at(event.position())
        if link is not None:
            self.pointed.emit(link)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the layer whose link is clicked."""
        link = self.link_at(event.position())
        if link is not None:
            self.layer_chosen.emit(link[0])
            self.pointed.emit(link)

    def event(self, event: QEvent) -> bool:
        """Repaint when switched on or off."""
        if event.type() == QEvent.Type.EnabledChange:
            self.update()
        return super().event(event)

    # Painting -------------------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint links, then neurons, then names."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), qcolor(self._theme.surface))
        for layer in range(len(self._widths) - 1):
            self._paint_links(painter, layer)
        self._paint_chosen(painter)
        for column in range(len(self._widths)):
            self._paint_column(painter, column)

    def _paint_links(self, painter: QPainter, layer: int) -> None:
        theme = self._theme
        strong = 0.35 if layer == self._layer or self._layer < 0 else 0.75
        painter.setPen(QPen(qcolor(mix(theme.muted, theme.surface, strong)), theme.stroke))
        for _i, _j, first, second in self._links(layer):
            painter.drawLine(first, second)

    def _paint_chosen(self, painter: QPainter) -> None:
        if self._cell is None or self._layer < 0:
            return
        i, j = self._cell
        first, second = self.place_of(self._layer, j), self.place_of(self._layer + 1, i)
        if first is not None and second is not None:
            painter.setPen(QPen(qcolor(self._theme.accent), 3.0 * self._theme.stroke))
            painter.drawLine(first, second)

    def _paint_column(self, painter: QPainter, column: int) -> None:
        theme, radius = self._theme, self._radius()
        ones = shown(self._widths[column])
        chosen = None if self._cell is None else {self._layer: self._cell[1], self._layer + 1: self._cell[0]}
        painter.setFont(body_font(theme, theme.size_small))
        for row, neuron in enumerate(ones):
            place = self._spot(column, row, len(ones))
            if neuron is None:
                painter.setPen(qcolor(theme.muted))
                painter.drawText(_box(place, 4 * radius), Qt.AlignmentFlag.AlignCenter, "⋮")
                continue
            marked = chosen is not None and chosen.get(column) == neuron
            fill = theme.accent_soft if marked else theme.raised
            painter.setBrush(qcolor(fill))
            painter.setPen(QPen(qcolor(theme.accent if marked else theme.outline), 1.4 * theme.stroke))
            painter.drawEllipse(place, radius, radius)
            if radius >= 8 * theme.scale:
                painter.setPen(qcolor(theme.text))
                painter.drawText(_box(place, 2 * radius), Qt.AlignmentFlag.AlignCenter, str(neuron + 1))
        painter.setPen(qcolor(theme.muted))
        width = self._widths[column]
        text = f"{width} in" if column == 0 else str(width or "?")
        middle = self._spot(column, 0, 1).x()
        box = QRectF(middle - SIDE * theme.scale, 0, 2 * SIDE * theme.scale, HEAD * theme.scale)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def _box(place: QPointF, side: float) -> QRectF:
    return QRectF(place.x() - side / 2, place.y() - side / 2, side, side)


def _distance(place: QPointF, first: QPointF, second: QPointF) -> float:
    """Return how far a place is from a line between two others; its ends, where neurons are, count less."""
    way, to = second - first, place - first
    length = QPointF.dotProduct(way, way)
    part = min(0.9, max(0.1, QPointF.dotProduct(to, way) / length)) if length else 0.5
    off = to - way * part
    return float(QPointF.dotProduct(off, off) ** 0.5)

"""Values that go on without weights: straight threads into a slim card, and the arcs of Skips above it."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from playground.ui.diagram.lanes import Arc
from playground.ui.diagram.layout import Column
from playground.ui.diagram.look import look_of
from playground.ui.theme.colour import qcolor
from playground.ui.theme.tokens import Theme

CACHED = QGraphicsItem.CacheMode.DeviceCoordinateCache  # while a network trains they stay as they are
MOST_THREADS = 24  # more values are a ribbon
CORNER = 9.0
HEAD = 4.5  # half the width of an arrow's head


class Threads(QGraphicsItem):
    """One thread a value from a column to the slim card behind it; a ribbon where there are many."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setZValue(1)
        self.setCacheMode(CACHED)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self._theme = theme
        self._heights: tuple[float, ...] = ()
        self._box = QRectF()

    def place(self, left: Column, right: Column, theme: Theme) -> None:
        """Run from the neurons of `left` to the edge of `right`."""
        self._theme = theme
        self.prepareGeometryChange()
        units = left.spec.units
        ribbon = left.block is not None or units > MOST_THREADS
        self._heights = () if ribbon else tuple(left.centre_of(unit) for unit in range(units))
        start, stack = left.stack.right(), left.stack
        self._box = QRectF(start, stack.top(), right.card.left() - start, stack.height())
        self.update()

    @property
    def count(self) -> int:
        """How many threads are drawn one by one; 0 for a ribbon."""
        return len(self._heights)

    def apply_theme(self, theme: Theme) -> None:
        """Paint in other colours."""
        self._theme = theme
        self.update()

    def boundingRect(self) -> QRectF:
        """Return the box that is painted in."""
        return self._box.adjusted(-1, -2, 1, 2)

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        """Paint the item."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = look_of(self._theme).pen(self._theme.muted, 1.3)
        pen.setColor(qcolor(self._theme.muted, 150 if self._heights else 90))
        painter.setPen(pen)
        left, right = self._box.left(), self._box.right()
        if not self._heights:
            painter.fillRect(self._box, qcolor(self._theme.muted, 34))
            for y in (self._box.top(), self._box.bottom()):
                painter.drawLine(QPointF(left, y), QPointF(right, y))
        for y in self._heights:
            painter.drawLine(QPointF(left, y), QPointF(right, y))


class ArcItem(QGraphicsItem):
    """The arc of one Skip, from the card whose values it adds to its own."""

    def __init__(self, arc: Arc, theme: Theme) -> None:
        super().__init__()
        self.setZValue(2)
        self.setCacheMode(CACHED)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.arc = arc
        self._theme = theme
        self._bright = False

    def place(self, arc: Arc, theme: Theme) -> None:
        """Take another way."""
        self.prepareGeometryChange()
        self.arc, self._theme = arc, theme
        self.update()

    def apply_theme(self, theme: Theme) -> None:
        """Paint in other colours."""
        self._theme = theme
        self.update()

    def set_bright(self, bright: bool) -> None:
        """Stand out while its card is selected or pointed at."""
        if bright != self._bright:
            self._bright = bright
            self.update()

    def boundingRect(self) -> QRectF:
        """Return the box that is painted in."""
        arc, pad = self.arc, 8 * self._theme.scale
        bottom = max(arc.start.y(), arc.end.y())
        box = QRectF(QPointF(arc.start.x(), arc.height), QPointF(arc.end.x(), bottom)).normalized()
        return box.adjusted(-pad, -pad, pad, pad)

    def path(self) -> QPainterPath:
        """Return the line: up, along the lane, down, with round corners."""
        arc = self.arc
        head = HEAD * 1.4 * self._theme.scale
        radius = min(CORNER * self._theme.scale, arc.start.y() - arc.height, arc.end.y() - arc.height)
        path = QPainterPath(arc.start)
        path.lineTo(arc.start.x(), arc.height + radius)
        path.quadTo(arc.start.x(), arc.height, arc.start.x() + radius, arc.height)
        path.lineTo(arc.end.x() - radius, arc.height)
        path.quadTo(arc.end.x(), arc.height, arc.end.x(), arc.height + radius)
        path.lineTo(arc.end.x(), arc.end.y() - head)
        return path

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        """Paint the item."""
        theme, end = self._theme, self.arc.end
        token = theme.accent if self._bright else theme.muted
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.strokePath(self.path(), look_of(theme).pen(token, 1.8))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(qcolor(token))
        painter.drawEllipse(self.arc.start, 3 * theme.scale, 3 * theme.scale)
        half = HEAD * theme.scale
        wings = [end + QPointF(-half, -2 * half), end + QPointF(half, -2 * half)]
        painter.drawPolygon(QPolygonF([end, *wings]))

"""Paints a surface in a box, from back to front, with the rows of the data standing in it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from pyqtgraph.graphicsItems.ScatterPlotItem import Symbols
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetrics, QPainter, QPainterPath, QPen, QTransform
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from playground.ui.plots.mesh import Colours, as_points, brushes_of, fill_row, whole_cells
from playground.ui.plots.relief import HEIGHT, Eye, FloatArray, height_at, lit, surface
from playground.ui.plots.relief import light as light_of
from playground.ui.plots.ticks import Ticks
from playground.ui.theme.colour import qcolor
from playground.ui.theme.fonts import body_font, number_font
from playground.ui.theme.tokens import Theme

EVERY = 4
"""Every so many cells a line is drawn."""
SMALL = 55
"""Design pixels of half the floor's side below which there is no room for many numbers."""


@dataclass(frozen=True, slots=True)
class Dots:
    """Rows of the data: places (m, 3) in the box, and a group for each, by which they are drawn."""

    places: FloatArray = field(default_factory=lambda: np.empty((0, 3)))
    groups: npt.NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    looks: tuple[tuple[str, str], ...] = ()
    """Marker and colour of each group."""


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis of the box: its name, and ticks with places from -1 to 1."""

    name: str
    ticks: Ticks


class SurfaceItem(QGraphicsItem):
    """Heights (n, n) over the plane, in [-1, 1], with a colour for each cell, seen from `eye`."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.eye = Eye()
        self._theme = theme
        self._thickness = 1.0
        self._room = QRectF()
        self._heights: FloatArray = np.empty((0, 0))
        self._points: FloatArray = np.empty((0, 0, 3))
        self._brushes: list[list[QBrush]] = []
        self._dots = Dots()
        self._axes: tuple[Axis, Axis, Axis] | None = None
        self._markers: dict[str, QPainterPath] = {}

    # For the plot ---------------------------------------------------------------------------------------

    def set_room(self, room: QRectF) -> None:
        """Fill this rectangle of the scene."""
        self.prepareGeometryChange()
        self._room = room

    def set_look(self, theme: Theme) -> None:
        """Draw in another theme."""
        self._theme = theme
        self._markers.clear()

    def thicken(self, factor: float) -> None:
        """Draw lines so many times as thick."""
        self._thickness *= factor

    def show_surface(self, heights: FloatArray, colours: Colours) -> None:
        """Show heights (n, n), lowest second input first, and the cells' colours (n - 1, n - 1)."""
        self._heights, self._points = heights, surface(heights)
        self._brushes = brushes_of(lit(colours, light_of(self._points)) if heights.size else colours)

    def show_dots(self, dots: Dots) -> None:
        """Show rows of the data."""
        self._dots = dots

    def show_axes(self, axes: tuple[Axis, Axis, Axis] | None) -> None:
        """Say what the axes of the box mean; without them nothing is drawn."""
        self._axes = axes

    def vertices(self) -> FloatArray:
        """Return where the points of the surface are, (n, n, 3): pixels of the scene, and depth."""
        return self.project(self._points)

    # Painting -------------------------------------------------------------------------------------------

    def boundingRect(self) -> QRectF:
        """Return the rectangle covered."""
        return self._room

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        """Draw the box, then the surface from back to front."""
        if self._axes is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_floor(painter, self._axes)
        if self._heights.size:
            self._paint_surface(painter)
        self._paint_labels(painter, self._axes)

    def project(self, box: FloatArray) -> FloatArray:
        """Return where places (..., 3) of the box are seen, (..., 3): pixels of the scene, and depth."""
        centre = self._room.center()
        size = self.eye.size(self._room.width(), self._room.height())
        return self.eye.project(box, (centre.x(), centre.y()), size)

    @property
    def _size(self) -> float:
        """Pixels of a unit of the box, in design pixels."""
        return self.eye.size(self._room.width(), self._room.height()) / self._theme.scale

    def _pen(self, token: str, width: float, alpha: int = 255) -> QPen:
        return QPen(qcolor(token, alpha), width * self._theme.stroke * self._thickness)

    def _paint_floor(self, painter: QPainter, axes: tuple[Axis, Axis, Axis]) -> None:
        floor = -HEIGHT
        ends: list[list[float]] = []
        for place, _ in axes[0].ticks:
            ends += [[place, -1, floor], [place, 1, floor]]
        for place, _ in axes[1].ticks:
            ends += [[-1, place, floor], [1, place, floor]]
        painter.setPen(self._pen(self._theme.grid, 1.0))
        painter.drawLines(self._lines(ends))
        corners = [[-1, -1], [1, -1], [1, 1], [-1, 1], [-1, -1]]
        frame = [[*corner, floor] for pair in pairwise(corners) for corner in pair]
        left = self._leftmost()
        frame += [[*left, -HEIGHT], [*left, HEIGHT]]
        painter.setPen(self._pen(self._theme.muted, 1.0))
        painter.drawLines(self._lines(frame))

    def _lines(self, ends: list[list[float]]) -> list[QLineF]:
        places = self.project(np.array(ends, np.float64).reshape(-1, 3))[:, :2].tolist()
        return [QLineF(*start, *end) for start, end in zip(places[::2], places[1::2], strict=True)]

    def _leftmost(self) -> tuple[float, float]:
        corners = [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)]
        across = self.project(np.array([[*corner, 0.0] for corner in corners]))[:, 0]
        return corners[int(np.argmin(across))]

    def _paint_surface(self, painter: QPainter) -> None:
        rows_back, columns_back = self.eye.flips
        order = slice(None, None, -1 if rows_back else 1), slice(None, None, -1 if columns_back else 1)
        pixels = self.project(self._points)[order][..., :2]
        places, whole = as_points(pixels), whole_cells(pixels)
        brushes = [line[order[1]] for line in self._brushes[order[0]]]
        last = len(brushes)
        lines = self._pen(self._theme.outline, 0.7, 120)
        behind, before = self._standing(last, rows_back)
        columns = [column for column in range(last + 1) if column % EVERY == 0]
        for row in range(last):
            self._paint_dots(painter, behind[row])
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.setPen(Qt.PenStyle.NoPen)
            below, above = places[row], places[row + 1]
            known = None if whole is None else whole[row]
            fill_row(painter, below, above, known, brushes[row])
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(lines)
            painter.drawLines(
                [QLineF(below[c], above[c]) for c in columns if known is None or known[min(c, last - 1)]]
            )
            if (row + 1) % EVERY == 0 and (known is None or all(known)):
                painter.drawPolyline(above)
            self._paint_dots(painter, before[row])

    # Rows of the data -----------------------------------------------------------------------------------

    def _standing(
        self, rows: int, rows_back: bool
    ) -> tuple[list[list[tuple[QPointF, QPointF, int]]], list[list[tuple[QPointF, QPointF, int]]]]:
        """Return for each row of cells the dots below the surface there, and those above it."""
        behind: list[list[tuple[QPointF, QPointF, int]]] = [[] for _ in range(rows)]
        before: list[list[tuple[QPointF, QPointF, int]]] = [[] for _ in range(rows)]
        dots = self._dots
        if not len(dots.places):
            return behind, before
        ground = height_at(self._heights, dots.places[:, :2]) * HEIGHT
        known = np.isfinite(ground)
        feet = np.column_stack((dots.places[:, :2], np.where(known, ground, dots.places[:, 2])))
        cell = np.clip(((dots.places[:, 1] + 1) / 2 * rows).astype(int), 0, rows - 1)
        cell = rows - 1 - cell if rows_back else cell
        heads, stems = self.project(dots.places)[:, :2].tolist(), self.project(feet)[:, :2].tolist()
        hidden = (dots.places[:, 2] < feet[:, 2] - 1e-3).tolist()
        for row, head, stem, below, group in zip(
            cell.tolist(), heads, stems, hidden, dots.groups.tolist(), strict=True
        ):
            (behind if below else before)[row].append((QPointF(*head), QPointF(*stem), group))
        return behind, before

    def _paint_dots(self, painter: QPainter, dots: list[tuple[QPointF, QPointF, int]]) -> None:
        if not dots:
            return
        painter.setPen(self._pen(self._theme.outline, 0.9, 150))
        painter.drawLines([QLineF(head, stem) for head, stem, _ in dots])
        painter.setPen(self._pen(self._theme.rim, min(0.9, self._dot / 7)))
        for head, _, group in dots:
            marker, colour = self._dots.looks[group]
            painter.setBrush(QColor(colour))
            painter.drawPath(self._marker(marker).translated(head))

    @property
    def _dot(self) -> float:
        """How wide a dot is, in design pixels: in a small picture they would cover the surface."""
        return min(6.5, max(2.5, 0.06 * self._size))

    def _marker(self, name: str) -> QPainterPath:
        size = self._dot * self._theme.scale
        key = f"{name} {size:.1f}"
        if key not in self._markers:
            self._markers[key] = QTransform.fromScale(size, size).map(Symbols[name])
        return self._markers[key]

    # Labels ---------------------------------------------------------------------------------------------

    def _paint_labels(self, painter: QPainter, axes: tuple[Axis, Axis, Axis]) -> None:
        rows_back, columns_back = self.eye.flips
        near_y, near_x = (-1.0 if rows_back else 1.0), (-1.0 if columns_back else 1.0)
        floor = -HEIGHT
        self._paint_edge(painter, axes[0], lambda place: (place, near_y, floor))
        self._paint_edge(painter, axes[1], lambda place: (near_x, place, floor))
        x, y = self._leftmost()
        painter.setPen(qcolor(self._theme.muted))
        painter.setFont(number_font(self._theme, self._theme.size_small, bold=False))
        for place, text in self._few(axes[2].ticks):
            spot = self._spot((x, y, place * HEIGHT))
            self._write(painter, text, spot - QPointF(self._theme.px(6), 0), Qt.AlignmentFlag.AlignRight)
        painter.setFont(body_font(self._theme, self._theme.size_small))
        top = self._spot((x, y, HEIGHT)) - QPointF(0, self._theme.px(14))
        self._write(painter, axes[2].name, top, Qt.AlignmentFlag.AlignHCenter)

    def _few(self, ticks: Ticks) -> Ticks:
        """Return the ticks, in a small picture the first and the last alone."""
        return ticks if self._size >= SMALL else [*ticks[:1], *ticks[1:][-1:]]

    def _spot(self, place: tuple[float, float, float]) -> QPointF:
        x, y = self.project(np.array(place))[:2].tolist()
        return QPointF(x, y)

    def _paint_edge(
        self, painter: QPainter, axis: Axis, at: Callable[[float], tuple[float, float, float]]
    ) -> None:
        middle, heart = self._spot(at(0.0)), self._spot((0.0, 0.0, -HEIGHT))
        way = QLineF(heart, middle).unitVector()
        outwards = QPointF(way.dx(), max(way.dy(), 0.25))
        painter.setPen(qcolor(self._theme.muted))
        painter.setFont(number_font(self._theme, self._theme.size_small, bold=False))
        foot = self._spot((*self._leftmost(), -HEIGHT))
        for place, text in self._few(axis.ticks):
            spot = self._spot(at(place))
            if (spot - foot).manhattanLength() > self._theme.px(18):  # there the upright axis has its number
                self._write(painter, text, spot + outwards * self._theme.px(13))
        painter.setFont(body_font(self._theme, self._theme.size_small))
        self._write(painter, axis.name, middle + outwards * self._theme.px(30))

    def _write(
        self,
        painter: QPainter,
        text: str,
        spot: QPointF,
        side: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignHCenter,
    ) -> None:
        metrics = QFontMetrics(QFont(painter.font()))
        width, height = metrics.horizontalAdvance(text) + 2, metrics.height()
        left = spot.x() - (width if side == Qt.AlignmentFlag.AlignRight else width / 2)
        left = min(max(left, self._room.left()), self._room.right() - width)
        top = min(max(spot.y() - height / 2, self._room.top()), self._room.bottom() - height)
        painter.drawText(QRectF(left, top, width, height), Qt.AlignmentFlag.AlignCenter, text)

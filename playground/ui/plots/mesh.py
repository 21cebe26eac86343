"""Cells between the points of a grid, each in one colour, and the lines through the points."""

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

FloatArray = npt.NDArray[np.float64]
Colours = npt.NDArray[np.uint32]


def colours_of(image: QImage) -> Colours:
    """Return the colours (H, W) of a picture, its bottom row first."""
    pixels = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.bytesPerLine() // 4)
    return pixels[::-1, : image.width()].copy()


class MeshLayer(QGraphicsItem):
    """A grid that may be bent: cells in the plot's coordinates, and lines as wide at every zoom."""

    def __init__(self) -> None:
        super().__init__()
        self._points: FloatArray = np.empty((0, 0, 2))
        self._colours: Colours | None = None
        self._lines = QPainterPath()
        self._pen = QPen()
        self._rect = QRectF()

    def set_look(self, colour: QColor, width: float) -> None:
        """Draw the lines in a colour, so many pixels wide."""
        self._pen = QPen(colour, width)
        self._pen.setCosmetic(True)

    def thicken(self, factor: float) -> None:
        """Draw the lines so many times as thick."""
        self._pen.setWidthF(self._pen.widthF() * factor)

    def show_mesh(self, points: FloatArray, colours: Colours | None, every: int) -> None:
        """Show points (rows, columns, 2), with the cells' colours or without, a line through each `every`-th.

        Nothing is drawn where a point is not a number.
        """
        self.prepareGeometryChange()
        self._points, self._colours = points, colours
        finite = points[np.isfinite(points).all(axis=2)]
        self._rect = QRectF()
        if len(finite):
            (left, bottom), (right, top) = finite.min(axis=0), finite.max(axis=0)
            self._rect = QRectF(left, bottom, right - left, top - bottom)
        across, up = points[::every], points[:, ::every].transpose(1, 0, 2)
        gap = np.full((1, 2), np.nan)
        lines = [part for group in (across, up) for line in group for part in (line, gap)]
        whole = np.concatenate(lines) if lines else gap
        self._lines = pg.arrayToQPath(whole[:, 0], whole[:, 1], connect="finite")

    def boundingRect(self) -> QRectF:
        """Return the rectangle covered."""
        return self._rect

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        """Draw the cells, then the lines."""
        if self._colours is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.setPen(Qt.PenStyle.NoPen)
            fill_cells(painter, self._points, self._colours)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(self._pen)
        painter.drawPath(self._lines)


def fill_cells(painter: QPainter, points: FloatArray, colours: Colours) -> None:
    """Fill the cells (rows - 1, columns - 1) between points (rows, columns, 2), one after the other."""
    whole, places, brushes = whole_cells(points), as_points(points), brushes_of(colours)
    for row, line in enumerate(brushes):
        fill_row(painter, places[row], places[row + 1], None if whole is None else whole[row], line)


def whole_cells(points: FloatArray) -> list[list[bool]] | None:
    """Return which cells have four corners that are numbers; None when all have."""
    finite = np.asarray(np.isfinite(points).all(axis=2))
    if finite.all():
        return None
    whole: list[list[bool]] = (finite[1:, 1:] & finite[1:, :-1] & finite[:-1, 1:] & finite[:-1, :-1]).tolist()
    return whole


def as_points(points: FloatArray) -> list[list[QPointF]]:
    """Return places (rows, columns, 2) as Qt has them; rubbish where they are no numbers."""
    known = np.nan_to_num(points)
    return [
        list(map(QPointF, x, y)) for x, y in zip(known[..., 0].tolist(), known[..., 1].tolist(), strict=True)
    ]


def brushes_of(colours: Colours) -> list[list[QBrush]]:
    """Return a brush for each cell."""
    brushes = {colour: QBrush(QColor(colour & 0xFFFFFF)) for colour in np.unique(colours).tolist()}
    return [[brushes[colour] for colour in line] for line in colours.tolist()]


def fill_row(
    painter: QPainter,
    below: list[QPointF],
    above: list[QPointF],
    whole: list[bool] | None,
    brushes: list[QBrush],
) -> None:
    """Fill one row of cells, or those of them that are whole."""
    fill, draw = painter.setBrush, painter.drawConvexPolygon
    cells = zip(below, below[1:], above[1:], above, brushes, strict=False)
    for place, (a, b, c, d, brush) in enumerate(cells):
        if whole is None or whole[place]:
            fill(brush)
            draw((a, b, c, d))

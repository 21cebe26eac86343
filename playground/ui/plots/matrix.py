"""The cells of a confusion matrix as one item: counts in shaded squares, shares at the margins."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPen, QTransform
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from playground.engine.metrics import precision, recall
from playground.ui.theme.colour import contrast, mix, qcolor
from playground.ui.theme.fonts import number_font
from playground.ui.theme.tokens import LIGHT, Theme

Counts = npt.NDArray[np.int64]

STRENGTH = 0.85  # how much of its colour a full cell has
SHADES = 64
GAP = 0.18  # between cells and margins, in cells
SMALLEST = 6  # pixels of type, in the theme's scale


@dataclass(frozen=True, slots=True)
class Plan:
    """Where the cells of a matrix of `classes` rows and columns are: one unit each, the first row on top."""

    classes: int

    @property
    def margin(self) -> float:
        """The width and height of the cells at the margins: three figures must fit."""
        return min(max(0.5 + 0.06 * self.classes, 0.62), 1.7)

    @property
    def x_range(self) -> tuple[float, float]:
        """From the first column to the end of the recalls."""
        return 0.0, self.classes + GAP + self.margin

    @property
    def y_range(self) -> tuple[float, float]:
        """From the foot of the precisions to the first row."""
        return -GAP - self.margin, float(self.classes)

    def cell(self, row: int, column: int) -> QRectF:
        """Return a cell's box; row or column `classes` is the margin."""
        x = float(column) if column < self.classes else self.classes + GAP
        y = float(self.classes - 1 - row) if row < self.classes else -GAP - self.margin
        width = 1.0 if column < self.classes else self.margin
        return QRectF(x, y, width, 1.0 if row < self.classes else self.margin)

    def cell_at(self, x: float, y: float) -> tuple[int, int] | None:
        """Return row and column of the cell at a place."""
        column = int(x) if 0 <= x < self.classes else self.classes
        row = self.classes - 1 - int(y) if 0 <= y < self.classes else self.classes
        box = self.cell(row, column)
        inside = box.left() <= x <= box.right() and box.top() <= y <= box.bottom()
        return (row, column) if inside else None


def shares(counts: Counts) -> npt.NDArray[np.float64]:
    """Return each cell's share of its row (k, k); 0 in a row without any."""
    rows = counts.sum(axis=1, keepdims=True)
    found = np.zeros(counts.shape)
    np.divide(counts, rows, out=found, where=rows > 0)
    return found


@lru_cache(maxsize=512)
def _shade(theme: Theme, right: bool, share: int) -> tuple[str, str]:
    """Return the colours of a cell and of its number, for a share of `SHADES`."""
    full = theme.positive if right else theme.negative
    ground = mix(theme.raised, full, share / SHADES * STRENGTH)
    return ground, max((theme.outline, theme.rim), key=lambda token: contrast(token, ground))


@lru_cache(maxsize=512)
def _fitting(theme: Theme, size: int, bold: bool, text: str, width: int) -> QFont:
    """Return the font of a text, smaller where it would be too wide; the painter makes no change to it."""
    least = theme.px(SMALLEST)
    font = number_font(theme, max(least, size), bold)
    needed = QFontMetricsF(font).horizontalAdvance(text)
    if needed > width:
        font.setPixelSize(max(least, int(font.pixelSize() * width / needed)))
    return font


class MatrixItem(QGraphicsItem):
    """Paints the matrix. What is right lies in framed cells, so the diagonal does not rest on colour."""

    def __init__(self) -> None:
        super().__init__()
        self.plan = Plan(0)
        self._counts: Counts = np.zeros((0, 0), np.int64)
        self._accuracy = float("nan")
        self._theme = LIGHT

    def show_counts(self, counts: Counts, accuracy: float) -> None:
        """Show these counts (k, k) [true, predicted], and the share of all rows that is right."""
        self.prepareGeometryChange()
        self.plan = Plan(len(counts))
        self._counts, self._accuracy = counts, accuracy
        self.update()

    def apply_theme(self, theme: Theme) -> None:
        """Paint in other colours."""
        self._theme = theme
        self.update()

    def boundingRect(self) -> QRectF:
        """Return the box that is painted in."""
        (left, right), (low, high) = self.plan.x_range, self.plan.y_range
        return QRectF(left, low, right - left, high - low)

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        """Paint the cells in pixels, whatever the zoom: type does not stretch."""
        count = self.plan.classes
        if not count:
            return
        transform = painter.worldTransform()
        painter.save()
        painter.setWorldTransform(QTransform())
        share = shares(self._counts)
        for row in range(count):
            for column in range(count):
                box = transform.mapRect(self.plan.cell(row, column))
                self._paint_cell(painter, box, float(share[row, column]), row, column)
        for index, value in enumerate(recall(self._counts).tolist()):
            self._paint_share(painter, transform.mapRect(self.plan.cell(index, count)), value)
        for index, value in enumerate(precision(self._counts).tolist()):
            self._paint_share(painter, transform.mapRect(self.plan.cell(count, index)), value)
        self._paint_share(painter, transform.mapRect(self.plan.cell(count, count)), self._accuracy, bold=True)
        painter.restore()

    def _paint_cell(self, painter: QPainter, box: QRectF, share: float, row: int, column: int) -> None:
        theme, right = self._theme, row == column
        ground, ink = _shade(theme, right, round(share * SHADES))
        inner = box.adjusted(0.5, 0.5, -0.5, -0.5)
        painter.fillRect(inner, qcolor(ground))
        if right:
            # In small cells a thick frame would leave the number no room.
            width = min(1.5 * theme.stroke, 0.09 * min(box.width(), box.height()))
            pen = QPen(qcolor(theme.outline), width)
            pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            half = width / 2
            painter.drawRect(inner.adjusted(half, half, -half, -half))
        value = int(self._counts[row, column])
        # A zero is quiet: it is the other numbers that are looked for.
        self._write(painter, inner, str(value), ink if value or right else theme.disabled, bold=right)

    def _paint_share(self, painter: QPainter, box: QRectF, value: float, bold: bool = False) -> None:
        text = "–" if np.isnan(value) else f"{value * 100:.0f}"
        self._write(painter, box, text, self._theme.text, bold)

    def _write(self, painter: QPainter, box: QRectF, text: str, ink: str, bold: bool) -> None:
        """Write a number as large as its cell allows, within bounds."""
        theme = self._theme
        size = int(min(float(theme.size_title), box.height() * 0.62))
        painter.setFont(_fitting(theme, size, bold, text, int(box.width()) - 1))
        # What does not fit at the smallest size is left to pointing and zooming.
        if painter.fontMetrics().horizontalAdvance(text) > box.width() + 1:
            text = "·"
        painter.setPen(qcolor(ink))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip, text)

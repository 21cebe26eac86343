"""z = W x + b as it is written, with one cell chosen; the biases may be the first column of the matrix."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from playground.data.base import FloatArray
from playground.labs.shapes import augmented
from playground.ui.figures import short
from playground.ui.labs.neuron.network_view import shown
from playground.ui.theme.colour import qcolor
from playground.ui.theme.fonts import body_font, number_font
from playground.ui.theme.tokens import LIGHT, Theme
from playground.ui.widgets import describe

CELL = (44.0, 22.0)
GAP = 8.0
MOST = 7


class MatrixView(QWidget):
    """One layer in numbers; the arrow keys move the chosen cell of W.

    Signals:
        pointed(int, int): the cell w_ij was pointed at, or reached with the arrow keys.
    """

    pointed = Signal(int, int)

    def __init__(self) -> None:
        super().__init__()
        describe(self, "Matrix form", "")
        self.setAccessibleDescription(
            "The sums of the layer as a product of a matrix and its inputs. The arrow keys go from weight to "
            "weight; the link of the chosen one is marked in the network."
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._theme = LIGHT
        self._weights, self._biases = np.zeros((1, 1)), np.zeros(1)
        self._x, self._z = np.zeros(1), np.zeros(1)
        self._cell = (0, 0)
        self._with_ones = False

    def show_layer(
        self,
        arrays: tuple[FloatArray, FloatArray, FloatArray, FloatArray],
        cell: tuple[int, int],
        with_ones: bool,
    ) -> None:
        """Show W (n, m), b (n,), x (m,) and z (n,) with the cell (i, j) chosen; biases as a column or "
        "apart."""
        self._weights, self._biases, self._x, self._z = arrays
        self._cell, self._with_ones = cell, with_ones
        self.updateGeometry()
        self.update()

    def apply_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self._theme = theme
        self.updateGeometry()
        self.update()

    # Sizes ----------------------------------------------------------------------------------------------

    @property
    def _parts(self) -> list[tuple[str, FloatArray, int]]:
        """Return what stands side by side: a name or a sign, the cells (rows, columns), and the role.

        The role is 0 for z, 1 for the matrix, 2 for x and 3 for b.
        """
        z, x, b = self._z[:, None], self._x[:, None], self._biases[:, None]
        if self._with_ones:
            ones = np.concatenate(([[1.0]], x))
            return [("z", z, 0), ("=", augmented(self._weights, self._biases), 1), ("", ones, 2)]
        return [("z", z, 0), ("=", self._weights, 1), ("", x, 2), ("+", b, 3)]

    def _layout(self) -> list[tuple[str, FloatArray, int, QRectF, list[int | None], list[int | None]]]:
        """Return each part with its box, and the rows and columns that are drawn."""
        scale = self._theme.scale
        wide, high, gap = CELL[0] * scale, CELL[1] * scale, GAP * scale
        left, line = gap, self._line()
        found = []
        tallest = max(len(shown(len(part[1]), MOST)) for part in self._parts) * high
        for sign, cells, role in self._parts:
            rows, columns = shown(cells.shape[0], MOST), shown(cells.shape[1], MOST)
            if sign in ("=", "+"):
                left += line
            size = QSize(round(len(columns) * wide), round(len(rows) * high))
            box = QRectF(left, line + (tallest - size.height()) / 2, size.width(), size.height())
            found.append((sign, cells, role, box, rows, columns))
            left = box.right() + gap
        return found

    def _line(self) -> float:
        return float(QFontMetricsF(body_font(self._theme)).height()) + 4 * self._theme.scale

    def sizeHint(self) -> QSize:
        """Return the room that all parts need."""
        boxes = [part[3] for part in self._layout()]
        gap = GAP * self._theme.scale
        return QSize(round(boxes[-1].right() + gap), round(max(box.bottom() for box in boxes) + gap))

    @property
    def most_height(self) -> int:
        """The height that a layer takes at most."""
        return round(self._line() + (MOST * CELL[1] + 2 * GAP) * self._theme.scale)

    def minimumSizeHint(self) -> QSize:
        """Return the same: it belongs into an area that scrolls, or has room."""
        return self.sizeHint()

    # Choosing -------------------------------------------------------------------------------------------

    def cell_at(self, place: QPointF) -> tuple[int, int] | None:
        """Return the weight w_ij (i, j) at a place; None beside them."""
        for _sign, _cells, role, box, rows, columns in self._layout():
            if role == 1 and box.contains(place):
                row = rows[min(len(rows) - 1, int((place.y() - box.top()) / box.height() * len(rows)))]
                column = columns[
                    min(len(columns) - 1, int((place.x() - box.left()) / box.width() * len(columns)))
                ]
                if row is None or column is None:
                    return None
                column -= int(self._with_ones)
                return (row, column) if column >= 0 else None
        return None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say which weight is pointed at."""
        cell = self.cell_at(event.position())
        if cell is not None and cell != self._cell:
            self.pointed.emit(*cell)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go to the next weight with an arrow key."""
        ways = {
            Qt.Key.Key_Left: (0, -1),
            Qt.Key.Key_Right: (0, 1),
            Qt.Key.Key_Up: (-1, 0),
            Qt.Key.Key_Down: (1, 0),
        }
        way = ways.get(Qt.Key(event.key()))
        if way is None:
            super().keyPressEvent(event)
            return
        units, inputs = self._weights.shape
        i = _next(self._cell[0], way[0], [one for one in shown(units, MOST) if one is not None])
        j = _next(self._cell[1], way[1], [one for one in shown(inputs, MOST) if one is not None])
        self.pointed.emit(i, j)

    # Painting -------------------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the parts from left to right."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = self._theme
        painter.fillRect(self.rect(), qcolor(theme.surface))
        names = {
            0: "z",
            1: "[b W]" if self._with_ones else "W",
            2: "[1 x]" if self._with_ones else "x",
            3: "b",
        }
        for sign, cells, role, box, rows, columns in self._layout():
            painter.setFont(body_font(theme, bold=True))
            painter.setPen(qcolor(theme.text))
            above = QRectF(box.left() - 20, box.top() - self._line(), box.width() + 40, self._line())
            painter.drawText(above, Qt.AlignmentFlag.AlignCenter, names[role])
            if sign in ("=", "+"):
                before = QRectF(box.left() - self._line() - 4, box.top(), self._line(), box.height())
                painter.drawText(before, Qt.AlignmentFlag.AlignCenter, sign)
            self._paint_cells(painter, cells, role, box, rows, columns)
        if self.hasFocus():
            painter.setPen(QPen(qcolor(theme.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 4, 4)

    def _paint_cells(
        self,
        painter: QPainter,
        cells: FloatArray,
        role: int,
        box: QRectF,
        rows: list[int | None],
        columns: list[int | None],
    ) -> None:
        theme = self._theme
        wide, high = box.width() / len(columns), box.height() / len(rows)
        painter.setFont(number_font(theme, theme.size_small, bold=False))
        for row, i in enumerate(rows):
            for column, j in enumerate(columns):
                cell = QRectF(box.left() + column * wide, box.top() + row * high, wide, high)
                text = "…" if i is None or j is None else short(float(cells[i, j]))
                if i is not None and j is not None and self._is_marked(role, i, j):
                    painter.fillRect(cell, qcolor(theme.accent_soft))
                painter.setPen(qcolor(theme.text))
                painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, text)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(qcolor(theme.muted), theme.stroke))
        painter.drawRect(box)

    def _is_marked(self, role: int, i: int, j: int) -> bool:
        """Return whether a cell is the chosen weight, the input that it takes, or the sum that it changes."""
        offset = int(self._with_ones)
        chosen = {0: (self._cell[0], 0), 1: (self._cell[0], self._cell[1] + offset)}
        chosen[2] = (self._cell[1] + offset, 0)
        return chosen.get(role) == (i, j)


def _next(at: int, step: int, places: list[int]) -> int:
    """Return the place a step further among those that are drawn."""
    index = places.index(at) if at in places else 0
    return places[min(len(places) - 1, max(0, index + step))]

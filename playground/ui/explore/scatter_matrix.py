"""The scatter matrix: points below the diagonal, histograms on it, correlations above."""

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QWidget

from playground.experiment.exploring import DataTable
from playground.experiment.prepare import FloatArray, IndexArray
from playground.ui.background import Background
from playground.ui.explore.bars import bar_colours, paint_bars, places
from playground.ui.explore.grid import (
    Grid,
    paint_across,
    paint_names,
    paint_up,
    ticks_across,
    ticks_up,
    widest,
)
from playground.ui.explore.readout import Readout
from playground.ui.explore.scatter_drawing import Drawing, Wanted, draw, markers_of
from playground.ui.explore.words import bin_words, correlation_text, matrix_words, row_words
from playground.ui.theme.colour import contrast, mix, qcolor
from playground.ui.theme.fonts import number_font
from playground.ui.theme.tokens import Theme
from playground.ui.widgets.base import describe

NEAR = 9  # design pixels from a point within which it is meant
RING = 11
STRENGTH = 0.7  # how much of its colour the cell of a perfect correlation has
SETTLE_MS = 60  # how long a size must last until it is drawn for


class ScatterMatrix(QWidget):
    """Draws some variables of a table against each other. A click chooses a row.

    Signals:
        drawn(Drawing): what is on screen is what was asked for last.
        row_chosen(int): a point was clicked.
    """

    drawn = Signal(object)
    row_chosen = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        describe(self, "Scatter matrix", "")
        self.setMouseTracking(True)
        self.setMinimumSize(QSize(240, 200))
        self._theme = theme
        self._table: DataTable | None = None
        self._chosen: tuple[int, ...] = ()
        self._row: int | None = None
        self.drawing: Drawing | None = None
        self._picture: QPixmap | None = None
        self._background = Background(self)
        self._background.done.connect(self._take)
        self._soon = QTimer(self, interval=SETTLE_MS, singleShot=True)
        self._soon.timeout.connect(self._start)
        self.readout = Readout(self)

    @property
    def is_busy(self) -> bool:
        """Whether what is asked for is still being drawn."""
        return self._soon.isActive() or self._background.is_busy

    def show_table(self, table: DataTable, chosen: tuple[int, ...]) -> None:
        """Draw these variables of a table."""
        if self._table is not table:
            self.drawing = self._picture = self._row = None
        self._table, self._chosen = table, chosen
        self.readout.hide()
        self._soon.start(0)

    def choose_row(self, row: int | None) -> None:
        """Put a ring round a row in every cell; None for no ring."""
        self._row = row
        self.update()

    def cancel(self) -> None:
        """Draw nothing more."""
        self._soon.stop()
        self._background.cancel()

    def apply_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self._theme = theme
        self.readout.apply_theme(theme)
        self._picture = None
        if self._table is not None:
            self._soon.start(0)

    # Drawing --------------------------------------------------------------------------------------------

    def _start(self) -> None:
        """Draw for the present size, beside the window."""
        table, theme, ratio = self._table, self._theme, self.devicePixelRatioF()
        if table is None or not self._chosen:
            self.drawing = self._picture = None
            self.update()
            return
        cell = self._grid(len(self._chosen)).cell(0, 0)
        size = (max(8, round(cell.width() * ratio)), max(8, round(cell.height() * ratio)))
        wanted = Wanted(table, self._chosen, size, ratio, theme)
        markers = markers_of(table, len(self._chosen), cell.width(), ratio, theme)
        self._background.start(lambda _tell, stop: draw(wanted, markers, stop))

    def _take(self, drawing: object) -> None:
        assert isinstance(drawing, Drawing)
        self.drawing, self._picture = drawing, None
        self.setAccessibleDescription(matrix_words(drawing))
        self.update()
        self.drawn.emit(drawing)

    def _grid(self, count: int) -> Grid:
        """Return where the cells are: the ticks of the last drawing say how much room they need."""
        theme, drawing = self._theme, self.drawing
        left = float(theme.px(38))
        if drawing is not None:
            ticks = [ticks_up(*span, self.height() / count, theme) for span in drawing.ranges]
            left = max(left, widest(ticks, theme) + theme.px(8))
        return Grid.fitting(count, self.size(), left, theme)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the matrix, which is kept as a picture, and the ring of the row that is looked at."""
        if self.drawing is None:
            return
        ratio = self.devicePixelRatioF()
        if self._picture is None or self._picture.deviceIndependentSize().toSize() != self.size():
            self._picture = QPixmap(self.size() * ratio)
            self._picture.setDevicePixelRatio(ratio)
            self._picture.fill(qcolor(self._theme.surface))
            painter = QPainter(self._picture)
            self._paint_all(painter, self.drawing)
            painter.end()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture)
        if self._row is not None:
            self._paint_ring(painter, self.drawing, self._row)

    def _paint_all(self, painter: QPainter, drawing: Drawing) -> None:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        count = len(drawing.names)
        grid, theme = self._grid(count), self._theme
        for row in range(count):
            for column in range(count):
                box = grid.cell(row, column)
                if row > column:
                    painter.drawImage(box, drawing.images[row, column])
                elif row == column:
                    self._paint_bars(painter, box, drawing, row)
                else:
                    self._paint_correlation(painter, box, float(drawing.correlations[row, column]))
                painter.setPen(QPen(qcolor(theme.hairline), theme.stroke))
                painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))
        for index, span in enumerate(drawing.ranges):
            below, beside = grid.cell(count - 1, index), grid.cell(index, 0)
            paint_across(painter, below, ticks_across(*span, below.width(), theme), span, theme)
            if index:
                paint_up(painter, beside, ticks_up(*span, beside.height(), theme), span, theme)
        paint_names(painter, grid, drawing.names, drawing.short_names, theme)

    def _paint_bars(self, painter: QPainter, box: QRectF, drawing: Drawing, index: int) -> None:
        edges, counts = drawing.bins[index]
        x = places(edges, drawing.ranges[index], box)
        colours = bar_colours(self._theme, len(counts), drawing.wanted.table.classes is not None)
        top = 1.08 * max(1.0, float(counts.sum(axis=0).max()))
        paint_bars(painter, box, x, counts.astype(np.float64), top, colours)

    def _paint_correlation(self, painter: QPainter, box: QRectF, value: float) -> None:
        theme, known = self._theme, np.isfinite(value)
        full = theme.positive if value > 0 else theme.negative
        ground = mix(theme.surface, full, abs(value) * STRENGTH) if known else theme.surface
        ink = max((theme.outline, theme.rim), key=lambda token: contrast(token, ground))
        painter.fillRect(box, qcolor(ground))
        painter.setFont(number_font(theme, min(theme.size_title, max(theme.px(9), int(box.width() / 4)))))
        painter.setPen(qcolor(ink if known else theme.muted))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, correlation_text(value))

    def _paint_ring(self, painter: QPainter, drawing: Drawing, row: int) -> None:
        found = np.flatnonzero(drawing.rows == row)
        if not len(found):
            return
        grid, theme, radius = self._grid(len(drawing.names)), self._theme, self._theme.px(RING) / 2
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for down in range(1, grid.count):
            for across in range(down):
                place = self._places(grid, drawing, down, across, found)[0]
                for colour, width in ((theme.rim, 3.6), (theme.text, 1.8)):
                    painter.setPen(QPen(qcolor(colour), width * theme.stroke))
                    painter.drawEllipse(QPointF(*place.tolist()), radius, radius)

    # Pointing -------------------------------------------------------------------------------------------

    def _places(self, grid: Grid, drawing: Drawing, row: int, column: int, which: IndexArray) -> FloatArray:
        """Return where some of the rows in use are drawn in a cell, (n, 2)."""
        box = grid.cell(row, column)
        (x_low, x_high), (y_low, y_high) = drawing.ranges[column], drawing.ranges[row]
        x = box.left() + (drawing.columns[which, column] - x_low) / (x_high - x_low) * box.width()
        y = box.bottom() - (drawing.columns[which, row] - y_low) / (y_high - y_low) * box.height()
        return np.column_stack([x, y])

    def place_of(self, row: int, down: int, across: int) -> QPointF:
        """Return where a row in use is drawn in a cell."""
        assert self.drawing is not None
        which = np.flatnonzero(self.drawing.rows == row)
        return QPointF(
            *self._places(self._grid(len(self.drawing.names)), self.drawing, down, across, which)[0]
        )

    def _row_at(self, place: QPointF) -> tuple[int, int, int] | None:
        """Return a place in the rows in use, with the cell's row and column; None where no point is near."""
        drawing = self.drawing
        if drawing is None:
            return None
        grid = self._grid(len(drawing.names))
        cell = grid.at(place)
        if cell is None or cell[1] < 0 or cell[0] <= cell[1]:
            return None
        away = self._places(grid, drawing, *cell, drawing.drawn) - [place.x(), place.y()]
        distance = np.hypot(away[:, 0], away[:, 1])
        near = int(distance.argmin())
        return (int(drawing.drawn[near]), *cell) if distance[near] <= self._theme.px(NEAR) else None

    def words_at(self, place: QPointF) -> str:
        """Return what to say about a place; nothing where there is nothing."""
        drawing = self.drawing
        if drawing is None:
            return ""
        found = self._row_at(place)
        if found is not None:
            return row_words(drawing, *found)
        cell = self._grid(len(drawing.names)).at(place)
        if cell is None:
            return ""
        row, column = cell
        if min(cell) < 0:
            return drawing.names[max(cell)]
        if row == column:
            return self._bin_words(drawing, row, place)
        if row > column:
            return ""
        value = float(drawing.correlations[row, column])
        what = "no correlation: one does not vary" if np.isnan(value) else f"r = {correlation_text(value, 3)}"
        return f"{drawing.names[row]} and {drawing.names[column]}\n{what}"

    def _bin_words(self, drawing: Drawing, index: int, place: QPointF) -> str:
        edges, counts = drawing.bins[index]
        x = places(edges, drawing.ranges[index], self._grid(len(drawing.names)).cell(index, index))
        found = int(np.searchsorted(x, place.x(), side="right")) - 1
        if not 0 <= found < counts.shape[1]:
            return drawing.names[index]
        return bin_words(
            drawing.names[index], edges, found, counts[:, found], drawing.wanted.table.class_names
        )

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say what is under the pointer."""
        self.readout.say(self.words_at(event.position()), event.position().toPoint())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the row of a point."""
        found = self._row_at(event.position()) if event.button() == Qt.MouseButton.LeftButton else None
        if found is not None and self.drawing is not None:
            self.row_chosen.emit(int(self.drawing.rows[found[0]]))

    def leaveEvent(self, event: QEvent) -> None:
        """Say nothing more."""
        self.readout.hide()
        super().leaveEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Draw for the new size once it has settled; until then the old pictures are stretched."""
        super().resizeEvent(event)
        if self._table is not None:
            self._soon.start(SETTLE_MS)

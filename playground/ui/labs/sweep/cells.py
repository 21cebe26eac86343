"""A grid of cells, one for each pair of choices: how good it is as a colour and a number, or as a picture."""

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetrics,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QToolTip, QWidget

from playground.ui.theme.colour import contrast, mix, qcolor
from playground.ui.theme.fonts import body_font, number_font
from playground.ui.theme.tokens import LIGHT, Theme
from playground.ui.widgets import describe

STRONGEST = 0.85
"""How much of the accent the best cell shows."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One pair of choices: `share` from 0, the worst, to 1, the best, None while it is not known.

    `text` is written in it, `help` said of it; `picture` is drawn in the place of the colour.
    """

    key: int
    share: float | None = None
    text: str = ""
    help: str = ""
    picture: QImage | None = None


class CellGrid(QWidget):
    """Rows and columns of cells. A click or the arrow keys choose one; a double click or Enter opens it.

    Signals:
        chosen(int): the cell with this key was chosen.
        opened(int): the cell with this key is to be opened.
    """

    chosen = Signal(int)
    opened = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._theme = LIGHT
        self._cells: tuple[tuple[Cell | None, ...], ...] = ()
        self._rows: tuple[str, ...] = ()
        self._columns: tuple[str, ...] = ()
        self._titles = ("", "")
        self._best: int | None = None
        self._current: int | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        describe(self, "Results as cells", "")
        self.setAccessibleDescription("Arrow keys choose a cell, Enter opens its experiment.")

    # For the owner --------------------------------------------------------------------------------------

    def show_cells(
        self,
        cells: tuple[tuple[Cell | None, ...], ...],
        rows: tuple[str, ...],
        columns: tuple[str, ...],
        titles: tuple[str, str],
        best: int | None,
    ) -> None:
        """Show cells, first row on top; `titles` name what differs down and across, `best` is ringed."""
        self._cells, self._rows, self._columns = cells, rows, columns
        self._titles, self._best = titles, best
        if self._current not in {cell.key for row in cells for cell in row if cell is not None}:
            self._current = None
        self.update()

    def choose(self, key: int | None) -> None:
        """Show which cell is chosen, without saying so to anyone."""
        self._current = key
        self.update()

    @property
    def cells(self) -> tuple[Cell, ...]:
        """All cells, row after row."""
        return tuple(cell for row in self._cells for cell in row if cell is not None)

    def apply_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self._theme = theme
        self.setMinimumSize(theme.px(220), theme.px(180))
        self.update()

    def place_of(self, row: int, column: int) -> QRectF:
        """Return where a cell is."""
        box = self._box()
        wide, high = box.width() / max(1, len(self._columns)), box.height() / max(1, len(self._rows))
        return QRectF(box.x() + column * wide, box.y() + row * high, wide, high)

    # Painting -------------------------------------------------------------------------------------------

    def _metrics(self) -> QFontMetrics:
        return QFontMetrics(body_font(self._theme, self._theme.size_small))

    def _box(self) -> QRectF:
        """Return where the cells are: beside the names of the rows, below the title, above the columns'."""
        metrics, theme = self._metrics(), self._theme
        widest = max((metrics.horizontalAdvance(name) for name in self._rows), default=0)
        left = min(widest, self.width() // 4) + theme.px(8)
        line = metrics.height() + theme.px(4)
        return QRectF(left, line, max(1, self.width() - left - 2), max(1, self.height() - 3 * line - 2))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the cells and their names."""
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        self._paint_names(painter)
        for r, row in enumerate(self._cells):
            for c, cell in enumerate(row):
                if cell is not None:
                    self._paint_cell(painter, cell, self.place_of(r, c).adjusted(1, 1, -1, -1))
        if self.hasFocus() and self._current is None and self._cells:
            painter.setPen(QPen(qcolor(theme.accent), 2))
            painter.drawRoundedRect(self._box().adjusted(-1, -1, 1, 1), 3, 3)

    def _paint_cell(self, painter: QPainter, cell: Cell, place: QRectF) -> None:
        theme = self._theme
        fill = theme.raised if cell.share is None else shade(theme, cell.share)
        painter.fillRect(place, qcolor(fill))
        if cell.picture is not None:
            side = min(place.width(), place.height())
            square = QRectF(0, 0, side, side)
            square.moveCenter(place.center())
            painter.drawImage(square, cell.picture)
        elif cell.text:
            font = number_font(theme, theme.size_small, bold=cell.key == self._best)
            painter.setFont(font)
            text = (
                theme.text if contrast(theme.text, fill) >= contrast(theme.surface, fill) else theme.surface
            )
            painter.setPen(qcolor(text))
            if QFontMetrics(font).horizontalAdvance(cell.text) <= place.width():
                painter.drawText(place, Qt.AlignmentFlag.AlignCenter, cell.text)
        for wanted, colour, inset in (
            (cell.key == self._best, theme.text, 1.5),
            (cell.key == self._current, theme.accent, 3.5),
        ):
            if wanted:
                painter.setPen(QPen(qcolor(colour), 2 * theme.stroke))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(place.adjusted(inset, inset, -inset, -inset))

    def _paint_names(self, painter: QPainter) -> None:
        theme, metrics, box = self._theme, self._metrics(), self._box()
        painter.setFont(body_font(theme, theme.size_small))
        painter.setPen(qcolor(theme.muted))
        elide = Qt.TextElideMode.ElideRight
        for r, name in enumerate(self._rows):
            place = self.place_of(r, 0)
            room = QRectF(0, place.y(), box.x() - theme.px(6), place.height())
            if place.height() >= metrics.ascent():
                text = metrics.elidedText(name, elide, int(room.width()))
                painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
        widest = max((metrics.horizontalAdvance(name) for name in self._columns), default=0) + theme.px(6)
        every = max(1, math.ceil(widest / max(self.place_of(0, 0).width(), 1.0)))
        for c, name in enumerate(self._columns):
            if c % every == 0:
                middle = self.place_of(0, c).center().x()
                left = middle - metrics.horizontalAdvance(name) / 2
                left = min(max(left, 0.0), self.width() - metrics.horizontalAdvance(name))
                painter.drawText(QPointF(left, box.bottom() + metrics.ascent() + theme.px(3)), name)
        down, across = self._titles
        painter.setPen(qcolor(theme.text))
        painter.drawText(QPointF(0, metrics.ascent()), metrics.elidedText(down, elide, self.width()))
        base = self.height() - metrics.descent() - 1
        text = metrics.elidedText(across, elide, self.width())
        painter.drawText(QPointF(box.center().x() - metrics.horizontalAdvance(text) / 2, base), text)

    # Pointer and keys -----------------------------------------------------------------------------------

    def _at(self, point: QPointF) -> Cell | None:
        for r, row in enumerate(self._cells):
            for c, cell in enumerate(row):
                if cell is not None and self.place_of(r, c).contains(point):
                    return cell
        return None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say what the cell under the pointer is."""
        cell = self._at(event.position())
        if cell is None:
            QToolTip.hideText()
        else:
            QToolTip.showText(event.globalPosition().toPoint(), cell.help, self)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose a cell."""
        cell = self._at(event.position())
        if cell is not None:
            self._choose(cell)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open a cell."""
        cell = self._at(event.position())
        if cell is not None:
            self.opened.emit(cell.key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose with the arrow keys, open with Enter."""
        ways = {
            Qt.Key.Key_Left: (0, -1),
            Qt.Key.Key_Right: (0, 1),
            Qt.Key.Key_Up: (-1, 0),
            Qt.Key.Key_Down: (1, 0),
        }
        key = Qt.Key(event.key())
        if key in ways and self.cells:
            self._walk(*ways[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._current is not None:
            self.opened.emit(self._current)
        else:
            super().keyPressEvent(event)

    def _walk(self, down: int, across: int) -> None:
        """Choose the next cell that way, or the first one of all."""
        places = {
            cell.key: (r, c)
            for r, row in enumerate(self._cells)
            for c, cell in enumerate(row)
            if cell is not None
        }
        if self._current not in places:
            self._choose(self.cells[0])
            return
        row, column = places[self._current]
        row, column = row + down, column + across
        if 0 <= row < len(self._cells) and 0 <= column < len(self._cells[row]):
            cell = self._cells[row][column]
            if cell is not None:
                self._choose(cell)

    def _choose(self, cell: Cell) -> None:
        self._current = cell.key
        self.setAccessibleDescription(cell.help)
        self.update()
        self.chosen.emit(cell.key)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show that the keys come here."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that they do not any more."""
        super().focusOutEvent(event)
        self.update()


def shade(theme: Theme, share: float) -> str:
    """Return the colour of how good something is: the ground of the worst, the accent of the best."""
    return mix(theme.raised, theme.accent, STRONGEST * min(max(share, 0.0), 1.0))

"""Where the cells of a scatter matrix are, and what is written at its edge."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from playground.ui.explore.words import fitted
from playground.ui.plots.ticks import Ticks, linear_ticks
from playground.ui.theme.colour import qcolor
from playground.ui.theme.fonts import body_font, number_font
from playground.ui.theme.tokens import Theme

GAP = 4  # design pixels between cells
NAME = 20  # the room of a name at the edge
TICK = 18
TICKS_ACROSS, TICKS_UP = 36, 26  # how far ticks are apart at least


@dataclass(frozen=True, slots=True)
class Grid:
    """`count` x `count` cells in a widget: names and ticks stand at the left and below."""

    count: int
    left: float
    top: float
    width: float
    height: float
    gap: float

    @classmethod
    def fitting(cls, count: int, size: QSize, left: float, theme: Theme) -> "Grid":
        """Return the largest grid of `count` variables in a widget, with `left` pixels for the ticks."""
        gap, edge = float(theme.px(GAP)), theme.px(NAME) + left
        below = theme.px(NAME) + theme.px(TICK)
        across = size.width() - edge - theme.px(8)
        down = size.height() - below - theme.px(4)
        width, height = ((room - gap * (count - 1)) / count for room in (across, down))
        return cls(count, edge, theme.px(4), max(8.0, width), max(8.0, height), gap)

    def cell(self, row: int, column: int) -> QRectF:
        """Return a cell's box, the first row on top."""
        x = self.left + column * (self.width + self.gap)
        y = self.top + row * (self.height + self.gap)
        return QRectF(round(x), round(y), int(self.width), int(self.height))

    def at(self, place: QPointF) -> tuple[int, int] | None:
        """Return row and column of the cell at a place; -1 for the row or column of names at the edge."""
        column = int((place.x() - self.left) // (self.width + self.gap))
        row = int((place.y() - self.top) // (self.height + self.gap))
        if place.x() < self.left and 0 <= row < self.count:
            return row, -1
        if row >= self.count and 0 <= column < self.count:
            return -1, column
        inside = 0 <= row < self.count and 0 <= column < self.count
        return (row, column) if inside and self.cell(row, column).contains(place) else None


def ticks_across(low: float, high: float, width: float, theme: Theme) -> Ticks:
    """Return the ticks below a cell."""
    return linear_ticks(low, high, max(3, int(width / theme.px(TICKS_ACROSS))))


def ticks_up(low: float, high: float, height: float, theme: Theme) -> Ticks:
    """Return the ticks beside a cell."""
    return linear_ticks(low, high, max(3, int(height / theme.px(TICKS_UP))))


def widest(ticks: list[Ticks], theme: Theme) -> float:
    """Return the width of the widest of several axes' texts."""
    metrics = QFontMetricsF(number_font(theme, theme.size_small, bold=False))
    return max((metrics.horizontalAdvance(text) for axis in ticks for _, text in axis), default=0.0)


def paint_across(painter: QPainter, box: QRectF, ticks: Ticks, span: tuple[float, float], t: Theme) -> None:
    """Write ticks below a box; those that would run into each other, or out of the box, are left out."""
    painter.setFont(number_font(t, t.size_small, bold=False))
    painter.setPen(qcolor(t.muted))
    metrics, end = QFontMetricsF(painter.font()), box.left() - t.px(4)
    for value, text in ticks:
        width = metrics.horizontalAdvance(text)
        x = box.left() + (value - span[0]) / (span[1] - span[0]) * box.width() - width / 2
        x = min(max(x, box.left()), box.right() - width)
        if x >= end + t.px(4):
            room = QRectF(x, box.bottom() + t.px(2), width + 1, t.px(TICK) - t.px(2))
            painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
            end = x + width


def paint_up(painter: QPainter, box: QRectF, ticks: Ticks, span: tuple[float, float], t: Theme) -> None:
    """Write ticks to the left of a box."""
    painter.setFont(number_font(t, t.size_small, bold=False))
    painter.setPen(qcolor(t.muted))
    line = QFontMetricsF(painter.font()).height()
    for value, text in ticks:
        y = box.bottom() - (value - span[0]) / (span[1] - span[0]) * box.height() - line / 2
        y = min(max(y, box.top()), box.bottom() - line)
        room = QRectF(0, y, box.left() - t.px(5), line)
        painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)


def paint_names(
    painter: QPainter, grid: Grid, names: tuple[str, ...], short: tuple[str, ...], theme: Theme
) -> None:
    """Write the variables' names at the left, upwards, and below; short ones where room is scarce."""
    painter.setFont(body_font(theme, theme.size_small, bold=True))
    painter.setPen(qcolor(theme.text))
    metrics = QFontMetricsF(painter.font())
    for index, name in enumerate(names):
        box = grid.cell(index, index)
        below = QRectF(box.left(), grid.cell(grid.count - 1, index).bottom() + theme.px(TICK), box.width(), 0)
        below.setHeight(theme.px(NAME) - theme.px(2))
        text = fitted(metrics, name, short[index], box.width())
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, text)
        painter.save()
        painter.translate(0, box.bottom())
        painter.rotate(-90)
        text = fitted(metrics, name, short[index], box.height())
        painter.drawText(QRectF(0, 0, box.height(), theme.px(NAME)), Qt.AlignmentFlag.AlignCenter, text)
        painter.restore()

"""The key to a plot's colours: the bar of the heat map, the classes with their markers, or two curves."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from pyqtgraph.graphicsItems.ScatterPlotItem import drawSymbol
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.ui.plots.items import curve_pen
from playground.ui.theme.colour import heat_image, qcolor
from playground.ui.theme.fonts import body_font
from playground.ui.theme.tokens import Theme

SHORTEST, LONGEST = 40, 96  # design pixels: the bar of the heat map
CURVE = 19  # the room of a line's mark
GAP = 8  # between entries

Mark = Literal["class", "train_curve", "test_curve", "train_point", "test_point"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a legend: what is drawn, which class it is, and its name."""

    mark: Mark
    name: str
    index: int = 0


def curve_entries(watched: str) -> tuple[Entry, Entry]:
    """Return the entries of the two curves; `watched` is what training is watched on, as "test"."""
    return Entry("train_curve", "train"), Entry("test_curve", watched)


def point_entries(watched: str) -> tuple[Entry, Entry]:
    """Return the entries of the points of training and of the rows it is watched on."""
    return Entry("train_point", "train"), Entry("test_point", watched)


class Legend(QWidget):
    """Says what the colours mean; signs and classes also by marker."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._ends: tuple[str, str] | None = None
        self._markers = False
        self._shades = (-1.0, 1.0)
        self._entries: tuple[Entry, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Legend")

    @property
    def texts(self) -> tuple[str, ...]:
        """Everything the legend says."""
        return self._ends or tuple(entry.name for entry in self._entries)

    def show_heat(
        self,
        low: str,
        high: str,
        markers: bool = False,
        shades: tuple[float, float] = (-1.0, 1.0),
        words: tuple[str, str] = ("Orange", "blue"),
    ) -> None:
        """Show the heat map's bar with its ends; `markers` puts the two classes' markers beside them.

        `shades` are those of the two ends, and `words` their colours. The room of entries shown before stays,
        so that nothing jumps when they come back.
        """
        self._ends, self._markers, self._shades = (low, high), markers, shades
        self.setAccessibleDescription(f"{words[0]} means {low}, {words[1]} means {high}.")
        self._changed()

    def show_entries(self, entries: tuple[Entry, ...]) -> None:
        """Show marks with names side by side, in as many lines as they need."""
        self._ends, self._entries = None, entries
        self.setAccessibleDescription(", ".join(entry.name for entry in entries))
        self._changed()

    def show_classes(self, names: tuple[str, ...]) -> None:
        """Show the classes' markers with their names."""
        self.show_entries(tuple(Entry("class", name, index) for index, name in enumerate(names)))

    def clear(self) -> None:
        """Show nothing."""
        self._ends, self._markers, self._entries = None, False, ()
        self._changed()

    def apply_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self._theme = theme
        self._changed()

    def sizeHint(self) -> QSize:
        """Return the room that everything needs on one line."""
        theme, metrics = self._theme, self._metrics()
        if self._ends is not None:
            texts = sum(metrics.horizontalAdvance(text) for text in self._ends)
            room = texts + 2 * self._side() + 2 * theme.px(6) + theme.px(LONGEST)
            return QSize(room, metrics.height() + theme.px(4))
        width = sum(self._width(entry, metrics) for entry in self._entries) - theme.px(GAP)
        return QSize(width, metrics.height() + theme.px(4))

    def minimumSizeHint(self) -> QSize:
        """Return the least width: that of the widest entry, or of the shortest bar with its ends."""
        metrics = self._metrics()
        width = max((self._width(entry, metrics) for entry in self._entries), default=0)
        if self._ends is not None:
            texts = sum(metrics.horizontalAdvance(text) for text in self._ends)
            bar = texts + 2 * self._side() + 2 * self._theme.px(6) + self._theme.px(SHORTEST)
            width = max(width, bar)
        return QSize(width, self.heightForWidth(max(self.width(), 1)))

    def hasHeightForWidth(self) -> bool:
        """Say that names may break into lines."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of the lines at `width`."""
        return max(1, self._lines(width)) * (self._metrics().height() + self._theme.px(4))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the legend."""
        self.draw(QPainter(self))

    def draw(self, painter: QPainter) -> None:
        """Paint the bar or the entries with any painter."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(body_font(self._theme, self._theme.size_small))
        if self._ends is not None:
            self._paint_bar(painter, self._ends)
        else:
            self._paint_entries(painter)

    def _changed(self) -> None:
        self.updateGeometry()
        self.update()

    def _metrics(self) -> QFontMetrics:
        return QFontMetrics(body_font(self._theme, self._theme.size_small))

    def _width(self, entry: Entry, metrics: QFontMetrics) -> int:
        mark = CURVE if entry.mark.endswith("curve") else 14
        return metrics.horizontalAdvance(entry.name) + self._theme.px(mark) + self._theme.px(GAP)

    def _side(self) -> int:
        return self._theme.px(14) if self._markers else 0

    def _lines(self, width: int) -> int:
        metrics, x, lines = self._metrics(), 0, 1
        for entry in self._entries:
            step = self._width(entry, metrics)
            if x and x + step - self._theme.px(GAP) > width:
                x, lines = 0, lines + 1
            x += step
        return lines

    def _paint_bar(self, painter: QPainter, ends: tuple[str, str]) -> None:
        theme, metrics = self._theme, self._metrics()
        gap, middle = theme.px(6), self.height() / 2
        side = self._side()
        texts = sum(map(metrics.horizontalAdvance, ends))
        room = self.width() - texts - 2 * gap - 2 * side
        # Where there is no room at all the bar keeps its least length, and the numbers stay clear of it.
        length = max(theme.px(SHORTEST), min(theme.px(LONGEST), room))
        x = max(0.0, float(room - length))
        for index, text in enumerate(ends):
            if self._markers and index == 0:
                self._paint_mark(painter, Entry("class", "", 0), QPointF(x + theme.px(5), middle))
            x += side if index == 0 else 0
            painter.setPen(qcolor(theme.muted))
            width = metrics.horizontalAdvance(text)
            painter.drawText(QRectF(x, 0, width + 2, self.height()), Qt.AlignmentFlag.AlignVCenter, text)
            x += width + gap
            if index == 0:
                bar = QRectF(x, middle - theme.px(4), length, theme.px(8))
                painter.drawImage(bar, heat_image(np.linspace(*self._shades, 128)[None, :], theme))
                x += length + gap
            elif self._markers:
                self._paint_mark(painter, Entry("class", "", 1), QPointF(x + theme.px(2), middle))

    def _paint_entries(self, painter: QPainter) -> None:
        theme, metrics = self._theme, self._metrics()
        line = metrics.height() + theme.px(4)
        x, y = 0, max(0, (self.height() - self._lines(self.width()) * line) // 2)
        for entry in self._entries:
            step = self._width(entry, metrics)
            if x and x + step - theme.px(GAP) > self.width():
                x, y = 0, y + line
            mark = theme.px(CURVE if entry.mark.endswith("curve") else 14)
            self._paint_mark(painter, entry, QPointF(x + mark / 2 - theme.px(3), y + line / 2))
            painter.setPen(qcolor(theme.muted))
            box = QRectF(x + mark, y, step - mark, line)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, entry.name)
            x += step

    def _paint_mark(self, painter: QPainter, entry: Entry, centre: QPointF) -> None:
        theme = self._theme
        if entry.mark.endswith("curve"):
            half = theme.px(7)
            painter.setPen(curve_pen(theme, entry.mark == "test_curve"))
            painter.drawLine(QPointF(centre.x() - half, centre.y()), QPointF(centre.x() + half, centre.y()))
            return
        symbol, colour = self._symbol(entry)
        painter.save()
        painter.translate(centre)
        hollow = entry.mark == "test_point"
        pen = QPen(qcolor(colour if hollow else theme.outline), 1.4 if hollow else 1.0 * theme.stroke)
        pen.setCosmetic(True)
        drawSymbol(painter, symbol, theme.px(8), pen, qcolor(theme.surface if hollow else colour))
        painter.restore()

    def _symbol(self, entry: Entry) -> tuple[str, str]:
        theme = self._theme
        if entry.mark == "class":
            return (
                theme.class_markers[entry.index % len(theme.class_markers)],
                theme.classes[entry.index % len(theme.classes)],
            )
        test = entry.mark == "test_point"
        return SPLIT_MARKERS[entry.mark], theme.curve_test if test else theme.curve_train


SPLIT_MARKERS = {"train_point": "o", "test_point": "d"}

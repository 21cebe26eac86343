"""What many seeds came to: how often which metric, and a list of the seeds."""

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractItemView, QTableWidget, QTableWidgetItem, QWidget

from playground.training.kept_runs import Figures
from playground.training.seeds import SeedRun
from playground.ui.compare.words import quality
from playground.ui.explore.bars import paint_bars, places
from playground.ui.figures import four_digits, percent_in_tenths, short
from playground.ui.theme.colour import qcolor
from playground.ui.theme.fonts import body_font, number_font
from playground.ui.theme.tokens import Theme
from playground.ui.widgets import describe, keep_font

BINS = 12
NARROWEST = 1e-3
"""The least range of a histogram of metrics."""

LARGEST = 1e300
"""The largest R² by size that has a place of its own: a network that ran away may be further off."""

NUMBER = Qt.ItemDataRole.UserRole
DESCENDING = Qt.SortOrder.DescendingOrder


class SeedHistogram(QWidget):
    """How many seeds ended with which metric. A click on a bar names its seeds.

    Signals:
        chosen(tuple): the seeds in the bar that was clicked.
    """

    chosen = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._runs: tuple[SeedRun, ...] = ()
        self._counts, self._edges = np.zeros(0), np.zeros(0)
        help_text = "How many seeds ended with which metric. Click a bar to select its seeds in the list."
        describe(self, "Histogram of the seeds", help_text)

    def show_runs(self, runs: Sequence[SeedRun]) -> None:
        """Count these runs."""
        self._runs = tuple(runs)
        values = self._values()
        known = values[np.isfinite(values)]
        if len(known):
            low, high = float(known.min()), float(known.max())
            if self._runs[0].figures.metric != "R²":
                low, high = max(0.0, low - NARROWEST), 1.0
            low, high = max(low, -LARGEST), min(high, LARGEST)
            least = NARROWEST * max(1.0, abs(low), abs(high))
            if high - low < least:
                low, high = low - least, high + least
            self._counts, self._edges = np.histogram(np.clip(known, low, high), BINS, (low, high))
        else:
            self._counts, self._edges = np.zeros(0), np.zeros(0)
        self.update()

    @property
    def counts(self) -> tuple[int, ...]:
        """How many seeds there are in each bar."""
        return tuple(int(count) for count in self._counts)

    def apply_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self._theme = theme
        self.setMinimumSize(theme.px(160), theme.px(90))
        self.update()

    def _values(self) -> np.ndarray:
        return np.array([run.figures.watched_metric for run in self._runs])

    def _box(self) -> QRectF:
        theme = self._theme
        return QRectF(self.rect()).adjusted(theme.px(8), theme.px(36), -theme.px(8), -theme.px(22))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the bars, what they count, and the ends of the range."""
        theme = self._theme
        painter = QPainter(self)
        painter.setFont(body_font(theme, theme.size_small))
        painter.setPen(qcolor(theme.muted))
        if not len(self._counts):
            return
        box, figures = self._box(), self._runs[0].figures
        x = places(self._edges, (float(self._edges[0]), float(self._edges[-1])), box)
        paint_bars(
            painter, box, x, self._counts[None].astype(float), float(self._counts.max()), [theme.curve_test]
        )
        painter.setPen(QPen(qcolor(theme.hairline), theme.stroke))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        painter.setPen(qcolor(theme.muted))
        metrics = QFontMetrics(painter.font())
        base = box.bottom() + metrics.ascent() + theme.px(3)
        left, right = (_written(figures, float(edge)) for edge in (self._edges[0], self._edges[-1]))
        painter.drawText(QPointF(box.left(), base), left)
        painter.drawText(QPointF(box.right() - metrics.horizontalAdvance(right), base), right)
        title = metrics.elidedText(
            f"seeds by final {figures.watched} {figures.metric}", Qt.TextElideMode.ElideRight, self.width()
        )
        painter.drawText(QPointF(box.left(), metrics.ascent() + theme.px(2)), title)
        painter.setPen(qcolor(theme.text))
        for index in np.flatnonzero(self._counts).tolist():
            text = str(self._counts[index])
            middle = (x[index] + x[index + 1] - metrics.horizontalAdvance(text)) / 2
            high = box.bottom() - self._counts[index] / self._counts.max() * box.height()
            painter.drawText(QPointF(float(middle), float(high) - theme.px(2)), text)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Name the seeds in the bar under the pointer."""
        if not len(self._counts):
            return
        box = self._box()
        share = (event.position().x() - box.left()) / max(box.width(), 1.0)
        place = min(max(int(share * BINS), 0), BINS - 1)
        low, high = self._edges[place], self._edges[place + 1]
        last = place == BINS - 1
        values = np.clip(self._values(), self._edges[0], self._edges[-1])
        inside = (values >= low) & ((values <= high) if last else (values < high))
        self.chosen.emit(tuple(run.seed for run, own in zip(self._runs, inside.tolist(), strict=True) if own))


def _written(figures: Figures, value: float) -> str:
    return short(value) if figures.metric == "R²" else percent_in_tenths(value)


class _Cell(QTableWidgetItem):
    """A number that is sorted by what it is, not by how it is written; one that is none comes last."""

    def __init__(self, text: str, number: float) -> None:
        super().__init__(text)
        self._number = number
        self.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def __lt__(self, other: QTableWidgetItem) -> bool:
        if not isinstance(other, _Cell):
            return super().__lt__(other)
        return self._place() < other._place()

    def _place(self) -> float:
        if math.isfinite(self._number):
            return self._number
        table = self.tableWidget()
        down = table is not None and table.horizontalHeader().sortIndicatorOrder() == DESCENDING
        return -math.inf if down else math.inf


class SeedTable(QTableWidget):
    """The seeds, each with what it reached."""

    def __init__(self) -> None:
        super().__init__(0, 5)
        self._seeds: list[int] = []
        describe(self, "Seeds", "Double-click a seed, or press Enter on it, to open its run.")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.verticalHeader().setVisible(False)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().hide()  # it has no words before there are runs
        self.setSortingEnabled(True)
        self.sortByColumn(1, Qt.SortOrder.DescendingOrder)

    def show_runs(self, runs: Sequence[SeedRun]) -> None:
        """Show these runs; the seed that is selected stays so."""
        chosen = self.seed
        self.setSortingEnabled(False)
        self.setRowCount(len(runs))
        if runs:
            watched, metric = runs[0].figures.watched, runs[0].figures.metric
            labels = [
                "Seed",
                f"{watched} {metric}".capitalize(),
                f"{watched.capitalize()} loss",
                "Train loss",
            ]
            self.setHorizontalHeaderLabels([*labels, "Epochs"])
        self.horizontalHeader().setVisible(bool(runs))
        for row, one in enumerate(runs):
            found = one.figures
            cells = (
                _Cell(str(one.seed), one.seed),
                _Cell(quality(found), found.watched_metric),
                _Cell(four_digits(found.watched_loss), found.watched_loss),
                _Cell(four_digits(found.train_loss), found.train_loss),
                _Cell(f"{found.epochs:,.0f}", found.epochs),
            )
            for column, cell in enumerate(cells):
                cell.setData(NUMBER, one.seed)
                self.setItem(row, column, cell)
        self.setSortingEnabled(True)
        self.resizeColumnsToContents()
        if chosen is not None:
            self.select((chosen,))

    @property
    def seed(self) -> int | None:
        """The seed that is selected; None when there is none."""
        item = self.item(self.currentRow(), 0)
        return None if item is None else int(item.data(NUMBER))

    def select(self, seeds: Sequence[int]) -> None:
        """Select these seeds, and go to the first of them."""
        self.clearSelection()
        mode = self.selectionMode()
        self.setSelectionMode(QAbstractItemView.SelectionMode.MultiSelection)
        for row in range(self.rowCount() - 1, -1, -1):
            item = self.item(row, 0)
            if item is not None and item.data(NUMBER) in seeds:
                self.selectRow(row)
                self.scrollToItem(item)
        self.setSelectionMode(mode)

    def apply_theme(self, theme: Theme) -> None:
        """Take the theme's fonts and sizes."""
        keep_font(self, number_font(theme, theme.size_body, bold=False))
        keep_font(self.horizontalHeader(), body_font(theme, theme.size_small))
        self.verticalHeader().setDefaultSectionSize(theme.px(24))
        self.resizeColumnsToContents()

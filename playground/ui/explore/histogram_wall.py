"""All histograms of a table in rows of cells, each with its figures below; only what is seen is painted."""

import math

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.experiment.exploring import DataTable
from playground.experiment.histograms import Histogram
from playground.ui.explore.bars import bar_colours, paint_bars, paint_outline, places
from playground.ui.explore.grid import paint_across, paint_up
from playground.ui.explore.readout import Readout
from playground.ui.explore.words import bar_words, fitted
from playground.ui.figures import short
from playground.ui.plots.ticks import Ticks, linear_ticks
from playground.ui.theme.colour import qcolor
from playground.ui.theme.fonts import body_font, number_font
from playground.ui.theme.tokens import Theme
from playground.ui.widgets.base import describe

CELL = (252, 196)  # design pixels: the least width, and the height
SPACE = 16
TITLE, AXIS, BELOW, FIGURES = 22, 38, 18, 34
PEN = 1.5
ROUNDING = 1e-12


class HistogramWall(QWidget):
    """Paints histograms. Bars are the first part's rows by class, outlines those of the other parts."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        describe(self, "Histograms", "")
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._theme = theme
        self._table: DataTable | None = None
        self.histograms: tuple[Histogram, ...] = ()
        self.readout = Readout(self)

    def show_histograms(self, table: DataTable | None, histograms: tuple[Histogram, ...]) -> None:
        """Show these histograms of a table."""
        self._table, self.histograms = table, histograms
        said = [_figures_in_words(one) for one in histograms if one.summary is not None]
        self.setAccessibleDescription(" ".join(said[:8]))
        self.readout.hide()
        self.updateGeometry()
        self.update()

    def apply_theme(self, theme: Theme) -> None:
        """Paint in another theme."""
        self._theme = theme
        self.readout.apply_theme(theme)
        self.updateGeometry()
        self.update()

    def hasHeightForWidth(self) -> bool:
        """Say that cells break into lines."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of all lines of cells."""
        lines = math.ceil(len(self.histograms) / self._across(width))
        return max(1, lines * self._theme.px(CELL[1] + SPACE))

    def sizeHint(self) -> QSize:
        """Return the size at the present width."""
        return QSize(self.minimumSizeHint().width(), self.heightForWidth(self.width()))

    def minimumSizeHint(self) -> QSize:
        """Return the size of one column of cells."""
        return QSize(self._theme.px(CELL[0]), self._theme.px(CELL[1]))

    def _across(self, width: int) -> int:
        return max(1, (width + self._theme.px(SPACE)) // self._theme.px(CELL[0] + SPACE))

    def cell(self, index: int) -> QRect:
        """Return the box of a histogram."""
        theme, across = self._theme, self._across(self.width())
        step = (self.width() + theme.px(SPACE)) // across
        x, y = index % across * step, index // across * theme.px(CELL[1] + SPACE)
        return QRect(x, y, step - theme.px(SPACE), theme.px(CELL[1]))

    def _plot(self, cell: QRect) -> QRectF:
        """Return where in a cell the bars are."""
        theme = self._theme
        low = theme.px(BELOW + FIGURES)
        return QRectF(cell.adjusted(theme.px(AXIS), theme.px(TITLE), -theme.px(6), -low))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the cells that are seen."""
        painter = QPainter(self)
        for index, histogram in enumerate(self.histograms):
            cell = self.cell(index)
            if cell.intersects(event.rect()):
                self._paint(painter, cell, histogram)

    def _paint(self, painter: QPainter, cell: QRect, histogram: Histogram) -> None:
        theme, box = self._theme, self._plot(cell)
        painter.setFont(body_font(theme, bold=True))
        painter.setPen(qcolor(theme.text))
        title = QRectF(cell.left(), cell.top(), cell.width(), theme.px(TITLE))
        metrics = QFontMetricsF(painter.font())
        name = fitted(metrics, histogram.name, histogram.short_name, cell.width())
        painter.drawText(title, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, name)
        shares = [histogram.shares(part) for part in range(len(histogram.counts))]
        top = 1.05 * max(float(one.sum(axis=0).max()) for one in shares) or 1.0
        span = (float(histogram.edges[0]), float(histogram.edges[-1]))
        self._paint_axes(painter, box, histogram, span, top)
        x = places(histogram.edges, span, box)
        has_classes = self._table is not None and self._table.classes is not None
        colours = bar_colours(theme, len(shares[0]), has_classes)
        paint_bars(painter, box, x, shares[0], top, colours)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for part, one in enumerate(shares[1:]):
            pen = QPen(qcolor(theme.outline), PEN * theme.stroke)
            pen.setStyle(Qt.PenStyle.SolidLine if part == 0 else Qt.PenStyle.DashLine)
            paint_outline(painter, box, x, one.sum(axis=0), top, pen)
        painter.setPen(QPen(qcolor(theme.muted), theme.stroke))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        if histogram.summary is not None:
            self._paint_figures(painter, cell, histogram)

    def _paint_axes(
        self, painter: QPainter, box: QRectF, histogram: Histogram, span: tuple[float, float], top: float
    ) -> None:
        theme = self._theme
        shares: Ticks = [(value, f"{text} %") for value, text in linear_ticks(0.0, top, 4) if value > 0]
        painter.setPen(QPen(qcolor(theme.grid), theme.stroke))
        for value, _ in shares:
            y = box.bottom() - value / top * box.height()
            painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))
        painter.save()
        painter.translate(box.left() - theme.px(AXIS), 0)
        paint_up(painter, box.translated(theme.px(AXIS) - box.left(), 0), shares, (0.0, top), theme)
        painter.restore()
        if histogram.labels:
            self._paint_labels(painter, box, histogram.labels)
        else:
            most = max(2, int(box.width() / theme.px(44)))
            paint_across(painter, box, linear_ticks(*span, most), span, theme)

    def _paint_labels(self, painter: QPainter, box: QRectF, labels: tuple[str, ...]) -> None:
        """Write the classes below their bars, cut where there is no room."""
        theme, width = self._theme, box.width() / len(labels)
        painter.setFont(body_font(theme, theme.size_small))
        painter.setPen(qcolor(theme.muted))
        metrics = QFontMetricsF(painter.font())
        for index, label in enumerate(labels):
            text = metrics.elidedText(label, Qt.TextElideMode.ElideRight, width - theme.px(2))
            place = QRectF(box.left() + index * width, box.bottom() + theme.px(2), width, theme.px(BELOW))
            painter.drawText(place, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, text)

    def _paint_figures(self, painter: QPainter, cell: QRect, histogram: Histogram) -> None:
        theme, figures = self._theme, summary_texts(histogram)
        width, top = cell.width() / len(figures), cell.bottom() + 1 - theme.px(FIGURES)
        half = theme.px(FIGURES) / 2
        for index, (caption, text) in enumerate(figures):
            place = QRectF(cell.left() + index * width, top, width, half)
            painter.setFont(body_font(theme, theme.size_small))
            painter.setPen(qcolor(theme.muted))
            painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, caption)
            painter.setFont(number_font(theme, theme.size_small))
            painter.setPen(qcolor(theme.text))
            place.translate(0, half)
            painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)

    # Pointing -------------------------------------------------------------------------------------------

    def words_at(self, place: QPointF) -> str:
        """Return what to say about a place: the bin there, or a whole name."""
        for index, histogram in enumerate(self.histograms):
            cell = QRectF(self.cell(index))
            if cell.contains(place) and self._table is not None:
                box = self._plot(self.cell(index))
                if not box.contains(place):
                    return histogram.name
                share = (place.x() - box.left()) / box.width()
                edges = histogram.edges
                value = float(edges[0] + share * (edges[-1] - edges[0]))
                found = int(np.searchsorted(edges, value, side="right")) - 1
                return bar_words(self._table, histogram, min(max(found, 0), len(edges) - 2))
        return ""

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Say what is under the pointer."""
        self.readout.say(self.words_at(event.position()), event.position().toPoint())

    def leaveEvent(self, event: QEvent) -> None:
        """Say nothing more."""
        self.readout.hide()
        super().leaveEvent(event)


def summary_texts(histogram: Histogram) -> tuple[tuple[str, str], ...]:
    """Return the figures of a column with their captions."""
    found = histogram.summary
    assert found is not None
    # The mean of standardised numbers is 0 but for the rounding of their sum.
    tiny = ROUNDING * max(abs(found.minimum), abs(found.maximum))
    mean = 0.0 if abs(found.mean) < tiny else found.mean
    values = {"mean": mean, "std dev": found.deviation, "min": found.minimum, "max": found.maximum}
    said = {caption: "–" if math.isnan(value) else short(value + 0.0) for caption, value in values.items()}
    texts = tuple(said.items())
    return (*texts, ("missing", f"{histogram.missing:,}")) if histogram.missing else texts


def _figures_in_words(histogram: Histogram) -> str:
    figures = ", ".join(f"{caption} {text}" for caption, text in summary_texts(histogram))
    return f"{histogram.name}: {figures}."

"""Plots of a regression: training and test rows told apart by shape, colour and rim, and a curve."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtWidgets import QWidget

from playground.experiment.prepare import Prepared
from playground.training.messages import Look, Snapshot
from playground.ui.plots.axes import AxesView
from playground.ui.plots.items import point_size
from playground.ui.plots.legend import SPLIT_MARKERS, Legend, point_entries
from playground.ui.plots.row_plot import RowPlot
from playground.ui.theme.colour import qcolor
from playground.ui.theme.tokens import LIGHT, Theme

FloatArray = npt.NDArray[np.float64]
IndexArray = npt.NDArray[np.int64]


class SplitPoints:
    """The rows of a sample as two clouds of points that can be moved cheaply."""

    def __init__(self, view: Any) -> None:
        self._rows: tuple[IndexArray, IndexArray] = (np.empty(0, np.int64), np.empty(0, np.int64))
        self.items = (pg.ScatterPlotItem(), pg.ScatterPlotItem())
        for z, item in enumerate(self.items):
            item.setZValue(10 + z)
            view.addItem(item, ignoreBounds=True)
        self._side = 320.0
        self._xy: FloatArray = np.empty((0, 2))
        self.apply_theme(LIGHT)

    def set_side(self, side: float) -> None:
        """Say how wide the plot is in design pixels: many points in a small plot are small."""
        before, self._side = self._side, side
        count = sum(map(len, self._rows))
        if point_size(count, before) != point_size(count, side):
            self.apply_theme(self._theme)

    def show(self, x: FloatArray, y: FloatArray, train: IndexArray, test: IndexArray, theme: Theme) -> None:
        """Draw all rows of a new sample: x (rows,), y (rows,)."""
        self._rows = (train, test)
        self.apply_theme(theme)
        self.move(x, y)

    def move(self, x: FloatArray, y: FloatArray) -> None:
        """Draw the same rows at other places; a place that is not finite is left out."""
        self._xy = np.column_stack([x, y])
        for rows, item in zip(self._rows, self.items, strict=True):
            there = np.isfinite(x[rows]) & np.isfinite(y[rows])
            item.setData(x[rows][there], y[rows][there])

    def clear(self) -> None:
        """Draw no points."""
        self._xy = np.empty((0, 2))
        for item in self.items:
            item.setData([], [])

    @property
    def places(self) -> FloatArray:
        """Where each row is drawn, (rows, 2); nan where it is not."""
        places = np.full(self._xy.shape, np.nan)
        for rows, item in zip(self._rows, self.items, strict=True):
            if item.isVisible() and len(self._xy):
                places[rows] = self._xy[rows]
        return places

    def set_show_train(self, show: bool) -> None:
        """Show or hide the training rows."""
        self.items[0].setVisible(show)

    def set_show_test(self, show: bool) -> None:
        """Show or hide the test rows."""
        self.items[1].setVisible(show)

    def apply_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        train, test = self.items
        for item, symbol in zip(self.items, SPLIT_MARKERS.values(), strict=True):
            item.setSymbol(symbol)
        self._theme = theme
        size = point_size(sum(map(len, self._rows)), self._side)
        train.setSize(max(2.5, size - 1.0) * theme.scale)
        train.setBrush(qcolor(theme.curve_train, 190))
        train.setPen(pg.mkPen(qcolor(theme.rim), width=0.5 * theme.stroke))
        test.setSize((size + 1.0) * theme.scale)
        test.setBrush(qcolor(theme.surface))
        test.setPen(pg.mkPen(qcolor(theme.curve_test), width=1.4 * theme.stroke))


class SplitPlot(RowPlot):
    """A plot of training and test rows with one curve over them, and a legend below.

    Subclasses place the points and draw the curve in `_redraw`.
    """

    def __init__(self, theme: Theme, label: str, help_text: str, parent: QWidget | None = None) -> None:
        super().__init__(theme, label, help_text, parent)
        self._neuron: FloatArray | None = None
        self._is_output = False
        self._curve = pg.PlotCurveItem(antialias=True)
        self._curve.setZValue(20)
        self._view.addItem(self._curve, ignoreBounds=True)
        self._points = SplitPoints(self._view)
        self.legend = Legend(theme)
        self._layout.addWidget(self.legend)

    def set_show_train(self, show: bool) -> None:
        """Show or hide the training rows."""
        self._points.set_show_train(show)
        self._ring_example()

    def set_show_test(self, show: bool) -> None:
        """Show or hide the test rows."""
        self._points.set_show_test(show)
        self._ring_example()

    def resemble(self, other: AxesView) -> None:
        """Show the rows that another view shows, and its neuron."""
        if isinstance(other, SplitPlot):
            for mine, its in zip(self._points.items, other._points.items, strict=True):
                mine.setVisible(its.isVisible())
            self.show_neuron(other._neuron, other.title, other._is_output)
        super().resemble(other)

    def clear(self) -> None:
        """Draw nothing."""
        self._forget_rows()
        self._prepared = self._neuron = None
        self._points.clear()
        self._ring_example()
        self.legend.clear()
        self._title = ""
        self._set_empty(True)
        self._redraw()

    def apply_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        super().apply_theme(theme)
        self.legend.apply_theme(theme)
        self._points.apply_theme(theme)
        self._redraw()

    def _begin(self) -> None:
        """Show the plot of a run that is about to begin, all of it."""
        self._title = ""
        self._set_empty(False)
        self._ring_example()
        self.apply_theme(self._theme)
        self.fit()

    def _places(self) -> FloatArray:
        return self._points.places

    def _unit(self) -> str:
        """Return the unit of the target as it stands behind a name; empty when it has none."""
        unit = self._prepared.sample.unit if self._prepared is not None else ""
        return f" in {unit}" if unit else ""

    def _redraw(self) -> None:
        """Draw the curve anew."""
        raise NotImplementedError

    def _arrange(self) -> None:
        """Size the points, too."""
        super()._arrange()
        self._points.set_side(min(self.width(), self.height()) / self._theme.scale)


class AnswerPlot(SplitPlot):
    """A plot of the answers to all rows of a regression.

    Subclasses say in `_spread` where the rows are drawn, and name the axes in `_name_axes`.
    """

    @property
    def look(self) -> Look:
        """Ask for the answers to all rows."""
        return Look(predictions=True)

    def start_run(self, prepared: Prepared) -> None:
        """Make room for the rows; they appear with the first answers."""
        self._forget_rows()
        self._prepared = prepared
        self._neuron = None
        self._name_axes()
        self._points.show(*self._spread(), prepared.train_rows, prepared.watched_rows, self._theme)
        self.legend.show_entries(point_entries(prepared.watched))
        self._begin()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Draw the answers to all rows."""
        if self._prepared is not None and self._take_predictions(snapshot):
            self._points.move(*self._spread())
            self._ring_example()

    def _spread(self) -> tuple[FloatArray, FloatArray]:
        """Return where every row is drawn: (rows,) across and (rows,) up."""
        raise NotImplementedError

    def _name_axes(self) -> None:
        """Write beside the axes what they show."""
        raise NotImplementedError

    def _true_and_answers(self) -> tuple[FloatArray, FloatArray]:
        """Return the target of every row, and its answer: nan while there is none."""
        if self._prepared is None:
            return np.empty(0), np.empty(0)
        true = self._prepared.sample.targets.astype(np.float64)
        return true, self._predictions if len(self._predictions) else np.full(len(true), np.nan)

    def _axis_room(self) -> tuple[int, int]:
        return self._theme.px(60), super()._axis_room()[1]

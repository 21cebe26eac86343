"""The learning curves: loss or metric of training and watched rows over the epochs."""

import math
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtGui import QPen, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QWidget

from playground.engine.losses import LOSSES
from playground.experiment.prepare import Prepared
from playground.tables import by_key
from playground.training.messages import Snapshot
from playground.ui.figures import short
from playground.ui.plots.axes import AxesView
from playground.ui.plots.base import PlotView
from playground.ui.plots.items import curve_pen, faint
from playground.ui.plots.legend import Legend, curve_entries
from playground.ui.plots.series import CurveStore, Quantity, smooth
from playground.ui.plots.ticks import Ticks, linear_ticks, log_ticks
from playground.ui.theme.colour import qcolor
from playground.ui.theme.fonts import body_font
from playground.ui.theme.tokens import Theme
from playground.ui.widgets.base import describe, keep_font

FloatArray = npt.NDArray[np.float64]

TRAIN, TEST = 0, 1
MAX_MARKS = 50
ROUGH = 3.0  # a curve is rough when it is so many times as long as the plot is wide
_LOWEST = 1e-300
_EIGHTH = 0.125  # decades in which the log scale grows
_FLAT = 0.1  # decades that a curve on the log scale is given at least
_NEAR = 6  # pixels within which a mark is named


class CurvePlot(PlotView):
    """Two curves over epochs, with a log scale and smoothing on demand, and marks where a setting changed.

    Signals:
        log_chosen(bool), smoothing_chosen(bool): the person switched the scale or the smoothing; it is done.
    """

    log_chosen = Signal(bool)
    smoothing_chosen = Signal(bool)

    def __init__(self, theme: Theme, quantity: Quantity, parent: QWidget | None = None) -> None:
        super().__init__(theme, *_WORDS[quantity], parent)
        self._quantity = quantity
        self._store = CurveStore(quantity)
        self._log = False
        self._smooth = False
        self._marks: list[tuple[float, str]] = []
        self._snapshots: tuple[int, ...] = ()
        self._prepared: Prepared | None = None
        self._raw = [self._curve(z) for z in (2, 3)]
        self._smoothed = [self._curve(z) for z in (4, 5)]
        self._mark_lines, self._snapshot_lines = self._curve(1), self._curve(1)
        self._watched = "test"
        self._cross = pg.InfiniteLine(angle=90, movable=False)
        self._cross.setVisible(False)
        self._view.addItem(self._cross, ignoreBounds=True)
        self._back = pg.InfiniteLine(angle=90, movable=False)
        self._back.setVisible(False)
        self._view.addItem(self._back, ignoreBounds=True)
        self._plot.getPlotItem().setLabel("bottom", "epoch")
        self._make_header(theme)
        self.clear()
        self.apply_theme(theme)

    # Options --------------------------------------------------------------------------------------------

    def set_log(self, log: bool) -> None:
        """Show the loss in powers of ten, so that small differences late in training can be seen."""
        self._log = log and self._quantity == "loss"
        self._log_button.setChecked(self._log)
        self._show_range()

    def set_smoothing(self, smoothing: bool) -> None:
        """Draw a moving average, with the curve itself faint behind it."""
        self._smooth = smoothing
        self._smooth_button.setChecked(smoothing)
        self._redraw()

    def mark(self, epoch: float, text: str) -> None:
        """Mark the epoch at which a setting was changed; pointing near the line says which."""
        self.set_marks([*self._marks, (epoch, text)])

    def set_marks(self, marks: Sequence[tuple[float, str]]) -> None:
        """Mark these epochs and no others; of many, the last ones."""
        self._marks = list(marks[-MAX_MARKS:])
        self._draw_marks()

    @property
    def marks(self) -> tuple[tuple[float, str], ...]:
        """The epochs that are marked, and what was changed there."""
        return tuple(self._marks)

    @property
    def header(self) -> QWidget:
        """Legend and switches, above the curves; an owner may place it elsewhere."""
        return self._header

    @property
    def measured(self) -> str:
        """What is measured, in words."""
        return self._measured

    @property
    def drawn_points(self) -> int:
        """How many points are drawn at present, of all curves together."""
        return sum(len(item.xData) for item in (*self._raw, *self._smoothed) if item.xData is not None)

    def resemble(self, other: AxesView) -> None:
        """Take the scale, the smoothing and the marks of another view."""
        if isinstance(other, CurvePlot):
            self._marks = list(other._marks)
            self.set_log(other._log)
            self.set_smoothing(other._smooth)
        super().resemble(other)

    # A run ----------------------------------------------------------------------------------------------

    def start_run(self, prepared: Prepared) -> None:
        """Begin the curves anew."""
        self._prepared = prepared
        self._store.clear()
        self._watched = prepared.watched
        self._marks, self._snapshots = [], ()
        self._measure(self._unit_text(prepared))
        self._set_empty(True, "The curves begin with the first epoch.")
        self.legend.show_entries(curve_entries(prepared.watched))
        self.fit()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Add the epochs since the last snapshot."""
        history = snapshot.history
        epochs = snapshot.ensemble.epochs if snapshot.ensemble is not None else ()
        if epochs != self._snapshots:
            self._snapshots = epochs
            self._draw_marks()
        self._show_back(snapshot)
        if not len(history) and not history.restart and math.isinf(history.cut):
            return
        self._marks = [] if history.restart else [mark for mark in self._marks if mark[0] <= history.cut]
        self._store.append(history)
        self._set_empty(not len(self._store), "The curves begin with the first epoch.")
        self._show_range()

    def _show_back(self, snapshot: Snapshot) -> None:
        """Draw a line at the state that is looked back on."""
        self._back.setVisible(snapshot.back is not None)
        if snapshot.back is not None:
            self._back.setValue(snapshot.back.position)

    def clear(self) -> None:
        """Draw nothing."""
        self._prepared = None
        self._back.setVisible(False)
        self._store.clear()
        self._marks, self._snapshots = [], ()
        self._measure("")
        self.legend.clear()
        self._set_empty(True)
        self.fit()

    def apply_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        super().apply_theme(theme)
        self.legend.apply_theme(theme)
        for button in (self._log_button, self._smooth_button):
            keep_font(button, body_font(theme, theme.size_small))
        self._header_row.setSpacing(theme.px(2))
        self._cross.setPen(pg.mkPen(qcolor(theme.muted), width=theme.stroke))
        self._back.setPen(pg.mkPen(qcolor(theme.accent), width=2 * theme.stroke))
        pen = pg.mkPen(qcolor(theme.warning), width=theme.stroke, style=Qt.PenStyle.DotLine)
        self._mark_lines.setPen(pen)
        pen = pg.mkPen(qcolor(theme.muted), width=theme.stroke, style=Qt.PenStyle.DotLine)
        self._snapshot_lines.setPen(pen)
        self._redraw()

    # Making ---------------------------------------------------------------------------------------------

    def _curve(self, z: int) -> pg.PlotCurveItem:
        item = pg.PlotCurveItem(antialias=True)
        item.setZValue(z)
        self._view.addItem(item, ignoreBounds=True)
        return item

    def _make_header(self, theme: Theme) -> None:
        self.legend = Legend(theme)
        self.legend.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self._log_button = self._toggle(
            "log", "log scale", "Show the loss in powers of ten (log scale).", self.set_log, self.log_chosen
        )
        self._smooth_button = self._toggle(
            "smooth",
            "smooth",
            "Draw a moving average; the curve itself stays faint behind it.",
            self.set_smoothing,
            self.smoothing_chosen,
        )
        self._header = QWidget()
        self._header_row = QHBoxLayout(self._header)
        self._header_row.setContentsMargins(0, 0, 0, 0)
        self._header_row.addWidget(self.legend, 1)
        self._header_row.addWidget(self._log_button)
        self._header_row.addWidget(self._smooth_button)
        self._layout.insertWidget(0, self._header)
        if self._quantity == "metric":
            self._log_button.hide()

    def _toggle(
        self, text: str, name: str, help_text: str, toggled: Callable[[bool], None], chosen: SignalInstance
    ) -> QToolButton:
        button = QToolButton()
        button.setText(text)
        button.setCheckable(True)
        button.setProperty("role", "toggle")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        describe(button, name, help_text)
        button.clicked.connect(toggled)
        button.clicked.connect(chosen)
        return button

    def _hidden_in_pictures(self) -> tuple[QWidget, ...]:
        return (*super()._hidden_in_pictures(), self._log_button, self._smooth_button)

    def _axis_names(self) -> tuple[str, str]:
        name = "loss" if self._quantity == "loss" else self._measured or _WORDS["metric"][0]
        return "epoch", f"{name} (log scale)" if self._log else name

    def _measure(self, what: str) -> None:
        """Say what is measured where the pointer rests, and to a screen reader."""
        self._measured = what
        help_text = _WORDS[self._quantity][1]
        text = f"{what}: {help_text[0].lower()}{help_text[1:]}" if what else help_text
        self.legend.setToolTip(text)
        self.setAccessibleDescription(text)

    def _unit_text(self, prepared: Prepared) -> str:
        if self._quantity == "loss":
            return by_key(LOSSES, prepared.plan.training.loss, "loss").label
        return "Accuracy" if prepared.plan.task == "classification" else "R²"

    # Drawing --------------------------------------------------------------------------------------------

    def _home(self) -> None:
        self._show_range()

    def showEvent(self, event: QShowEvent) -> None:
        """Draw what came while the plot was hidden."""
        super().showEvent(event)
        self._show_range()

    def _show_range(self) -> None:
        """Show all epochs unless the person has zoomed; then draw what is in sight."""
        if not self.isVisible():
            return
        if not self._zoomed:
            last = max(self._store.last_epoch, 10.0)
            low, high = self._value_range(0.0, last)
            self._show_part((0.0, rounded_up(last), low, high))
        self._label_axes()
        self._redraw()

    def _value_range(self, first: float, last: float) -> tuple[float, float]:
        ends = []
        for curve in (TRAIN, TEST):
            buckets = self._store.buckets(curve, first, last, self._pixels())
            values = self._place(np.concatenate([buckets.low, buckets.high]))
            ends += [value for value in (_least(values), _most(values)) if value is not None]
        if not ends:
            return (-3.0, 0.0) if self._log else (0.0, 1.0)
        low, high = min(ends), max(ends)
        if self._quantity == "metric":
            # A full scale, so that 97 % looks like nearly everything; R2 may be far below zero.
            return max(min(low, 0.0), -1.0) - 0.02, max(high, 1.0) + 0.02
        if self._log and high - low < _FLAT:
            middle = (low + high) / 2
            low, high = middle - _FLAT / 2, middle + _FLAT / 2
        room = 0.05 * (high - low) or 0.5
        if not self._log:
            return 0.0, rounded_up(high + room) or 1.0
        return _EIGHTH * math.floor((low - room) / _EIGHTH), _EIGHTH * math.ceil((high + room) / _EIGHTH)

    def _redraw(self) -> None:
        if not self.isVisible():
            return
        (first, last), _ = self._view.viewRange()
        for curve in (TRAIN, TEST):
            buckets = self._store.buckets(curve, first, last, self._pixels())
            raw = self._zigzag(buckets.epoch, buckets.low, buckets.high)
            pen = curve_pen(self._theme, curve == TEST)
            if self._smooth or raw[0] is not buckets.epoch:
                # Many epochs to a pixel: their mean, with lowest and highest faint behind it.
                mean = self._place(buckets.mean)
                mean = smooth(mean) if self._smooth else mean
                self._draw(self._smoothed[curve], buckets.epoch, mean, pen)
                pen = pg.mkPen(qcolor(faint(self._theme, curve == TEST)), width=self._theme.stroke)
            else:
                self._smoothed[curve].setData([], [])
            self._draw(self._raw[curve], *raw, pen)
        self._draw_marks()

    def _draw(self, item: pg.PlotCurveItem, x: FloatArray, y: FloatArray, pen: QPen) -> None:
        """Draw a curve; a rough one line by line, as Qt needs ten times as long for its whole outline."""
        across, up = self._view.viewPixelSize()
        length = float(np.nansum(np.hypot(np.diff(x) / across, np.diff(y) / up)))
        item.setSegmentedLineMode("on" if length > ROUGH * self._pixels() else "off")
        item.setPen(pen)
        item.setData(x, y, connect="finite")

    def _zigzag(self, epoch: FloatArray, low: FloatArray, high: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the line through lowest and highest value of each bucket, so that spikes stay visible."""
        if np.array_equal(low, high, equal_nan=True):
            return epoch, self._place(high)
        x = np.repeat(epoch, 2)
        y = np.empty(len(x))
        y[0::2], y[1::2] = low, high
        return x, self._place(y)

    def _place(self, values: FloatArray) -> FloatArray:
        """Return where values are drawn; on the log scale zero lies a decade below the smallest one."""
        if not self._log:
            return values
        positive = values[values > 0]
        floor = max(float(positive.min()) / 10, _LOWEST) if positive.size else 1e-3
        return np.log10(np.where(values > 0, values, np.where(np.isnan(values), np.nan, floor)))

    def _draw_marks(self) -> None:
        _, ends = self._view.viewRange()
        settings = [epoch for epoch, _ in self._marks]
        for item, epochs in ((self._mark_lines, settings), (self._snapshot_lines, self._snapshots)):
            item.setData(np.repeat(epochs, 2), np.tile(ends, len(epochs)), connect="pairs")

    def _pixels(self) -> int:
        return max(100, int(self._view.width()))

    def _y_ticks(self, low: float, high: float) -> Ticks:
        return log_ticks(low, high) if self._log else linear_ticks(low, high)

    # The pointer ----------------------------------------------------------------------------------------

    def _point_at(self, x: float, _y: float) -> str:
        nearest = self._store.nearest(x)
        if nearest is None:
            return ""
        epoch, train, watched = nearest
        self._cross.setValue(epoch)
        self._cross.setVisible(True)
        lines = [f"epoch {epoch:,.0f}", f"train {short(train)}", f"{self._watched} {short(watched)}"]
        pixel = float(self._view.viewPixelSize()[0])
        count = len(self._snapshots)
        taken = [(at, f"snapshot {k} of {count}") for k, at in enumerate(self._snapshots, start=1)]
        lines += [text for place, text in (*self._marks, *taken) if abs(place - x) <= _NEAR * pixel]
        return "\n".join(lines)

    def _pointer_left(self) -> None:
        super()._pointer_left()
        self._cross.setVisible(False)


def rounded_up(end: float) -> float:
    """Return the end of an axis, a little beyond `end`: one that grows all the time is drawn all the time."""
    if not 0.0 < end < math.inf:
        return end
    step = 2.0 ** (math.frexp(end)[1] - 5)
    return step * math.ceil(end / step)


def _least(values: FloatArray) -> float | None:
    finite = values[np.isfinite(values)]
    return float(finite.min()) if finite.size else None


def _most(values: FloatArray) -> float | None:
    finite = values[np.isfinite(values)]
    return float(finite.max()) if finite.size else None


_WORDS: dict[Quantity, tuple[str, str]] = {
    "loss": ("Loss", "How wrong the network is, on the rows it learns from and on those it has never seen."),
    "metric": (
        "Accuracy",
        "How often the network is right, or how much of the target it explains, on the rows it learns from "
        "and on those it has never seen.",
    ),
}

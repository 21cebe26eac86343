"""By how much each answer of a regression misses, over what was answered or over what is true."""

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtWidgets import QHBoxLayout, QWidget

from playground.experiment.prepare import Prepared
from playground.training.messages import Snapshot
from playground.ui.figures import short
from playground.ui.plots.axes import AxesView
from playground.ui.plots.split_points import AnswerPlot
from playground.ui.theme.colour import qcolor
from playground.ui.theme.fonts import body_font
from playground.ui.theme.tokens import Theme
from playground.ui.widgets import FlatCombo
from playground.ui.widgets.base import describe

FloatArray = npt.NDArray[np.float64]

ROOM = 0.08
SHRINKS = 0.5  # the range follows residuals that fill less of it than this
OVER = (("predicted", "over predicted values"), ("true", "over true values"))


class ResidualPlot(AnswerPlot):
    """Every row as a point: true minus predicted value, so what is answered too low lies above the line."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(
            theme,
            "Residuals",
            "Each point is a row: its true value minus the network's answer, zero where that is right.",
            parent,
        )
        self._half = 1.0
        self._zero = pg.InfiniteLine(pos=(0, 0), angle=0, movable=False)
        self._view.addItem(self._zero, ignoreBounds=True)
        self.over = FlatCombo()
        describe(self.over, "Over", "What the residuals are drawn over, from left to right.")
        for key, label in OVER:
            self.over.addItem(label, key)
        self.over.currentIndexChanged.connect(self._turn)
        row = QHBoxLayout()
        self._layout.removeWidget(self.legend)
        row.addWidget(self.legend, 1)
        row.addWidget(self.over)
        self._layout.addLayout(row)
        self.clear()
        self.apply_theme(theme)

    def start_run(self, prepared: Prepared) -> None:
        """Make room for the rows, over the range that the worst answers may need."""
        self._half = float(np.ptp(prepared.sample.targets.astype(np.float64))) / 2 or 1.0
        super().start_run(prepared)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Draw what is left between truth and answer."""
        super().show_snapshot(snapshot)
        if self._prepared is not None and len(snapshot.predictions):
            self._follow_range()

    def apply_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self.over.set_look(theme, body_font(theme))
        super().apply_theme(theme)
        self._zero.setPen(pg.mkPen(qcolor(theme.muted), width=theme.stroke))

    def resemble(self, other: AxesView) -> None:
        """Draw the residuals over what another view draws them over."""
        if isinstance(other, ResidualPlot):
            self.over.setCurrentIndex(other.over.currentIndex())
            self._half = other._half
        super().resemble(other)

    def _hidden_in_pictures(self) -> tuple[QWidget, ...]:
        return (*super()._hidden_in_pictures(), self.over)

    # Drawing --------------------------------------------------------------------------------------------

    @property
    def _over_true(self) -> bool:
        return bool(self.over.currentData() == "true")

    def _turn(self, *_index: int) -> None:
        self._name_axes()
        self._points.move(*self._spread())
        self._show_card()
        self.fit()

    def _name_axes(self) -> None:
        over = "true" if self._over_true else "predicted"
        self._write_axes(f"{over} value{self._unit()}", f"true − predicted{self._unit()}")

    def _spread(self) -> tuple[FloatArray, FloatArray]:
        true, answers = self._true_and_answers()
        with np.errstate(all="ignore"):
            return (true if self._over_true else answers), true - answers

    def _redraw(self) -> None:
        self._zero.setVisible(not self.is_empty)

    def _follow_range(self) -> None:
        """Widen the range at once, narrow it only when much of it is empty, so that it keeps still."""
        residuals = self._spread()[1]
        finite = np.abs(residuals[np.isfinite(residuals)])
        largest = float(finite.max()) if finite.size else 0.0
        if largest and not SHRINKS * self._half <= largest <= self._half:
            self._half = largest
            if not self._zoomed:
                self._home()

    def _home(self) -> None:
        low, high = 0.0, 1.0
        if self._prepared is not None:
            targets = self._prepared.sample.targets.astype(np.float64)
            low, high = float(targets.min()), float(targets.max())
        room, half = ROOM * (high - low or 1.0), self._half * (1 + ROOM)
        self._view.setRange(xRange=(low - room, high + room), yRange=(-half, half), padding=0)

    def _point_at(self, x: float, y: float) -> str:
        row = self._row_near(x, y)
        if row is None or self._prepared is None:
            return ""
        unit, true = self._prepared.sample.unit, float(self._prepared.sample.targets[row])
        answer = float(self._predictions[row])
        lines = (("true", true), ("predicted", answer), ("residual", true - answer))
        return "\n".join(f"{name} {short(value)} {unit}".rstrip() for name, value in lines)

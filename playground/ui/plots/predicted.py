"""Predicted against true values, for regression on a table: what is right lies on the diagonal."""

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from playground.ui.figures import short
from playground.ui.plots.split_points import AnswerPlot
from playground.ui.theme.colour import qcolor
from playground.ui.theme.tokens import Theme

FloatArray = npt.NDArray[np.floating]

_ROOM = 0.06


class PredictedPlot(AnswerPlot):
    """Every row as a point: its true value across, the network's answer up."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(
            theme,
            "Predicted against true values",
            "Each point is a row. On the diagonal the network's answer is right.",
            parent,
        )
        self._diagonal = pg.InfiniteLine(pos=(0, 0), angle=45, movable=False)
        self._view.addItem(self._diagonal, ignoreBounds=True)
        self.clear()
        self.apply_theme(theme)

    def _spread(self) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        return self._true_and_answers()

    def _name_axes(self) -> None:
        self._write_axes(f"true value{self._unit()}", f"predicted value{self._unit()}")

    def show_neuron(self, image: FloatArray | None, title: str = "", is_output: bool = False) -> None:
        """Draw one neuron's answers (G,) over the true values, scaled to fit; None takes them away."""
        # The output is drawn already: the points are its answers.
        self._neuron = None if image is None or is_output else np.asarray(image, np.float64)
        self._title = f"{title} (scaled to fit)" if self._neuron is not None else title
        self._redraw()

    def apply_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        super().apply_theme(theme)
        pen = pg.mkPen(qcolor(theme.muted), width=theme.stroke, style=Qt.PenStyle.DashLine)
        self._diagonal.setPen(pen)

    def _redraw(self) -> None:
        self._diagonal.setVisible(not self.is_empty)
        if self._neuron is None or self._prepared is None or not np.isfinite(self._neuron).any():
            self._curve.setData([], [])
            return
        low, high = self._range()
        values = np.where(np.isfinite(self._neuron), self._neuron, np.nan)
        bottom, top = float(np.nanmin(values)), float(np.nanmax(values))
        scaled = low + (values - bottom) / (top - bottom or 1.0) * (high - low)
        self._curve.setPen(pg.mkPen(qcolor(self._theme.text), width=1.5 * self._theme.stroke))
        self._curve.setData(self._prepared.probe.positions, scaled, connect="finite")

    def _range(self) -> tuple[float, float]:
        if self._prepared is None:
            return 0.0, 1.0
        targets = self._prepared.sample.targets.astype(np.float64)
        low, high = float(targets.min()), float(targets.max())
        return low, high if high > low else low + 1.0

    def _home(self) -> None:
        low, high = self._range()
        room = _ROOM * (high - low)
        both = (low - room, high + room)
        self._view.setRange(xRange=both, yRange=both, padding=0)

    def _point_at(self, x: float, y: float) -> str:
        row = self._row_near(x, y)
        if row is None or self._prepared is None:
            return ""
        unit, true = self._prepared.sample.unit, float(self._prepared.sample.targets[row])
        answer = short(float(self._predictions[row]))
        return f"true {short(true)} {unit}\npredicted {answer} {unit}"

"""The answer of the network along one input, with the data on it: the fitted curve."""

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtWidgets import QWidget

from playground.experiment.prepare import Prepared
from playground.training.messages import Snapshot
from playground.ui.figures import short
from playground.ui.plots.legend import Entry, point_entries
from playground.ui.plots.split_points import SplitPlot
from playground.ui.theme.colour import qcolor
from playground.ui.theme.tokens import Theme

FloatArray = npt.NDArray[np.floating]

_ROOM = 0.08


class CurveFitPlot(SplitPlot):
    """Data points and the curve the network has fitted to them."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(
            theme,
            "Fitted curve",
            "What the network answers for every input, with the data points it learns from.",
            parent,
        )
        self._answer: FloatArray | None = None
        self.clear()
        self.apply_theme(theme)

    def start_run(self, prepared: Prepared) -> None:
        """Draw the data points; the curve follows with the first snapshot."""
        self._forget_rows()
        self._prepared = prepared
        self._answer = self._neuron = None
        sample = prepared.sample
        train, test = prepared.train_rows, prepared.watched_rows
        self._points.show(sample.inputs[:, 0], sample.targets.astype(np.float64), train, test, self._theme)
        self._write_axes(prepared.columns[0], "")
        self.legend.show_entries((*point_entries(prepared.watched), Entry("test_curve", "network")))
        self._begin()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Draw the network's answer."""
        self._take_predictions(snapshot)
        self._answer = np.asarray(snapshot.picture.output, np.float64)[0]
        self._redraw()

    def show_neuron(self, image: FloatArray | None, title: str = "", is_output: bool = False) -> None:
        """Draw one neuron's answers (G,) in place of the network's; None goes back."""
        self._neuron = None if image is None else np.asarray(image, np.float64)
        self._is_output = is_output
        self._title = title if image is not None else ""
        self._redraw()

    def clear(self) -> None:
        """Draw nothing."""
        self._answer = None
        super().clear()

    def _redraw(self) -> None:
        shown = self._shown()
        if shown is None or self._prepared is None:
            self._curve.setData([], [])
            return
        network = self._neuron is None or self._is_output
        colour = self._theme.accent if network else self._theme.text
        self._curve.setPen(pg.mkPen(qcolor(colour), width=2 * self._theme.stroke))
        finite = np.where(np.isfinite(shown), shown, np.nan)
        self._curve.setData(self._prepared.probe.positions, finite, connect="finite")

    def _axis_names(self) -> tuple[str, str]:
        return (
            (self._prepared.columns[0], f"target{self._unit()}") if self._prepared is not None else ("", "")
        )

    def _shown(self) -> FloatArray | None:
        return self._answer if self._neuron is None else self._neuron

    def _home(self) -> None:
        x, y = (-1.0, 1.0), (-1.0, 1.0)
        if self._prepared is not None:
            positions = self._prepared.probe.positions
            targets = self._prepared.sample.targets.astype(np.float64)
            x = (float(positions[0]), float(positions[-1]))
            y = (float(targets.min()), float(targets.max()))
        room = _ROOM * (y[1] - y[0] or 1.0)
        self._view.setRange(xRange=x, yRange=(y[0] - room, y[1] + room), padding=0)

    def _point_at(self, x: float, _y: float) -> str:
        shown = self._shown()
        if self._prepared is None or shown is None:
            return ""
        positions = self._prepared.probe.positions
        index = int(np.abs(positions - x).argmin())
        name = "output" if self._neuron is None else self.title
        unit = self._prepared.sample.unit if self._neuron is None else ""
        where = f"{self._prepared.columns[0]} = {short(float(positions[index]))}"
        return f"{where}\n{name} {short(float(shown[index]))} {unit}".rstrip()

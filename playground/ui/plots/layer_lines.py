"""A line for each layer over the epochs, on a log scale: how large gradients are, and updates."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from playground.training.signals import LayerSignals
from playground.ui.figures import figures, short
from playground.ui.plots.end_labels import EndLabel, layer_pen
from playground.ui.plots.signal_plot import SignalPlot
from playground.ui.plots.ticks import Ticks, log_ticks
from playground.ui.theme.colour import qcolor
from playground.ui.theme.tokens import Theme

FloatArray = npt.NDArray[np.float64]

FAR = 100.0
"""A gradient so many times smaller or larger than the output layer's vanishes or explodes."""
USUAL, TOO_MUCH = 1e-3, 3e-2
"""Update over weight: the rule of thumb of Karpathy's CS231n notes, and what is far above it."""
_HALF = 0.5  # decades in which the scale grows
_LEAST = 1e-30
_FEWEST, _ROOM = 1.0, 0.3  # decades that are shown at least, and around what is shown
_DASH = 0.03  # part of the time that is shown
_RECENT = 10  # measurements that words are about


@dataclass(frozen=True, slots=True)
class Quantity:
    """What is drawn of each layer: its figure, words for it, and a guide line."""

    label: str
    help: str
    axis: str
    figure: Callable[[LayerSignals], float]
    guide: float | None = None
    empty: str = "Press Play: the lines begin with the first step."


GRADIENTS = Quantity(
    "Gradient norms",
    "How large the gradient of each layer's weights is: below the band it vanishes on its way back from the "
    "output, above it explodes.",
    "gradient norm",
    lambda layer: layer.gradient_norm,
)
UPDATES = Quantity(
    "Update / weight",
    "How large each step is, compared with the weights that it changes: about 1e−3 is usual.",
    "update / weight",
    lambda layer: layer.update_ratio,
    USUAL,
    "Press Play: only while the network trains does a step change its weights.",
)


class LayerLines(SignalPlot):
    """A line for each layer that has weights, its name at the end."""

    def __init__(self, theme: Theme, quantity: Quantity, parent: QWidget | None = None) -> None:
        self._quantity = quantity
        self.empty = quantity.empty
        super().__init__(theme, quantity.label, quantity.help, parent)
        self._layers: tuple[int, ...] = ()
        self._values: FloatArray = np.empty((0, 0))
        self._lines: list[pg.PlotCurveItem] = []
        self._band_ends = pg.PlotCurveItem(), pg.PlotCurveItem()
        self._band = pg.FillBetweenItem(*self._band_ends)
        self._guide = pg.InfiniteLine(angle=0, movable=False)
        self._cross = pg.InfiniteLine(angle=90, movable=False)
        for item, z in ((self._band, -5), (self._guide, 1), (self._cross, 2)):
            item.setZValue(z)
            self._view.addItem(item, ignoreBounds=True)
        self.clear()
        self.apply_theme(theme)

    def apply_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self._cross.setPen(pg.mkPen(qcolor(theme.muted), width=theme.stroke))
        dashed = Qt.PenStyle.DashLine
        self._guide.setPen(pg.mkPen(qcolor(theme.accent), width=1.4 * theme.stroke, style=dashed))
        self._band.setBrush(qcolor(theme.accent_soft))
        super().apply_theme(theme)

    def _begin(self, why: str) -> None:
        shapes = self._prepared.plan.shapes if self._prepared is not None else ()
        self._layers = tuple(layer for layer, shape in enumerate(shapes) if shape.trained)
        for line in self._lines:
            self._view.removeItem(line)
        self._lines = [pg.PlotCurveItem(antialias=True) for _ in self._layers]
        for line in self._lines:
            line.setZValue(4)
            line.setSegmentedLineMode("on")  # Qt needs ten times as long for the outline of a rough line
            self._view.addItem(line, ignoreBounds=True)
        super()._begin(why)

    # Drawing --------------------------------------------------------------------------------------------

    def _has_something(self) -> bool:
        self._values = self._on_log_scale()
        return bool(np.isfinite(self._values).any())

    def _on_log_scale(self) -> FloatArray:
        """Return where each layer's figures lie, (n, lines); zero lies at the bottom."""
        values = self._store.values(self._quantity.figure)[:, list(self._layers)]
        with np.errstate(all="ignore"):
            logs = np.log10(np.maximum(values, _LEAST))
        return np.where(np.isfinite(logs), logs, np.nan)

    def _value_range(self) -> tuple[float, float]:
        # An unmoved or dead layer has figures of 0, and would press all others together.
        values = self._values
        shown = values[np.isfinite(values) & (values > math.log10(_LEAST))].tolist()
        if not len(self._store) or not shown:
            return -4.0, 1.0
        shown += [math.log10(self._quantity.guide)] if self._quantity.guide is not None else []
        low, high = min(shown), max(shown)
        room = max(_FEWEST - (high - low), _ROOM) / 2
        return _HALF * math.floor((low - room) / _HALF), _HALF * math.ceil((high + room) / _HALF)

    def _draw(self) -> None:
        values = self._values if len(self._store) else np.empty((0, len(self._layers)))
        positions = self._store.positions()
        for place, line in enumerate(self._lines):
            line.setPen(layer_pen(place, self._theme))
            line.setData(*_drawable(positions, values[:, place], self._time()[1]), connect="finite")
        self._guide.setVisible(self._quantity.guide is not None and not self.is_empty)
        self._guide.setValue(math.log10(self._quantity.guide or 1.0))
        self._draw_band(positions, values)
        self._name_ends(values)

    def _draw_band(self, positions: FloatArray, values: FloatArray) -> None:
        """Shade what lies within `FAR` times the output layer's gradient."""
        has_band = self._quantity.guide is None and len(self._lines) > 1
        middle = values[:, -1] if has_band else np.empty(0)
        known = np.isfinite(middle)
        for end, sign in zip(self._band_ends, (-1.0, 1.0), strict=True):
            end.setData(positions[: len(middle)][known], middle[known] + sign * math.log10(FAR))
        self._band.setVisible(bool(known.sum() > 1))

    def _name_ends(self, values: FloatArray) -> None:
        """Name each line at its last value."""
        labels = []
        for place, layer in enumerate(self._layers):
            known = np.flatnonzero(np.isfinite(values[:, place]))
            if known.size:
                pen, last = layer_pen(place, self._theme), float(values[known[-1], place])
                labels.append(EndLabel(last, self._names[layer], pen))
        self._ends.show_labels(tuple(labels), self._theme)

    def _y_ticks(self, low: float, high: float) -> Ticks:
        return log_ticks(low, high, self._most_rows())

    def _axis_names(self) -> tuple[str, str]:
        return "epoch", f"{self._quantity.axis} (log scale)"

    # In words -------------------------------------------------------------------------------------------

    def _verdict(self) -> tuple[str, bool]:
        if self._quantity.guide is not None:
            return _about_updates(10.0 ** self._values[-_RECENT:])
        last = 10.0 ** self._values[-1]
        if len(last) < 2 or not np.isfinite(last).all():
            return "", False
        shares = np.maximum(last[:-1], _LEAST) / max(float(last[-1]), _LEAST)
        furthest = int(np.abs(np.log10(shares)).argmax())
        name, share = self._names[self._layers[furthest]], float(shares[furthest])
        if share * FAR < 1.0:
            return (
                f"{name} gets {_times(1.0 / share)} less gradient than the output layer: it vanishes.",
                True,
            )
        if share > FAR:
            return f"{name} gets {_times(share)} the gradient of the output layer: it explodes.", True
        return f"Shaded: up to {FAR:,.0f} times less or more than in the output layer.", False

    def _point_at(self, x: float, _y: float) -> str:
        positions = self._store.positions()
        nearest = int(np.abs(positions - x).argmin())
        self._cross.setValue(positions[nearest])
        self._cross.setVisible(True)
        layers = self._store.all[nearest].layers
        lines = [f"{self._names[at]} {short(self._quantity.figure(layers[at]))}" for at in self._layers]
        return "\n".join([f"epoch {positions[nearest]:,.4g}", *lines])

    def _pointer_left(self) -> None:
        super()._pointer_left()
        self._cross.setVisible(False)


def _drawable(positions: FloatArray, values: FloatArray, length: float) -> tuple[FloatArray, FloatArray]:
    """Return the corners of a line; a point by itself becomes a dash."""
    if np.isfinite(values).sum() != 1:
        return positions, values
    at, value = positions[np.isfinite(values)][0], values[np.isfinite(values)][0]
    return np.array([at, at + _DASH * length]), np.array([value, value])


def _times(ratio: float) -> str:
    return f"{figures(ratio, 2)} times" if ratio < 1e6 else "over a million times"


def _about_updates(ratios: FloatArray) -> tuple[str, bool]:
    """Return how large the steps of late are, (n, layers), and whether they are too large."""
    known = ratios[np.isfinite(ratios) & (ratios > 0)]
    if not known.size:
        return "", False
    usual = float(np.exp(np.log(known).mean()))
    size = f"A step changes the weights by {figures(100 * usual, 2)} %"
    if usual > TOO_MUCH:
        return f"{size}, 0.1 % is usual: the learning rate may be too high.", True
    return f"{size}; 0.1 % (dashed) is usual.", False

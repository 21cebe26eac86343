"""Histograms of weights, gradients and activations: a row for each layer, over time and as they are now."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainterPath, QPolygonF
from PySide6.QtWidgets import QGraphicsPathItem, QWidget

from playground.engine.layers import LayerShape
from playground.training.signals import BINS, Histogram, LayerSignals, Signals
from playground.ui.figures import MINUS, scientific, short
from playground.ui.plots.axes import AxesView
from playground.ui.plots.end_labels import EndLabel
from playground.ui.plots.items import MapLayer
from playground.ui.plots.signal_plot import SignalPlot
from playground.ui.plots.strips import COLUMNS, GAP, ROWS, Range, column, common_range, picture
from playground.ui.plots.ticks import Ticks, linear_ticks
from playground.ui.theme.colour import qcolor
from playground.ui.theme.fonts import body_font
from playground.ui.theme.tokens import Theme
from playground.ui.widgets.base import describe
from playground.ui.widgets.choice import FlatCombo

FloatArray = npt.NDArray[np.float64]

NOW, WIDE = 1.04, 0.26
"""Where the latest histograms begin, and how wide they are, as parts of the time that is shown."""
MOST_COLUMNS = 20_000
_MARGIN = 0.02
_INSIDE = GAP / (GAP + ROWS)
_TICK = 20  # design pixels of a row for each number beside it
_FEWEST = 2  # numbers beside a row that has room for them
LEAST_PLAIN = 0.01


@dataclass(frozen=True, slots=True)
class Kind:
    """What can be chosen: of which numbers the histograms are."""

    key: str
    label: str
    help: str

    def of(self, layer: LayerSignals) -> Histogram:
        """Return a layer's histogram."""
        found: Histogram = getattr(layer, self.key)
        return found

    def is_of(self, shape: LayerShape) -> bool:
        """Return whether a layer has such numbers of its own."""
        return shape.kind != "dropout" if self.key == "activations" else shape.trained > 0


KINDS = (
    Kind("weights", "weights", "Histograms of each layer's weights, without the biases."),
    Kind("gradients", "gradients", "Histograms of the gradient of the loss by each layer's weights."),
    Kind(
        "activations",
        "activations",
        "Histograms of what each layer's neurons answer for the sampled training rows.",
    ),
)


class DistributionPlot(SignalPlot):
    """To the left each layer's histograms over the epochs, darker where there are more; to the right the
    latest.
    """

    empty = "Press Play: the histograms begin with the first step."

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(
            theme,
            "Distributions",
            "How the numbers of each layer are spread: over the epochs, and, outlined, at present.",
            parent,
        )
        self._kind = KINDS[0]
        self._title = self._kind.label
        self._ranges: dict[int, Range] = {}
        self._columns: dict[tuple[int, int], tuple[Signals, FloatArray]] = {}
        self._strips = MapLayer()
        self._outlines = QGraphicsPathItem()
        for item, z in ((self._strips, -2), (self._outlines, 3)):
            item.setZValue(z)
            self._view.addItem(item, ignoreBounds=True)
        self.kinds = FlatCombo()
        describe(self.kinds, "Histograms of", "Of which numbers the histograms are.")
        for index, kind in enumerate(KINDS):
            self.kinds.addItem(kind.label, kind.key)
            self.kinds.setItemData(index, kind.help, Qt.ItemDataRole.ToolTipRole)
        self.kinds.currentIndexChanged.connect(self._choose)
        self._header.insertWidget(0, self.kinds, 0, Qt.AlignmentFlag.AlignLeft)
        self.clear()
        self.apply_theme(theme)

    @property
    def shown_layers(self) -> tuple[int, ...]:
        """The layers that have a row, from above."""
        shapes = self._prepared.plan.shapes if self._prepared is not None else ()
        return tuple(layer for layer, shape in enumerate(shapes) if self._kind.is_of(shape))

    def range_of(self, layer: int) -> Range | None:
        """Return the lowest and highest value in a layer's row; None where it has none."""
        return self._ranges.get(layer)

    def show_kind(self, key: str) -> None:
        """Show the histograms of "weights", "gradients" or "activations"."""
        self.kinds.setCurrentIndex(self.kinds.findData(key))

    def resemble(self, other: AxesView) -> None:
        """Show what another view has seen, of the same numbers."""
        if isinstance(other, DistributionPlot):
            self.show_kind(other.kinds.currentData())
        super().resemble(other)

    def apply_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self.kinds.set_look(theme, body_font(theme))
        self._outlines.setPen(pg.mkPen(qcolor(theme.accent_strong), width=theme.stroke))
        self._outlines.setBrush(qcolor(theme.accent_soft))
        super().apply_theme(theme)

    def _choose(self, index: int) -> None:
        self._kind = KINDS[index]
        self._title = self._kind.label
        self._columns.clear()
        self._show_range()

    def _hidden_in_pictures(self) -> tuple[QWidget, ...]:
        return (*super()._hidden_in_pictures(), self.kinds)

    def _axis_names(self) -> tuple[str, str]:
        return "epoch", f"value of the {self._kind.label}"

    # Drawing --------------------------------------------------------------------------------------------

    def _has_something(self) -> bool:
        """Find the range of each row, and return whether there is any."""
        ranges = {}
        for layer in self.shown_layers:
            found = common_range([self._kind.of(one.layers[layer]) for one in self._store.all])
            if found is not None:
                ranges[layer] = found
        if ranges != self._ranges or len(self._columns) > MOST_COLUMNS:
            self._columns.clear()
        self._ranges = ranges
        return bool(ranges)

    def _value_range(self) -> tuple[float, float]:
        return 0.0, float(max(1, len(self.shown_layers)))

    def _lengthened(self) -> float:
        return NOW + WIDE

    def _row(self, place: int) -> tuple[float, float]:
        """Return where the values of a row lie, counted from above."""
        bottom = len(self.shown_layers) - 1 - place
        return bottom + _INSIDE / 2, bottom + 1 - _INSIDE / 2

    def _draw(self) -> None:
        first, length = self._time()
        rows = () if self.is_empty else self.shown_layers
        strips = [self._strip(layer, first, length) for layer in rows] or [np.zeros((ROWS, COLUMNS))]
        self._strips.set_extent((first, first + length), (0.0, float(len(strips))))
        self._strips.show_map(picture(strips, self._theme), np.empty((0, 2, 2)), smooth=False)
        self._draw_latest(rows, first, length)
        self._repaint()
        pen = pg.mkPen(None)
        labels = [EndLabel(sum(self._row(place)) / 2, self._names[at], pen) for place, at in enumerate(rows)]
        self._ends.show_labels(tuple(labels), self._theme)

    def _strip(self, layer: int, first: float, length: float) -> FloatArray:
        """Return a layer's histograms over time, (ROWS, COLUMNS), lowest value first."""
        result = np.zeros((ROWS, COLUMNS))
        shown = self._ranges.get(layer)
        if shown is None:
            return result
        places = ((self._store.positions() - first) / length * COLUMNS).astype(np.int64)
        ends = np.append(places[1:], places[-1] + 1)
        for one, start, end in zip(self._store.all, places.tolist(), ends.tolist(), strict=True):
            if end > start:
                result[:, start:end] = self._column(one, layer, shown)[:, None]
        return result

    def _column(self, one: Signals, layer: int, shown: Range) -> FloatArray:
        key = (one.step, layer)
        known = self._columns.get(key)
        if known is None or known[0] is not one:  # a number was set, or the run resumed from before
            known = self._columns[key] = one, column(self._kind.of(one.layers[layer]), shown)
        return known[1]

    def _draw_latest(self, rows: tuple[int, ...], first: float, length: float) -> None:
        """Outline each row's latest histogram."""
        path, latest = QPainterPath(), self._store.latest
        for place, layer in enumerate(rows):
            shown = self._ranges.get(layer)
            if shown is None or latest is None:
                continue
            shares = np.repeat(column(self._kind.of(latest.layers[layer]), shown), 2)
            edges = np.repeat(np.linspace(*self._row(place), ROWS + 1), 2)[1:-1]
            x = first + length * (NOW + (WIDE - _MARGIN) * shares)
            start = first + length * NOW
            corners = [(start, edges[0]), *zip(x.tolist(), edges.tolist(), strict=True), (start, edges[-1])]
            path.addPolygon(QPolygonF([QPointF(*corner) for corner in corners]))
            path.closeSubpath()
        self._outlines.setPath(path)

    # Axes -----------------------------------------------------------------------------------------------

    def _x_ticks(self, low: float, high: float) -> Ticks:
        first, length = self._time()
        return [tick for tick in super()._x_ticks(low, high) if tick[0] <= first + length]

    def _y_ticks(self, low: float, high: float) -> Ticks:
        height = self._view.height() / max(high - low, 1e-9)
        most = min(5, int(height / self._theme.px(_TICK)))
        ticks: Ticks = []
        for place, layer in enumerate(self.shown_layers):
            shown = self._ranges.get(layer)
            if shown is None or not most:
                continue
            bottom, top = self._row(place)
            scale = (top - bottom) / (shown[1] - shown[0])
            found = linear_ticks(*shown, most=most)
            if len(found) < _FEWEST <= most:
                found = linear_ticks(*shown, most=most + _FEWEST)
            ticks += [(bottom + (value - shown[0]) * scale, _written(value, text)) for value, text in found]
        return ticks

    # The pointer ----------------------------------------------------------------------------------------

    def _point_at(self, x: float, y: float) -> str:
        rows, latest = self.shown_layers, self._store.latest
        place = len(rows) - 1 - int(np.floor(y))
        if latest is None or not 0 <= place < len(rows):
            return ""
        layer, (first, length) = rows[place], self._time()
        nearest = int(np.abs(self._store.positions() - x).argmin())
        one = latest if x > first + length else self._store.all[nearest]
        found = self._kind.of(one.layers[layer])
        lines = [f"{self._names[layer]}, epoch {one.position:,.4g}"]
        if found.is_empty:
            return "\n".join([*lines, "no numbers"])
        lines.append(f"{self._kind.label} {short(found.low)} to {short(found.high)}")
        shown, (bottom, top) = self._ranges.get(layer), self._row(place)
        if shown is not None and bottom <= y <= top:
            value = shown[0] + (y - bottom) / (top - bottom) * (shown[1] - shown[0])
            lines += _counted(found, value)
        return "\n".join(lines)


def _written(value: float, text: str) -> str:
    """Return a number beside the axis, a small one with its power of ten: 5e−4."""
    if not float(text.replace(MINUS, "-").rstrip("M").replace(",", "")):
        return "0"
    return text if abs(value) >= LEAST_PLAIN else scientific(value).replace(".0e", "e")


def _counted(found: Histogram, value: float) -> list[str]:
    """Return how many numbers lie in the bar of a value."""
    width = (found.high - found.low) / BINS
    bar = int((value - found.low) // width)
    if not 0 <= bar < BINS:
        return []
    low = found.low + bar * width
    count, total = int(found.counts[bar]), int(found.counts.sum())
    return [f"{count:,} of {total:,} from {short(low)} to {short(low + width)}"]

"""Curves of several runs over the epochs on common axes, each with its name at its end, and bands."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFontMetrics, QPen
from PySide6.QtWidgets import QWidget

from playground.experiment.prepare import Prepared
from playground.training.messages import Snapshot
from playground.ui.figures import short
from playground.ui.plots.base import PlotView
from playground.ui.plots.ticks import Ticks, linear_ticks, log_ticks
from playground.ui.theme.colour import contrast, mix, qcolor
from playground.ui.theme.fonts import body_font
from playground.ui.theme.tokens import Theme

FloatArray = npt.NDArray[np.float64]

DASHES: tuple[tuple[float, ...], ...] = ((), (5.0, 2.5), (1.5, 2.0), (7.0, 2.0, 1.5, 2.0))
DISTINCT = (1, 0, 2, 8, 3, 6, 4)
"""Colours of classes for lines, those first that differ most; none that looks like text."""

LEAST_CONTRAST = 2.0
"""How clearly a line stands out from the ground."""

WIDEST_NAME = 150  # design pixels
MOST_OF_PLOT = 0.4  # the share of the width that names may take
LEAST = 1e-300
MOST_DRAWN = 600
"""Points of a curve that are drawn: more of them than there are pixels take time alone."""

NEAR = 12  # pixels within which a curve is named


@dataclass(frozen=True, slots=True)
class Look:
    """How a line is drawn: a colour, and dashes that tell it from others without the colour."""

    colour: str
    dash: tuple[float, ...] = ()
    width: float = 1.8

    def pen(self, theme: Theme) -> QPen:
        """Return the pen."""
        pen: QPen = pg.mkPen(qcolor(self.colour), width=self.width * theme.stroke)
        if self.dash:
            pen.setDashPattern(list(self.dash))
        return pen


@dataclass(frozen=True, eq=False, slots=True)
class Line:
    """A curve (n,) over epochs (n,) with a name at its end; without one it has no label."""

    name: str
    epoch: FloatArray
    values: FloatArray
    look: Look


@dataclass(frozen=True, eq=False, slots=True)
class Band:
    """The room between two curves (n,), as opaque as `share` says."""

    epoch: FloatArray
    low: FloatArray
    high: FloatArray
    colour: str
    share: float = 0.2


def looks(theme: Theme) -> list[Look]:
    """Return looks that can be told apart, by colour and by dashes; one for each number of a run."""
    ordered = [theme.classes[index] for index in DISTINCT]
    clear = [colour for colour in ordered if contrast(colour, theme.surface) >= LEAST_CONTRAST]
    return [
        Look(colour, DASHES[(index + turn) % len(DASHES)])
        for turn in range(len(DASHES))
        for index, colour in enumerate(clear)
    ]


class OverlayPlot(PlotView):
    """Draws what it is given with `show_lines`; it follows no run by itself."""

    def __init__(
        self, theme: Theme, label: str, help_text: str, empty: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, label, help_text, parent)
        self._words = empty
        self._lines: tuple[Line, ...] = ()
        self._bands: tuple[Band, ...] = ()
        self._items: list[pg.PlotCurveItem] = []
        self._fills: list[tuple[pg.FillBetweenItem, pg.PlotCurveItem, pg.PlotCurveItem]] = []
        self._names: list[pg.TextItem] = []
        self._log, self._metric = True, False
        self._plot.getPlotItem().setLabel("bottom", "epoch")
        self._view.sigResized.connect(lambda _view: self._draw())  # the names need the room they had
        self.clear()
        self.apply_theme(theme)

    # For the owner --------------------------------------------------------------------------------------

    def show_lines(self, lines: Sequence[Line], bands: Sequence[Band] = ()) -> None:
        """Draw these curves and bands, and no others."""
        self._lines = tuple(line for line in lines if len(line.epoch))
        self._bands = tuple(band for band in bands if len(band.epoch))
        self._set_empty(not self._lines, self._words)
        self._make_items()
        self._draw()

    def set_scale(self, log: bool, metric: bool) -> None:
        """Draw losses in powers of ten, or metrics, which have a full scale."""
        self._log, self._metric = log and not metric, metric
        self._zoomed = False
        self._draw()

    @property
    def drawn(self) -> tuple[Line, ...]:
        """The curves that are drawn."""
        return self._lines

    @property
    def labels(self) -> tuple[str, ...]:
        """The names beside the curves, as they are shown."""
        return tuple(name.toPlainText() for name in self._names)

    def start_run(self, _prepared: Prepared) -> None:
        """Leave what is drawn: the owner says what there is."""

    def show_snapshot(self, _snapshot: Snapshot) -> None:
        """Leave what is drawn: the owner says what there is."""

    def clear(self) -> None:
        """Draw nothing, and say how to begin."""
        self.show_lines(())

    def apply_theme(self, theme: Theme) -> None:
        """Draw in another theme; the owner gives the lines their colours anew."""
        super().apply_theme(theme)
        self._draw()

    # Drawing --------------------------------------------------------------------------------------------

    def _make_items(self) -> None:
        """Have an item for each line, name and band."""
        while len(self._items) < len(self._lines):
            item = pg.PlotCurveItem(antialias=True)
            item.setZValue(5)
            name = pg.TextItem(anchor=(0, 0.5))
            name.setZValue(6)
            for part in (item, name):
                self._view.addItem(part, ignoreBounds=True)
            self._items.append(item)
            self._names.append(name)
        while len(self._items) > len(self._lines):
            self._view.removeItem(self._items.pop())
            self._view.removeItem(self._names.pop())
        while len(self._fills) < len(self._bands):
            ends = (pg.PlotCurveItem(), pg.PlotCurveItem())
            fill = pg.FillBetweenItem(*ends)
            fill.setZValue(2)
            self._view.addItem(fill, ignoreBounds=True)
            self._fills.append((fill, *ends))
        while len(self._fills) > len(self._bands):
            self._view.removeItem(self._fills.pop()[0])

    def _draw(self) -> None:
        if not self._zoomed:
            self._show_all()
        for item, line in zip(self._items, self._lines, strict=True):
            item.setPen(line.look.pen(self._theme))
            item.setData(*few(line.epoch, self._place(line.values)), connect="finite")
        for (fill, low, high), band in zip(self._fills, self._bands, strict=True):
            known = np.isfinite(band.low) & np.isfinite(band.high)
            low.setData(band.epoch[known], self._place(band.low[known]))
            high.setData(band.epoch[known], self._place(band.high[known]))
            fill.setBrush(qcolor(band.colour, round(255 * band.share)))
        self._place_names()

    def _show_all(self) -> None:
        low, high = self._value_range()
        last = self._last_epoch()
        room = self._name_room() / max(self._view.width(), 1.0)
        self._view.setRange(xRange=(0.0, last / (1.0 - room)), yRange=(low, high), padding=0)
        self._view.updateMatrix()
        self._label_axes()

    def _last_epoch(self) -> float:
        return max((float(line.epoch[-1]) for line in self._lines), default=0.0) or 10.0

    def _value_range(self) -> tuple[float, float]:
        arrays = [line.values for line in self._lines]
        arrays += [end for band in self._bands for end in (band.low, band.high)]
        placed = [self._place(array) for array in arrays]
        known = [array[np.isfinite(array)] for array in placed]
        values = np.concatenate(known) if known else np.empty(0)
        if not len(values):
            return (-3.0, 0.0) if self._log else (0.0, 1.0)
        low, high = float(values.min()), float(values.max())
        if self._metric:
            return max(min(low, 0.0), -1.0) - 0.02, max(high, 1.0) + 0.02
        room = max(0.05 * (high - low), 0.05 if self._log else 1e-12 * abs(high)) or 0.5
        return (low - room, high + room) if self._log else (min(0.0, low - room), high + room)

    def _place(self, values: FloatArray) -> FloatArray:
        """Return where values are drawn; on the log scale what is not above zero lies below everything."""
        values = np.where(np.isfinite(values), values, np.nan)
        if not self._log:
            return values
        positive = values[values > 0]
        floor = max(float(positive.min()) / 10, LEAST) if positive.size else 1e-3
        return np.log10(np.where(values > 0, values, np.where(np.isnan(values), np.nan, floor)))

    # Names ----------------------------------------------------------------------------------------------

    def _name_room(self) -> float:
        """Return how many pixels the names need to the right of the curves."""
        metrics = QFontMetrics(body_font(self._theme, self._theme.size_small))
        widest = max((metrics.horizontalAdvance(line.name) for line in self._lines if line.name), default=0)
        if not widest:
            return 0.0
        wanted = min(widest, self._theme.px(WIDEST_NAME)) + self._theme.px(14)
        return float(min(wanted, MOST_OF_PLOT * self._view.width()))

    def _place_names(self) -> None:
        """Write each name beside the end of its curve, moved apart where ends lie close."""
        font = body_font(self._theme, self._theme.size_small)
        metrics = QFontMetrics(font)
        across, up = self._view.viewPixelSize()
        ((_, right), (bottom, top)) = self._view.viewRange()
        wanted: list[tuple[float, int]] = []
        for index, (item, line) in enumerate(zip(self._names, self._lines, strict=True)):
            placed = self._place(line.values)
            known = np.flatnonzero(np.isfinite(placed))
            item.setVisible(bool(line.name) and len(known) > 0)
            if not item.isVisible():
                continue
            room = int((right - float(line.epoch[-1])) / across) - self._theme.px(8)
            item.setFont(font)
            item.setText(metrics.elidedText(line.name, Qt.TextElideMode.ElideRight, max(room, 20)))
            item.setColor(qcolor(mix(line.look.colour, self._theme.text, 0.45)))
            wanted.append((float(placed[known[-1]]), index))
        if not wanted or not up:
            return
        step = metrics.height() * up
        for place, index in _apart(sorted(wanted), step, bottom + step / 2, top - step / 2):
            end = float(self._lines[index].epoch[-1])
            self._names[index].setPos(QPointF(end + self._theme.px(2) * across, place))

    def _home(self) -> None:
        self._draw()

    def _x_ticks(self, low: float, high: float) -> Ticks:
        last = self._last_epoch() if not self._zoomed else math.inf
        return [tick for tick in linear_ticks(low, min(high, last)) if tick[0] <= last]

    def _y_ticks(self, low: float, high: float) -> Ticks:
        return log_ticks(low, high) if self._log else linear_ticks(low, high)

    def _axis_names(self) -> tuple[str, str]:
        return "epoch", "metric" if self._metric else "loss (log scale)" if self._log else "loss"

    def _point_at(self, x: float, y: float) -> str:
        across, up = self._view.viewPixelSize()
        found: list[tuple[float, str]] = []
        for line in self._lines:
            index = min(int(np.searchsorted(line.epoch, x)), len(line.epoch) - 1)
            place = float(self._place(line.values)[index])
            far = math.hypot((line.epoch[index] - x) / across, (place - y) / up)
            if far <= NEAR * self._theme.scale:
                name = f"{line.name}: " if line.name else ""
                value = short(float(line.values[index]))
                found.append((far, f"{name}{value} at epoch {line.epoch[index]:,.0f}"))
        return min(found)[1] if found else ""


def few(epoch: FloatArray, values: FloatArray, most: int = MOST_DRAWN) -> tuple[FloatArray, FloatArray]:
    """Return a curve (n,) with few points: the lowest and the highest of each stretch, in their order."""
    if len(epoch) <= most:
        return epoch, values
    parts = np.array_split(np.arange(len(epoch)), most // 2)
    known = np.where(np.isfinite(values), values, np.nan)
    chosen = [0, len(epoch) - 1]
    for part in parts:
        own = known[part]
        chosen += (
            [int(part[0])]
            if np.isnan(own).all()
            else [int(part[np.nanargmin(own)]), int(part[np.nanargmax(own)])]
        )
    order = np.unique(chosen)
    return epoch[order], values[order]


def _apart(wanted: list[tuple[float, int]], step: float, low: float, high: float) -> list[tuple[float, int]]:
    """Return places at least `step` apart, in the order of those wanted and as near to them as may be."""
    placed: list[tuple[float, int]] = []
    for place, index in wanted:
        place = min(max(place, low), high)
        placed.append((max(place, placed[-1][0] + step) if placed else place, index))
    over = placed[-1][0] - high
    if over > 0:
        # What was pushed out at the top pushes the others down.
        limit = high
        for index in range(len(placed) - 1, -1, -1):
            place = min(placed[index][0], limit)
            placed[index] = (place, placed[index][1])
            limit = place - step
    return placed

"""Curves of several runs over the epochs on common axes, each with its name at its end, and bands."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFontMetrics, QPen
from PySide6.QtWidgets import QGraphicsItem, QWidget

from playground.ui.figures import short
from playground.ui.plots.axes import AxesView
from playground.ui.plots.end_labels import apart
from playground.ui.plots.loss import rounded_up
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
ROUGH = 3.0  # a curve is rough when it is so many times as long as the plot is wide
MOST_DRAWN = 400
"""Points of a curve that are drawn: more of them than there are pixels take time alone."""

_EIGHTH = 0.125  # decades in which the log scale grows
_NOTHING = np.empty(0)
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


@dataclass(frozen=True, eq=False, slots=True)
class Placed:
    """A curve (n,) as it is drawn: thinned, on the scale of the plot; `low`, `high` and `last` are finite.

    `values` are those that it was made of, `log` the scale.
    """

    values: FloatArray
    log: bool
    epoch: FloatArray
    y: FloatArray
    low: float
    high: float
    last: float

    @classmethod
    def of(cls, epoch: FloatArray, values: FloatArray, log: bool) -> "Placed | None":
        """Return where a curve is drawn; None where no value of it is a number."""
        y = place(values, log)
        known = np.flatnonzero(np.isfinite(y))
        if not len(known):
            return None
        low, high = float(np.nanmin(y)), float(np.nanmax(y))
        return cls(values, log, *few(epoch, y), low, high, float(y[known[-1]]))


def looks(theme: Theme) -> list[Look]:
    """Return looks that can be told apart, by colour and by dashes; one for each number of a run."""
    ordered = [theme.classes[index] for index in DISTINCT]
    clear = [colour for colour in ordered if contrast(colour, theme.surface) >= LEAST_CONTRAST]
    return [
        Look(colour, DASHES[(index + turn) % len(DASHES)])
        for turn in range(len(DASHES))
        for index, colour in enumerate(clear)
    ]


class OverlayPlot(AxesView):
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
        self._placed: list[Placed | None] = []
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
            # Most curves stay as they are while one grows: Qt keeps a picture of each.
            item.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
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
        self._place_lines()
        if not self._zoomed:
            self._show_all()
        for (fill, low, high), band in zip(self._fills, self._bands, strict=True):
            known = np.isfinite(band.low) & np.isfinite(band.high)
            for item, ends in ((low, band.low), (high, band.high)):
                item.setData(band.epoch[known], place(ends[known], self._log))
            fill.setBrush(qcolor(band.colour, round(255 * band.share)))
        for item, line, placed in zip(self._items, self._lines, self._placed, strict=True):
            pen = line.look.pen(self._theme)
            if item.opts["pen"] != pen:
                item.setPen(pen)
            mode = "on" if self._is_rough(placed) else "off"
            if item.opts["segmentedLineMode"] != mode:
                item.setSegmentedLineMode(mode)
        self._place_names()

    def _place_lines(self) -> None:
        """Give the items the curves that are new; most are those that were there before."""
        before, known = self._placed, {id(one.values): one for one in self._placed if one is not None}
        before = [*before, *[None] * (len(self._items) - len(before))]
        self._placed = []
        for item, line, drawn in zip(self._items, self._lines, before, strict=False):
            placed = known.get(id(line.values))
            if placed is None or placed.log != self._log:
                placed = Placed.of(line.epoch, line.values, self._log)
            self._placed.append(placed)
            if placed is not drawn or placed is None:
                epoch, y = (placed.epoch, placed.y) if placed is not None else (_NOTHING, _NOTHING)
                item.setData(epoch, y, connect="finite")

    def _is_rough(self, placed: Placed | None) -> bool:
        """Return whether a curve is to be drawn line by line: Qt needs long for a whole rough outline."""
        if placed is None:
            return False
        across, up = self._view.viewPixelSize()
        length = np.nansum(np.hypot(np.diff(placed.epoch) / across, np.diff(placed.y) / up))
        return bool(length > ROUGH * self._view.width())

    def _show_all(self) -> None:
        low, high = self._value_range()
        room = self._name_room() / max(self._view.width(), 1.0)
        self._show_part((0.0, rounded_up(self._last_epoch() / (1.0 - room)), low, high))
        self._label_axes()

    def _last_epoch(self) -> float:
        return max((float(line.epoch[-1]) for line in self._lines), default=0.0) or 10.0

    def _value_range(self) -> tuple[float, float]:
        ends = [end for one in self._placed if one is not None for end in (one.low, one.high)]
        for band in self._bands:
            both = place(np.concatenate([band.low, band.high]), self._log)
            if np.isfinite(both).any():
                ends += [float(np.nanmin(both)), float(np.nanmax(both))]
        if not ends:
            return (-3.0, 0.0) if self._log else (0.0, 1.0)
        low, high = min(ends), max(ends)
        if self._metric:
            return max(min(low, 0.0), -1.0) - 0.02, max(high, 1.0) + 0.02
        room = max(0.05 * (high - low), 0.05 if self._log else 1e-12 * abs(high)) or 0.5
        if not self._log:
            return min(0.0, low - room), rounded_up(high + room)
        # In steps, so that a curve that grows does not have all the others drawn anew.
        return _EIGHTH * math.floor((low - room) / _EIGHTH), _EIGHTH * math.ceil((high + room) / _EIGHTH)

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
            placed = self._placed[index]
            item.setVisible(bool(line.name) and placed is not None)
            if not item.isVisible() or placed is None:
                continue
            room = int((right - float(line.epoch[-1])) / across) - self._theme.px(8)
            if item.textItem.font() != font:
                item.setFont(font)
            text = metrics.elidedText(line.name, Qt.TextElideMode.ElideRight, max(room, 20))
            if text != item.toPlainText():
                item.setText(text)
            item.setColor(qcolor(mix(line.look.colour, self._theme.text, 0.45)))
            wanted.append((placed.last, index))
        if not wanted or not up:
            return
        step = metrics.height() * up
        wanted.sort()
        places = apart([end - bottom for end, _ in wanted], step, top - bottom)
        for place, (_, index) in zip(places, wanted, strict=True):
            end = float(self._lines[index].epoch[-1])
            self._names[index].setPos(QPointF(end + self._theme.px(2) * across, bottom + place))

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
            value = float(line.values[index])
            height = float(place(line.values[index : index + 1], self._log)[0])
            far = math.hypot((line.epoch[index] - x) / across, (height - y) / up)
            if far <= NEAR * self._theme.scale:
                name = f"{line.name}: " if line.name else ""
                found.append((far, f"{name}{short(value)} at epoch {line.epoch[index]:,.0f}"))
        return min(found)[1] if found else ""


def place(values: FloatArray, log: bool) -> FloatArray:
    """Return where values are drawn; on the log scale what is not above zero lies below everything."""
    values = np.where(np.isfinite(values), values, np.nan)
    if not log:
        return values
    positive = values[values > 0]
    floor = max(float(positive.min()) / 10, LEAST) if positive.size else 1e-3
    return np.log10(np.where(values > 0, values, np.where(np.isnan(values), np.nan, floor)))


def few(epoch: FloatArray, y: FloatArray, most: int = MOST_DRAWN) -> tuple[FloatArray, FloatArray]:
    """Return a curve (n,) with few points: the lowest and the highest of each stretch, in their order."""
    size = -(-2 * len(epoch) // most)
    if size <= 2:
        return epoch, y
    whole = len(y) // size * size
    parts = y[:whole].reshape(-1, size)
    starts = np.arange(0, whole, size)
    lowest = np.where(np.isnan(parts), np.inf, parts).argmin(axis=1)
    highest = np.where(np.isnan(parts), -np.inf, parts).argmax(axis=1)
    order = np.unique(
        np.concatenate([[0], starts + lowest, starts + highest, np.arange(whole, len(y)), [len(y) - 1]])
    )
    return epoch[order], y[order]

"""Draws the things that it is given, on linear or logarithmic axes."""

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPen
from PySide6.QtWidgets import QWidget

from playground.ui.labs.geometry import Range, in_leaps, kept_inside, with_heads
from playground.ui.labs.things import (
    Arrows,
    Curve,
    FloatArray,
    Marks,
    Place,
    Room,
    Thing,
    Things,
    Upright,
    Words,
)
from playground.ui.plots.axes import AxesView
from playground.ui.plots.end_labels import apart
from playground.ui.plots.ticks import Ticks, linear_ticks, log_ticks
from playground.ui.theme.colour import mix, qcolor
from playground.ui.theme.fonts import body_font
from playground.ui.theme.tokens import Theme

LARGEST = 1e300
"""What is beyond is not drawn: a run that ran away leaves the plot as it is."""
HEAD = 8.0  # design pixels of an arrow's head
MARGIN = 0.06
ROUGH = 8.0
"""How many times as long as the plot is wide a curve is that counts as rough."""

Kind = TypeVar("Kind", bound=Thing)
Spot = tuple[str, float, str, str, float]
"""Symbol, width in pixels, colour, and the colour and the width of the rim."""


class ThingsPlot(AxesView):
    """Draws `show_things`, and keeps its range while something runs away."""

    def __init__(
        self,
        theme: Theme,
        label: str,
        help_text: str,
        empty: str = "",
        names: tuple[str, str] = ("", ""),
        log: tuple[bool, bool] = (False, False),
        parent: QWidget | None = None,
        steady: bool = False,
    ) -> None:
        """Make the plot; `names` are those of its axes, `log` says which of them are logarithmic.

        The range of a `steady` one grows in leaps: axes that change with every step are most of its cost.
        """
        super().__init__(theme, label, help_text, parent)
        self._steady = steady
        self._words_when_empty = empty
        self._names, self._log = names, log
        self._things: tuple[Thing, ...] = ()
        self._fixed: tuple[Range | None, Range | None] = (None, None)
        self._pools: dict[str, list[Any]] = {}
        self._drawn: dict[Any, object] = {}
        self._plot.setAntialiasing(True)
        self._view.sigRangeChanged.connect(self._place_what_has_pixels)
        self._view.sigResized.connect(self._place_what_has_pixels)
        self._write_axes(*names)
        self._set_empty(True, empty)
        self.apply_theme(theme)

    # For the owner --------------------------------------------------------------------------------------

    def show_things(self, things: Things) -> None:
        """Draw these, the first ones below the others, and nothing else.

        What is the very same object as before at its place is not drawn anew.
        """
        self._things = tuple(things)
        self._say_empty()
        if not self._stays():
            self._home()
        self._draw()

    def say_when_empty(self, text: str) -> None:
        """Say this from now on while there is nothing to draw."""
        self._words_when_empty = text
        self._set_empty(self.is_empty, text)

    def set_home(self, x: Range | None = None, y: Range | None = None) -> None:
        """Show these ranges, in the axes' own numbers; None for what the curves and marks need."""
        if (x, y) != self._fixed:
            self._fixed = x, y
            self._zoomed = False
            self._home()

    def set_axes(self, names: tuple[str, str], log: tuple[bool, bool]) -> None:
        """Name the axes anew, and make them linear or logarithmic."""
        if (names, log) == (self._names, self._log):
            return
        self._names, self._log = names, log
        self._write_axes(*names)
        self._zoomed = False
        self.apply_theme(self._theme)
        self._home()
        self._label_axes()

    @property
    def things(self) -> tuple[Thing, ...]:
        """What is drawn."""
        return self._things

    def apply_theme(self, theme: Theme) -> None:
        """Draw in another theme; the owner gives the things their colours anew."""
        super().apply_theme(theme)
        self._drawn.clear()
        self._draw()

    # Drawing --------------------------------------------------------------------------------------------

    def _say_empty(self) -> None:
        """Say so where there is nothing to draw; the ticks are written anew only where that changes."""
        empty = not self._things and not self._has_ground()
        if empty != self.is_empty:
            self._set_empty(empty, self._words_when_empty)

    def _stays(self) -> bool:
        """Return whether the range is the person's, who has zoomed."""
        return self._zoomed

    def _has_ground(self) -> bool:
        """Return whether something is drawn below the things."""
        return False

    def _of(self, kind: type[Kind]) -> list[Kind]:
        return [thing for thing in self._things if isinstance(thing, kind)]

    def _pool(self, key: str, count: int, make: Callable[[], Any]) -> list[Any]:
        """Return so many items of a kind; what there were more of is removed."""
        items = self._pools.setdefault(key, [])
        while len(items) < count:
            item = make()
            self._view.addItem(item, ignoreBounds=True)
            items.append(item)
        while len(items) > count:
            self._drawn.pop(items[-1], None)
            self._view.removeItem(items.pop())
        return items

    def _is_drawn(self, item: Any, what: object) -> bool:
        """Return whether an item shows `what` already, and remember that it will."""
        known = item in self._drawn and self._drawn[item] == what
        self._drawn[item] = what
        return known

    def _to(self, values: FloatArray, axis: int) -> FloatArray:
        """Return where numbers lie along an axis; NaN where they have no place."""
        values = np.asarray(values, dtype=np.float64)
        known = np.isfinite(values) & (np.abs(values) <= LARGEST)
        if not self._log[axis]:
            return np.where(known, values, np.nan)
        return np.log10(np.where(known & (values > 0), values, np.nan))

    def _draw(self) -> None:
        self._draw_rooms()
        self._draw_curves()
        self._draw_uprights()
        self._draw_marks()
        self._draw_on_top()
        self._place_what_has_pixels()

    def _draw_on_top(self) -> None:
        """Draw what lies over all things."""

    def _draw_rooms(self) -> None:
        rooms = self._of(Room)
        for item, room in zip(self._pool("rooms", len(rooms), _fill), rooms, strict=True):
            low, high = self._to(room.low, 1), self._to(room.high, 1)
            known = np.isfinite(low) & np.isfinite(high)
            x = self._to(room.x, 0)[known]
            item.curves[0].setData(x, low[known])
            item.curves[1].setData(x, high[known])
            item.setBrush(qcolor(room.colour, round(255 * room.share)))
            item.setZValue(3)

    def _draw_curves(self) -> None:
        curves, theme = self._of(Curve), self._theme
        lines = self._pool("curves", len(curves), pg.PlotCurveItem)
        halos = self._pool("halos", len(curves), pg.PlotCurveItem)
        pixels = np.array(self._view.viewPixelSize())
        for place, (line, halo, curve) in enumerate(zip(lines, halos, curves, strict=True)):
            if self._is_drawn(line, curve):
                continue
            x, y = self._to(curve.x, 0), self._to(curve.y, 1)
            pen = self._pen_of(curve, np.diff(np.stack((x, y)), axis=1).T / pixels)
            for item in (line, halo):
                item.opts["segmentedLineMode"] = "on" if pen.style() == Qt.PenStyle.SolidLine else "off"
            line.setData(x, y, pen=pen, connect="finite")
            line.setZValue(10 + place / 100)
            halo.setVisible(curve.halo)
            if curve.halo:
                rim = pg.mkPen(qcolor(theme.rim), width=pen.widthF() + 2 * theme.stroke)
                halo.setData(x, y, pen=rim, connect="finite")
                halo.setZValue(10 + place / 100 - 0.005)

    def _pen_of(self, curve: Curve, steps: FloatArray) -> QPen:
        """Return the pen of a curve that goes these steps (n, 2) of pixels; of a rough one, without dashes.

        A path that crosses itself a hundred times takes a hundred times as long, unless it is drawn line by
        line, and that without dashes; its dashes could not be told from each other anyway.
        """
        pen = curve.look.pen(self._theme)
        if np.nansum(np.abs(steps)) > ROUGH * self._view.rect().width():
            pen.setStyle(Qt.PenStyle.SolidLine)
        return pen

    def _draw_uprights(self) -> None:
        uprights = self._of(Upright)
        for item, upright in zip(self._pool("uprights", len(uprights), _upright), uprights, strict=True):
            item.setPos(float(self._to(np.array([upright.x]), 0)[0]))
            item.setPen(upright.look.pen(self._theme))
            item.setZValue(5)

    def _draw_marks(self) -> None:
        theme = self._theme
        marks = self._of(Marks)
        for place, (item, mark) in enumerate(
            zip(self._pool("marks", len(marks), pg.ScatterPlotItem), marks, strict=True)
        ):
            if self._is_drawn(item, mark):
                continue
            xy = np.stack([self._to(mark.xy[:, axis], axis) for axis in (0, 1)], axis=1)
            xy = xy[np.isfinite(xy).all(axis=1)]
            rim = theme.outline if mark.rim else ""
            self._draw_spots(item, xy, (mark.symbol, mark.size * theme.scale, mark.colour, rim, 1.2))
            item.setZValue(20 + place / 100)

    def _draw_spots(self, item: Any, xy: FloatArray, look: Spot) -> None:
        """Draw points (n, 2). One alone is only moved while it looks the same: that costs next to nothing."""
        item.setVisible(bool(len(xy)))
        place = xy[0] if len(xy) == 1 else np.zeros(2)
        shown = (look, self._theme.stroke, (xy - place).tobytes())
        if getattr(item, "shown", None) != shown:
            symbol, size, colour, rim, width = look
            pen = pg.mkPen(qcolor(rim), width=width * self._theme.stroke) if rim else pg.mkPen(None)
            spots = (xy - place).T
            item.setData(*spots, symbol=symbol, size=size, brush=pg.mkBrush(qcolor(colour)), pen=pen)
            item.shown = shown
        item.setPos(*place.tolist())

    def _place_what_has_pixels(self, *_change: object) -> None:
        """Place what is measured in pixels: arrows' heads, words, and the names of curves."""
        self._draw_arrows()
        self._draw_words()

    def _draw_arrows(self) -> None:
        arrows, theme = self._of(Arrows), self._theme
        across, up = self._view.viewPixelSize()
        for item, arrow in zip(self._pool("arrows", len(arrows), pg.PlotCurveItem), arrows, strict=True):
            start, end = (
                np.stack([self._to(ends[:, axis], axis) for axis in (0, 1)], axis=1)
                for ends in (arrow.start, arrow.end)
            )
            pixels = np.array([across, up])
            lines = with_heads(start / pixels, end / pixels, HEAD * theme.scale) * pixels
            item.setData(lines[:, 0], lines[:, 1], pen=arrow.look.pen(theme), connect="pairs")
            item.setZValue(15)

    def _draw_words(self) -> None:
        texts = [*self._of(Words), *self._names_of_uprights(), *self._names_of_curves()]
        font = body_font(self._theme, self._theme.size_small)
        items = self._pool("words", len(texts), lambda: pg.TextItem(anchor=(0, 0.5)))
        for item, words in zip(items, texts, strict=True):
            if not self._is_drawn(item, (words.text, words.colour, words.anchor, words.backed)):
                item.setText(words.text, qcolor(words.colour))
                item.setFont(font)
                item.fill = pg.mkBrush(qcolor(self._theme.surface, 170) if words.backed else None)
                item.setAnchor(words.anchor)
            known = bool(np.isfinite(words.place).all())
            item.setVisible(known)
            if known:
                item.setPos(QPointF(*self._in_sight(item, words)))
            item.setZValue(25)

    def _in_sight(self, item: Any, words: Words) -> Place:
        """Return where a text has to lie to be read from end to end; of a place out of sight, stay there."""
        across, up = self._view.viewRange()
        x, y = words.place
        if not (across[0] <= x <= across[1] and up[0] <= y <= up[1]):
            return words.place
        box, pixels = item.boundingRect(), self._view.viewPixelSize()
        wide, high = box.width() * pixels[0], box.height() * pixels[1]
        left, bottom = x - words.anchor[0] * wide, y - (1 - words.anchor[1]) * high
        return x + kept_inside(left, wide, across) - left, y + kept_inside(bottom, high, up) - bottom

    def _names_of_uprights(self) -> list[Words]:
        (_, (_, top)) = self._view.viewRange()
        return [
            Words(
                one.name,
                (float(self._to(np.array([one.x]), 0)[0]), top),
                mix(one.look.colour, self._theme.text, 0.45),
                (0.0, 0.0),
            )
            for one in self._of(Upright)
            if one.name
        ]

    def _names_of_curves(self) -> list[Words]:
        """Return each curve's name left of where it is seen last, above the curve, apart from the others."""
        ((left, right), (bottom, top)) = self._view.viewRange()
        _, up = self._view.viewPixelSize()
        named: list[tuple[float, float, Curve]] = []
        for curve in self._of(Curve):
            x, y = self._to(curve.x, 0), self._to(curve.y, 1)
            seen = np.isfinite(x) & np.isfinite(y) & (x >= left) & (x <= right)
            inside = seen & (y >= bottom) & (y <= top)
            known = np.flatnonzero(inside if inside.any() else seen)
            if curve.name and len(known):
                named.append((float(y[known[-1]]), float(x[known[-1]]), curve))
        if not named:
            return []
        step = pg.QtGui.QFontMetrics(body_font(self._theme, self._theme.size_small)).height() * up
        named.sort(key=lambda one: one[0])
        # Most of a name lies above its place.
        places = apart([end - bottom for end, _, _ in named], step, top - bottom - 0.75 * step)
        return [
            Words(
                curve.name,
                (end, bottom + place),
                mix(curve.look.colour, self._theme.text, 0.45),
                (1.0, 0.75),
                backed=True,
            )
            for place, (_, end, curve) in zip(places, named, strict=True)
        ]

    # What is shown ----------------------------------------------------------------------------------------

    def _home(self) -> None:
        x, y = (self._at_home(axis, fixed) for axis, fixed in enumerate(self._fixed))
        self._show_part((*x, *y))

    def _at_home(self, axis: int, fixed: Range | None) -> Range:
        """Return the range of an axis: the fixed one, unless it has no place there (0 on a logarithm)."""
        if fixed is not None:
            low, high = self._to(np.array(fixed), axis).tolist()
            if low < high:
                return low, high
        return self._needed(axis)

    def _needed(self, axis: int) -> Range:
        """Return the range that curves, marks and rooms need along an axis."""
        parts: list[FloatArray] = []
        for thing in self._things:
            if isinstance(thing, Curve):
                parts.append((thing.x, thing.y)[axis])
            elif isinstance(thing, Marks):
                parts.append(thing.xy[:, axis])
            elif isinstance(thing, Room):
                parts += [(thing.x, thing.low)[axis], (thing.x, thing.high)[axis]]
        values = self._to(np.concatenate(parts), axis) if parts else np.empty(0)
        values = values[np.isfinite(values)]
        if not len(values):
            return (-1.0, 0.0) if self._log[axis] else (0.0, 1.0)
        low, high = float(values.min()), float(values.max())
        if self._steady:
            return in_leaps(low, high)
        room = MARGIN * (high - low) or 0.05 * abs(high) or 0.5
        return (low, high) if axis == 0 and not self._of(Marks) else (low - room, high + room)

    def _x_ticks(self, low: float, high: float) -> Ticks:
        return log_ticks(low, high) if self._log[0] else linear_ticks(low, high)

    def _y_ticks(self, low: float, high: float) -> Ticks:
        return log_ticks(low, high) if self._log[1] else linear_ticks(low, high)

    def _axis_names(self) -> tuple[str, str]:
        return self._names


def _fill() -> Any:
    return pg.FillBetweenItem(pg.PlotCurveItem(), pg.PlotCurveItem())


def _upright() -> Any:
    return pg.InfiniteLine(angle=90)

"""A function of two numbers as a map with contour lines, and things drawn on it."""

import numpy as np
from PySide6.QtWidgets import QGraphicsItem, QWidget

from playground.ui.labs.geometry import Range
from playground.ui.labs.lab_plot import LabPlot
from playground.ui.labs.things import FloatArray
from playground.ui.plots.contour import contour
from playground.ui.plots.items import MapLayer
from playground.ui.theme.colour import heat_image, mix
from playground.ui.theme.tokens import Theme

LINES = 11
TOP = 0.97
"""The share of the map that lies below the highest line: what rises beyond is one colour."""


class FieldPlot(LabPlot):
    """A map of values over a plane; low is orange, high is blue, and lines join places of the same height."""

    def __init__(
        self,
        theme: Theme,
        label: str,
        help_text: str,
        empty: str = "",
        names: tuple[str, str] = ("", ""),
        square: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """Make the plot; one that is `square` shows a square domain in equal units, angles as they are."""
        self._square = square
        self._values: FloatArray = np.empty((0, 0))
        self._extent: tuple[Range, Range] = ((0.0, 1.0), (0.0, 1.0))
        self._levels: FloatArray | None = None
        self._map = MapLayer()
        super().__init__(theme, label, help_text, empty, names, parent=parent)
        self._grid.setVisible(False)
        self._map.setZValue(1)
        # The map stays while things move on it: Qt keeps a picture of it.
        self._map.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
        self._view.addItem(self._map, ignoreBounds=True)

    def show_field(self, values: FloatArray, x: Range, y: Range, levels: FloatArray | None = None) -> None:
        """Show values (H, W), row 0 at the lowest y, over these ranges; without `levels`, lines are spread.

        With `levels` the colours run evenly from the lowest of them to the highest.
        """
        same = (x, y) == self._extent and bool(self._values.size)
        self._values, self._extent, self._levels = values, (x, y), levels
        self._say_empty()
        if not same:
            self._map.set_extent(x, y)
            self._fixed = x, y
            self._zoomed = False
            self._home()
        self._draw_map()

    @property
    def values(self) -> FloatArray:
        """The values that are shown (H, W)."""
        return self._values

    def _has_ground(self) -> bool:
        return bool(self._values.size)

    def apply_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        super().apply_theme(theme)
        self._draw_map()

    def _arrange(self) -> None:
        """Keep what is plotted square and in the middle, where that was asked for."""
        if self._square:
            (left, bottom), (right, top) = self._axis_room(), self._margins()
            inner = self.contentsRect().adjusted(3, 3, -3, -3)
            side = max(1, min(inner.width() - left - right, inner.height() - bottom - top))
            wide, high = side + left + right, side + bottom + top
            across, down = max(0, (inner.width() - wide) // 2), max(0, (inner.height() - high) // 2)
            self._plot_row.setContentsMargins(across, down, across, down)
            self._plot.setMaximumSize(wide, high)
            self._layout.activate()
        super()._arrange()

    def _draw_map(self) -> None:
        if not self._values.size:
            return
        theme = self._theme
        levels = spread_levels(self._values) if self._levels is None else self._levels
        shades = shaded(self._values, levels)
        height, width = self._values.shape
        x, y = (np.linspace(*ends, count) for ends, count in zip(self._extent, (width, height), strict=True))
        known = np.where(np.isfinite(self._values), self._values, np.nan)
        lines = [contour(known, x, y, float(level)) for level in levels]
        segments = np.concatenate(lines) if lines else np.empty((0, 2, 2))
        self._map.set_look(mix(theme.outline, theme.neutral, 0.45), 0.9 * theme.stroke)
        self._map.show_map(heat_image(shades, theme, theme.heat_strength), segments)
        self._map.update()
        self._repaint()


def spread_levels(values: FloatArray, count: int = LINES) -> FloatArray:
    """Return levels that lie close where values are low: evenly spread in the logarithm of the height.

    Around a minimum a loss is flat, far away it is steep: evenly spaced levels would say nothing below.
    """
    known = values[np.isfinite(values)]
    if not len(known):
        return np.empty(0)
    low, high = float(known.min()), float(np.quantile(known, TOP))
    if not high > low:
        return np.empty(0)
    middle = float(np.median(known)) - low or (high - low) / 2
    unit = min(middle, high - low) / 8
    steps = np.linspace(0.0, np.log1p((high - low) / unit), count + 1)[1:]
    return np.asarray(low + unit * np.expm1(steps))


def shaded(values: FloatArray, levels: FloatArray) -> FloatArray:
    """Return values as shades in [-1, 1]: each step from level to level is the same step of colour."""
    return on_scale(values, scale_of(values, levels))


def scale_of(values: FloatArray, levels: FloatArray) -> FloatArray:
    """Return the ends of the steps of colour: the lowest value, then the levels; nothing without levels."""
    if not len(levels):
        return np.empty(0)
    low = np.nanmin(np.where(np.isfinite(values), values, np.nan))
    return np.concatenate([[min(float(low), float(levels[0]))], levels])


def on_scale(values: FloatArray, ends: FloatArray) -> FloatArray:
    """Return values as shades in [-1, 1] on a scale; what is no number is at its top."""
    if not len(ends):
        return np.zeros_like(values)
    return np.interp(np.nan_to_num(values, nan=ends[-1]), ends, np.linspace(-1.0, 1.0, len(ends)))

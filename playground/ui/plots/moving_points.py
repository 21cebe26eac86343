"""Rows of the data as points that move with every frame: shape and colour are made once, places often."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg

from playground.ui.plots.items import POINT, point_size
from playground.ui.theme.colour import heat_lut, qcolor
from playground.ui.theme.tokens import Theme

FloatArray = npt.NDArray[np.float64]

SHADES = 9


class MovingPoints:
    """Points in groups of one shape and colour each: a class, or a part of the targets' range."""

    def __init__(self, view: Any) -> None:
        self._view = view
        self._items: list[Any] = []
        self._groups: list[npt.NDArray[np.intp]] = []
        self._styles: list[tuple[int, bool]] = []
        self._xy: FloatArray = np.empty((0, 2))

    def take_classes(self, classes: npt.NDArray[np.int64], theme: Theme) -> None:
        """Have a point for each row, by its class (n,)."""
        found = np.unique(classes).tolist()
        self._take([(np.flatnonzero(classes == one), (one, True)) for one in found], theme)

    def take_values(self, shades: FloatArray, theme: Theme) -> None:
        """Have a point for each row, coloured by its value in [-1, 1] (n,)."""
        levels = np.rint((np.clip(np.nan_to_num(shades), -1.0, 1.0) + 1) / 2 * (SHADES - 1)).astype(int)
        found = np.unique(levels).tolist()
        self._take([(np.flatnonzero(levels == one), (one, False)) for one in found], theme)

    def _take(self, groups: list[tuple[npt.NDArray[np.intp], tuple[int, bool]]], theme: Theme) -> None:
        self.clear()
        self._groups = [rows for rows, _ in groups]
        self._styles = [style for _, style in groups]
        for _ in groups:
            item = pg.ScatterPlotItem()
            item.setZValue(10)
            self._view.addItem(item, ignoreBounds=True)
            self._items.append(item)
        self.apply_theme(theme)

    def show(self, xy: FloatArray) -> None:
        """Draw the rows at these places (n, 2); none where a place is not a number."""
        self._xy = xy
        for item, rows in zip(self._items, self._groups, strict=True):
            places = xy[rows] if len(xy) else xy
            places = places[np.isfinite(places).all(axis=1)]
            item.setData(places[:, 0], places[:, 1])

    def clear(self) -> None:
        """Have no points."""
        for item in self._items:
            self._view.removeItem(item)
        self._items, self._groups, self._styles = [], [], []

    def apply_theme(self, theme: Theme) -> None:
        """Draw the points in the theme's colours."""
        count = sum(map(len, self._groups))
        size = min(POINT, point_size(count, 300.0)) * theme.scale
        lut = heat_lut(theme)
        for item, (index, is_class) in zip(self._items, self._styles, strict=True):
            if is_class:
                colour = theme.classes[index % len(theme.classes)]
                symbol = theme.class_markers[index % len(theme.class_markers)]
            else:
                colour = f"#{int(lut[round(index / (SHADES - 1) * 255)]) & 0xFFFFFF:06x}"
                symbol = "o"
            item.setSymbol(symbol, update=False)
            item.setSize(size, update=False)
            item.setBrush(qcolor(colour), update=False)
            item.setPen(pg.mkPen(qcolor(theme.rim), width=0.8 * theme.scale))
        self.show(self._xy if len(self._xy) == count else np.empty((0, 2)))

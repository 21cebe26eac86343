"""Things drawn inside a plot: a picture in data coordinates with thin lines, and points with two rims."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtGui import QBrush, QImage, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from playground.ui.theme.colour import heat_lut, mix, qcolor
from playground.ui.theme.tokens import Theme

FloatArray = npt.NDArray[np.float64]

POINT = 7.0  # design pixels
LEAST_POINT = 2.5
RIMMED = 5.0  # a smaller point has no second rim
COVER = 0.36  # the share of the plot that points may cover, rims left out
_TARGET_SHADES = 32
FAINT = (1.0, 0.55, 0.25)  # how opaque points are that are near, further and far away


class MapLayer(QGraphicsItem):
    """A picture stretched over a rectangle of the plot, its top row at the highest y, with thin lines on it.

    It changes with every frame, so it does not ask to be painted: its plot is painted when it has changed.
    """

    def __init__(self) -> None:
        super().__init__()
        self._image = QImage()
        self._rect = QRectF()
        self._smooth = True
        self._lines = QPainterPath()
        self._pen = QPen()

    def set_extent(self, x: tuple[float, float], y: tuple[float, float]) -> None:
        """Stretch the picture over these ranges."""
        self.prepareGeometryChange()
        self._rect = QRectF(x[0], y[0], x[1] - x[0], y[1] - y[0])

    def set_look(self, colour: str, width: float) -> None:
        """Draw the lines in `colour`, `width` pixels wide at every zoom."""
        self._pen = QPen(qcolor(colour), width)
        self._pen.setCosmetic(True)

    def thicken(self, factor: float) -> None:
        """Draw lines so many times as thick."""
        self._pen.setWidthF(self._pen.widthF() * factor)

    def show_map(self, image: QImage, segments: FloatArray, smooth: bool = True) -> None:
        """Show a picture and lines (n, 2, 2) [line, end, (x, y)]; without `smooth` its pixels have edges."""
        self._image, self._smooth = image, smooth
        ends = np.ascontiguousarray(segments.reshape(-1, 2))
        self._lines = pg.arrayToQPath(ends[:, 0], ends[:, 1], connect="pairs", finiteCheck=False)

    def boundingRect(self) -> QRectF:
        """Return the rectangle covered."""
        return self._rect

    def paint(
        self,
        painter: QPainter,
        _option: QStyleOptionGraphicsItem,
        _widget: QWidget | None = None,
    ) -> None:
        """Draw the picture the right way up: y grows upwards in a plot."""
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self._smooth)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.scale(1.0, -1.0)
        target = QRectF(self._rect.x(), -self._rect.bottom(), self._rect.width(), self._rect.height())
        painter.drawImage(target, self._image)
        painter.scale(1.0, -1.0)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self._pen)
        painter.drawPath(self._lines)


class Spots(pg.ScatterPlotItem):  # type: ignore[misc]
    """Points of which Qt keeps a picture: they stay where they are while the map behind them changes."""

    def __init__(self, **style: Any) -> None:
        super().__init__(**style)
        self.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Draw the points as sharp as the screen is: of the picture alone it is not known."""
        super().paint(painter, option, widget or self.getViewWidget())


def point_size(count: int, side: float) -> float:
    """Return how wide each of `count` points is, in pixels, so that a plot `side` wide shows through.

    In steps of half a pixel: the points are drawn anew only when the size changes.
    """
    fitting: float = side * (COVER / max(count, 1)) ** 0.5
    size: float = round(2 * min(POINT, max(LEAST_POINT, fitting))) / 2
    return size


@dataclass(frozen=True, slots=True)
class Group:
    """Points (n, 2) of one shape, and of one colour or of one each."""

    xy: FloatArray
    brush: QBrush | list[QBrush]
    symbol: str
    cover: float = 1.0

    @property
    def brushes(self) -> list[QBrush]:
        """The colour of each point."""
        return self.brush if isinstance(self.brush, list) else [self.brush] * len(self.xy)


class PointLayer:
    """Data points of one split: a marker shape and a colour for each class, or a colour for each value.

    Training points have a light rim within a dark hair line (in the dark theme the other way round), test
    points a dark rim within a light hair line: one of the two stands out from any colour of the map behind.
    """

    def __init__(self, view: Any, test: bool) -> None:
        self._view = view
        self._test = test
        self._theme: Theme | None = None
        self._xy: FloatArray = np.empty((0, 2))
        self._classes: npt.NDArray[np.int64] | None = None
        self._shades: FloatArray | None = None
        self._levels: npt.NDArray[np.intp] | None = None
        self._items: list[Any] = []
        self._visible = True
        self._count, self._side = 0, 320.0
        self._size = POINT

    def set_room(self, count: int, side: float) -> None:
        """Say how many points the plot has in all, and how wide it is in design pixels."""
        self._count, self._side = count, side
        if point_size(count, side) != self._size and self._theme is not None:
            self.apply_theme(self._theme)

    def show_classes(self, xy: FloatArray, classes: npt.NDArray[np.int64], theme: Theme) -> None:
        """Draw points (n, 2) with their class index (n,)."""
        self._xy, self._classes, self._shades = xy, classes, None
        self.apply_theme(theme)

    def show_values(self, xy: FloatArray, shades: FloatArray, theme: Theme) -> None:
        """Draw points (n, 2) coloured by a value in [-1, 1] (n,)."""
        self._xy, self._classes, self._shades = xy, None, shades
        self.apply_theme(theme)

    def fade(self, levels: npt.NDArray[np.intp] | None) -> None:
        """Draw the points to come as faint as `levels` (n,) say: indices of `FAINT`."""
        self._levels = levels

    @property
    def size(self) -> float:
        """How wide a point is, in design pixels."""
        return self._size

    @property
    def is_visible(self) -> bool:
        """Whether the points are shown."""
        return self._visible

    def clear(self) -> None:
        """Draw no points."""
        self._xy, self._classes, self._shades = np.empty((0, 2)), None, None
        self._remove()

    def set_visible(self, visible: bool) -> None:
        """Show or hide the points."""
        if visible and not self._visible and self._theme is not None:
            self._visible = True
            self.apply_theme(self._theme)
        self._visible = visible
        for item in self._items:
            item.setVisible(visible)

    def apply_theme(self, theme: Theme) -> None:
        """Draw the points anew in the theme's colours."""
        self._theme = theme
        self._size = point_size(self._count, self._side)
        self._remove()
        if not self._visible:
            # Made when they are asked for: twenty thousand points take 30 ms.
            return
        levels = np.zeros(len(self._xy), np.intp) if self._levels is None else self._levels
        groups: list[Group] = []
        # What is far away is drawn first, below the others.
        for level in np.unique(levels)[::-1].tolist():
            groups += self._groups(np.flatnonzero(levels == level), FAINT[level], theme)
        if groups:
            self._add(groups, theme)

    def _groups(self, rows: npt.NDArray[np.intp], cover: float, theme: Theme) -> list[Group]:
        """Return some of the points, all of them as opaque as `cover` says."""
        opaque = round(255 * cover)
        if self._shades is not None:
            return [
                Group(self._xy[rows], self._target_brushes(self._shades[rows], opaque, theme), "o", cover)
            ]
        groups, classes = [], np.empty(0, np.int64) if self._classes is None else self._classes[rows]
        for index in np.unique(classes).tolist():
            brush = QBrush(qcolor(theme.classes[index % len(theme.classes)], opaque))
            symbol = theme.class_markers[index % len(theme.class_markers)]
            groups.append(Group(self._xy[rows[classes == index]], brush, symbol, cover))
        return groups

    def _target_brushes(self, values: FloatArray, opaque: int, theme: Theme) -> list[QBrush]:
        # A handful of shades: pyqtgraph draws each distinct brush once and copies it.
        lut = heat_lut(theme)[np.linspace(0, 255, _TARGET_SHADES).astype(int)]
        brushes = [QBrush(qcolor(f"#{int(argb) & 0xFFFFFF:06x}", opaque)) for argb in lut]
        shades = np.clip(np.nan_to_num(values), -1.0, 1.0)
        return [brushes[i] for i in np.rint((shades + 1) / 2 * (_TARGET_SHADES - 1)).astype(int).tolist()]

    def _add(self, groups: list[Group], theme: Theme) -> None:
        small = self._size < RIMMED
        size, width = self._size * theme.scale, min(1.2, self._size / 5) * theme.scale
        rim, edge = (theme.outline, theme.rim) if self._test else (theme.rim, theme.outline)
        # The smaller the points the closer they lie: a rim that lets the map through keeps it readable.
        clear = 255 * min(1.0, self._size / RIMMED)
        pens = [pg.mkPen(qcolor(edge if small else rim, round(clear * g.cover)), width=width) for g in groups]
        if small:
            for group, pen in zip(groups, pens, strict=True):
                self._put(Spots(pos=group.xy, size=size, symbol=group.symbol, brush=group.brush, pen=pen))
            return
        # The halos of all points lie below all points; what comes first is drawn first.
        count = sum(len(group.xy) for group in groups)
        halos = [QBrush(qcolor(edge, round(200 * group.cover))) for group in groups]
        halo = [brush for group, brush in zip(groups, halos, strict=True) for _ in group.xy]
        self._put(
            Spots(
                pos=np.concatenate([group.xy for group in groups] * 2),
                size=np.repeat([size + 2 * width, size], count),
                symbol=[symbol for group in groups for symbol in [group.symbol] * len(group.xy)] * 2,
                brush=halo + [brush for group in groups for brush in group.brushes],
                pen=[pg.mkPen(None)] * count
                + [pen for group, pen in zip(groups, pens, strict=True) for _ in group.xy],
            )
        )

    def _put(self, item: Spots) -> None:
        item.setZValue(10)
        self._view.addItem(item, ignoreBounds=True)
        self._items.append(item)

    def _remove(self) -> None:
        for item in self._items:
            self._view.removeItem(item)
        self._items = []


class Rings:
    """Rings round some of the points: a line with a rim of the opposite lightness, visible on any colour."""

    def __init__(self, view: Any) -> None:
        self._items = (Spots(symbol="o"), Spots(symbol="o"))
        for z, item in enumerate(self._items):
            item.setZValue(30 + z)
            item.setBrush(None)
            item.setVisible(False)
            view.addItem(item, ignoreBounds=True)

    def set_look(self, theme: Theme, token: str, size: float) -> None:
        """Draw rings in a colour, so many design pixels wide."""
        rim, line = self._items
        for item, colour, width in ((rim, theme.rim, 3.6), (line, token, 1.8)):
            item.setSize(size * theme.scale)
            item.setPen(pg.mkPen(qcolor(colour), width=width * theme.stroke))

    def show_places(self, xy: FloatArray) -> None:
        """Draw rings at these places (n, 2), and no others."""
        for item in self._items:
            item.setData(xy[:, 0], xy[:, 1])
            item.setVisible(len(xy) > 0)  # an empty one would still be painted with every frame

    @property
    def count(self) -> int:
        """How many rings there are."""
        return len(self._items[0].getData()[0])


def thicken(item: Any, factor: float) -> None:
    """Draw the lines of a plot's item so many times as thick: those as wide at every zoom know no scale."""
    if hasattr(item, "thicken"):
        item.thicken(factor)
    elif isinstance(item, pg.PlotCurveItem):
        item.setPen(_thicker(item.opts["pen"], factor))
    elif isinstance(item, pg.InfiniteLine):
        item.setPen(_thicker(item.pen, factor))
    elif isinstance(item, pg.ScatterPlotItem) and len(item.data):
        common = item.opts["pen"]
        pens = np.empty(len(item.data), object)
        pens[:] = [_thicker(pg.mkPen(common if pen is None else pen), factor) for pen in item.data["pen"]]
        # Not by `setPen`, which would draw a picture of every point.
        item.data["pen"] = pens


def _thicker(pen: QPen, factor: float) -> QPen:
    wide = QPen(pen)
    wide.setWidthF(pen.widthF() * factor)
    return wide


def curve_pen(theme: Theme, test: bool, width: float = 1.8) -> QPen:
    """Return the pen of a learning curve: dashed grey for training, solid accent for test."""
    style = pg.QtCore.Qt.PenStyle.SolidLine if test else pg.QtCore.Qt.PenStyle.DashLine
    colour = theme.curve_test if test else theme.curve_train
    pen: QPen = pg.mkPen(qcolor(colour), width=width * theme.stroke, style=style)
    if not test:
        pen.setDashPattern([3.0, 2.0])
    return pen


def faint(theme: Theme, test: bool) -> str:
    """Return the colour of the unsmoothed curve behind the smoothed one."""
    return mix(theme.curve_test if test else theme.curve_train, theme.surface, 0.6)

"""A function of two numbers as a surface that can be turned, with paths that run over it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from pyqtgraph.graphicsItems.ScatterPlotItem import Symbols
from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from playground.ui.figures import short
from playground.ui.labs.field_plot import on_scale, scale_of, spread_levels
from playground.ui.labs.geometry import Range
from playground.ui.labs.things import FloatArray
from playground.ui.plots.mesh import colours_of
from playground.ui.plots.overlay import Look
from playground.ui.plots.relief import HEIGHT, Eye
from playground.ui.plots.surface_item import Axis, SurfaceItem
from playground.ui.plots.ticks import linear_ticks
from playground.ui.plots.turning import turned_by_drag, turned_by_key, turned_by_wheel
from playground.ui.theme.colour import heat_image, qcolor
from playground.ui.theme.tokens import Theme
from playground.ui.widgets import describe

SIDES = {True: 25, False: 49}
"""Points along one side: while it is turned, and at rest."""
LIFT = 0.015
"""How far above the surface a path runs, so that it is not within it."""
DOT = 9.0


@dataclass(frozen=True, eq=False, slots=True)
class Route:
    """A path over places (n, 2) at these heights (n,), with a marker at its end."""

    places: FloatArray
    heights: FloatArray
    look: Look
    symbol: str = "o"


class ReliefView(QWidget):
    """Height and colour are the value. Drag or press the arrow keys to turn it, the wheel or + - to zoom.

    The surface is kept as a picture, so that a path that grows costs no more than a line.
    """

    def __init__(self, theme: Theme, label: str, help_text: str) -> None:
        super().__init__()
        describe(self, label, f"{help_text} Drag or press the arrow keys to turn it, 0 to turn it back.")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(QSize(160, 120))
        self._theme = theme
        self._values: FloatArray = np.empty((0, 0))
        self._extent: tuple[Range, Range] = ((0.0, 1.0), (0.0, 1.0))
        self._names = ("x", "y", "")
        self._scale: FloatArray = np.empty(0)
        self._routes: tuple[Route, ...] = ()
        self._surface = SurfaceItem(theme)
        self._picture: QPixmap | None = None
        self._dragged: QPointF | None = None

    @property
    def eye(self) -> Eye:
        """Where it is seen from."""
        return self._surface.eye

    @property
    def routes(self) -> tuple[Route, ...]:
        """The paths that are shown."""
        return self._routes

    def show_field(self, values: FloatArray, x: Range, y: Range, names: tuple[str, str, str]) -> None:
        """Show values (H, W), row 0 at the lowest y; `names` are of x, y and the height."""
        self._values, self._extent, self._names = values, (x, y), names
        self._scale = scale_of(values, spread_levels(values)) if values.size else np.empty(0)
        self._lay()

    def show_routes(self, routes: Sequence[Route]) -> None:
        """Show these paths."""
        self._routes = tuple(routes)
        self.update()

    def apply_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self._theme = theme
        self._surface.set_look(theme)
        self._lay()

    # The surface ----------------------------------------------------------------------------------------

    def _lay(self) -> None:
        self._picture = None
        if self._values.size:
            side = SIDES[self._dragged is not None]
            rows, columns = (np.linspace(0, count - 1, side).astype(int) for count in self._values.shape)
            values = self._values[np.ix_(rows, columns)]
            shades = np.where(np.isfinite(values), on_scale(values, self._scale), np.nan)
            middles = (shades[1:, 1:] + shades[1:, :-1] + shades[:-1, 1:] + shades[:-1, :-1]) / 4
            colours = colours_of(heat_image(middles, self._theme, 0.92))
            self._surface.show_surface(shades, colours)
            self._surface.show_axes(self._axes())
        self.update()

    def _axes(self) -> tuple[Axis, Axis, Axis]:
        sides = [
            Axis(name, [((at - low) / (high - low) * 2 - 1, text) for at, text in linear_ticks(low, high)])
            for name, (low, high) in zip(self._names, self._extent, strict=False)
        ]
        shown = self._scale[:: max(1, len(self._scale) // 4)]
        heights = [
            (float(at), short(float(end)))
            for at, end in zip(on_scale(shown, self._scale), shown, strict=True)
        ]
        return sides[0], sides[1], Axis(self._names[2], heights)

    def _look_from(self, eye: Eye) -> None:
        self._surface.eye = eye
        self._picture = None
        self.update()

    # Painting -------------------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the surface, then the paths on it."""
        painter = QPainter(self)
        ratio = self.devicePixelRatioF()
        if self._picture is None or self._picture.deviceIndependentSize().toSize() != self.size():
            self._picture = self._painted(ratio)
        painter.drawPixmap(0, 0, self._picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for route in self._routes:
            self._paint_route(painter, route)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(qcolor(self._theme.accent), 2))
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 4, 4)

    def _painted(self, ratio: float) -> QPixmap:
        picture = QPixmap(self.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(qcolor(self._theme.surface))
        self._surface.set_room(QRectF(self.rect()))
        if self._values.size:
            painter = QPainter(picture)
            self._surface.paint(painter, QStyleOptionGraphicsItem())
            painter.end()
        return picture

    def _paint_route(self, painter: QPainter, route: Route) -> None:
        lines = self._lines(route)
        # Line by line: one polyline that crosses itself a hundred times would take a hundred times as long.
        pen = QPen(qcolor(route.look.colour), route.look.width * self._theme.stroke)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        for line in lines:
            painter.drawLines([QLineF(*ends) for ends in pairwise(line)])
        if lines:
            size = DOT * self._theme.scale
            painter.setPen(QPen(qcolor(self._theme.outline), 1.2 * self._theme.stroke))
            painter.setBrush(qcolor(route.look.colour))
            marker = QTransform.fromScale(size, size).map(Symbols[route.symbol])
            painter.drawPath(marker.translated(lines[-1][-1]))
            painter.setBrush(Qt.BrushStyle.NoBrush)

    def _lines(self, route: Route) -> list[list[QPointF]]:
        """Return the parts of a path that lie over the map, as they are seen."""
        low, high = np.transpose(self._extent)
        xy = (route.places - low) / (high - low) * 2 - 1
        z = on_scale(route.heights, self._scale) * HEIGHT + LIFT
        inside = (np.abs(xy) <= 1.0).all(axis=1)
        if not inside.any() or not self._values.size:
            return []
        seen = self._surface.project(np.column_stack((xy, z))[inside])[:, :2]
        steps = np.flatnonzero(inside)
        moved = np.ones(len(seen), bool)
        moved[1:-1] = np.diff(np.rint(seen), axis=0)[:-1].any(axis=1)  # to another pixel
        seen, steps = seen[moved], np.cumsum(~inside)[steps][moved]
        breaks = np.flatnonzero(np.diff(steps)) + 1
        return [[QPointF(*at) for at in part.tolist()] for part in np.split(seen, breaks)]

    # Turning --------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of it."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._dragged = event.position()
            self._lay()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Turn it with the pointer."""
        if self._dragged is not None:
            way, self._dragged = event.position() - self._dragged, event.position()
            self._look_from(turned_by_drag(self.eye, way))

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Let go of it."""
        if self._dragged is not None:
            self._dragged = None
            self._lay()

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        """Turn it back to where it was seen from at first."""
        self._look_from(Eye())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Come nearer, or go further away."""
        self._look_from(turned_by_wheel(self.eye, event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Turn with the arrow keys, zoom with + and -, look as at first with 0."""
        key = Qt.Key(event.key())
        eye = Eye() if key == Qt.Key.Key_0 else turned_by_key(self.eye, key)
        if eye is None:
            super().keyPressEvent(event)
        else:
            self._look_from(eye)

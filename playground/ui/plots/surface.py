"""The answer of the network as a surface over the plane, to be turned and looked at from all sides."""

import math

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from playground.experiment.prepare import Prepared
from playground.training.messages import Snapshot
from playground.ui.figures import short
from playground.ui.plots.axes import AxesView
from playground.ui.plots.mesh import Colours, colours_of
from playground.ui.plots.projection import resampled
from playground.ui.plots.relief import HEIGHT, Eye
from playground.ui.plots.scale import Scale, output_scale, signed
from playground.ui.plots.surface_item import Axis, Dots, SurfaceItem
from playground.ui.plots.ticks import linear_ticks
from playground.ui.plots.tool_plot import ToolPlot
from playground.ui.theme.colour import class_image, heat_image, heat_lut
from playground.ui.theme.tokens import Theme

FloatArray = npt.NDArray[np.float64]

POINTS = {True: 28, False: 48}
"""Points along one side of the surface: while the run plays or the surface is turned, and at rest."""
MOST_DOTS = {True: 90, False: 250}
BEYOND = 1.6
"""How far beyond the targets' range the surface is drawn; what lies further is cut off there."""
DEGREE = math.radians(0.5)  # a pixel of the pointer's way
KEY_TURN = math.radians(7.5)
NEAR = 14  # design pixels
SHADES = 9


class SurfacePlot(ToolPlot):
    """Height and colour are the output. Drag or press the arrow keys to turn it, the wheel or + - to zoom."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        help_text = "What the network answers, as a surface over the plane of the inputs."
        super().__init__(theme, "Surface", help_text, parent)
        self._prepared: Prepared | None = None
        self._output: npt.NDArray[np.floating] | None = None
        self._is_playing = False
        self._scale = Scale(0.0, 1.0)
        self._reach = 1.0
        self._heights: FloatArray = np.empty((0, 0))
        self._dragged: QPointF | None = None
        self._view.setMouseEnabled(x=False, y=False)
        for side in ("left", "bottom"):
            self._plot.getPlotItem().hideAxis(side)
        self._grid.setVisible(False)
        self._surface = SurfaceItem(theme)
        self._surface.setZValue(5)
        self._plot.scene().addItem(self._surface)
        self.shown = self.tools.add_combo("Shown", "Which class's probability is the height.")
        self.shown.activated.connect(self._redraw)
        self.clear()
        self.apply_theme(theme)

    # For the owner --------------------------------------------------------------------------------------

    @property
    def eye(self) -> Eye:
        """Where the surface is seen from."""
        return self._surface.eye

    @property
    def canvas(self) -> QWidget:
        """What sees the pointer over the surface."""
        viewport: QWidget = self._plot.viewport()
        return viewport

    @property
    def range(self) -> tuple[float, float, float, float]:
        """Where the surface is seen from: turn and tilt in radians, and how near; the last means nothing."""
        return self.eye.turn, self.eye.tilt, self.eye.zoom, 0.0

    def resemble(self, other: AxesView) -> None:
        """Look from where another view is looked at, at the same class."""
        if isinstance(other, SurfacePlot):
            self._surface.eye = other.eye
            self.shown.setCurrentIndex(other.shown.currentIndex())

    def start_run(self, prepared: Prepared) -> None:
        """Show the box and the rows of a run; the surface follows with the first snapshot."""
        same = self._prepared is not None and self._prepared.plan.class_names == prepared.plan.class_names
        self._prepared, self._output = prepared, None
        self._scale = output_scale(prepared)
        self._reach = 1.0
        plan = prepared.plan
        names = plan.class_names if plan.encoding == "one_hot" else ()
        entries: list[tuple[str, object]] = [(name, index) for index, name in enumerate(names)]
        entries = [("most probable class", -1), *entries] if names else []
        self.tools.fill(self.shown, entries, self._class if same else -1)
        if names:
            self.legend.show_classes(plan.class_names)
        else:
            self.legend.show_heat(*self._scale.ends, markers=plan.encoding != "real")
        self._set_empty(False)
        self._redraw()
        # The box writes them itself; the plot's own axes are hidden, and know what they would say.
        box = self._box(prepared)
        for axis, side in zip(self._axes(), (box[2], box[0]), strict=True):
            axis.setLabel(side.name)
        self._arrange()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Draw the network's answer."""
        if self._prepared is None or snapshot.picture.output.ndim != 3:
            return
        self._output = snapshot.picture.output
        self._is_playing = snapshot.state == "playing"
        self._redraw()

    def clear(self) -> None:
        """Draw nothing."""
        self._prepared = self._output = None
        self._set_empty(True)
        self.legend.clear()
        self._redraw()

    def apply_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        super().apply_theme(theme)
        self._surface.set_look(theme)
        self._redraw()

    # Drawing --------------------------------------------------------------------------------------------

    @property
    def _class(self) -> int:
        chosen = self.shown.currentData()
        return -1 if chosen is None else int(chosen)

    def _redraw(self, *_choice: object) -> None:
        prepared = self._prepared
        self.tools.setVisible(prepared is not None and not self._posed)
        if prepared is None:
            self._surface.show_axes(None)
            self._heights = np.empty((0, 0))
        else:
            self._heights = np.empty((0, 0))
            if self._output is not None:
                self._lay_surface(self._output)
            self._surface.show_axes(self._box(prepared))
            self._surface.show_dots(self._dots(prepared))
        if not self._heights.size:
            self._surface.show_surface(np.empty((0, 0)), np.empty((0, 0), np.uint32))
        self._surface.update()

    @property
    def _is_moving(self) -> bool:
        return self._is_playing or self._dragged is not None

    def _lay_surface(self, output: npt.NDArray[np.floating]) -> None:
        side = POINTS[self._is_moving]
        values = resampled(output, np.linspace(0.0, 1.0, side))
        strength = 0.92
        middles = (values[:, 1:, 1:] + values[:, 1:, :-1] + values[:, :-1, 1:] + values[:, :-1, :-1]) / 4
        colours: Colours
        if len(values) > 1 and self._class < 0:
            colours = colours_of(class_image(middles, self._theme, strength))
            shades = values.max(axis=0) * 2 - 1
        else:
            # A probability runs from 0 to 1, and so does the height.
            chosen, scale = (self._class, Scale(0.5, 0.5)) if len(values) > 1 else (0, self._scale)
            shades = scale.shade(values[chosen])
            colours = colours_of(heat_image(scale.shade(middles[chosen]), self._theme, strength))
        shades = np.asarray(shades, np.float64)
        finite = np.isfinite(shades)
        if finite.any() and np.abs(shades[finite]).max() > 1.02:
            self._reach = BEYOND  # for the rest of the run, or it would jump to and fro
        shades = np.where(finite, np.clip(shades, -self._reach, self._reach), np.nan)
        self._heights = shades / self._reach
        self._surface.show_surface(self._heights, colours)

    def _values_of(self, shades: FloatArray) -> FloatArray:
        """Return what heights in [-1, 1] stand for."""
        many = self._output is not None and len(self._output) > 1
        scale = Scale(0.5, 0.5) if many else self._scale
        return np.asarray(scale.centre + shades * self._reach * scale.half)

    def _box(self, prepared: Prepared) -> tuple[Axis, Axis, Axis]:
        sides = []
        for name, (low, high) in zip(("x₁", "x₂"), prepared.probe.extent, strict=True):
            ticks = linear_ticks(low, high, thirds=True)
            sides.append(Axis(name, [((place - low) / (high - low) * 2 - 1, text) for place, text in ticks]))
        low, high = (float(end) for end in self._values_of(np.array([-1.0, 1.0])))
        ticks = [((at - low) / (high - low) * 2 - 1, text) for at, text in linear_ticks(low, high, most=4)]
        plan = prepared.plan
        what = "probability" if plan.encoding == "one_hot" else "output"
        name = (
            f"{what} ({prepared.sample.unit})" if plan.encoding == "real" and prepared.sample.unit else what
        )
        return sides[0], sides[1], Axis(name, ticks)

    def _dots(self, prepared: Prepared) -> Dots:
        """Return the training rows, evenly thinned, each at the height of its target."""
        rows = prepared.train_rows
        rows = rows[np.linspace(0, len(rows) - 1, min(MOST_DOTS[self._is_moving], len(rows))).astype(int)]
        extent, theme, plan = prepared.probe.extent, self._theme, prepared.plan
        low, high = (np.array(end) for end in zip(*extent, strict=True))
        xy = (prepared.sample.inputs[rows, :2] - low) / (high - low) * 2 - 1
        targets = prepared.sample.targets[rows]
        if plan.encoding == "real":
            shades = np.clip(self._scale.shade(targets.astype(np.float64)), -1.0, 1.0)
            groups = np.rint((shades + 1) / 2 * (SHADES - 1)).astype(np.int64)
            steps = heat_lut(theme)[np.linspace(0, 255, SHADES).astype(int)].tolist()
            looks = tuple(("o", f"#{colour & 0xFFFFFF:06x}") for colour in steps)
        else:
            groups = targets.astype(np.int64)
            count = len(theme.classes)
            looks = tuple(
                (theme.class_markers[index % len(theme.class_markers)], theme.classes[index % count])
                for index in range(len(plan.class_names))
            )
            wanted = groups == self._class if self._class >= 0 else np.ones(len(groups), bool)
            shades = np.where(wanted, 1.0, -1.0) if plan.encoding == "one_hot" else groups * 2.0 - 1.0
        z = shades / self._reach * HEIGHT
        return Dots(np.column_stack((xy, z)), groups, looks)

    # Turning --------------------------------------------------------------------------------------------

    def _home(self) -> None:
        self._look_from(Eye())

    def _look_from(self, eye: Eye) -> None:
        self._surface.eye = eye
        self._surface.update()

    def _turn(self, turn: float, tilt: float) -> None:
        self._look_from(self.eye.turned(turn, tilt))
        self._was_zoomed()

    def _zoom(self, factor: float) -> None:
        self._look_from(self.eye.nearer(factor))
        self._was_zoomed()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Turn with the left button, zoom with the wheel."""
        if isinstance(event, QWheelEvent) and event.type() == QEvent.Type.Wheel:
            self._zoom(1.15 ** (event.angleDelta().y() / 120))
            return True
        if isinstance(event, QMouseEvent):
            if event.type() == QEvent.Type.MouseButtonPress and event.button() == Qt.MouseButton.LeftButton:
                self._dragged = event.position()
                self._redraw()
            elif event.type() == QEvent.Type.MouseButtonRelease and self._dragged is not None:
                self._dragged = None
                self._redraw()
            elif event.type() == QEvent.Type.MouseMove and self._dragged is not None:
                way, self._dragged = event.position() - self._dragged, event.position()
                self._pointer_left()
                self._turn(way.x() * DEGREE, way.y() * DEGREE)
                return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Turn with the arrow keys, zoom with + and -, look as at first with 0."""
        turns = {
            Qt.Key.Key_Left: (-KEY_TURN, 0.0),
            Qt.Key.Key_Right: (KEY_TURN, 0.0),
            Qt.Key.Key_Up: (0.0, -KEY_TURN),
            Qt.Key.Key_Down: (0.0, KEY_TURN),
        }
        zooms = {Qt.Key.Key_Plus: 1.25, Qt.Key.Key_Equal: 1.25, Qt.Key.Key_Minus: 0.8}
        key = Qt.Key(event.key())
        if key in turns:
            self._turn(*turns[key])
        elif key in zooms:
            self._zoom(zooms[key])
        else:
            super().keyPressEvent(event)

    # Words and shape ------------------------------------------------------------------------------------

    def place_of_vertex(self, row: int, column: int) -> QPoint:
        """Return where in this widget a point of the surface is drawn."""
        x, y, _ = self._surface.vertices()[row, column].tolist()
        place: QPoint = self._plot.mapTo(self, self._plot.mapFromScene(QPointF(x, y)))
        return place

    def _point_at(self, x: float, y: float) -> str:
        if self._prepared is None or not self._heights.size:
            return ""
        scene = self._view.mapViewToScene(QPointF(x, y))
        vertices = self._surface.vertices()
        far = np.linalg.norm(vertices[..., :2] - (scene.x(), scene.y()), axis=-1)
        near = np.isfinite(far) & (far < NEAR * self._theme.scale)
        if not near.any():
            return ""
        # Of what lies behind one another the front is meant.
        front = near & (vertices[..., 2] < vertices[..., 2][near].min() + 0.15)
        row, column = np.unravel_index(int(np.argmin(np.where(front, far, np.inf))), far.shape)
        side = self._heights.shape[0] - 1
        (left, right), (low, high) = self._prepared.probe.extent
        x1, x2 = left + column / side * (right - left), low + row / side * (high - low)
        value = float(self._values_of(self._heights[row, column]))
        what = self._box(self._prepared)[2].name
        return f"x₁ = {signed(float(x1), 1)}, x₂ = {signed(float(x2), 1)}\n{what}: {short(value)}"

    def _arrange(self) -> None:
        super()._arrange()
        self._surface.set_room(QRectF(self._plot.viewport().rect()))
        self._surface.update()

"""The space of a layer's answers: the plane of the inputs as the layers bend it, with the data on it."""

import time

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from playground.experiment.prepare import Prepared
from playground.training.messages import Look, Snapshot
from playground.ui.figures import percent, short
from playground.ui.plots.axes import AxesView
from playground.ui.plots.base import NO_RUN
from playground.ui.plots.contour import class_borders, contour
from playground.ui.plots.items import MapLayer, curve_pen
from playground.ui.plots.mesh import MeshLayer, colours_of
from playground.ui.plots.moving_points import MovingPoints
from playground.ui.plots.projection import Axes, resampled, room_for
from playground.ui.plots.scale import Scale, output_scale
from playground.ui.plots.stage_tools import StageTools
from playground.ui.plots.stages import Journey, Seen
from playground.ui.plots.ticks import Ticks
from playground.ui.plots.tool_plot import ToolPlot
from playground.ui.theme.colour import class_image, heat_image, qcolor
from playground.ui.theme.tokens import Theme

FloatArray = npt.NDArray[np.float64]
Room = tuple[FloatArray, FloatArray]

ALONE = "no second neuron"
RAN_AWAY = "The answers of this layer are no longer numbers. Rewind, lower the learning rate, and press Play."
SECONDS = 1.1  # from one stage to the next
FRAME_MS = 16
NEAR = 12  # design pixels


class HiddenSpacePlot(ToolPlot):
    """What a layer makes of the rows and of the inputs' plane; the way through all layers can be played."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        help_text = "Where a layer puts the rows, and how it bends the plane of the inputs."
        super().__init__(theme, "Hidden space", help_text, parent)
        self._journey: Journey | None = None
        self._output: npt.NDArray[np.floating] | None = None
        self._scale = Scale(0.0, 1.0)
        self._stage = 0
        self._position = 0.0
        self._goal = 0
        self._chosen = False
        self._motion = True
        self._rooms: dict[int, Room] = {}
        self._room: Room = (np.full(2, -1.0), np.full(2, 1.0))
        self._places: FloatArray = np.empty((0, 2))
        self._map, self._mesh = MapLayer(), MeshLayer()
        self._line = pg.PlotCurveItem()
        for z, item in enumerate((self._map, self._mesh, self._line), 1):
            item.setZValue(z)
            self._view.addItem(item, ignoreBounds=True)
        self._plot.setAntialiasing(True)
        self._points = MovingPoints(self._view)
        self.controls = StageTools(self.tools)
        self.controls.stage_chosen.connect(self.show_stage)
        self.controls.axes_chosen.connect(self.show_axes)
        self.controls.play.clicked.connect(self.play_through)
        self._clock = QTimer(self, interval=FRAME_MS)
        self._clock.timeout.connect(self._glide)
        self._ticked = 0.0
        self.clear()
        self.apply_theme(theme)

    # For the owner --------------------------------------------------------------------------------------

    @property
    def look(self) -> Look:
        """Ask for every layer's answers to the rows."""
        return Look(spaces=True)

    @property
    def stage(self) -> int:
        """Which stage is shown, or gone to: 0 for the inputs, then layer after layer."""
        return self._stage

    @property
    def is_moving(self) -> bool:
        """Whether the plot is on its way from one stage to another."""
        return self._clock.isActive()

    def set_motion(self, on: bool) -> None:
        """Glide from stage to stage, or jump."""
        self._motion = on
        if not on and self.is_moving:
            self._arrive()

    def show_layer(self, layer: str | None) -> None:
        """Show the layer with this id, unless the person has chosen one here."""
        if self._journey is None or self._chosen or layer is None:
            return
        ids = [stage.layer for stage in self._journey.stages]
        if layer in ids and ids.index(layer) != self._stage:
            self._go(ids.index(layer), self._motion)

    def show_stage(self, stage: int) -> None:
        """Show a stage, as the person has chosen it."""
        if self._journey is not None and 0 <= stage < len(self._journey.stages):
            self._chosen = True
            self._go(stage, self._motion)

    def show_axes(self, axes: Axes) -> None:
        """See the stage along two neurons, or along the principal components."""
        if self._journey is not None:
            self._journey.choose(self._stage, axes)
            self._rooms.pop(self._stage, None)
            self._show_choices()
            self._redraw()
            self.fit()

    def play_through(self) -> None:
        """Go from the inputs through all layers to the output; again, to stop on the way."""
        if self._journey is None:
            return
        self._chosen = True
        if self.is_moving:
            self._stage = round(self._position)
            self._arrive()
        elif not self._motion:
            self._go((self._stage + 1) % len(self._journey.stages), False)
        else:
            if self._stage == len(self._journey.stages) - 1:
                self._position = 0.0
            self._go(len(self._journey.stages) - 1, True)

    def start_run(self, prepared: Prepared) -> None:
        """Show the rows of a run where they go in."""
        before = self._journey
        self._journey = journey = Journey(prepared)
        self._stand()
        self._rooms.clear()
        self._output = None
        self._scale = output_scale(prepared)
        last = len(journey.stages) - 1
        if before is None or [s.layer for s in before.stages] != [s.layer for s in journey.stages]:
            self._chosen = False
            self._stage = max(1, last - 1)
        else:
            journey.axes = {
                stage: axes
                for stage, axes in before.axes.items()
                if axes is None or max(axes) < len(journey.stages[stage].axes)
            }
        self._position = float(self._stage)
        rows = prepared.shown_rows
        targets = prepared.sample.targets[rows]
        if prepared.plan.encoding == "real":
            self._points.take_values(
                np.asarray(self._scale.shade(targets.astype(np.float64)), np.float64), self._theme
            )
        else:
            self._points.take_classes(targets.astype(np.int64), self._theme)
        self._set_empty(False)
        self._show_choices()
        self._show_legend()
        self._redraw()
        self.fit()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show where the rows are now."""
        if self._journey is None:
            return
        self._journey.show(snapshot)
        self._output = snapshot.picture.output
        self._redraw()

    def clear(self) -> None:
        """Draw nothing."""
        self._stand()
        self._journey = self._output = None
        self._points.clear()
        self._set_empty(True, NO_RUN)
        self.legend.clear()
        self._show_choices()
        self._redraw()

    def resemble(self, other: AxesView) -> None:
        """Show the layer of another view, along its axes."""
        if isinstance(other, HiddenSpacePlot) and self._journey is not None and other._journey is not None:
            self._stage = min(other._stage, len(self._journey.stages) - 1)
            self._position = float(self._stage)
            self._journey.axes = dict(other._journey.axes)
            self._show_choices()
        super().resemble(other)

    def apply_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        super().apply_theme(theme)
        self._map.set_look(theme.outline, 1.4 * theme.stroke)
        self._mesh.set_look(qcolor(theme.outline, 110), 0.8 * theme.stroke)
        self._line.setPen(curve_pen(theme, test=True))
        self._points.apply_theme(theme)
        self._redraw()

    # The way --------------------------------------------------------------------------------------------

    def _go(self, stage: int, gliding: bool) -> None:
        self._stage = stage
        self._show_choices()
        if gliding and self.isVisible():
            self._ticked = time.perf_counter()
            self._clock.start()
            self.tools.set_icon(self.controls.play, "pause", self._theme)
        else:
            self._arrive()

    def _glide(self) -> None:
        now = time.perf_counter()
        step = (now - self._ticked) / SECONDS
        self._ticked = now
        way = self._stage - self._position
        if abs(way) <= step:
            self._arrive()
        else:
            self._position += np.sign(way) * step
            self._redraw()

    def _stand(self) -> None:
        self._clock.stop()
        self.tools.set_icon(self.controls.play, "play", self._theme)

    def _arrive(self) -> None:
        self._stand()
        self._position = float(self._stage)
        self._show_choices()
        self._redraw()
        self.fit()

    # Drawing --------------------------------------------------------------------------------------------

    def _home(self) -> None:
        (left, low), (right, high) = (end.tolist() for end in self._room)
        self._view.setRange(xRange=(left, right), yRange=(low, high), padding=0)

    def _redraw(self) -> None:
        """Draw everything where it is at this moment of the way."""
        here = self._where()
        shown = here is not None
        for item in (self._map, self._mesh, self._line):
            item.setVisible(shown)
        if here is None:
            self._points.show(np.empty((0, 2)))
            self._places = np.empty((0, 2))
            self._name_axes()
            self._repaint()
            return
        points, grid = here
        self._places = points
        self._points.show(points)
        self._lay_answers()
        if grid is None or grid.ndim == 2:
            self._mesh.setVisible(False)
            line = np.empty((0, 2)) if grid is None else grid
            self._line.setData(line[:, 0], line[:, 1], connect="finite")
        else:
            self._line.setVisible(False)
            self._mesh.show_mesh(grid, None if self._map.isVisible() else self._cell_colours(), 2)
        if not self._zoomed:
            self._home()
        self._name_axes()
        self._repaint()

    def _where(self) -> tuple[FloatArray, FloatArray | None] | None:
        """Return where points and grid are between two stages, and take the room that they need."""
        journey = self._journey
        if journey is None:
            return None
        first = min(int(self._position), len(journey.stages) - 1)
        part = self._position - first
        here = self._at(first)
        there = self._at(first + 1) if part else here
        for seen in (here, there):
            if seen is None:
                return None
        assert here is not None
        assert there is not None
        eased = part * part * (3 - 2 * part)
        low, high = self._rooms[first]
        if part:
            to_low, to_high = self._rooms[first + 1]
            low, high = low + (to_low - low) * eased, high + (to_high - high) * eased
        self._room = (low, high)
        grid = here.grid
        if grid is not None and there.grid is not None and part:
            grid = grid + (there.grid - grid) * eased
        return here.points + (there.points - here.points) * eased, grid

    def _at(self, stage: int) -> Seen | None:
        assert self._journey is not None
        seen = self._journey.at(stage)
        known = seen is not None and bool(np.isfinite(seen.points).all(axis=1).any())
        waits = self._output is None and stage > 0
        self._set_empty(not known and not waits, RAN_AWAY)
        if seen is None or not known:
            return None
        every = seen.points if seen.grid is None else np.vstack((seen.points, seen.grid.reshape(-1, 2)))
        self._rooms[stage] = room_for(every, self._rooms.get(stage))
        return seen

    def _lay_answers(self) -> None:
        """Draw what the later layers make of every place, where the layer has two neurons and no more."""
        journey, (low, high) = self._journey, self._room
        answers = None
        if journey is not None and self._position == self._stage:
            answers = journey.answers_on_plane(self._stage, low, high)
        self._map.setVisible(answers is not None)
        if answers is None:
            return
        self._map.set_extent((low[0], high[0]), (low[1], high[1]))
        x, y = (
            low[axis] + (np.arange(answers.shape[1]) + 0.5) * (high[axis] - low[axis]) / answers.shape[1]
            for axis in (0, 1)
        )
        strength = self._theme.heat_strength
        if len(answers) > 1:
            lines = class_borders(np.log(np.maximum(answers, 1e-30)), x, y)
            self._map.show_map(class_image(answers, self._theme, strength), lines)
        else:
            shades = self._scale.shade(answers[0])
            within = float(np.fmax.reduce(np.abs(shades), axis=None)) <= 1.0
            picture = heat_image(shades, self._theme, strength)
            self._map.show_map(picture, contour(shades, x, y, squashed=within))

    def _cell_colours(self) -> npt.NDArray[np.uint32] | None:
        if self._output is None or self._output.ndim != 3 or self._journey is None:
            return None
        shares = self._journey.shares
        answers = resampled(self._output, (shares[1:] + shares[:-1]) / 2)
        strength = self._theme.heat_strength
        if len(answers) > 1:
            return colours_of(class_image(answers, self._theme, strength))
        return colours_of(heat_image(self._scale.shade(answers[0]), self._theme, strength))

    # Words ----------------------------------------------------------------------------------------------

    def _labels(self) -> tuple[str, str]:
        journey = self._journey
        if journey is None or self._position != self._stage:
            return "", ""
        stage, axes = journey.stages[self._stage], journey.axes_at(self._stage)
        if axes is not None:
            return stage.axes[axes[0]], stage.axes[axes[1]] if len(stage.axes) > 1 else ALONE
        return f"{stage.name}, component 1", f"{stage.name}, component 2"

    def _shares(self) -> tuple[str, str]:
        """Return how much of the spread is seen along each axis, in words; nothing along neurons."""
        seen = None if self._journey is None else self._journey.at(self._stage)
        shares = (np.nan, np.nan) if seen is None else seen.projection.shares
        across, up = (f" ({percent(share)} of spread)" if np.isfinite(share) else "" for share in shares)
        return across, up

    def _show_choices(self) -> None:
        self.tools.setVisible(self._journey is not None and not self._posed)
        if self._journey is not None:
            self.controls.show_stage(self._journey, self._stage)

    def _show_legend(self) -> None:
        if self._journey is None:
            return
        plan = self._journey.prepared.plan
        if plan.encoding == "one_hot":
            self.legend.show_classes(plan.class_names)
        else:
            self.legend.show_heat(*self._scale.ends, markers=plan.encoding != "real")

    def _point_at(self, x: float, y: float) -> str:
        if self._journey is None or not len(self._places):
            return ""
        (left, right), (low, high) = self._view.viewRange()
        area = self._plot_area()
        per = np.array([area.width() / (right - left), area.height() / (high - low)])
        far = np.linalg.norm((np.nan_to_num(self._places, nan=np.inf) - (x, y)) * per, axis=1)
        nearest = int(np.argmin(far))
        if not far[nearest] < NEAR * self._theme.scale:
            return ""
        prepared = self._journey.prepared
        row = int(prepared.shown_rows[nearest])
        target = prepared.sample.targets[row]
        names = prepared.plan.class_names
        words = names[int(target)] if names else f"{short(float(target))} {prepared.sample.unit}".rstrip()
        said = zip(self._labels(), self._shares(), self._places[nearest].tolist(), strict=True)
        lines = [f"row {row:,}: {words}"]
        lines += [f"{name}{share}: {short(at)}" for name, share, at in said if name not in ("", ALONE)]
        return "\n".join(lines)

    # Shape ----------------------------------------------------------------------------------------------

    def _y_ticks(self, low: float, high: float) -> Ticks:
        journey = self._journey
        flat = journey is not None and len(journey.stages[self._stage].axes) == 1
        return [] if flat and self._position == self._stage else super()._y_ticks(low, high)

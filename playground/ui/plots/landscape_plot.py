"""The loss around the network's weights, on a slice, with the path that they have walked."""

from functools import partial

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QWidget

from playground.experiment.prepare import Prepared
from playground.training.landscape import (
    LARGEST,
    Cancelled,
    Landscape,
    NoSlice,
    Path,
    Plane,
    Tell,
    Terrain,
    flat,
    landscape,
    path_plane,
    random_plane,
)
from playground.training.messages import Snapshot
from playground.ui.background import Background
from playground.ui.figures import percent, short
from playground.ui.plots.axes import AxesView
from playground.ui.plots.base import NO_RUN
from playground.ui.plots.contour import contour
from playground.ui.plots.items import MapLayer, Rings
from playground.ui.plots.tool_plot import ToolPlot
from playground.ui.theme.colour import heat_image, qcolor
from playground.ui.theme.fonts import body_font
from playground.ui.theme.tokens import Theme
from playground.ui.widgets.base import describe, keep_font, role_label

FloatArray = npt.NDArray[np.float64]

RANDOM, PATH = "random directions", "along the path"
SPANS = (0.25, 0.5, 1.0, 2.0, 4.0)
NUMBERS = (25, 51, 101)
LINES = 9
DECADES = 1.3
"""Powers of ten between the lowest and the highest loss from which it is drawn in a logarithmic scale."""


class LandscapePlot(ToolPlot):
    """A map of the loss: how wrong the network would be with other weights, in two directions from its own.

    Drawn when a run is first seen and when it pauses, on a thread beside; while it plays, the map stays and
    the weights walk on it.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        help_text = "The loss on a slice through the network's weights, and the path walked on it."
        super().__init__(theme, "Loss landscape", help_text, parent)
        self._prepared: Prepared | None = None
        self._terrain: Terrain | None = None
        self._shown: Landscape | None = None
        self._drawn: FloatArray = np.empty((0, 0))
        self._is_log = False
        self._now: FloatArray | None = None
        self._path = Path()
        self._fallen: dict[int, FloatArray] = {}
        self._seed = 0
        self._tried = -1
        self._paused_at = -1
        self._map = MapLayer()
        self._map.setZValue(1)
        self._way, self._halo = pg.PlotCurveItem(), pg.PlotCurveItem()
        for z, item in enumerate((self._map, self._halo, self._way), 1):
            item.setZValue(z)
            self._view.addItem(item, ignoreBounds=True)
        self._grid.setVisible(False)
        self._plot.setAntialiasing(True)
        self._here, self._start = Rings(self._view), Rings(self._view)
        self._work = Background(self, "playground-landscape", (NoSlice,))
        self._work.progressed.connect(self._progressed)
        self._work.done.connect(self._take)
        self._work.refused.connect(self._refuse)
        self._make_controls()
        self.clear()
        self.apply_theme(theme)

    def _make_controls(self) -> None:
        tools = self.tools
        self.directions = tools.add_combo(
            "Directions",
            "Random directions, as long as each neuron's weights, or those in which the path spreads most.",
        )
        self.span = tools.add_combo("Span", "How far the map reaches, in lengths of the weights or the path.")
        self.numbers = tools.add_combo("Resolution", "At how many places along a side the loss is computed.")
        self.again = tools.add_button("refresh", "Draw again", "Draw the map around the weights as they are.")
        self.other = tools.add_button("new_seed", "Other directions", "Draw two other random directions.")
        self.cancel = tools.add_button("close", "Cancel", "Stop drawing the map.")
        self.status = role_label("", "muted")
        tools.add(self.status)
        tools.fill(self.directions, [(RANDOM, RANDOM), (PATH, PATH)], RANDOM)
        tools.fill(self.span, [(f"span {short(span)}", span) for span in SPANS], 1.0)
        tools.fill(self.numbers, [(f"{n} × {n}", n) for n in NUMBERS], 51)
        for combo in (self.directions, self.span, self.numbers):
            combo.activated.connect(self.draw_again)
        self.again.clicked.connect(self.draw_again)
        self.other.clicked.connect(self._draw_other)
        self.cancel.clicked.connect(self._stop)
        self.cancel.hide()

    # For the owner --------------------------------------------------------------------------------------

    @property
    def shown(self) -> Landscape | None:
        """The map that is drawn."""
        return self._shown

    @property
    def is_busy(self) -> bool:
        """Whether a map is being made."""
        return self._work.is_busy

    def choose(self, directions: str, span: float = 1.0, numbers: int = 51) -> None:
        """Draw a map of this kind."""
        self.directions.setCurrentIndex(self.directions.findData(directions))
        self.span.setCurrentIndex(self.span.findData(span))
        self.numbers.setCurrentIndex(self.numbers.findData(numbers))
        self.draw_again()

    def draw_again(self, *_choice: object) -> None:
        """Draw the map around the weights as they are now."""
        if self._terrain is None or self._now is None:
            return
        self.other.setVisible(self.directions.currentData() == RANDOM)
        make = self._making()
        if self._posed:
            try:
                self._take(make(lambda _share: None, lambda: False))
            except NoSlice as refusal:
                self._refuse(str(refusal))
            return
        self._work.start(make)
        self._progressed(0.0)

    def start_run(self, prepared: Prepared) -> None:
        """Get ready for a run; its map follows with the first snapshot."""
        self._forget()
        self._prepared, self._terrain = prepared, Terrain.of_run(prepared)
        self.tools.setVisible(not self._posed)
        self._set_empty(False)
        self._redraw()
        self.fit()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show where the weights are, and draw the map where it is time to."""
        if self._terrain is None:
            return
        now = flat(snapshot.weights, snapshot.biases)
        if now.size != sum(shape.size for shape in self._terrain.shapes):
            return
        self._now = now.astype(np.float64)
        if snapshot.back is None or not len(self._path):  # what came later stays while it is looked back
            self._path.add(snapshot.step, now)
        if not len(self._path) or self._path.items()[-1][0] < max(self._fallen, default=0):
            self._fallen.clear()
        if snapshot.state == "playing":
            self._paused_at = -1
            due = self._shown is None and self._tried != len(self._path)
        else:
            due = self._paused_at != snapshot.step and not self._is_centre(self._now)
            self._paused_at = snapshot.step
        if due and not (self.is_busy and snapshot.state == "playing"):
            self._tried = len(self._path)
            self.draw_again()
        self._lay_path()
        self._tell()

    def clear(self) -> None:
        """Draw nothing."""
        self._forget()
        self._prepared = self._terrain = None
        self.tools.hide()
        self._set_empty(True, NO_RUN)
        self._redraw()

    def resemble(self, other: AxesView) -> None:
        """Show the map of another view, with its path."""
        if isinstance(other, LandscapePlot) and self._terrain is not None:
            for own, its in (
                (self.directions, other.directions),
                (self.span, other.span),
                (self.numbers, other.numbers),
            ):
                own.setCurrentIndex(its.currentIndex())
            self._seed, self._now = other._seed, other._now
            for step, place in other._path.items():
                self._path.add(step, place)
            if other._shown is not None:
                self._take(other._shown)
        super().resemble(other)

    def apply_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        super().apply_theme(theme)
        keep_font(self.status, body_font(theme, theme.size_small))
        self._map.set_look(theme.muted, 0.8 * theme.stroke)
        self._halo.setPen(pg.mkPen(qcolor(theme.rim), width=4.2 * theme.stroke))
        self._way.setPen(pg.mkPen(qcolor(theme.text), width=1.8 * theme.stroke))
        self._here.set_look(theme, theme.danger, 14)
        self._start.set_look(theme, theme.text, 8)
        self._redraw()

    def hideEvent(self, event: QHideEvent) -> None:
        """Compute nothing that nobody sees."""
        super().hideEvent(event)
        if self.is_busy:
            self._tried = self._paused_at = -1  # it is due again when it is seen again
        self._stop()

    # Making ---------------------------------------------------------------------------------------------

    def _making(self) -> "partial[Landscape | None]":
        """Return what makes the map that is asked for, from copies of what it needs."""
        assert self._terrain is not None
        assert self._now is not None
        path = self._path.places if self.directions.currentData() == PATH else None
        span, numbers = float(self.span.currentData()), int(self.numbers.currentData())
        return partial(_make, self._terrain, self._now.copy(), path, self._seed, span, numbers)

    def _draw_other(self) -> None:
        self._seed += 1
        self.draw_again()

    def _stop(self) -> None:
        self._work.cancel()
        self._tell()

    def _progressed(self, share: float) -> None:
        self.cancel.show()
        self.status.setText(f"drawing {percent(share)}")

    def _take(self, made: object) -> None:
        if isinstance(made, Landscape):
            self._shown = made
            self._fallen.clear()
            self._set_empty(False)
            self._redraw()
            if not self._zoomed:
                self.fit()
        self._tell()

    def _refuse(self, reason: str) -> None:
        self._shown = None
        self._set_empty(True, reason)
        self._redraw()
        self._tell()

    def _forget(self) -> None:
        self._work.cancel()
        self._shown = self._now = None
        self._path.clear()
        self._fallen.clear()
        self._tried = self._paused_at = -1
        self._tell()

    def _is_centre(self, parameters: FloatArray) -> bool:
        return self._shown is not None and np.array_equal(self._shown.plane.centre, parameters)

    # Drawing --------------------------------------------------------------------------------------------

    def _home(self) -> None:
        if self._shown is None:
            self._view.setRange(xRange=(-1.0, 1.0), yRange=(-1.0, 1.0), padding=0)
        else:
            plane = self._shown.plane
            self._view.setRange(xRange=plane.across, yRange=plane.up, padding=0)

    def _redraw(self) -> None:
        shown = self._shown
        for item in (self._map, self._halo, self._way):
            item.setVisible(shown is not None)
        if shown is None:
            self.legend.clear()
        else:
            self._draw_map(shown)
        self._lay_path()
        self._name_axes()
        self._arrange()

    def _draw_map(self, shown: Landscape) -> None:
        plane, (low, high) = shown.plane, shown.ends
        x, y = (np.asarray(axis, np.float64) for axis in plane.axes)
        half_x, half_y = (x[1] - x[0]) / 2, (y[1] - y[0]) / 2
        self._map.set_extent((x[0] - half_x, x[-1] + half_x), (y[0] - half_y, y[-1] + half_y))
        self._is_log = bool(low > 0 and np.log10(high / low) > DECADES)
        with np.errstate(all="ignore"):
            values = np.log10(shown.losses) if self._is_log else shown.losses.astype(np.float64)
        self._drawn = np.where(np.isfinite(values), values, np.nan)
        bottom, top = (np.log10([low, high]) if self._is_log else (low, high)) if low == low else (0.0, 0.0)
        reach = float(top - bottom) or 1.0
        # The lower the bluer; what is beyond all numbers is as pale as the highest.
        shades = np.nan_to_num(1.0 - (self._drawn - bottom) / reach, nan=0.0)
        levels = bottom + reach * (np.arange(LINES) + 0.5) / LINES
        lines = [contour(self._drawn, x, y, float(level)) for level in levels]
        self._map.show_map(heat_image(shades, self._theme, 0.85), np.concatenate(lines))
        scale = ", logarithmic" if self._is_log else ""
        ends = f"loss {short(low)}", f"{short(high)}{scale}"
        self.legend.show_heat(*ends, shades=(1.0, 0.0), words=("Blue", "pale"))
        self._title = f"{self.directions.currentText()}, {self._rows()}"

    def _lay_path(self) -> None:
        """Draw the path as it falls on the slice, and where the weights are now."""
        if self._shown is None or self._now is None:
            for ring in (self._here, self._start):
                ring.show_places(np.empty((0, 2)))
            return
        plane = self._shown.plane
        fallen: dict[int, FloatArray] = {}
        for step, place in self._path.items():
            fallen[step] = self._fallen[step] if step in self._fallen else plane.place(place[None])[0]
        self._fallen = fallen
        finite = bool((np.abs(self._now) < LARGEST).all())
        now = np.asarray(plane.place(self._now[None]) if finite else np.empty((0, 2)), np.float64)
        places = np.array([*fallen.values(), *now], np.float64).reshape(-1, 2)
        for curve in (self._halo, self._way):
            curve.setData(places[:, 0], places[:, 1])
        self._start.show_places(places[:1] if len(fallen) > 1 else np.empty((0, 2)))
        self._here.show_places(now)
        self._repaint()

    # Words ----------------------------------------------------------------------------------------------

    def _rows(self) -> str:
        terrain = self._terrain
        if terrain is None:
            return ""
        count = len(terrain.x)
        return (
            f"{count:,} training rows"
            if count == terrain.of
            else f"{count:,} of {terrain.of:,} training rows"
        )

    def _tell(self) -> None:
        """Say below what the map shows, unless a new one is on its way."""
        if self.is_busy:
            return
        self.cancel.hide()
        if self._shown is None:
            self.status.setText("")
            return
        moved = self._now is not None and not self._is_centre(self._now)
        self.status.setText("drawn a while ago" if moved else self._rows())
        describe(
            self.status,
            "What the map shows",
            f"The loss of {self._rows()}, without the price of any regularization. The red ring is where the "
            "weights are, the line how they came there, as it falls on this slice.",
        )

    def _labels(self) -> tuple[str, str]:
        if self._shown is not None:
            return self._shown.plane.labels
        return ("direction 1", "direction 2") if self._terrain is not None else ("", "")

    def _point_at(self, x: float, y: float) -> str:
        if self._shown is None:
            return ""
        plane = self._shown.plane
        places = []
        for at, axis in zip((x, y), plane.axes, strict=True):
            place = round((at - axis[0]) / (axis[1] - axis[0]))
            if not 0 <= place < plane.numbers:
                return ""
            places.append(place)
        names = [name.partition(" (")[0] for name in plane.labels]
        loss = float(self._shown.losses[places[1], places[0]])
        return f"{names[0]}: {short(x)}, {names[1]}: {short(y)}\nloss {short(loss)}"


def _make(
    terrain: Terrain,
    centre: FloatArray,
    path: npt.NDArray[np.float32] | None,
    seed: int,
    span: float,
    numbers: int,
    tell: Tell,
    cancelled: Cancelled,
) -> Landscape | None:
    """Return the map on the plane of a path, or of random directions without one; else NoSlice."""
    plane: Plane
    if path is None:
        plane = random_plane(terrain.shapes, centre, seed, span, numbers)
    else:
        plane = path_plane(terrain.shapes, centre, path, span, numbers)
    return landscape(terrain, plane, tell, cancelled)

"""The answer of the network over the plane, with the data on it: the decision boundary."""

import numpy as np
import numpy.typing as npt
from PySide6.QtWidgets import QWidget

from playground.data.base import PLANE_DOMAIN
from playground.experiment.prepare import Extent, Prepared
from playground.training.messages import Look, Snapshot
from playground.ui.figures import short
from playground.ui.plots.axes import AxesView
from playground.ui.plots.contour import class_borders, contour, enlarged
from playground.ui.plots.items import MapLayer, PointLayer, Rings
from playground.ui.plots.paint_tool import PaintTool
from playground.ui.plots.scale import Scale, neuron_scale, output_scale, signed
from playground.ui.plots.square_plot import SquarePlot
from playground.ui.theme.colour import class_image, heat_image
from playground.ui.theme.tokens import Theme

FloatArray = npt.NDArray[np.floating]

_LEAST = 1e-30  # keeps the logarithm of a probability finite
_NO_LINES = np.empty((0, 2, 2))


class BoundaryPlot(SquarePlot):
    """Heat map of the output over the two inputs, data points, and where the answer changes sign.

    A subclass may show another plane: it says in `_extent` how much of it, in `_rows_on_plane` where the rows
    fall, in `_answers_of` what of a snapshot is its picture, and in `_where` where the pointer is.
    """

    WORDS = (
        "Output over the plane",
        "What the network answers for every pair of inputs, with the data points on top.",
    )

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, *self.WORDS, parent)
        self._output: FloatArray | None = None
        self._neuron: FloatArray | None = None
        self._neuron_title = ""
        self._is_output = False
        self._scale = Scale(0.0, 1.0)
        self._discretize = False
        self._show_contour = True
        self._map = MapLayer()
        self._map.setZValue(1)
        self._view.addItem(self._map, ignoreBounds=True)
        self._plot.setAntialiasing(True)
        self._grid.setVisible(False)
        self._train = PointLayer(self._view, test=False)
        self._test = PointLayer(self._view, test=True)
        self._test.set_visible(False)
        self._show_mistakes = False
        self._mistakes = Rings(self._view)
        self._wrong: npt.NDArray[np.intp] = np.empty(0, np.intp)
        self._painter: PaintTool | None = None
        self._shows_rows = [True, False]
        self._blank = False
        self.clear()
        self.apply_theme(theme)

    # Options --------------------------------------------------------------------------------------------

    def set_show_train(self, show: bool) -> None:
        """Show or hide the training points."""
        self._shows_rows[0] = show
        self.show_rows()

    def set_show_test(self, show: bool) -> None:
        """Show or hide the test points."""
        self._shows_rows[1] = show
        self.show_rows()

    def show_rows(self) -> None:
        """Draw those rows of the run that are to be seen: none while somebody paints others."""
        painting = self._painter is not None and self._painter.shows_points
        for layer, show in zip((self._train, self._test), self._shows_rows, strict=True):
            layer.set_visible(show and not painting)
        if painting:
            self.choose_row(None)
        self._draw_mistakes()
        self._ring_example()

    @property
    def canvas(self) -> QWidget:
        """What sees the pointer over the plot."""
        viewport: QWidget = self._plot.viewport()
        return viewport

    @property
    def painter(self) -> PaintTool:
        """What paints points in this plot, made when it is first asked for."""
        if self._painter is None:
            self._painter = PaintTool(self, self._plot, self._theme)
            self._painter.shown_changed.connect(self.show_rows)
            self._size_points()
        return self._painter

    def set_show_mistakes(self, show: bool) -> None:
        """Put a ring round every point whose class is not recognised, or round none."""
        if show != self._show_mistakes:
            self._show_mistakes = show
            self._draw_mistakes()
            self.look_changed.emit()

    @property
    def look(self) -> Look:
        """Ask for the answers to all rows while mistakes are ringed or a row is looked at."""
        return Look(predictions=self._rings_mistakes or self.chosen_row is not None)

    @property
    def mistakes(self) -> int:
        """How many points are ringed."""
        return self._mistakes.count

    def set_discretize(self, discretize: bool) -> None:
        """Show only which answer is given, not how strongly."""
        self._discretize = discretize
        self._redraw()

    def set_show_contour(self, show: bool) -> None:
        """Show or hide the line on which the answer changes."""
        self._show_contour = show
        self._redraw()

    def resemble(self, other: AxesView) -> None:
        """Take the options of another view, and the neuron that it shows."""
        if isinstance(other, BoundaryPlot):
            self._discretize, self._show_contour = other._discretize, other._show_contour
            self._shows_rows, self._show_mistakes = list(other._shows_rows), other._show_mistakes
            self.show_rows()
            self.show_neuron(other._neuron, other._neuron_title, other._is_output)
        super().resemble(other)

    # A run ----------------------------------------------------------------------------------------------

    def start_run(self, prepared: Prepared) -> None:
        """Draw the data points; the picture follows with the first snapshot."""
        before = self._extent
        self._forget_rows()
        self._blank = False
        self._prepared = prepared
        self._output = None
        self._neuron = None
        self._title = ""
        self._scale = output_scale(prepared)
        self.legend.clear()
        self._set_empty(False)
        self._lay_plane()
        self._show_legend()
        self._redraw()
        self._arrange()
        if self._extent != before:
            self.fit()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Draw the network's answer."""
        if self._prepared is None:
            return
        if self._take_predictions(snapshot):
            self._draw_mistakes()
        output = self._answers_of(snapshot)
        if output is not None:
            self._output = output
            if self._neuron is None:
                self._redraw()

    def show_neuron(self, image: FloatArray | None, title: str = "", is_output: bool = False) -> None:
        """Show one neuron's picture (G, G), lowest x2 first, in place of the output; None goes back.

        A neuron of the output layer has the output's own scale, or it would look different from it.
        """
        self._neuron = image
        self._is_output = is_output
        self._neuron_title = title
        self._title = title if image is not None else ""
        self._show_legend()
        self._redraw()

    def show_blank(self) -> None:
        """Draw an empty plane: there is no run, and points are yet to be painted."""
        self.clear()
        self._blank = True
        self._set_empty(False)
        self._map.set_extent(*PLANE_DOMAIN)
        self._redraw()
        self._arrange()
        self.fit()

    def clear(self) -> None:
        """Draw nothing."""
        self._forget_rows()
        self._blank = False
        self._prepared = self._output = self._neuron = None
        self._draw_mistakes()
        self._train.clear()
        self._test.clear()
        self._ring_example()
        self._title = ""
        self._set_empty(True)
        self.legend.clear()
        self._redraw()

    def apply_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        super().apply_theme(theme)
        if self._painter is not None:
            self._painter.apply_theme(theme)
        self._map.set_look(theme.outline, 1.2 * theme.stroke)
        self._draw_points()
        self._redraw()

    # The plane ------------------------------------------------------------------------------------------

    @property
    def _extent(self) -> Extent | None:
        """How much of the plane is shown: a range across and one up; None without a run."""
        return None if self._prepared is None else self._prepared.probe.extent

    def _rows_on_plane(self, prepared: Prepared) -> npt.NDArray[np.float64]:
        """Return where every row lies on the plane, (rows, 2)."""
        return prepared.sample.inputs[:, :2]

    def _answers_of(self, snapshot: Snapshot) -> FloatArray | None:
        """Return the picture of the plane in a snapshot, (outputs, H, H); None when it is not there."""
        return snapshot.picture.output

    def _where(self, x: float, y: float) -> str:
        """Return in words where the pointer is."""
        return f"x₁ = {signed(x, 1)}, x₂ = {signed(y, 1)}"

    def _axis_names(self) -> tuple[str, str]:
        return ("x₁", "x₂") if self._prepared is not None else ("", "")

    def _levels(self, _prepared: Prepared) -> npt.NDArray[np.intp] | None:
        """Return how faint each row is drawn, (rows,): an index of `FAINT`; None on the plane."""
        return None

    def _lay_plane(self) -> None:
        """Put map and points where the plane is."""
        if self._extent is not None:
            self._map.set_extent(self._extent[0], self._extent[1])
        self._draw_points()

    # Drawing --------------------------------------------------------------------------------------------

    def _home(self) -> None:
        extent = self._extent or PLANE_DOMAIN
        self._view.setRange(xRange=extent[0], yRange=extent[1], padding=0)

    def _draw_points(self) -> None:
        if self._prepared is None:
            return
        sample = self._prepared.sample
        self._size_points()
        places, levels = self._rows_on_plane(self._prepared), self._levels(self._prepared)
        for layer, rows in (
            (self._train, self._prepared.train_rows),
            (self._test, self._prepared.watched_rows),
        ):
            xy = places[rows]
            layer.fade(None if levels is None else levels[rows])
            if self._prepared.plan.encoding == "real":
                shades = self._scale.shade(sample.targets[rows].astype(np.float64))
                layer.show_values(xy, shades.astype(np.float64), self._theme)
            else:
                layer.show_classes(xy, sample.targets[rows].astype(np.int64), self._theme)
        self._wrong = np.empty(0, np.intp)
        self._draw_mistakes()
        self._ring_example()

    def _places(self) -> npt.NDArray[np.float64]:
        if self._prepared is None:
            return np.empty((0, 2))
        places = np.full((len(self._prepared.sample), 2), np.nan)
        whole = self._rows_on_plane(self._prepared)
        for layer, rows in (
            (self._train, self._prepared.train_rows),
            (self._test, self._prepared.watched_rows),
        ):
            if layer.is_visible:
                places[rows] = whole[rows]
        return places

    @property
    def _rings_mistakes(self) -> bool:
        classes = self._prepared is not None and self._prepared.plan.task == "classification"
        return self._show_mistakes and classes

    def _draw_mistakes(self) -> None:
        wrong, places = np.empty(0, np.intp), self._places()
        if self._prepared is not None and self._rings_mistakes and len(self._predictions):
            missed = self._predictions != self._prepared.sample.targets
            wrong = np.flatnonzero(missed & np.isfinite(places).all(axis=1))
        if not np.array_equal(wrong, self._wrong) or not len(wrong):
            self._wrong = wrong
            self._mistakes.set_look(self._theme, self._theme.danger, self._train.size + 6.5)
            self._mistakes.show_places(places[wrong])

    def _size_points(self) -> None:
        area = self._plot_area()
        side = min(area.width(), area.height()) / self._theme.scale
        if self._prepared is not None:
            for layer in (self._train, self._test):
                layer.set_room(len(self._prepared.sample.targets), side)
        if self._painter is not None:
            self._painter.lay_out(area)

    def _redraw(self) -> None:
        shown = self._shown()
        self._map.setVisible(self._prepared is not None or self._blank)
        self._repaint()
        if shown is None:
            self._map.show_map(heat_image(np.zeros((1, 1)), self._theme, 0.0), _NO_LINES)
            return
        strength = self._theme.heat_strength
        drawn = _decided(enlarged(shown)) if self._discretize else shown
        image = heat_image if len(shown) == 1 else class_image
        picture = image(drawn[0] if len(shown) == 1 else drawn, self._theme, strength)
        self._map.show_map(picture, self._contour(shown), smooth=not self._discretize)

    def _scale_of(self, neuron: FloatArray) -> Scale:
        if not self._is_output or self._prepared is None:
            return neuron_scale(neuron)
        return Scale(0.5, 0.5) if self._prepared.plan.encoding == "one_hot" else self._scale

    def _shown(self) -> FloatArray | None:
        """Return what is to be drawn: shades (1, G, G), or class probabilities (k, G, G)."""
        if self._neuron is not None:
            return self._scale_of(self._neuron).shade(self._neuron)[None]
        if self._output is None:
            return None
        return self._output if len(self._output) > 1 else self._scale.shade(self._output)

    def _contour(self, shown: FloatArray) -> npt.NDArray[np.float64]:
        if not self._show_contour or self._extent is None:
            return _NO_LINES
        height, width = shown.shape[1:]
        (x0, x1), (y0, y1) = self._extent[:2]
        x = x0 + (np.arange(width) + 0.5) * (x1 - x0) / width
        y = y0 + (np.arange(height) + 0.5) * (y1 - y0) / height
        if len(shown) == 1:
            # Shades beyond -1 and 1 come from no tanh.
            within = float(np.fmax.reduce(np.abs(shown), axis=None)) <= 1.0
            return contour(shown[0], x, y, squashed=within)
        return class_borders(np.log(np.maximum(shown, _LEAST)), x, y)

    def _show_legend(self) -> None:
        if self._prepared is None:
            return
        plan = self._prepared.plan
        if self._neuron is not None:
            self.legend.show_heat(*self._scale_of(self._neuron).ends)
        elif plan.encoding == "one_hot":
            self.legend.show_classes(plan.class_names)
        else:
            self.legend.show_heat(*self._scale.ends, markers=plan.encoding != "real")

    def _point_at(self, x: float, y: float) -> str:
        values = self._neuron[None] if self._neuron is not None else self._output
        if self._extent is None or values is None:
            return ""
        (x0, x1), (y0, y1) = self._extent[:2]
        height, width = values.shape[1:]
        column, row = int((x - x0) / (x1 - x0) * width), int((y - y0) / (y1 - y0) * height)
        if not (x0 <= x <= x1 and y0 <= y <= y1 and column < width and row < height):
            return ""
        return f"{self._where(x, y)}\n{self._answer(values[:, row, column])}"

    def _answer(self, values: FloatArray) -> str:
        assert self._prepared is not None  # asked only where there is a picture
        plan = self._prepared.plan
        value = float(values[0])
        if self._neuron is not None:
            return f"{self._neuron_title}: {short(value)}" if self._neuron_title else short(value)
        if plan.encoding == "one_hot":
            if not np.isfinite(values).all():
                return "no answer: the numbers have run away"
            best = int(np.argmax(values))
            return f"{plan.class_names[best]} ({float(values[best]):.0%})"
        if plan.encoding == "real" or not np.isfinite(value):
            return f"output {short(value)} {self._prepared.sample.unit}".rstrip()
        return f"output {signed(value, 2)} ({plan.class_names[int(value > plan.threshold)]})"


def _decided(shown: FloatArray) -> FloatArray:
    """Return the picture of the decision alone."""
    if len(shown) == 1:
        return np.sign(shown)
    winner: FloatArray = (shown == shown.max(axis=0)).astype(np.float32)
    return winner

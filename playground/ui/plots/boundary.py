"""The answer of the network over the plane, with the data on it: the decision boundary."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QSpacerItem, QWidget

from playground.experiment.prepare import Prepared
from playground.training.messages import Snapshot
from playground.ui.figures import short
from playground.ui.plots.base import PlotView
from playground.ui.plots.contour import class_borders, contour, enlarged
from playground.ui.plots.items import MapLayer, PointLayer
from playground.ui.plots.legend import Legend
from playground.ui.plots.ticks import Ticks, linear_ticks
from playground.ui.theme.colour import class_image, heat_image
from playground.ui.theme.tokens import Theme

FloatArray = npt.NDArray[np.floating]

_LEAST = 1e-30  # keeps the logarithm of a probability finite
_NO_LINES = np.empty((0, 2, 2))


@dataclass(frozen=True, slots=True)
class Scale:
    """How a value becomes a shade in [-1, 1]: (value - centre) / half."""

    centre: float
    half: float

    def shade(self, values: FloatArray) -> FloatArray:
        """Return the shades of `values`; what lies outside keeps its excess."""
        return (values - self.centre) / self.half

    @property
    def ends(self) -> tuple[str, str]:
        """What the two ends of the heat map mean, in words."""
        plus = "+" if self.centre == 0 else ""
        return _signed(self.centre - self.half), plus + _signed(self.centre + self.half)


class BoundaryPlot(PlotView):
    """Heat map of the output over the two inputs, data points, and where the answer changes sign."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(
            theme,
            "Output over the plane",
            "What the network answers for every pair of inputs, with the data points on top.",
            parent,
        )
        self._prepared: Prepared | None = None
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
        self._view.setAspectLocked(True)
        self._plot.setAntialiasing(True)
        self._grid.setVisible(False)
        self._train = PointLayer(self._view, test=False)
        self._test = PointLayer(self._view, test=True)
        self._test.set_visible(False)
        self.legend = Legend(theme)
        self._legend_row = QHBoxLayout()
        self._legend_row.addWidget(self.legend)
        self._layout.addLayout(self._legend_row)
        self._layout.addSpacerItem(QSpacerItem(0, 0, vData=QSizePolicy.Policy.Expanding))
        self.clear()
        self.apply_theme(theme)

    # Options --------------------------------------------------------------------------------------------

    def set_show_train(self, show: bool) -> None:
        """Show or hide the training points."""
        self._train.set_visible(show)

    def set_show_test(self, show: bool) -> None:
        """Show or hide the test points."""
        self._test.set_visible(show)

    def set_discretize(self, discretize: bool) -> None:
        """Show only which answer is given, not how strongly."""
        self._discretize = discretize
        self._redraw()

    def set_show_contour(self, show: bool) -> None:
        """Show or hide the line on which the answer changes."""
        self._show_contour = show
        self._redraw()

    # A run ----------------------------------------------------------------------------------------------

    def start_run(self, prepared: Prepared) -> None:
        """Draw the data points; the picture follows with the first snapshot."""
        moved = self._prepared is None or self._prepared.probe.extent != prepared.probe.extent
        self._prepared = prepared
        self._output = None
        self._neuron = None
        self._set_title("")
        self._scale = _scale(prepared)
        self.legend.clear()
        self._map.set_extent(prepared.probe.extent[0], prepared.probe.extent[1])
        self._set_empty(False)
        self._draw_points()
        self._show_legend()
        self._redraw()
        self._arrange()
        if moved:
            self.fit()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Draw the network's answer."""
        if self._prepared is not None:
            self._output = snapshot.picture.output
            if self._neuron is None:
                self._redraw()

    def show_neuron(self, image: FloatArray | None, title: str = "", is_output: bool = False) -> None:
        """Show one neuron's picture (G, G), lowest x2 first, in place of the output; None goes back.

        A neuron of the output layer has the output's own scale, or it would look different from it.
        """
        self._neuron = image
        self._is_output = is_output
        self._neuron_title = title
        self._set_title(title if image is not None else "")
        self._show_legend()
        self._redraw()

    def clear(self) -> None:
        """Draw nothing."""
        self._prepared = self._output = self._neuron = None
        self._train.clear()
        self._test.clear()
        self._set_title("")
        self._set_empty(True)
        self.legend.clear()
        self._redraw()

    def apply_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        super().apply_theme(theme)
        self.legend.apply_theme(theme)
        self._map.set_look(theme.outline, 1.2 * theme.stroke)
        self._draw_points()
        self._redraw()

    # Drawing --------------------------------------------------------------------------------------------

    def _home(self) -> None:
        extent = ((-6.0, 6.0), (-6.0, 6.0)) if self._prepared is None else self._prepared.probe.extent
        self._view.setRange(xRange=extent[0], yRange=extent[1], padding=0)

    def _draw_points(self) -> None:
        if self._prepared is None:
            return
        sample = self._prepared.sample
        self._size_points()
        for layer, rows in ((self._train, self._prepared.train_rows), (self._test, self._prepared.test_rows)):
            xy = sample.inputs[rows][:, :2]
            if self._prepared.plan.encoding == "real":
                shades = self._scale.shade(sample.targets[rows].astype(np.float64))
                layer.show_values(xy, shades.astype(np.float64), self._theme)
            else:
                layer.show_classes(xy, sample.targets[rows].astype(np.int64), self._theme)

    def _size_points(self) -> None:
        if self._prepared is not None:
            area = self._plot_area()
            for layer in (self._train, self._test):
                side = min(area.width(), area.height()) / self._theme.scale
                layer.set_room(len(self._prepared.sample.targets), side)

    def _redraw(self) -> None:
        shown = self._shown()
        self._map.setVisible(self._prepared is not None)
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
            return _neuron_scale(neuron)
        return Scale(0.5, 0.5) if self._prepared.plan.encoding == "one_hot" else self._scale

    def _shown(self) -> FloatArray | None:
        """Return what is to be drawn: shades (1, G, G), or class probabilities (k, G, G)."""
        if self._neuron is not None:
            return self._scale_of(self._neuron).shade(self._neuron)[None]
        if self._output is None:
            return None
        return self._output if len(self._output) > 1 else self._scale.shade(self._output)

    def _contour(self, shown: FloatArray) -> npt.NDArray[np.float64]:
        if not self._show_contour or self._prepared is None:
            return _NO_LINES
        height, width = shown.shape[1:]
        (x0, x1), (y0, y1) = self._prepared.probe.extent[:2]
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
        if self._prepared is None or values is None:
            return ""
        (x0, x1), (y0, y1) = self._prepared.probe.extent[:2]
        height, width = values.shape[1:]
        column, row = int((x - x0) / (x1 - x0) * width), int((y - y0) / (y1 - y0) * height)
        if not (x0 <= x <= x1 and y0 <= y <= y1 and column < width and row < height):
            return ""
        where = f"x₁ = {_signed(x, 1)}, x₂ = {_signed(y, 1)}"
        return f"{where}\n{self._answer(values[:, row, column])}"

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
        return f"output {_signed(value, 2)} ({plan.class_names[int(value > plan.threshold)]})"

    # Shape ----------------------------------------------------------------------------------------------

    def height_for_width(self, width: int) -> int:
        """Return the height in which the square is as wide as `width` allows."""
        across, down = self._around()
        inner = max(1, width - 6 - across)
        return 6 + inner + down + self._title.height() + self._gap() + self.legend.heightForWidth(inner)

    def _around(self) -> tuple[int, int]:
        """Return the room beside the square and above and below it."""
        left, bottom = self._axis_room()
        across, down = self._margins()
        return across + left, down + bottom

    def _arrange(self) -> None:
        """Keep the plotted square square and in the middle, with the legend below it."""
        across, down = self._around()
        left = self._axis_room()[0]
        inner = self.contentsRect().adjusted(3, 3, -3, -3)
        room = max(1, inner.width() - across)
        above = self._title.height() + self._gap()
        side = max(1, min(room, inner.height() - down - above - self.legend.heightForWidth(room)))
        spare = (inner.width() - side - across) // 2
        self._plot_row.setContentsMargins(spare, 0, spare, 0)
        self._plot.setMaximumSize(side + across, side + down)
        # As wide as the square, so that it stands below it; wider only where it would need more lines.
        least = self.legend.minimumSizeHint().width()
        fits = side >= least and self.legend.heightForWidth(side) == self.legend.heightForWidth(room)
        start = spare + left if fits else left
        self._legend_row.setContentsMargins(
            start, self._gap(), inner.width() - start - side if fits else 0, 0
        )
        self.legend.setFixedHeight(self.legend.heightForWidth(side if fits else room))
        # At once: in its old shape the plot would show another range till the layout's turn comes.
        self._layout.activate()
        super()._arrange()
        self._title.set_indent(spare + left)
        self._size_points()

    def _place_labels(self, *view: object) -> None:
        super()._place_labels(*view)
        self._size_points()

    def _x_ticks(self, low: float, high: float) -> Ticks:
        return linear_ticks(low, high, thirds=True)

    def _y_ticks(self, low: float, high: float) -> Ticks:
        return linear_ticks(low, high, thirds=True)

    def _gap(self) -> int:
        return self._theme.px(8)


def _scale(prepared: Prepared) -> Scale:
    """Return the scale of the output: the code of the classes, or the range of the targets."""
    encoding = prepared.plan.encoding
    if encoding == "unit":
        return Scale(0.5, 0.5)
    if encoding != "real":
        return Scale(0.0, 1.0)
    targets = prepared.sample.targets.astype(np.float64)
    low, high = float(targets.min()), float(targets.max())
    if low < 0 < high:
        # Keep zero neutral, so that the sign can be seen.
        return Scale(0.0, max(-low, high))
    return Scale((low + high) / 2, (high - low) / 2 or 1.0)


def _neuron_scale(image: FloatArray) -> Scale:
    """Return the scale of a neuron's picture: [-1, 1], or wider when its values are."""
    finite = image[np.isfinite(image)]
    largest = float(np.abs(finite).max()) if finite.size else 1.0
    return Scale(0.0, max(1.0, largest))


def _decided(shown: FloatArray) -> FloatArray:
    """Return the picture of the decision alone."""
    if len(shown) == 1:
        return np.sign(shown)
    winner: FloatArray = (shown == shown.max(axis=0)).astype(np.float32)
    return winner


def _signed(value: float, digits: int | None = None) -> str:
    text = f"{value:.3g}" if digits is None else f"{value:.{digits}f}"
    text = text.removeprefix("-") if float(text) == 0 else text
    return text.replace("-", "\N{MINUS SIGN}")

"""The page "Activations": what a neuron can make of its sum, how steep that is, and the softmax."""

import math

import numpy as np
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from playground.data.base import FloatArray
from playground.engine.activations import ACTIVATIONS
from playground.labs.neuron import activated, softmax
from playground.ui.figures import figures, percent_in_tenths, short, subscript
from playground.ui.labs.context import LabContext
from playground.ui.labs.lab_plot import LabPlot
from playground.ui.labs.neuron.roomy_page import RoomyPage
from playground.ui.labs.note import Note
from playground.ui.labs.things import Curve, Handle, Marks, Room, Thing, Upright, Words
from playground.ui.plots.overlay import Look, looks
from playground.ui.plots.ticks import Ticks
from playground.ui.theme.colour import mix
from playground.ui.theme.tokens import Theme
from playground.ui.widgets import ChipRow, Choice, Item, LabelledSlider
from playground.ui.widgets.segments import Segments

REACH = 6.0
POINTS = 241
"""Places at which a curve is computed; 0 is one of them, so that kinks are sharp."""
HEIGHT = (-1.6, 3.4)
NAMED = (-1.5, 3.0)
"""Where g(z) is drawn: a curve's name stands at its end, and is not to be cut off."""
JUMP = 0.3
"""A step from place to place that is drawn as a gap."""
SLOPES = (-0.6, 1.4)
FIRST = ("step", "sigmoid", "tanh", "relu", "swish", "linear")
"""What is drawn at first: the functions of the lecture."""
MOST_SCORES = 5
SCORES = (2.0, 1.0, 0.0, -1.0, 0.5)
UNIT, LAYER = "unit", "layer"
SIDES = (
    Item(UNIT, "Of one neuron", "Functions of the neuron's own sum, with their slopes."),
    Item(LAYER, "Softmax", "The function of a whole layer: shares that add up to 1."),
)


class Bars(LabPlot):
    """A plot whose bars stand at 1, 2, 3 and so on, one for each class."""

    def _x_ticks(self, low: float, high: float) -> Ticks:
        return [(float(place), f"class {place}") for place in range(math.ceil(low), math.floor(high) + 1)]


class ActivationsPage(RoomyPage):
    """Any of the table's activations and their slopes over common axes, and the softmax in bars."""

    def __init__(self, context: LabContext) -> None:
        super().__init__(
            context,
            "An activation g bends what would else be a straight line. Its slope g' is what an error is "
            "multiplied by on its way back: where it is 0, nothing is learnt.",
        )
        self.sides = Segments("Kind", SIDES)
        self.sides.chosen.connect(lambda _key: self._show())
        self._controls = QStackedWidget()
        self._controls.addWidget(self._make_unit_controls())
        self._controls.addWidget(self._make_layer_controls())
        self.column.addWidget(self.sides)
        self.column.addWidget(self._controls, 1)
        self._fill_stage()
        self._curves: dict[str, tuple[Curve, Curve]] = {}
        self.apply_theme(self._theme)

    # Making ---------------------------------------------------------------------------------------------

    def _make_unit_controls(self) -> QWidget:
        self.functions = ChipRow("Functions", "Which activations are drawn.")
        self.functions.set_items([one for one in ACTIVATIONS if one.elementwise])
        self.functions.set_keys(FIRST)
        self.functions.toggled.connect(lambda _key: self._show())
        self.z = LabelledSlider(
            "z",
            "The neuron's weighted sum: drag the mark in the plot, or this.",
            (-REACH, REACH, 0.05),
            short,
        )
        self.z.set_value(1.0)
        self.z.edited.connect(lambda _value, _gesture: self._show())
        self.z.refused.connect(lambda why: self.say(why, True))
        return _column(self.functions, self.z)

    def _make_layer_controls(self) -> QWidget:
        self.count = Choice("Classes", "How many neurons the layer has, one for each class.")
        self.count.set_items([Item(str(n), str(n), f"{n} classes.") for n in range(2, MOST_SCORES + 1)])
        self.count.set_key("3")
        self.count.chosen.connect(lambda _key: self._show())
        self.scores = tuple(
            LabelledSlider(f"z{subscript(index + 1)}", "The score of this class.", (-6.0, 6.0, 0.05), short)
            for index in range(MOST_SCORES)
        )
        for slider, score in zip(self.scores, SCORES, strict=True):
            slider.set_value(score)
            slider.edited.connect(lambda _value, _gesture: self._show())
            slider.refused.connect(lambda why: self.say(why, True))
        self.shift = LabelledSlider(
            "Add to all",
            "A number that is added to every score: the shares do not change.",
            (-6.0, 6.0, 0.5),
            short,
        )
        self.shift.set_value(0.0)
        self.shift.refused.connect(lambda why: self.say(why, True))
        self.shift.edited.connect(lambda _value, _gesture: self._show())
        return _column(self.count, *self.scores, self.shift)

    def _fill_stage(self) -> None:
        theme = self._theme
        drag = "Drag the mark on the axis, or move it with the arrow keys."
        self.values = LabPlot(
            theme, "Activations", f"g(z) of each function that is chosen. {drag}", names=("z", "g(z)"),
            empty="Switch on a function at the left.",
        )  # fmt: skip
        self.slopes = LabPlot(
            theme, "Slopes", f"g'(z) of each function that is chosen. {drag}", names=("z", "g'(z)"),
            empty="Switch on a function at the left.",
        )  # fmt: skip
        for plot, height in ((self.values, HEIGHT), (self.slopes, SLOPES)):
            plot.set_home((-REACH, REACH), height)
            plot.moved.connect(lambda _key, x, _y: self._drag(x))
            plot.clicked.connect(lambda x, _y: self._drag(x))
        self.reading = Note("Values at z", "g(z) and g'(z) of each function at the mark.")
        unit = QWidget()
        self._unit = QVBoxLayout(unit)
        self._unit.setContentsMargins(0, 0, 0, 0)
        self._unit.addWidget(self.values, 3)
        self._unit.addWidget(self.slopes, 2)
        self.put_beside(self.reading, self._unit)
        self.bars = Bars(
            theme, "Softmax", "The share of each class as a bar, and its score.", names=("", "share")
        )
        self.sum = Note("The sum", "How the shares come about.")
        layer = QWidget()
        self._layer = QVBoxLayout(layer)
        self._layer.setContentsMargins(0, 0, 0, 0)
        self._layer.addWidget(self.bars, 1)
        self._layer.addWidget(self.sum)
        self._pages = QStackedWidget()
        self._pages.addWidget(unit)
        self._pages.addWidget(layer)
        self.stage.addWidget(self._pages, 1)

    # Showing --------------------------------------------------------------------------------------------

    def _drag(self, x: float) -> None:
        self.z.set_value(round(float(np.clip(x, -REACH, REACH)), 2))
        self._show()

    def _show(self) -> None:
        one = self.sides.key == UNIT
        self._controls.setCurrentIndex(0 if one else 1)
        self._pages.setCurrentIndex(0 if one else 1)
        self.reading.setVisible(one)
        if one:
            self._show_units()
        else:
            self._show_layer()

    def _looks(self) -> dict[str, Look]:
        """Return how each function is drawn: always the same, whatever else is chosen."""
        order = [*FIRST, *(one.key for one in ACTIVATIONS if one.key not in FIRST and one.elementwise)]
        return dict(zip(order, looks(self._theme), strict=False))

    def _make_curves(self) -> None:
        """Compute g and g' of each function; they are drawn anew only when the theme is another one."""
        z, styles = np.linspace(-REACH, REACH, POINTS), self._looks()
        self._curves = {}
        for one in (each for each in ACTIVATIONS if each.elementwise):
            value, slope = (
                np.where(np.abs(np.diff(y, append=y[-1])) > JUMP, np.nan, y) for y in activated(z, one.key)
            )
            value = np.where((value >= NAMED[0]) & (value <= NAMED[1]), value, np.nan)
            self._curves[one.key] = (
                Curve(z, value, styles[one.key], one.label),
                Curve(z, slope, styles[one.key]),
            )

    def _show_units(self) -> None:
        at, keys, theme = self.z.value, self.functions.keys(), self._theme
        styles = self._looks()
        labels = {one.key: one.label for one in ACTIVATIONS}
        drawn: tuple[list[Thing], list[Thing]] = ([], [])
        for key in keys:
            here = activated([at], key)
            for things, curve, value in zip(drawn, self._curves[key], here, strict=True):
                things.append(curve)
                things.append(Marks(np.array([[at, value[0]]]), styles[key].colour, "o", 9.0, labels[key]))
        upright = Upright(at, Look(mix(theme.text, theme.surface, 0.4), (4.0, 3.0), 1.2))
        for plot, things in zip((self.values, self.slopes), drawn, strict=True):
            plot.show_things(
                [upright, *things] if keys else (), [Handle("z", "z", (at, 0.0), theme.accent, "d")]
            )
        self._write_values(at, keys, styles, labels)

    def _write_values(
        self, at: float, keys: tuple[str, ...], styles: dict[str, Look], labels: dict[str, str]
    ) -> None:
        cells = []
        flat = []
        for key in keys:
            value, slope = (float(part[0]) for part in activated([at], key))
            colour = mix(styles[key].colour, self._theme.text, 0.45)
            cells.append(
                f'<span style="color:{colour}"><b>{labels[key]}</b></span>&nbsp;{short(value)},'
                f"&nbsp;slope&nbsp;{short(slope)}"
            )
            if abs(slope) < 0.01:
                flat.append(labels[key])
        self.reading.show_rich(
            f"At z = <b>{short(at)}</b>:&nbsp; " + " &nbsp;·&nbsp; ".join(cells) if cells else ""
        )
        if not keys:
            self.say("Switch on a function at the left to see it.")
        elif flat:
            names = _listed(flat)
            self.say(
                f"At z = {short(at)} {names} {'is' if len(flat) == 1 else 'are'} flat: an error that comes "
                "back through there is multiplied by nearly 0, and weights before it hardly learn. Drag z."
            )
        else:
            self.say(
                f"At z = {short(at)} every function that is drawn has a slope, so errors come through. "
                "Drag z to the far left or right and see which ones go flat."
            )

    def _show_layer(self) -> None:
        count, theme = int(self.count.key), self._theme
        for index, slider in enumerate(self.scores):
            slider.setVisible(index < count)
        scores = np.array([slider.value for slider in self.scores[:count]]) + self.shift.value
        shares = softmax(scores)
        things: list[Thing] = []
        for place, (score, share) in enumerate(zip(scores, shares, strict=True), start=1):
            x = np.array([place - 0.35, place + 0.35])
            things.append(Room(x, np.zeros(2), np.full(2, share), theme.classes[place - 1], 0.8))
            words = f"{percent_in_tenths(float(share))}  (z{subscript(place)} = {short(float(score))})"
            things.append(Words(words, (place, float(share)), theme.text, (0.5, 1.0)))
        self.bars.set_home((0.4, count + 0.6), (0.0, 1.12))
        self.bars.show_things(things)
        self._write_shares(scores, shares)

    def _write_shares(self, scores: FloatArray, shares: FloatArray) -> None:
        powers = " + ".join(f"e<sup>{short(float(score))}</sup>" for score in scores)
        first = (
            f"share 1 = e<sup>{short(float(scores[0]))}</sup> / ({powers}) = <b>{short(float(shares[0]))}</b>"
        )
        self.sum.show_rich(f"{first};&nbsp; all shares add up to <b>{short(float(shares.sum()))}</b>.")
        if len(scores) == 2:
            same = float(activated(scores[1] - scores[0], "sigmoid")[0])
            self.say(
                f"With two classes the softmax is a sigmoid of the difference: sigmoid(z₂ − z₁) = sigmoid("
                f"{short(float(scores[1] - scores[0]))}) = {figures(same, 4)}, which is share 2."
            )
        elif self.shift.value:
            self.say(
                f"{short(self.shift.value)} was added to every score, and no share has changed: only "
                f"differences "
                "of scores count."
            )
        else:
            best = int(np.argmax(scores)) + 1
            self.say(
                f"Class {best} has the highest score and the largest share. Raise another score: its share "
                f"grows, "
                "and all others give some of theirs. Then add a number to all of them."
            )

    def apply_theme(self, theme: Theme) -> None:
        """Draw everything in another theme."""
        super().apply_theme(theme)
        self._make_curves()
        for layout in (self._unit, self._layer):
            layout.setSpacing(theme.px(8))
        self._show()


def _column(*widgets: QWidget) -> QWidget:
    """Return the widgets one below the other."""
    page = QWidget()
    layout = QVBoxLayout(page)
    layout.setContentsMargins(0, 8, 0, 0)
    for widget in widgets:
        layout.addWidget(widget)
    layout.addStretch(1)
    return page


def _listed(names: list[str]) -> str:
    """Return names as a person lists them: a, b and c."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"

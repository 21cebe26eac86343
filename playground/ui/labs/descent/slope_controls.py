"""The controls of the page of one weight: the loss, and the learning rate."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from playground.labs.slope import CURVES, Curve, draw_points, parabola, read_curve
from playground.ui.figures import short
from playground.ui.labs.note import Note
from playground.ui.labs.parts import Refusal
from playground.ui.theme.tokens import Theme
from playground.ui.widgets import (
    ChipRow,
    Choice,
    FormulaEdit,
    Item,
    LabelledSlider,
    SeedLine,
    theme_descendants,
)
from playground.ui.widgets.segments import Segments

RATES = sorted(
    {float(f"{10 ** (power / 25):.3g}") for power in range(-100, 26)}
    | {10.0**power for power in range(1, 10)}
)
"""Learning rates to choose from: close together where they work, and then up to what never does."""
LINE, OWN = "line", "own"
OWN_EXAMPLE = "(w^2 - 4)^2/8 + w/2"
PRESETS = (
    Item("small", "Too small", "A rate with which it takes for ever, or is trapped in the first dip."),
    Item("right", "Right", "A rate with which the lowest minimum is found in a few steps, where one does."),
    Item("large", "Too large", "A rate with which every step overshoots."),
)
SUMS = (
    Item("mean", "Mean", "J(w) = 1/N Σ (w x − y)²: what this program uses everywhere else."),
    Item("sum", "Sum", "J(w) = Σ (w x − y)²: as the lecture writes it; everything is N times as steep."),
)
VIEWS = (
    Item("one", "One run", "One run with every number of its steps, its tangent line and its remainder."),
    Item("three", "Three rates", "Too small, right and too large side by side, from the same start."),
)


class LossControls(QWidget):
    """Chooses the loss.

    Signals:
        changed(): another loss, which is `curve`.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.points = draw_points()
        self._seed = 0
        self.curve: Curve = parabola(self.points, mean=True)
        self.kind = Choice("Loss", "The loss J(w) to walk down.")
        own = read_curve(OWN_EXAMPLE)
        self.kind.set_items([self.curve, *CURVES, own])
        self.sums = Segments("Sum or mean", SUMS)
        self.seeds = SeedLine(
            "New points",
            "Draws eight other points.",
            "Seed of the points",
            "The same number, the same points.",
        )
        self.seeds.show_seed(0)
        self.formula = FormulaEdit("Formula of w", own.help, read_curve)
        self.formula.show_text(OWN_EXAMPLE)
        self.refusal = Refusal()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for widget in (self.kind, self.sums, self.seeds, self.formula, self.refusal):
            layout.addWidget(widget)
        self.kind.chosen.connect(lambda _key: self._take())
        self.sums.chosen.connect(lambda _key: self._take())
        self.seeds.next_asked.connect(lambda: self._draw(self._seed + 1))
        self.seeds.chosen.connect(self._draw)
        self.seeds.refused.connect(self.refusal.show_text)
        self.formula.committed.connect(lambda _text: self._take())
        self.formula.refused.connect(self.refusal.show_text)
        self._show_parts()

    @property
    def is_line(self) -> bool:
        """Whether the loss is that of a line on points."""
        return self.kind.key == LINE

    def choose(self, key: str) -> None:
        """Take the loss with this key."""
        self.kind.set_key(key)
        self._take()

    def apply_theme(self, theme: Theme) -> None:
        """Take the theme's fonts and sizes."""
        theme_descendants(self, theme)

    def _draw(self, seed: int) -> None:
        self._seed = seed
        self.seeds.show_seed(seed)
        self.points = draw_points(seed)
        self._take()

    def _take(self) -> None:
        key = self.kind.key
        self.refusal.show_text("")
        if key == LINE:
            self.curve = parabola(self.points, mean=self.sums.key == "mean")
        elif key == OWN:
            self.curve = read_curve(self.formula.shown)
        else:
            self.curve = next(curve for curve in CURVES if curve.key == key)
        self._show_parts()
        self.changed.emit()

    def _show_parts(self) -> None:
        for widget in (self.sums, self.seeds):
            widget.setVisible(self.is_line)
        self.formula.setVisible(self.kind.key == OWN)


class RateControls(QWidget):
    """Chooses the learning rate.

    Signals:
        changed(): another rate, which is `rate`.
        preset(): one of the three rates was taken, to be begun with anew.
    """

    changed = Signal()
    preset = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._rates = (0.1, 0.1, 0.1)
        self.chips = ChipRow("Rates", "Three rates: too small, right, too large.")
        self.chips.set_items(PRESETS)
        self.slider = LabelledSlider(
            "Learning rate α",
            "How far a step goes: α times the slope. Any number up to 1e9 can be typed.",
            RATES,
            format=short,
        )
        self.refusal = Refusal()
        self.limit = Note(
            "Limit", "What α has to be below for a run to come to rest, and where it is now.", lines=4
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for widget in (self.slider, self.chips, self.refusal, self.limit):
            layout.addWidget(widget)
        self.slider.edited.connect(lambda *_edit: self._moved())
        self.slider.refused.connect(self.refusal.show_text)
        self.chips.toggled.connect(self._take)

    @property
    def rate(self) -> float:
        """The learning rate."""
        return float(self.slider.value)

    @property
    def rates(self) -> tuple[float, float, float]:
        """The rates that are too small, right and too large for this loss."""
        return self._rates

    def offer(self, rates: tuple[float, float, float]) -> None:
        """Offer other rates, and take the right one."""
        self._rates = rates
        self._set(rates[1])

    def set_alone(self, alone: bool) -> None:
        """Allow a rate to be chosen, where one run is shown."""
        for widget in (self.slider, self.chips, self.limit):
            widget.setVisible(alone)
        self.refusal.show_text("")

    def apply_theme(self, theme: Theme) -> None:
        """Take the theme's fonts and sizes."""
        theme_descendants(self, theme)

    def _set(self, rate: float) -> None:
        self.refusal.show_text("")
        self.slider.set_value(rate)
        self._mark()

    def _mark(self) -> None:
        keys = [item.key for item, rate in zip(PRESETS, self._rates, strict=True) if rate == self.rate]
        self.chips.set_keys(keys)

    def _moved(self) -> None:
        self.refusal.show_text("")
        self._mark()
        self.changed.emit()

    def _take(self, key: str) -> None:
        self._set(self._rates[[item.key for item in PRESETS].index(key)])
        self.preset.emit()

"""Random features on the digits: test and train error over the number of units, live while a slider moves."""

import numpy as np

from playground.labs import double_descent, random_features
from playground.labs.random_features import CLASSES, FEWEST_ROWS, Choices, Curve, Fit, RowsRefused
from playground.ui.background import Background
from playground.ui.figures import percent, short
from playground.ui.labs import things
from playground.ui.labs.context import LabContext
from playground.ui.labs.lab_plot import LabPlot
from playground.ui.labs.overparam import words
from playground.ui.labs.overparam.descent_line import NO_RIDGE, STEPS, DescentLine
from playground.ui.labs.overparam.digit_strip import DigitStrip
from playground.ui.labs.overparam.drawing import (
    Medians,
    chosen_mark,
    home_of,
    median_things,
    nearest,
    threshold_things,
)
from playground.ui.labs.overparam.facts import Facts
from playground.ui.labs.overparam.feed import CLOSE_SECONDS, Feed
from playground.ui.labs.page import LabPage
from playground.ui.labs.parts import Button
from playground.ui.plots.overlay import Look
from playground.ui.theme.tokens import Theme
from playground.ui.widgets import Item, LabelledSlider
from playground.ui.widgets.segments import Segments

INTRO = (
    "Random ReLU units look at digits of 8 × 8 pixels; only the weights above them are learnt, by least "
    "squares. With more and more units: does it get better, or does it overfit?"
)
ROWS = [
    10,
    20,
    30,
    50,
    75,
    100,
    125,
    150,
    175,
    200,
    250,
    300,
    350,
    400,
    500,
    600,
    700,
    random_features.most_rows(),
]
RIDGES = [0.0, 1e-4, 1e-3, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0]
MOST_SEEDS = 20
USUAL = Choices()
USUAL_SEEDS = 5

MSE, ERROR, NORM = "mse", "error", "norm"
SHOWN = (
    Item(MSE, "MSE", "The mean squared error of the ten answers, on a logarithmic scale."),
    Item(ERROR, "Wrong", "The share of digits that are answered wrongly."),
    Item(NORM, "Weights", "The norm of the learnt weights: how large they have to be for that fit."),
)
AXES = {MSE: "MSE (log scale)", ERROR: "share of wrong answers", NORM: "norm of the weights (log scale)"}
FACTS = (
    Item("width", "Units", "How many random units there are."),
    Item("learnt", "Learnt weights", "One from each unit to each of the ten answers."),
    Item(
        "train_mse",
        "Train MSE",
        "The mean squared error on the training rows: 0 once all of them are fitted.",
    ),
    Item("test_mse", "Test MSE", "The mean squared error on 1,000 digits that were not learnt from."),
    Item("train_error", "Train wrong", "The share of training rows that are answered wrongly."),
    Item("test_error", "Test wrong", "The share of the 1,000 test digits that are answered wrongly."),
    Item("norm", "Norm of weights", "The length of all learnt weights together."),
)


class FeaturesPage(LabPage):
    """Shows the curve of some seeds, and one fit of the first of them."""

    def __init__(self, context: LabContext) -> None:
        super().__init__(context, INTRO)
        self._width = USUAL.rows
        self._fit: Fit | None = None
        self._fit_of: Choices | None = None
        self._compared: tuple[Choices, tuple[Curve, ...]] | None = None
        self.feed: Feed[Choices, Curve] = Feed(
            self, "playground-features", random_features.curve, (RowsRefused,)
        )
        self._looker = Background(self, "playground-fit", (RowsRefused,))
        self._make_controls()
        self._make_stage()
        self._connect()
        self.apply_theme(context.theme())

    # Making ---------------------------------------------------------------------------------------------

    def _make_controls(self) -> None:
        self.section("Data")
        self.rows = LabelledSlider("Training rows n", "How many digits are learnt from.", ROWS)
        self.noise = LabelledSlider(
            "Wrong labels",
            "The share of training rows whose label is replaced by another.",
            (0.0, 0.5, 0.05),
            percent,
        )
        for slider, value in ((self.rows, USUAL.rows), (self.noise, USUAL.noise)):
            slider.set_value(value)
            self.column.addWidget(slider)
        self.section("Fit")
        self.ridge = LabelledSlider(
            "Ridge λ",
            "A price on the squared weights; with 0 the weights of least norm are taken.",
            RIDGES,
            short,
        )
        self.seeds = LabelledSlider(
            "Seeds",
            "How many times everything is drawn anew; the bold line is the median. A single one can go "
            "astray: a unit that hardly any training row sets off gets a huge weight.",
            (1, MOST_SEEDS, 1),
        )
        self.seeds.set_value(USUAL_SEEDS)
        self.compare = Button(
            "Keep for comparison",
            "Keep this curve in view, dashed, while the sliders move: try a ridge of 1.",
        )
        self.compare.setCheckable(True)
        for widget in (self.ridge, self.seeds, self.compare):
            self.column.addWidget(widget)
        self.section("Draw")
        self.shown = Segments("Drawn", SHOWN)
        self.column.addWidget(self.shown)
        self.section("The fit in the ring, first seed")
        self.width_slider = LabelledSlider(
            "Units p",
            "Which fit is looked at; a click on the curve chooses it, too.",
            random_features.widths(200),
        )
        self.facts = Facts("The fit in the ring", FACTS)
        self.column.addWidget(self.width_slider)
        self.descent = DescentLine()
        self.column.addWidget(self.facts)
        self.column.addWidget(self.descent)
        self.column.addStretch(1)

    def _make_stage(self) -> None:
        self.plot = LabPlot(
            self.context.theme(),
            "Errors over the number of units",
            "Test and train error against the number of random units. Click a point to see that fit.",
            "Computing the first curve …",
            ("random units p (log scale)", AXES[MSE]),
            (True, True),
        )
        self.digits = DigitStrip(self.context.theme())
        self.stage.addWidget(self.plot, 1)
        self.stage.addWidget(self.digits)

    def _connect(self) -> None:
        for slider in (self.rows, self.noise, self.ridge, self.seeds):
            slider.edited.connect(lambda _value, _gesture: self._ask())
            slider.refused.connect(lambda why: self.say(why, warning=True))
        self.rows.refused.connect(self._say_rows)
        self.width_slider.edited.connect(lambda value, _gesture: self._look_at(int(value)))
        self.width_slider.refused.connect(lambda why: self.say(why, warning=True))
        self.plot.clicked.connect(lambda x, _y: self._look_at(nearest(self._widths(), x)))
        self.shown.chosen.connect(lambda _key: self._draw())
        self.compare.toggled.connect(self._compare)
        self.feed.changed.connect(self._take_curves)
        self.feed.refused.connect(lambda why: self.say(why, warning=True))
        self.descent.asked.connect(self._descend)
        self.descent.stopped.connect(self._say_what_is_seen)
        self.descent.arrived.connect(lambda found: self.say(words.of_descent(found, STEPS)))
        self._looker.done.connect(self._take_fit)
        self._looker.refused.connect(lambda why: self.say(why, warning=True))

    # For the window -------------------------------------------------------------------------------------

    @property
    def choices(self) -> Choices:
        """What the sliders say."""
        return Choices(int(self.rows.value), float(self.noise.value), float(self.ridge.value))

    @property
    def fit(self) -> Fit | None:
        """The fit that is looked at; None before it is computed."""
        return self._fit

    def refresh(self) -> None:
        """Compute the first curve when the page is first seen."""
        if not self.words.text():
            self.say("Reading the digits …")
        self._ask()

    def end(self) -> None:
        """Call off what is being computed."""
        super().end()
        self.feed.end()
        self._looker.end(CLOSE_SECONDS)
        self.descent.end()

    def apply_theme(self, theme: Theme) -> None:
        """Draw everything in another theme."""
        super().apply_theme(theme)
        self._draw()

    # Computing ------------------------------------------------------------------------------------------

    def _ask(self) -> None:
        self.descent.stop()
        self.descent.set_able(not self.choices.ridge, NO_RIDGE)
        self.feed.ask(self.choices, int(self.seeds.value))

    def _say_rows(self, why: str) -> None:
        kept = f"{random_features.TEST_ROWS:,} of the {random_features.DIGITS.default_samples:,} digits"
        self.say(
            f"{why} {kept} are kept for the test, and ten digits need at least {FEWEST_ROWS} rows.",
            warning=True,
        )

    def _take_curves(self) -> None:
        choices = self.feed.choices
        if choices is None:
            return
        sizes = self._widths()
        if self._width not in sizes:
            self._width = nearest(sizes, self._width)
        self.width_slider.set_values(sizes)
        self.width_slider.set_value(self._width)
        self._draw()
        self._say_what_is_seen()
        self._look_at(self._width)

    def _widths(self) -> tuple[int, ...]:
        choices = self.feed.choices or self.choices
        return random_features.widths(choices.rows)

    def _descend(self) -> None:
        if self.feed.choices is not None:
            self.say("Gradient descent from zero is on its way …")
            self.descent.start(self.feed.choices, self._width)

    def _look_at(self, width: int) -> None:
        """Compute the fit with so many units, of the first seed."""
        if width != self._width:
            self.descent.stop()
        self._width = width
        self.width_slider.set_value(width)
        self._draw()
        choices, seen = self.feed.choices, (self._fit_of, self._fit and self._fit.width)
        if choices is not None and seen != (choices, width) and not self._looker.is_busy:
            self._looker.start(lambda _tell, _stop: (choices, random_features.fit_at(choices, 0, width)))

    def _take_fit(self, found: tuple[Choices, Fit]) -> None:
        self._fit_of, fit = found
        self._fit = fit
        self.digits.show_fit(fit)
        self.facts.show_facts(
            width=f"{fit.width:,}",
            learnt=f"{fit.width * CLASSES:,}",
            train_mse=short(fit.train_mse),
            test_mse=short(fit.test_mse),
            train_error=words.error_text(fit.train_error),
            test_error=words.error_text(fit.test_error),
            norm=short(fit.norm),
        )
        self._look_at(self._width)

    # Showing --------------------------------------------------------------------------------------------

    def _compare(self, on: bool) -> None:
        choices = self.feed.choices
        self._compared = (
            (choices, self.feed.found) if on and choices is not None and self.feed.found else None
        )
        self._draw()

    def _say_what_is_seen(self) -> None:
        choices, curves = self.feed.choices, self.feed.found
        if not curves:
            return
        errors = np.median([one.test_error for one in curves], axis=0)
        found = double_descent.read(errors)
        if choices is None or found is None:
            return
        sizes = curves[0].widths.tolist()
        self.say(words.of_features(choices.rows, choices.noise, choices.ridge, sizes, errors.tolist(), found))

    def _draw(self) -> None:
        choices, curves, kind = self.feed.choices, self.feed.found, self.shown.key
        log = kind != ERROR
        self.plot.set_axes(("random units p (log scale)", AXES[kind]), (True, log))
        if choices is None or not curves:
            self.plot.show_things(())
            return
        theme, shown = self._theme, _medians(curves, kind)
        before = _medians(self._compared[1], kind) if self._compared else None
        home = home_of([shown.test, *([before.middle] if before else [])], log)
        drawn = threshold_things(theme, choices.rows, f"p = n = {choices.rows}", home, log)
        if before is not None and self._compared is not None:
            look = Look(theme.muted, (2.0, 2.0), 2.0)
            drawn.append(things.Curve(before.widths, before.middle, look, _name_of(self._compared[0])))
        drawn += median_things(theme, shown, "norm" if kind == NORM else "test")
        if self._width in (sizes := curves[0].widths.tolist()):
            drawn.append(chosen_mark(theme, self._width, float(shown.test[0, sizes.index(self._width)])))
        self.plot.set_home(y=home)
        self.plot.show_things(drawn)


def _medians(curves: tuple[Curve, ...], kind: str) -> Medians:
    """Return what is drawn of some curves."""
    sizes = curves[0].widths.astype(np.float64)
    if kind == NORM:
        return Medians(sizes, np.array([one.norm for one in curves]))
    test, train = ("test_error", "train_error") if kind == ERROR else ("test_mse", "train_mse")
    return Medians(sizes, *(np.array([getattr(one, name) for one in curves]) for name in (test, train)))


def _name_of(choices: Choices) -> str:
    return f"n {choices.rows}, {percent(choices.noise)} wrong, ridge {short(choices.ridge)}"

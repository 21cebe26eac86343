"""Sines and cosines through a few noisy points, with the whole fitted curve in sight."""

import numpy as np

from playground.labs import fourier_fit
from playground.labs.fourier_fit import GRID, WIDEST, Choices, Fit
from playground.ui.figures import short
from playground.ui.labs import things
from playground.ui.labs.context import LabContext
from playground.ui.labs.lab_plot import LabPlot
from playground.ui.labs.overparam import words
from playground.ui.labs.overparam.drawing import (
    Medians,
    chosen_mark,
    home_of,
    median_things,
    nearest,
    threshold_things,
)
from playground.ui.labs.overparam.facts import Facts
from playground.ui.labs.overparam.feed import Feed
from playground.ui.labs.page import LabPage
from playground.ui.labs.plot_choice import PlotChoice
from playground.ui.labs.transport import Transport
from playground.ui.plots.overlay import Look
from playground.ui.theme.colour import mix
from playground.ui.theme.tokens import Theme
from playground.ui.widgets import Item, LabelledSlider, SeedLine
from playground.ui.widgets.segments import Segments

INTRO = (
    "A few noisy points of a curve, fitted with sines and cosines by least squares. What happens when there "
    "are as many features as points, and what when there are far more?"
)
PLAYED = (
    *range(1, 41),
    *range(42, 81, 2),
    *range(85, 201, 5),
    *range(220, 501, 20),
    *range(550, WIDEST + 1, 50),
)
"""The numbers of features that the slider goes through."""
SEEDS = 20
GOOD_SEED = 0
USUAL = Choices()
SEEN = (-3.0, 3.0)
"""What is shown of the fitted curve upwards, at first."""

NAMES_AT, APART = 1.02, 0.5
"""Where the names of the curves stand, and how far from each other at least."""

AVERAGE, ONE = "average", "one"
SHOWN = (
    Item(AVERAGE, f"Median of {SEEDS}", f"The median over {SEEDS} seeds, with the single ones behind it."),
    Item(ONE, "This one", "The errors of these very points alone."),
)
FACTS = (
    Item("width", "Features", "How many sines and cosines there are."),
    Item(
        "train_mse", "Train MSE", "The mean squared error on the points: 0 once the curve meets all of them."
    ),
    Item(
        "error", "Distance to truth", "The mean squared distance between the fitted curve and the true one."
    ),
    Item("norm", "Norm of weights", "The length of all weights together."),
    Item(
        "gradient",
        "Gradient left",
        "The length of the gradient at these weights: at 0 no step changes anything.",
    ),
)
VIEWS = (
    Item("fit", "Fit", "The points, the true curve and the fitted one."),
    Item("errors", "Errors", "The distance to the truth over the number of features."),
)


class CurvePage(LabPage):
    """Shows one fit to the points of one seed, and the errors over the number of features."""

    def __init__(self, context: LabContext) -> None:
        super().__init__(context, INTRO)
        self._seed = GOOD_SEED
        self._fit: Fit | None = None
        self._error_things: list[things.Thing] = []
        self.feed: Feed[Choices, np.ndarray] = Feed(self, "playground-curves", _errors)
        self._make_controls()
        self._make_stage()
        self._connect()
        self.apply_theme(context.theme())

    # Making ---------------------------------------------------------------------------------------------

    def _make_controls(self) -> None:
        self.section("Fit")
        self.width_slider = LabelledSlider(
            "Features p", "How many sines and cosines the fit may use.", list(PLAYED)
        )
        self.width_slider.set_value(10)
        self.exponent = LabelledSlider(
            "Prior q",
            "The larger, the dearer are fast waves when weights of least norm are taken.",
            (0.0, 3.0, 0.25),
        )
        self.exponent.set_value(USUAL.exponent)
        for slider in (self.width_slider, self.exponent):
            self.column.addWidget(slider)
        self.section("Points")
        self.rows = LabelledSlider(
            "Points n", "How many points there are: the threshold is where p = n.", (5, 60, 1)
        )
        self.noise = LabelledSlider(
            "Noise", "The standard deviation of the noise on the points.", (0.0, 1.0, 0.05)
        )
        for slider, value in ((self.rows, USUAL.rows), (self.noise, USUAL.noise)):
            slider.set_value(value)
            self.column.addWidget(slider)
        self.seed_line = SeedLine(
            "Other points", "Draw the points anew.", "Seed of the points", "A whole number."
        )
        self.seed_line.show_seed(self._seed)
        self.column.addWidget(self.seed_line)
        self.section("Errors")
        self.shown = Segments("Errors of", SHOWN)
        self.column.addWidget(self.shown)
        self.section("This fit")
        self.facts = Facts("This fit", FACTS)
        self.column.addWidget(self.facts)
        self.column.addStretch(1)

    def _make_stage(self) -> None:
        theme = self.context.theme()
        self.fit_plot = LabPlot(
            theme,
            "The fitted curve",
            "The points, the true curve, and the curve that is fitted.",
            names=("x", "y"),
        )
        self.fit_plot.set_home((-1.05, 1.2), SEEN)
        self.error_plot = LabPlot(
            theme,
            "Distance to the truth over the number of features",
            "The error against the number of features. Click to see the fit with so many.",
            "Computing …",
            ("features p (log scale)", "error (log scale)"),
            (True, True),
        )
        self.steps = Transport("width", 5)
        self.stage.addWidget(self.fit_plot, 3)
        self.stage.addWidget(self.error_plot, 2)
        views = list(zip(VIEWS, (self.fit_plot, self.error_plot), strict=True))
        self.column.insertWidget(self.column.count() - 1, PlotChoice(self, views))
        self.use(self.steps)

    def _connect(self) -> None:
        self.width_slider.edited.connect(lambda _value, _gesture: self._fit_anew())
        for slider in (self.exponent, self.rows, self.noise):
            slider.edited.connect(lambda _value, _gesture: self._ask())
        for slider in (self.width_slider, self.exponent, self.rows, self.noise):
            slider.refused.connect(lambda why: self.say(why, warning=True))
        self.seed_line.next_asked.connect(lambda: self._take_seed(self._seed + 1))
        self.seed_line.chosen.connect(self._take_seed)
        self.seed_line.refused.connect(lambda why: self.say(why, warning=True))
        self.shown.chosen.connect(lambda _key: self._draw_errors())
        self.error_plot.clicked.connect(lambda x, _y: self.look_at(round(min(max(x, 1.0), WIDEST))))
        self.feed.changed.connect(self._draw_errors)
        self.steps.asked.connect(self._move)
        self.steps.back_asked.connect(lambda: self._move(-1))
        self.steps.rewind_asked.connect(lambda: self.look_at(1))

    # For the window -------------------------------------------------------------------------------------

    @property
    def choices(self) -> Choices:
        """What the sliders say."""
        return Choices(int(self.rows.value), float(self.noise.value), float(self.exponent.value))

    @property
    def features(self) -> int:
        """How many features the fit has."""
        return int(self.width_slider.value)

    @property
    def fit(self) -> Fit | None:
        """The fit that is shown."""
        return self._fit

    def look_at(self, width: int) -> None:
        """Show the fit with so many features."""
        self.width_slider.set_value(width)
        self._fit_anew()

    def refresh(self) -> None:
        """Compute the fit and the curve when the page is first seen."""
        self._ask()

    def end(self) -> None:
        """Call off what is being computed."""
        super().end()
        self.feed.end()

    def apply_theme(self, theme: Theme) -> None:
        """Draw everything in another theme."""
        super().apply_theme(theme)
        self._draw_fit()
        self._draw_errors()

    # Computing ------------------------------------------------------------------------------------------

    def _ask(self) -> None:
        self._fit_anew()
        self.feed.ask(self.choices, SEEDS)
        if self.shown.key == ONE:
            self._draw_errors()

    def _take_seed(self, seed: int) -> None:
        self._seed = seed
        self.seed_line.show_seed(seed)
        self._fit_anew()
        self._draw_errors()

    def _move(self, steps: int) -> None:
        """Go so many places along the slider; the end of it ends the playing."""
        place = PLAYED.index(nearest(PLAYED, self.features)) + steps
        last = len(PLAYED) - 1
        if place >= last:
            self.steps.set_playing(False)
        self.look_at(PLAYED[min(max(place, 0), last)])

    def _fit_anew(self) -> None:
        choices = self.choices
        self._fit = fit = fourier_fit.fit_at(choices, self._seed, self.features)
        self.facts.show_facts(
            width=f"{fit.width:,}",
            train_mse=short(fit.train_mse),
            error=short(fit.error),
            norm=short(fit.norm),
            gradient=short(fit.gradient),
        )
        self.say(words.of_curve(choices.rows, fit.width, fit.error))
        self._draw_fit()
        self._draw_ring()

    # Showing --------------------------------------------------------------------------------------------

    def _draw_fit(self) -> None:
        fit, theme = self._fit, self._theme
        if fit is None:
            return
        drawn = fourier_fit.points(self.choices, self._seed)
        true = Look(theme.muted, (5.0, 2.5), 1.8)
        fitted = Look(theme.accent, (), 2.6)
        self.fit_plot.show_things(
            [
                things.Curve(GRID, fourier_fit.truth(GRID), true),
                things.Curve(GRID, fit.values, fitted),
                things.Marks(np.stack([drawn.x, drawn.y], axis=1), theme.negative, size=9.0, name="point"),
                *self._names(float(fit.values[-1])),
            ]
        )

    def _names(self, end: float) -> list[things.Words]:
        """Return the names of the two curves, right of their ends and apart from each other."""
        true = float(fourier_fit.truth(GRID)[-1])
        fitted = min(max(end, SEEN[0]), SEEN[1])
        if abs(fitted - true) < APART:
            fitted = true + (APART if fitted >= true else -APART)
        theme = self._theme
        return [
            things.Words("truth", (NAMES_AT, true), theme.muted, (0.0, 0.5)),
            things.Words("fit", (NAMES_AT, fitted), mix(theme.accent, theme.text, 0.45), (0.0, 0.5)),
        ]

    def _draw_errors(self) -> None:
        """Take the errors anew, of this draw or of all seeds."""
        choices = self.choices if self.shown.key == ONE else self.feed.choices
        if choices is None or not self.feed.found:
            return
        alone = self.shown.key == ONE
        test = _errors(choices, self._seed)[None, :] if alone else np.array(self.feed.found)
        rows = choices.rows
        found = Medians(np.array(fourier_fit.widths(rows), dtype=np.float64), test)
        low, high = home_of([test], log=True)
        home = 4 * low, high
        self._error_things = threshold_things(self._theme, rows, f"p = n = {rows}", home, log=True)
        self._error_things += median_things(self._theme, found, "distance to truth", named=False)
        self.error_plot.set_home(y=home)
        self._draw_ring()

    def _draw_ring(self) -> None:
        """Draw the errors with a ring at the fit that is shown."""
        if self._fit is not None and self._error_things:
            ring = chosen_mark(self._theme, self.features, self._fit.error)
            self.error_plot.show_things([*self._error_things, ring])


def _errors(choices: Choices, seed: int, _is_late: object = None) -> np.ndarray:
    return fourier_fit.curve(choices, seed)[1]

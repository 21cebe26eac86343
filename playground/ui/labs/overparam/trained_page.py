"""Trained networks of growing width: the sweep for double descent that ships, drawn as its results come."""

import math
from functools import partial

import numpy as np

from playground.experiment.plan import layer_shapes
from playground.labs import double_descent, sweep_file
from playground.labs.sweep import Point, SweepResult, SweepSpec, points
from playground.labs.sweep_groups import summaries
from playground.training.sweeping import Sweep
from playground.ui.figures import four_digits, percent
from playground.ui.labs.context import LabContext
from playground.ui.labs.lab_plot import LabPlot
from playground.ui.labs.overparam import words
from playground.ui.labs.overparam.drawing import (
    Medians,
    chosen_mark,
    home_of,
    median_things,
    threshold_things,
)
from playground.ui.labs.overparam.facts import Facts
from playground.ui.labs.page import LabPage
from playground.ui.labs.parts import Button
from playground.ui.labs.sweep.run_line import RunLine
from playground.ui.labs.sweep.runner import SweepRunner
from playground.ui.theme.tokens import Theme
from playground.ui.widgets import Item, LabelledSlider

NAME = "double-descent"
INTRO = (
    "Real networks of one hidden layer, all of whose weights learn from few digits with wrong labels. "
    "Does the test error fall, climb and fall again here, too?"
)
HELP = "Test and train MSE against the number of parameters. Click a point to choose that network."
EMPTY = "Press Start: {runs} networks are trained, the widest first; it takes a minute or so."
EPOCHS = [100, 300, 500, 1000, 2000, 3000, 5000, 10_000]
STEPS = 1000
CLOSE_SECONDS = 2.0
FACTS = (
    Item("width", "Hidden neurons", "How many neurons the hidden layer has."),
    Item("parameters", "Parameters", "All weights and biases."),
    Item("train", "Train MSE", "The median over the seeds, on the rows that were learnt from."),
    Item("test", "Test MSE", "The median over the seeds, on rows that were not learnt from."),
    Item("seeds", "Seeds done", "How many networks of this width are trained."),
)
OPEN_HELP = (
    "Open the network of this width in the window behind, to watch it train: there on all of the training "
    "rows, with their right labels."
)


class TrainedPage(LabPage):
    """Runs the sweep, draws what there is by now, and opens the network that is chosen."""

    def __init__(self, context: LabContext) -> None:
        super().__init__(context, INTRO)
        self.spec = sweep_file.find(NAME)
        self.runner = SweepRunner(self)
        self._sweep: Sweep | None = None
        self._points = points(self.spec)
        self._drawn = -1
        self._chosen = len(self.spec.vary[0].steps) // 2
        self._make_controls()
        self._make_stage()
        self._connect()
        self._show_chosen()
        self._show_state()
        self.apply_theme(context.theme())

    # Making ---------------------------------------------------------------------------------------------

    def _make_controls(self) -> None:
        spec = self.spec
        self.section("Data")
        self.rows = LabelledSlider("Training rows n", "How many digits are learnt from.", (30, 170, 10))
        self.noise = LabelledSlider(
            "Wrong labels", "The share of training rows whose label is replaced.", (0.0, 0.5, 0.05), percent
        )
        for slider, value in ((self.rows, spec.rows.train or 100), (self.noise, spec.rows.flipped)):
            slider.set_value(value)
            self.column.addWidget(slider)
        self.section("Training")
        self.epochs = LabelledSlider(
            "Epochs", "How many full-batch steps of Adam each network makes.", EPOCHS
        )
        self.seeds = LabelledSlider("Seeds", "How many networks of each width are trained.", (1, 10, 1))
        for slider, value in ((self.epochs, spec.base.epochs), (self.seeds, spec.seeds)):
            slider.set_value(value)
            self.column.addWidget(slider)
        self._sliders = (self.rows, self.noise, self.epochs, self.seeds)
        self.section("The network in the ring")
        widths = [int(value) for value in spec.vary[0].steps if not isinstance(value, str)]
        self.width_slider = LabelledSlider("Hidden neurons h", "Which network is looked at.", widths)
        self.facts = Facts("The network in the ring", FACTS)
        self.open_button = Button("Open in the window", OPEN_HELP)
        for widget in (self.width_slider, self.facts, self.open_button):
            self.column.addWidget(widget)
        self.column.addStretch(1)

    def _make_stage(self) -> None:
        self.runs = RunLine(self.runner, "Train all of them, on every core of this computer.")
        self.plot = LabPlot(
            self.context.theme(),
            "Errors over the number of parameters",
            HELP,
            EMPTY.format(runs=self.spec.runs),
            ("parameters (log scale)", "MSE (log scale)"),
            (True, True),
        )
        self.stage.addWidget(self.plot, 1)
        self.put_below(self.runs)

    def _connect(self) -> None:
        for slider in (*self._sliders, self.width_slider):
            slider.refused.connect(lambda why: self.say(why, warning=True))
        self.width_slider.edited.connect(lambda value, _gesture: self._choose_width(float(value)))
        self.plot.clicked.connect(lambda x, _y: self._choose_near(x))
        self.open_button.clicked.connect(self._open)
        self.runs.asked.connect(self.begin)
        self.runner.begun.connect(self._take)
        self.runner.progressed.connect(self._follow)
        self.runner.ended.connect(lambda: self._finish(""))
        self.runner.failed.connect(self._finish)

    # What the person asks for ---------------------------------------------------------------------------

    def begin(self, sweep: Sweep | None = None) -> None:
        """Train what the sliders ask for, or go on with a sweep of such networks."""
        self.say("The widest networks come first, since they take longest.")
        device = self.context.device()
        self._sweep = None  # until the new one is worked out
        self.runner.start(partial(Sweep, self.asked, device=device) if sweep is None else lambda: sweep)
        self._show_state()

    def _take(self) -> None:
        """Follow the sweep that has been worked out."""
        sweep = self._sweep = self.runner.sweep
        if sweep is not None:
            self._points, self._drawn = sweep.points, -1
            self._chosen = self._group_of(self.width_slider.value)
        self._show_state()

    @property
    def asked(self) -> SweepSpec:
        """The sweep that ships, with what the sliders say."""
        rows = {"train": int(self.rows.value), "flipped": float(self.noise.value)}
        fields = {name: getattr(self.spec, name) for name in SweepSpec.model_fields}
        changed = {"rows": rows, "seeds": int(self.seeds.value), "epochs": int(self.epochs.value)}
        return SweepSpec.model_validate({**fields, **changed})

    def _choose_width(self, width: float) -> None:
        """Choose the network of this width, or the one next to it."""
        self._choose(self._group_of(width))

    def _group_of(self, width: float) -> int:
        """Return the networks of this width, or those next to it."""
        return min(self._points, key=lambda one: abs(math.log(float(one.values["width"]) / width))).group

    def _choose_near(self, x: float) -> None:
        """Choose the network next to a number of parameters."""
        counts = {one.group: _parameters(one) for one in self._points}
        self._choose(min(counts, key=lambda group: abs(math.log(counts[group] / max(x, 1.0)))))

    def _choose(self, group: int) -> None:
        self._chosen = group
        self._show_chosen()
        self._draw()

    def _open(self) -> None:
        point = self._point
        name = f"Digits, {int(float(point.values['width']))} hidden neurons"
        self.context.open_experiment(point.experiment.replace(name=name))

    # What comes -----------------------------------------------------------------------------------------

    def _follow(self) -> None:
        sweep = self._sweep
        if sweep is None:
            return
        done = sweep.progress.done
        if done != self._drawn:
            self._drawn = done
            self._draw()
            self._show_chosen()

    def _finish(self, problem: str) -> None:
        sweep = self._sweep
        self._show_state()
        if problem:
            self.say(problem, warning=True)
        elif sweep is None or not sweep.done:
            self.say("Cancelled before the first network was trained. Press Start to begin again.")

    def _show_state(self) -> None:
        self.runs.show_state()
        for slider in self._sliders:
            slider.setEnabled(not self.runner.is_busy)

    # Showing --------------------------------------------------------------------------------------------

    @property
    def _point(self) -> Point:
        return next(one for one in self._points if one.group == self._chosen)

    def _show_chosen(self) -> None:
        point, sweep = self._point, self._sweep
        width = int(float(point.values["width"]))
        self.width_slider.set_value(width)
        texts = {"width": f"{width:,}", "parameters": f"{_parameters(point):,}"}
        done = {} if sweep is None else sweep.done
        found = next((one for one in summaries(self._points, done) if one.group == self._chosen), None)
        if found is not None:
            texts["train"] = four_digits(found.medians["train_loss"])
            texts["test"] = four_digits(found.medians["test_loss"])
            texts["seeds"] = str(found.runs)
        self.facts.show_facts(**texts)

    def _draw(self) -> None:
        found = None if self._sweep is None else _medians(self._sweep)
        if found is None or found.train is None:
            self.plot.show_things(())
            return
        theme = self._theme
        train = np.nanmedian(found.train, axis=0)
        home = home_of([found.test], log=True)
        at = double_descent.threshold(found.widths.tolist(), train.tolist())
        drawn = []
        # While narrower networks are still to come, the first one that fits is not known.
        if at is not None and at > found.widths[0]:
            drawn = threshold_things(theme, at, "every row fitted", home, log=True)
        drawn += median_things(theme, found, "test")
        known = np.flatnonzero(found.widths == _parameters(self._point))
        if len(known):
            drawn.append(chosen_mark(theme, float(found.widths[known[0]]), float(found.middle[known[0]])))
        self.plot.set_home(y=home)
        self.plot.show_things(drawn)
        self._say_what_is_seen(found, at)

    def _say_what_is_seen(self, found: Medians, at: float | None) -> None:
        sweep, reading = self._sweep, double_descent.read(found.middle)
        if sweep is None:
            return
        if not sweep.is_complete or reading is None:
            self.say(words.so_far(len(sweep.done), len(sweep.points)))
            return
        self.say(words.of_trained(found.widths.tolist(), reading, at))

    # For the window -------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Say how to begin, while nothing is trained."""
        if not self.words.text():
            self.say(f"{EMPTY.format(runs=self.spec.runs)} You can go on with other pages meanwhile.")

    def end(self) -> None:
        """Call off the training."""
        super().end()
        self.runner.end(CLOSE_SECONDS)

    def apply_theme(self, theme: Theme) -> None:
        """Draw everything in another theme."""
        super().apply_theme(theme)
        self._draw()


def _parameters(point: Point) -> int:
    return sum(shape.trained for shape in layer_shapes(point.experiment))


def _medians(sweep: Sweep) -> Medians | None:
    """Return what there is of a sweep, by the number of parameters; NaN where a seed is still to come."""
    done = dict(sweep.done)
    groups: dict[int, list[Point]] = {}
    for point in sweep.points:
        groups.setdefault(point.group, []).append(point)
    known = [runs for runs in groups.values() if any(_is_known(done, one) for one in runs)]
    if not known:
        return None
    counts = np.array([_parameters(runs[0]) for runs in known], dtype=np.float64)
    test, train = (
        np.array([[_loss(done, one, part) for one in runs] for runs in known]).T for part in ("test", "train")
    )
    return Medians(counts, test, train)


def _is_known(done: dict[str, SweepResult], point: Point) -> bool:
    return point.id in done and not done[point.id].error


def _loss(done: dict[str, SweepResult], point: Point, part: str) -> float:
    if not _is_known(done, point):
        return math.nan
    value = float(getattr(done[point.id], f"{part}_loss"))
    return value if math.isfinite(value) else math.inf

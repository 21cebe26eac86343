"""Random labels learnt by heart: once J is 0, the gradient is 0, and a step changes nothing."""

import math
from collections import deque
from time import perf_counter

import numpy as np
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from playground.engine.losses import LOSSES
from playground.engine.optimizers import OPTIMIZERS
from playground.labs.no_update import INTERPOLATED, Floats, Learner, Report, Task
from playground.tables import by_key
from playground.ui.figures import four_digits, percent, short
from playground.ui.labs.context import LabContext
from playground.ui.labs.field_plot import FieldPlot
from playground.ui.labs.lab_plot import LabPlot
from playground.ui.labs.noise.crowd_page import LARGEST_RATE, RATES
from playground.ui.labs.page import LabPage
from playground.ui.labs.parts import Button
from playground.ui.labs.plot_choice import PlotChoice
from playground.ui.labs.things import Curve, Marks, Thing, Words
from playground.ui.labs.transport import Transport
from playground.ui.plots.loss import rounded_up
from playground.ui.plots.overlay import Look
from playground.ui.theme.fonts import body_font
from playground.ui.theme.tokens import Theme
from playground.ui.widgets import (
    Choice,
    FlowLayout,
    Item,
    LabelledSlider,
    Metric,
    NumberChoice,
    SeedLine,
    keep_font,
    role_label,
)

INTRO = (
    "The labels are thrown by coin: there is nothing to understand, only rows to remember. With many more "
    "parameters than rows the network learns them all the same, until J = 0. What does a step do then?"
)
ROWS = [5, 10, 20, 30, 40]
WIDTHS = [1, 2, 3, 4, 8, 16, 32, 64, 128, 200]
USUAL = {("hinge", "sgd"): 0.1, ("hinge", "momentum"): 0.02}
"""Rates with which the hidden layer of 64 learns 20 rows; `ELSE` with another loss or optimizer."""
ELSE = 0.01
SIDE, PIXELS = (-1.15, 1.15), 41
LEVELS = np.linspace(-1.0, 1.5, 6)
BEYOND = 1.5
"""Answers are as far from 0 as that at most on the map: a margin of 1 and a little more."""
MAP_SECONDS = 0.1
"""The least time between two maps while it plays."""
SOON = 60
"""Steps that the curve shows at least."""
AT_ONCE = 10
"""Points of the curve that are measured at most for the steps of one moment."""
MOST_POINTS = 2000
"""Points of the curve; when there are more, every second one is forgotten."""
REMEMBERED = 2000
"""Moves that can be taken back."""
SMALLEST = 1e-18
"""The lowest change that is drawn: what is less is less than rounding."""
VIEWS = (
    Item("answers", "Answers", "What the network answers everywhere."),
    Item("loss", "Loss", "J over the steps."),
    Item("changes", "Last step", "How far the last step moved each parameter."),
)


class NoUpdatePage(LabPage):
    """A network on random labels, its loss over the steps, and how far the last step moved each parameter."""

    def __init__(self, context: LabContext) -> None:
        super().__init__(context, INTRO)
        self._seed = 0
        self._mapped = 0.0
        self._make_task()
        self._make_steps()
        self.column.addStretch(1)
        self._make_stage()
        self._begin()
        self.apply_theme(self._theme)

    # Making ---------------------------------------------------------------------------------------------

    def _make_task(self) -> None:
        self.section("Network and labels")
        self.rows = LabelledSlider("Rows", "How many rows have to be remembered.", ROWS)
        self.rows.set_value(20)
        self.width_slider = LabelledSlider(
            "Hidden neurons", "How wide the one hidden layer is: 4 parameters each.", WIDTHS
        )
        self.width_slider.set_value(64)
        self.gauge = role_label("", "muted")
        self.gauge.setWordWrap(True)
        self.seed = SeedLine(
            "New labels",
            "Throw places, labels and first weights anew, by the next seed.",
            "Seed of the labels",
            "The same seed throws the same labels.",
        )
        self.seed.next_asked.connect(lambda: self._choose_seed(self._seed + 1))
        self.seed.chosen.connect(self._choose_seed)
        self.seed.refused.connect(self._refuse)
        for widget in (self.rows, self.width_slider, self.gauge, self.seed):
            self.column.addWidget(widget)
        for slider in (self.rows, self.width_slider):
            slider.edited.connect(self._begin)
            slider.refused.connect(self._refuse)

    def _make_steps(self) -> None:
        self.loss = Choice("Loss", "What J measures.")
        self.loss.set_items([by_key(LOSSES, key, "loss") for key in ("hinge", "mse")])
        self.optimizer = Choice("Optimizer", "How the gradient becomes a step.")
        self.optimizer.set_items([kind for kind in OPTIMIZERS if not kind.full_batch])
        self.rate = NumberChoice("Learning rate", "How long the steps are.", RATES, 0.0, LARGEST_RATE)
        self.solve_button = Button(
            "Solve for J = 0",
            "Set the last layer to the nearest weights with which every answer is its label (minimum norm).",
        )
        for widget in (self.loss, self.optimizer, self.rate, self.solve_button):
            self.column.addWidget(widget)
        self.loss.chosen.connect(self._choose_way)
        self.optimizer.chosen.connect(self._choose_way)
        self.rate.chosen.connect(self._choose_rate)
        self.rate.refused.connect(self._refuse)
        self.solve_button.clicked.connect(self._solve)
        self.rate.set_value(USUAL["hinge", "sgd"])

    def _make_stage(self) -> None:
        theme = self._theme
        self.map = FieldPlot(
            theme, "The answers", "What the network answers everywhere, and the rows.", names=("x₁", "x₂")
        )
        self.curve = LabPlot(theme, "J", "The loss after each step.", names=("step", "J"), log=(False, True))
        self.moves = LabPlot(
            theme,
            "Last step",
            "How far the last step moved each parameter, the furthest first.",
            names=("parameters, sorted", "change"),
            log=(False, True),
        )
        self.metrics = {
            "loss": Metric("J", "The mean loss over all rows.", "0.0e−00"),
            "gradient": Metric("gradient", "The length of the gradient.", "0.0e−00"),
            "largest": Metric("largest change", "How far the last step moved any parameter.", "0.0e−00"),
            "correct": Metric("right", "How many of the labels the network answers.", "100 %"),
        }
        figures = FlowLayout()
        for metric in self.metrics.values():
            figures.addWidget(metric)
        holder = QWidget()
        right = QVBoxLayout(holder)
        right.setContentsMargins(0, 0, 0, 0)
        right.addWidget(self.curve, 1)
        right.addWidget(self.moves, 1)
        plots = QHBoxLayout()
        plots.setSpacing(12)
        plots.addWidget(self.map, 1)
        plots.addWidget(holder, 1)
        self.stage.addLayout(figures)
        self.stage.addLayout(plots, 1)
        views = list(zip(VIEWS, (self.map, self.curve, self.moves), strict=True))
        self.column.insertWidget(self.column.count() - 1, PlotChoice(self, views))
        self.steps = Transport(speed=60)
        self.steps.asked.connect(self._go)
        self.steps.back_asked.connect(self._back)
        self.steps.rewind_asked.connect(self._begin)
        self.use(self.steps)

    # What is chosen -------------------------------------------------------------------------------------

    @property
    def task(self) -> Task:
        """What is chosen."""
        return Task(
            rows=int(self.rows.value),
            width=int(self.width_slider.value),
            loss=self.loss.key,
            optimizer=self.optimizer.key,
            rate=self.rate.value,
            seed=self._seed,
        )

    def _choose_way(self, _key: str) -> None:
        self.rate.set_value(USUAL.get((self.loss.key, self.optimizer.key), ELSE))
        self._begin()

    def _choose_rate(self, rate: float) -> None:
        """Go on with another rate from where it stands."""
        self.learner.rate = rate
        self._states[-1] = self.learner.state()

    def _choose_seed(self, seed: int) -> None:
        self._seed = seed
        self._begin()

    def _refuse(self, why: str) -> None:
        self.say(why, warning=True)

    # Going on -------------------------------------------------------------------------------------------

    def _begin(self, *_what: object) -> None:
        """Start anew with what is chosen."""
        self.seed.show_seed(self._seed)
        self.learner = Learner(self.task)
        self.report = self.learner.report()
        self._states: deque[dict[str, Floats]] = deque([self.learner.state()], REMEMBERED)
        self._points: list[tuple[int, float]] = [(0, self.report.loss)]
        task = self.task
        share = task.parameters / task.rows
        self.gauge.setText(
            f"{task.parameters:,} parameters for {task.rows} rows: {share:.3g} for each"
            + (", more than there is to remember." if share > 1 else ", fewer than there are rows.")
        )
        self.solve_button.setVisible(task.loss == "mse")
        self._draw(fresh_map=True)

    def _go(self, steps: int) -> None:
        playing = self.steps.is_playing
        parts = min(steps, AT_ONCE)
        for part in range(parts):
            self.learner.advance(steps * (part + 1) // parts - steps * part // parts)
            if part + 1 < parts:
                report = self.learner.report()
                self._points.append((report.step, report.loss))
        self._moved()
        if playing and (not np.isfinite(self.report.loss) or self.report.changed == 0):
            self.steps.set_playing(False)
            self._draw(fresh_map=True)

    def _solve(self) -> None:
        self.steps.set_playing(False)
        try:
            self.learner.solve()
        except ValueError as refusal:
            self._refuse(str(refusal))
            return
        self._moved()

    def _moved(self) -> None:
        """Take in where the network is now."""
        self.report = self.learner.report()
        self._states.append(self.learner.state())
        self._points.append((self.report.step, self.report.loss))
        if len(self._points) > MOST_POINTS:
            self._points = [*self._points[:-1:2], self._points[-1]]
        self._draw(fresh_map=not self.steps.is_playing)

    def _back(self) -> None:
        """Go one step back: to the last state that is remembered before it, and on from there."""
        if len(self._states) == 1:
            if self.report.step:
                self.say("It remembers no earlier step. Press Rewind to start over.", warning=True)
            return
        goal = self.report.step - 1
        self._states.pop()
        self.learner.return_to(self._states[-1])
        there = self.learner.report().step
        missing = goal - there
        self._points = [point for point in self._points if point[0] <= there]
        if missing > 0:
            self.learner.advance(missing)
        self.learner.rate = self.rate.value
        if missing > 0:
            self._moved()
        else:
            self._states[-1] = self.learner.state()
            self.report = self.learner.report()
            self._draw(fresh_map=True)

    # Drawing --------------------------------------------------------------------------------------------

    def _draw(self, fresh_map: bool) -> None:
        report = self.report
        if fresh_map or perf_counter() - self._mapped > MAP_SECONDS:
            self._draw_map()
            self._mapped = perf_counter()
        self._draw_curve()
        self._draw_moves()
        self.metrics["loss"].set_text(_figures(report.loss))
        self.metrics["gradient"].set_text(_figures(report.gradient))
        self.metrics["largest"].set_text("–" if report.moved is None else _figures(report.largest))
        self.metrics["correct"].set_text(percent(report.correct))
        self._say(report)

    def _draw_map(self) -> None:
        theme, learner = self._theme, self.learner
        along = np.linspace(*SIDE, PIXELS)
        grid = np.stack(np.meshgrid(along, along), axis=-1).reshape(-1, 2)
        answers = learner.answers(grid).reshape(PIXELS, PIXELS)
        # Below the highest level, which otherwise would be drawn along the edge of what is cut off.
        heights = np.clip(np.nan_to_num(answers), -BEYOND, BEYOND - 1e-6)
        self.map.show_field(heights, SIDE, SIDE, LEVELS)
        label = learner.y[:, 0]
        wrong = np.sign(learner.answers(learner.x)[:, 0]) != label
        self.map.show_things(
            [
                Marks(learner.x[wrong], theme.danger, "o", 20, "answered wrongly", rim=False),
                *(
                    Marks(learner.x[label == sign], colour, symbol, 11, f"label {name}")
                    for sign, name, colour, symbol in zip(
                        (-1.0, 1.0), ("−1", "1"), theme.classes, theme.class_markers, strict=False
                    )
                ),
            ]
        )

    def _draw_curve(self) -> None:
        """Draw J over the steps; a J of exactly 0 has no place on the axis and lies at its foot."""
        steps, loss = np.array(self._points, dtype=np.float64).T
        positive = loss[np.isfinite(loss) & (loss > 0)]
        low, high = (positive.min(), positive.max()) if len(positive) else (0.1, 1.0)
        # Whole powers of ten: an axis that changes with every step is drawn with every step.
        foot = 10.0 ** (math.floor(math.log10(low)) - 1)
        top = 10.0 ** math.ceil(math.log10(high) + 0.1)
        theme = self._theme
        drawn = np.where(loss == 0, foot, loss)
        self.curve.set_home((0.0, rounded_up(1.02 * max(SOON, steps[-1]))), (foot / 2, top))
        things: list[Thing] = [
            Curve(steps, drawn, Look(theme.curve_train, width=2.2)),
            Marks(np.column_stack([steps[-1:], drawn[-1:]]), theme.accent, "o", 9, "now"),
        ]
        if loss[-1] == 0:
            things.append(Words("J = 0", (float(steps[-1]), float(np.log10(foot))), theme.text, (1.2, 0.9)))
        self.curve.show_things(things)

    def _draw_moves(self) -> None:
        """Draw the changes in order of their size; those that are exactly 0 have no place on the axis."""
        moved, theme = self.report.moved, self._theme
        size = self.learner.network.size
        self.moves.set_home((0.0, float(size)), (SMALLEST, 1.0))
        if moved is None or not self.report.changed:
            self.moves.show_things([])
            self.moves.say_when_empty(
                "Press Step." if moved is None else f"Nothing moved: all {size:,} parameters are as before."
            )
            return
        with np.errstate(all="ignore"):
            sizes = np.sort(np.abs(moved))[::-1]
        xy = np.column_stack([np.arange(1.0, size + 1.0), sizes])
        self.moves.show_things([Marks(xy, theme.accent, "o", 4, "change", rim=False)])

    # Words ----------------------------------------------------------------------------------------------

    def _say(self, report: Report) -> None:
        task = self.task
        if not np.isfinite(report.loss):
            self.say("J has grown beyond all numbers. Rewind and take a smaller learning rate.", warning=True)
        elif report.gradient < INTERPOLATED:
            self.say(self._at_rest(report))
        elif report.step == 0:
            self.say(
                f"{task.rows} labels thrown by coin, {percent(report.correct)} of them right by chance. "
                "Press Play."
            )
        elif report.correct == 1.0:
            self.say(
                f"All {task.rows} random labels are right after {report.step:,} steps, though there was "
                "nothing to understand. J still falls: go on until it is 0."
            )
        elif task.parameters < task.rows:
            self.say(
                f"{percent(report.correct)} are right. {task.parameters} parameters are fewer than "
                f"{task.rows} rows: such a network cannot remember any labels whatever. Make it wider."
            )
        else:
            self.say(f"After {report.step:,} steps {percent(report.correct)} of the labels are right. Go on.")

    def _at_rest(self, report: Report) -> str:
        """Say what a step does where there is no slope."""
        if report.moved is None:
            return f"J = {short(report.loss)}, and the gradient is as good as 0. Now press Step: what moves?"
        if not report.changed:
            return (
                "J = 0, so the gradient is 0 and the step has changed nothing: not one digit of one "
                "parameter. Take any other learning rate and make another step."
            )
        if report.gradient == 0.0:
            return (
                "J = 0 and the gradient is 0, but the optimizer still remembers earlier gradients and coasts "
                "on. Go on until that has died away."
            )
        return (
            f"J = {short(report.loss)}: the step moved no parameter by more than {short(report.largest)}, "
            "which is what rounding leaves of a gradient of 0. There is nothing left to update."
        )

    def apply_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        super().apply_theme(theme)
        keep_font(self.gauge, body_font(theme, theme.size_small))
        self._draw(fresh_map=True)


def _figures(value: float) -> str:
    """Return a measured number, and just "0" when it is exactly that."""
    return "0" if value == 0 else four_digits(value)

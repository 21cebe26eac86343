"""The page of one weight: a line on its points, its loss, and each step with tangent line and remainder."""

from time import perf_counter

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from playground.labs.slope import Descent, Step
from playground.ui.figures import short
from playground.ui.labs.context import LabContext
from playground.ui.labs.descent.slope_controls import PRESETS, VIEWS, LossControls, RateControls
from playground.ui.labs.descent.slope_things import (
    SIDE,
    Drawn,
    curve_things,
    data_things,
    highest,
    line_handle,
    weight_handle,
)
from playground.ui.labs.descent.slope_words import in_words, is_flat, limit_words, together, written
from playground.ui.labs.descent.steps_table import StepsTable
from playground.ui.labs.lab_plot import LabPlot
from playground.ui.labs.note import Note
from playground.ui.labs.page import LabPage
from playground.ui.labs.transport import Transport
from playground.ui.theme.fonts import body_font
from playground.ui.theme.tokens import Theme
from playground.ui.widgets import keep_font, role_label
from playground.ui.widgets.segments import Segments

INTRO = (
    "A model of one number, w, and its loss J(w). Drag the point or the line; the green line is the tangent, "
    "and the arrow the step α ∇J(w) along it. What does the tangent promise, and what does the curve give?"
)
BUDGET = 0.006
"""Seconds of steps in a frame."""
WIDE = 700
"""Design pixels of width from which there is room for the points."""
ROOMY = 600
"""Design pixels of height from which there is room for the table."""
STILL = 1e-12
"""A step shorter than this share of the picture goes nowhere."""


class OneWeightPage(LabPage):
    """Gradient descent on a loss of one weight, one run with all its numbers, or three rates side by side."""

    def __init__(self, context: LabContext) -> None:
        super().__init__(context, INTRO)
        self.loss = LossControls()
        self.rate = RateControls()
        self.views = Segments("Runs", VIEWS)
        self.numbers = Note(
            "The next step", "The step that comes next, as the lecture writes it.", numbers=True
        )
        self._make_column()
        self._make_stage()
        self._connect()
        self.apply_theme(context.theme())
        self._begin()

    # What it is made of ---------------------------------------------------------------------------------

    def _make_column(self) -> None:
        self.column.addWidget(self.loss)
        self.section("Runs")
        self.column.addWidget(self.views)
        self.column.addWidget(self.rate)
        self._caption = self.section("The next step")
        self.column.addWidget(self.numbers)
        self.column.addStretch(1)

    def _make_stage(self) -> None:
        theme = self._theme
        self.data = LabPlot(
            theme,
            "Data",
            "The points, the line y = w x, and its errors. Drag the line, or move it with the arrow keys.",
            names=("x", "y"),
        )
        self.plot = LabPlot(
            theme,
            "Loss",
            "J(w) with its minima. Drag the point, click somewhere, or use the arrow keys to choose w.",
            names=("w", "J(w)"),
        )
        self.panels = [
            LabPlot(
                theme, item.label, f"{item.help} Drag the point to choose the start.", names=("w", "J(w)")
            )
            for item in PRESETS
        ]
        self.titles = [role_label("", "title") for _ in PRESETS]
        for label in self.titles:
            label.setWordWrap(True)
        self._one, self._three = QWidget(), QWidget()
        side_by_side = QHBoxLayout(self._one)
        side_by_side.setContentsMargins(0, 0, 0, 0)
        side_by_side.addWidget(self.data, 2)
        side_by_side.addWidget(self.plot, 3)
        panels = QHBoxLayout(self._three)
        panels.setContentsMargins(0, 0, 0, 0)
        for label, plot in zip(self.titles, self.panels, strict=True):
            column = QVBoxLayout()
            column.addWidget(label)
            column.addWidget(plot, 1)
            panels.addLayout(column, 1)
        self.steps = Transport(speed=5)
        self.table = StepsTable()
        for widget, share in ((self._one, 1), (self._three, 1), (self.table, 0)):
            self.stage.addWidget(widget, share)
        self.use(self.steps)

    def _connect(self) -> None:
        self.loss.changed.connect(self._begin)
        self.rate.changed.connect(self._draw)
        self.rate.preset.connect(self._rewind)
        self.views.chosen.connect(lambda _key: self._restart(self.run.start))
        self.plot.moved.connect(lambda _key, w, _value: self._restart(w))
        self.plot.clicked.connect(lambda w, _value: self._restart(w))
        self.data.moved.connect(self._turn_line)
        for panel in self.panels:
            panel.moved.connect(lambda _key, w, _value: self._restart(w))
            panel.clicked.connect(lambda w, _value: self._restart(w))
        self.steps.asked.connect(self._go)
        self.steps.back_asked.connect(self._back)
        self.steps.rewind_asked.connect(self._rewind)

    # What it does ---------------------------------------------------------------------------------------

    @property
    def is_single(self) -> bool:
        """Whether one run is shown, with all its numbers."""
        return self.views.key == "one"

    @property
    def run(self) -> Descent:
        """The run; of three, the first."""
        return self.runs[0]

    @property
    def upcoming(self) -> Step | None:
        """The step that comes next; None when the run has diverged."""
        return None if self.run.diverged else self.run.upcoming(self.rate.rate)

    def _begin(self) -> None:
        """Begin with the loss that was chosen."""
        self.rate.offer(self.loss.curve.presets)
        self._restart(self.loss.curve.start)

    def _restart(self, start: float) -> None:
        """Begin anew from a weight within the picture."""
        curve = self.loss.curve
        start = min(max(start, curve.low), curve.high)
        self.runs = [Descent(curve, start) for _ in range(1 if self.is_single else 3)]
        self.count = 0
        self._show_view()
        self._draw()

    def _turn_line(self, _key: str, x: float, y: float) -> None:
        if abs(x) > 0.05 * SIDE:
            self._restart(y / x)

    def _rewind(self) -> None:
        self.steps.set_playing(False)
        self._restart(self.run.start)

    def _rates(self) -> tuple[float, ...]:
        return (self.rate.rate,) if self.is_single else self.rate.rates

    def _go(self, count: int) -> None:
        until = perf_counter() + BUDGET
        for _ in range(count):
            # All of the runs are asked, those that have diverged stay where they are.
            moved = [run.step(rate) for run, rate in zip(self.runs, self._rates(), strict=True)]
            self.count += any(moved)
            if not any(moved) or perf_counter() > until:
                break
        if self._is_over():
            self.steps.set_playing(False)
        self._draw()

    def _is_over(self) -> bool:
        """Return whether no run goes anywhere any more."""
        width = self.loss.curve.high - self.loss.curve.low
        return all(run.diverged or abs(run.steps[-1].move) <= STILL * width for run in self.runs)

    def _back(self) -> None:
        for run in self.runs:
            if len(run.steps) == self.count:
                run.back()
        self.count = max(0, self.count - 1)
        self._draw()

    # What it shows --------------------------------------------------------------------------------------

    def _show_view(self) -> None:
        single, curve = self.is_single, self.loss.curve
        self._one.setVisible(single)
        self._three.setVisible(not single)
        self._show_what_fits()
        self.rate.set_alone(single)
        self._caption.setVisible(single)
        self.numbers.setVisible(single)
        self._drawn = Drawn.of(curve, self.run.start)
        for plot in (self.plot, *self.panels):
            plot.set_home(self._drawn.x, self._drawn.y)
        top = highest(self.loss.points)
        self.data.set_home((-SIDE, SIDE), (-top, top))

    def _draw(self) -> None:
        if self.is_single:
            self._draw_one()
        else:
            self._draw_three()

    def _draw_one(self) -> None:
        run, step, theme = self.run, self.upcoming, self._theme
        handles = [] if step is None else [weight_handle(theme, step.w, step.value)]
        self.plot.show_things(curve_things(theme, run.curve, self._drawn, run, step), handles)
        if self.loss.is_line:
            points, w = self.loss.points, run.w if step is not None else run.start
            new = None if step is None or is_flat(step) else step.w_new
            self.data.show_things(data_things(theme, points, w, new), [line_handle(theme, points, w)])
        self.rate.limit.show_text(limit_words(run.curve, run.w, self.rate.rate))
        self.numbers.show_text(written(step))
        self.table.show_steps(run.steps, step)
        self.say(*in_words(run, step))

    def _draw_three(self) -> None:
        theme = self._theme
        shown = zip(self.runs, self.panels, self.titles, PRESETS, self.rate.rates, strict=True)
        for run, plot, label, item, rate in shown:
            value = run.steps[-1].value_new if run.steps else run.curve.at(run.start)[0]
            handles = [] if run.diverged else [weight_handle(theme, run.w, value)]
            plot.show_things(curve_things(theme, run.curve, self._drawn, run, None, full=False), handles)
            fate = ": diverged" if run.diverged else ""
            label.setText(f"{item.label}, α = {short(rate)}{fate}")
        self.say(together([item.label for item in PRESETS], self.runs, self.count))

    def _show_what_fits(self) -> None:
        """Show the points and the table where they leave room enough for the loss."""
        self.table.setVisible(self.is_single and self.height() >= self._theme.px(ROOMY))
        self.data.setVisible(self.is_single and self.loss.is_line and self.width() >= self._theme.px(WIDE))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show or hide what needs room."""
        super().resizeEvent(event)
        self._show_what_fits()

    def apply_theme(self, theme: Theme) -> None:
        """Draw everything in another theme."""
        super().apply_theme(theme)
        for label in self.titles:
            keep_font(label, body_font(theme, bold=True))
        if hasattr(self, "runs"):
            self._draw()

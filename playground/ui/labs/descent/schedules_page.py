"""The page of schedules: how the rate goes, where the weight goes, and in which minima it comes to rest."""

import numpy as np
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from playground.data.base import FloatArray
from playground.engine.schedules import SCHEDULES
from playground.labs.scheduled import RESTARTS, ScheduledRun, run_all
from playground.tables import by_key
from playground.ui.background import Background
from playground.ui.figures import short
from playground.ui.labs.context import LabContext
from playground.ui.labs.descent.schedule_controls import ScheduleControls
from playground.ui.labs.descent.slope_things import Drawn, minima_things
from playground.ui.labs.descent.slope_words import counted
from playground.ui.labs.lab_plot import LabPlot
from playground.ui.labs.page import LabPage
from playground.ui.labs.things import Curve, Handle, Marks, Thing, Upright
from playground.ui.labs.transport import Transport
from playground.ui.plots.overlay import Look, looks
from playground.ui.theme.colour import mix
from playground.ui.theme.tokens import Theme

INTRO = (
    "A schedule changes the learning rate on the way. Warm restarts let it fall to 0, take a snapshot "
    "(square) in the minimum that was found, and leap on at the full rate."
)
LARGEST_BALL, SMALLEST_BALL = 20.0, 6.0
NARROW = 640
"""Design pixels of width below which there is no room for the loss."""
ROOM = 1.03
"""How far the steps are shown beyond the last one, whose snapshot would be cut in half."""
END = 0.5
"""Seconds to wait for the thread when the page goes."""


class SchedulesPage(LabPage):
    """Runs with several schedules from the same start, step by step."""

    def __init__(self, context: LabContext) -> None:
        super().__init__(context, INTRO)
        self.controls = ScheduleControls()
        self.column.addWidget(self.controls)
        self.column.addStretch(1)
        self.runs: list[ScheduledRun] = []
        self.at = 0
        self._worker = Background(self, "playground-schedules", ())
        self._make_stage()
        self._worker.done.connect(self._show_runs)
        self.controls.changed.connect(self._run)
        self.steps.asked.connect(lambda steps: self._go(self.at + steps))
        self.steps.back_asked.connect(lambda: self._go(self.at - 1))
        self.steps.rewind_asked.connect(lambda: self._go(0))
        self.hills.clicked.connect(lambda w, _value: self.controls.set_start(w))
        self.hills.moved.connect(lambda _key, w, _value: self.controls.set_start(w))
        self.rates.clicked.connect(lambda step, _rate: self._go(round(step)))
        self.ways.clicked.connect(lambda step, _w: self._go(round(step)))
        self.apply_theme(context.theme())
        self._run()

    def _make_stage(self) -> None:
        theme = self._theme
        wait = "The runs are being made."
        self.rates = LabPlot(
            theme, "Learning rate", "How the rate goes over the steps. Click at a step to go there.", wait,
            ("step t", "α(t)"),
        )  # fmt: skip
        self.ways = LabPlot(
            theme, "Way of the weight", "The weight over the steps; the level lines are the minima, the "
            "squares snapshots. Click at a step to go there.", wait, ("step t", "w"),
        )  # fmt: skip
        self.hills = LabPlot(
            theme, "Loss", "J(w), where each run is now, and its snapshots. Drag the start, or click.",
            wait, ("w", "J(w)"),
        )  # fmt: skip
        self._left = QVBoxLayout()
        self._left.addWidget(self.rates, 2)
        self._left.addWidget(self.ways, 3)
        both = QHBoxLayout()
        both.addLayout(self._left, 1)
        both.addWidget(self.hills, 1)
        self.steps = Transport(speed=20)
        self.stage.addLayout(both, 1)
        self.use(self.steps)

    # What it does ---------------------------------------------------------------------------------------

    def _run(self) -> None:
        """Make all runs anew on the thread, to be shown as far as they have been."""
        controls = self.controls
        curve, choices = controls.curve, controls.choices
        start, peak, steps = (
            float(controls.start.value),
            float(controls.peak.value),
            int(controls.steps.value),
        )
        noise, seed = float(controls.noise.value), controls.seed
        self._worker.start(
            lambda _tell, _cancelled: (curve, run_all(curve, start, choices, peak, steps, noise, seed))
        )

    def _show_runs(self, result: object) -> None:
        assert isinstance(result, tuple)  # of `_run` alone
        first = not self.runs
        self._curve, self.runs = result
        count = len(self.runs[0].rates)
        self.at = count if first else min(self.at, count)
        self._drawn = Drawn.of(self._curve, float(self.runs[0].weights[0]))
        self.hills.set_home(self._drawn.x, self._drawn.y)
        self.ways.set_home((0.0, ROOM * count), self._drawn.x)
        highest = max(float(run.rates.max()) for run in self.runs)
        self.rates.set_home((0.0, ROOM * count), (0.0, 1.15 * highest))
        self._draw()

    def _go(self, step: int) -> None:
        if not self.runs:
            return
        last = len(self.runs[0].rates)
        if self.at == last and step > last:
            step = 1 if self.steps.is_playing else last  # Play at the end begins anew
        self.at = min(max(step, 0), last)
        if self.at == last:
            self.steps.set_playing(False)
        self._draw()

    def end(self) -> None:
        """Leave what is being computed."""
        super().end()
        self._worker.end(END)

    # What it shows --------------------------------------------------------------------------------------

    def looks(self) -> dict[str, Look]:
        """Return the look of each schedule's lines: the same however many are shown."""
        return dict(zip((schedule.key for schedule in SCHEDULES), looks(self._theme), strict=False))

    def _draw(self) -> None:
        if not self.runs:
            return
        theme, at = self._theme, self.at
        looked = self.looks()
        steps = np.arange(len(self.runs[0].rates) + 1.0)
        now = Upright(float(at), Look(theme.muted, (2.0, 2.0), 1.2))
        rates: list[Thing] = [now]
        ways: list[Thing] = [now, *self._levels(steps)]
        hills: list[Thing] = [
            Curve(self._drawn.w, self._drawn.value, Look(theme.text, width=2.0)),
            *minima_things(theme, self._curve),
        ]
        for run in self.runs:
            look = looked[run.choice.key]
            faint = Look(mix(look.colour, theme.surface, 0.65), look.dash, 1.2)
            rates += _along(steps[:-1], run.rates, at, look, faint, label(run))
            ways += _along(steps, run.weights, at, look, faint)
            ways += _snapshots(run, steps, run.weights, at, look)
            hills += _snapshots(run, run.weights, run.values, at, look)
        hills += [self._ball(run, looked[run.choice.key], place) for place, run in enumerate(self.runs)]
        start = Handle(
            "start",
            "the start",
            (float(self.runs[0].weights[0]), float(self.runs[0].values[0])),
            theme.raised,
        )
        self.rates.show_things(rates)
        self.ways.show_things(ways)
        self.hills.show_things(hills, [start])
        self.say(*self._in_words())

    def _levels(self, steps: FloatArray) -> list[Thing]:
        theme = self._theme
        ends = steps[[0, -1]]
        return [
            Curve(
                ends,
                np.full(2, w),
                Look(theme.success if index == self._curve.lowest else theme.grid, (), 1.2),
            )
            for index, w in enumerate(self._curve.minima)
        ]

    def _ball(self, run: ScheduledRun, look: Look, place: int) -> Marks:
        """Return where a run is now, smaller than those before, so that none hides another."""
        here = np.array([[run.weights[self.at], run.values[self.at]]])
        size = max(SMALLEST_BALL, LARGEST_BALL - 4.0 * place)
        return Marks(here, look.colour, "o", size, f"{label(run)} at step {self.at}")

    def _in_words(self) -> tuple[str, bool]:
        gone = [label(run) for run in self.runs if not np.isfinite(run.weights[self.at])]
        if gone:
            return f"{', '.join(gone)}: diverged. The full rate is too large; make α smaller.", True
        if self.at < len(self.runs[0].rates):
            at = ", ".join(f"{label(run)} w = {short(float(run.weights[self.at]))}" for run in self.runs[:3])
            return f"After {counted(self.at)}: {at}. Press Play and see where each run comes to rest.", False
        return " ".join([*(self._fate(run) for run in self.runs[:3]), "Drag the start."]), False

    def _fate(self, run: ScheduledRun) -> str:
        count = len(run.visited)
        if not count:
            return f"{label(run)} never comes to rest."
        best = " (the global one)" if run.visited == (self._curve.lowest,) else ""
        minima = "1 minimum" if count == 1 else f"{count} minima"
        if run.choice.key == RESTARTS:
            taken = len(run.snapshots)
            text = f"{label(run)} visits {minima}{best} and takes {taken} snapshot{'s' * (taken != 1)}"
            return f"{text}: models for the price of one run." if count > 1 else f"{text}."
        return f"{label(run)} visits {minima}{best}."

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the loss out where there is no room."""
        super().resizeEvent(event)
        self.hills.setVisible(self.width() >= self._theme.px(NARROW))

    def apply_theme(self, theme: Theme) -> None:
        """Draw everything in another theme."""
        super().apply_theme(theme)
        self._draw()


def label(run: ScheduledRun) -> str:
    """Return the name of a run's schedule."""
    return by_key(SCHEDULES, run.choice.key, "schedule").label


def _along(x: FloatArray, y: FloatArray, at: int, look: Look, faint: Look, name: str = "") -> list[Thing]:
    """Return a line: what has been in its look, what is to come faint, and its end, which bears its name."""
    return [Curve(x, y, faint), Curve(x[: at + 1], y[: at + 1], look), Curve(x[-2:], y[-2:], look, name)]


def _snapshots(run: ScheduledRun, x: FloatArray, y: FloatArray, at: int, look: Look) -> list[Thing]:
    taken = [step for step in run.snapshots if step <= at] if run.choice.key == RESTARTS else []
    if not taken:
        return []
    return [Marks(np.stack([x[taken], y[taken]], axis=1), look.colour, "s", 11.0, "a snapshot")]

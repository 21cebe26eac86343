"""Two hundred balls start above the wrong valley: how much noise brings them to the global minimum?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import sleep
from typing import ClassVar

import numpy as np
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from playground.labs.escape import (
    BARRIER,
    DEEPER,
    DOUBLE_WELL,
    TRAP,
    WELL_DESCENT,
    WELL_STEPS,
    Crowd,
    Descent,
    Floats,
    Ground,
    Noise,
    standard_error,
)
from playground.ui.background import Background
from playground.ui.figures import percent, short
from playground.ui.labs.context import LabContext
from playground.ui.labs.lab_plot import LabPlot
from playground.ui.labs.noise.crowd_page import BATCHES, CrowdPage
from playground.ui.labs.noise.share_bar import ShareBar
from playground.ui.labs.parts import Button, WorkLine
from playground.ui.labs.plot_choice import PlotChoice
from playground.ui.labs.things import Curve, Marks, Room, Thing, Upright, Words
from playground.ui.plots.loss import rounded_up
from playground.ui.plots.overlay import Look
from playground.ui.widgets import Item

INTRO = (
    "A ball that rolls downhill from w = 1.2 ends in the nearer valley, and the deeper one lies behind a "
    "barrier. Noise can carry it across, and too much noise carries it back. The learning rate falls slowly."
)
ACROSS, UP = (-2.0, 2.0), (-2.3, 3.2)
CROWDED = 0.9
"""How much higher than the curve the highest ball is drawn: they lie in layers, or one would hide all."""
BINS = 48
VIEWS = (
    Item("balls", "Balls", "The landscape with every run, and how many are where."),
    Item("shares", "Shares", "The share that ends in the global minimum, over how large the noise is."),
)
SWEPT = [0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 5.0, 6.0, 7.0, 8.0, 10.0, 12.0, 15.0, 20.0]
LEAST, LEAST_LOSS = 0.85, 0.1
"""With fewer runs than the first across the barrier there was too little noise; too much when more than the
second came back."""
STRETCH, REST = 8, 0.001
"""Steps of a sweep between two rests of so many seconds, in which the window has its turn."""
PRESETS = (
    Item("1", "Too little", "σ = 1: the ball trembles in its valley and never gets over the barrier."),
    Item("5", "Right", "σ = 5: it gets across, and as the learning rate falls it stays where it is deepest."),
    Item("12", "Too much", "σ = 12: it is thrown about, back across the barrier, too."),
)


@dataclass(frozen=True, eq=False, slots=True)
class Swept:
    """The shares (k,) that end in the global minimum, over sizes of noise or over batch sizes (k,)."""

    over: Floats
    shares: Floats
    runs: int
    kind: str


def measure(
    descent: Descent,
    kind: str,
    sigma: float,
    runs: int,
    seed: int,
    tell: Callable[[float], None],
    cancelled: Callable[[], bool],
) -> Swept | None:
    """Return what comes of each size of noise, with mini-batches of each batch size; None if called off."""
    if kind == "gaussian":
        crowds = [Crowd(DOUBLE_WELL, descent, Noise(), SWEPT, runs, seed, keep=False)]
    else:
        noises = [Noise(kind, batch) for batch in BATCHES]
        crowds = [Crowd(DOUBLE_WELL, descent, noise, [sigma], runs, seed, keep=False) for noise in noises]
    for done, crowd in enumerate(crowds):
        while crowd.step < WELL_STEPS:
            if cancelled():
                return None
            crowd.advance(min(STRETCH, WELL_STEPS - crowd.step))
            tell((done + crowd.step / WELL_STEPS) / len(crowds))
            sleep(REST)
    over = np.array(SWEPT if kind == "gaussian" else BATCHES, dtype=np.float64)
    return Swept(over, np.concatenate([crowd.shares[-1] for crowd in crowds]), runs, kind)


class WellPage(CrowdPage):
    """The tilted double well w⁴ - 2w² + 0.5w."""

    ground: ClassVar[Ground] = DOUBLE_WELL
    sigmas: ClassVar[Sequence[float]] = SWEPT
    usual_sigma: ClassVar[float] = 5.0
    usual_runs: ClassVar[int] = 200
    most: ClassVar[int] = WELL_STEPS
    speed: ClassVar[int] = 300
    decay: ClassVar[float] = WELL_DESCENT.decay

    def __init__(self, context: LabContext) -> None:
        super().__init__(context, INTRO)
        self.swept: Swept | None = None
        self._worker = Background(self, "playground-noise-sweep")
        self._worker.progressed.connect(lambda share: self.measuring.bar.show_share(share))
        self._worker.done.connect(self._take)
        self._measured: tuple[object, ...] = ()
        self._curve_shows: tuple[object, ...] = ()
        self._make_presets()
        self._make_plots()
        self._lay_out()
        self.apply_theme(self._theme)

    # Making ---------------------------------------------------------------------------------------------

    def _make_presets(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(4)
        self.presets: dict[str, Button] = {}
        for item in PRESETS:
            button = Button(item.label, item.help)
            button.clicked.connect(lambda _=False, key=item.key: self._preset(key))
            row.addWidget(button)
            self.presets[item.key] = button
        self.column.insertLayout(1, row)

    def _make_plots(self) -> None:
        theme = self._theme
        self.bar = ShareBar("In the global minimum", "How many of the runs are in the deeper valley now.")
        self.hill = LabPlot(
            theme,
            "The double well",
            "The height J over the weight w, with every run as a ball.",
            "",
            ("", "J"),
        )
        self.histogram = LabPlot(
            theme, "Where they are", "How many runs are at each weight now.", names=("w", "runs")
        )
        self.histogram.set_home(ACROSS)
        self.hill.set_home(ACROSS, UP)
        self.curve = LabPlot(
            theme,
            "Share in the global minimum",
            "Which share of the runs ends in the deeper valley, over how large the noise is.",
            "Press “Measure” to try every size of noise.",
        )
        self.measuring = WorkLine(
            "Measure",
            f"Let all runs make {WELL_STEPS:,} steps with every size of noise, or with every batch size. "
            "Press again to stop.",
            "How much has been measured.",
        )
        self.measuring.asked.connect(self._measure)
        self.measuring.stopped.connect(self._call_off)

    def _lay_out(self) -> None:
        balls, shares = QWidget(), QWidget()
        left, right = QVBoxLayout(balls), QVBoxLayout(shares)
        for layout in (left, right):
            layout.setContentsMargins(0, 0, 0, 0)
        left.addWidget(self.bar)
        left.addWidget(self.hill, 3)
        left.addWidget(self.histogram, 2)
        right.addWidget(self.measuring)
        right.addWidget(self.curve, 1)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(balls, 3)
        row.addWidget(shares, 2)
        self.stage.addLayout(row, 1)
        views = list(zip(VIEWS, (balls, shares), strict=True))
        self.column.insertWidget(self.column.count() - 1, PlotChoice(self, views))

    # What is chosen -------------------------------------------------------------------------------------

    def _preset(self, key: str) -> None:
        self.kind.set_key("gaussian")
        self.sigma.set_value(float(key))
        self._begin()

    def _begin(self, *what: object) -> None:
        """Start anew; what was measured with other settings no longer holds."""
        self._call_off()
        asked = self._asked()
        if self.swept is not None and self._measured != asked:
            self.swept = None
        super()._begin(*what)

    def _asked(self) -> tuple[object, ...]:
        """Return all that a measured curve depends on."""
        batches = self.kind.key == "batches"
        sigma = self.sigma.value if batches else 0.0
        return (self.descent, self.kind.key, sigma, int(self.runs.value), self._seed)

    # Measuring ------------------------------------------------------------------------------------------

    def _measure(self) -> None:
        descent, kind, sigma = self.descent, self.kind.key, self.sigma.value
        runs, seed = int(self.runs.value), self._seed
        self._measured = self._asked()
        self.measuring.show_busy(True)
        self._worker.start(lambda tell, cancelled: measure(descent, kind, sigma, runs, seed, tell, cancelled))

    def _call_off(self) -> None:
        self._worker.cancel()
        self.measuring.show_busy(False)

    def _take(self, swept: object) -> None:
        self._call_off()
        if isinstance(swept, Swept):
            self.swept = swept
            self._draw()

    def end(self) -> None:
        """Call off what is being measured."""
        self._worker.end(1.0)
        super().end()

    # Drawing --------------------------------------------------------------------------------------------

    def _draw(self) -> None:
        w = self._places(0)[:, 0]
        share = float(self.crowd.shares[self.at][0])
        count = round(share * len(w))
        self.bar.show_share(share, f"In the global minimum: {count} of {len(w)}")
        self._draw_hill(w)
        self._draw_histogram(w)
        shown = (self.swept, self.noise, self.sigma.value, self._theme)
        if shown != self._curve_shows:  # it stays while the runs move
            self._curve_shows = shown
            self._draw_curve()
        self._say(w, share)

    def _draw_hill(self, w: Floats) -> None:
        theme = self._theme
        along = np.linspace(*ACROSS, 201)
        there = w < BARRIER
        layer = CROWDED * np.arange(len(w)) / len(w)
        places = np.column_stack([w, DOUBLE_WELL.value(w[:, None]) + layer])
        lows = np.array([[DEEPER], [TRAP]])
        names = ("global minimum", "local minimum")
        heights = DOUBLE_WELL.value(lows)
        self.hill.show_things(
            [
                Upright(BARRIER, Look(theme.muted, (1.5, 2.0), 1.0), "barrier"),
                Curve(along, DOUBLE_WELL.value(along[:, None]), Look(theme.text, width=2.4)),
                Marks(places[~there], theme.warning, "o", 7, "a run", rim=False),
                Marks(places[there], theme.success, "o", 7, "a run, in the deeper valley", rim=False),
                *(
                    Words(name, (float(low[0]), float(height) - 0.06), theme.muted, (0.5, 0.0))
                    for name, low, height in zip(names, lows, heights, strict=True)
                ),
            ]
        )

    def _draw_histogram(self, w: Floats) -> None:
        theme = self._theme
        edges = np.linspace(*ACROSS, BINS + 1)
        kept = np.clip(w[np.isfinite(w)], *ACROSS)
        there = kept < BARRIER
        x = np.repeat(edges, 2)[1:-1]
        heights = [np.repeat(np.histogram(kept[part], edges)[0], 2).astype(float) for part in (~there, there)]
        ground, total = np.zeros_like(x), heights[0] + heights[1]
        top = rounded_up(max(5.0, 1.15 * float(total.max())))
        self.histogram.set_home(ACROSS, (0.0, top))
        self.histogram.show_things(
            [
                Room(x, ground, heights[0], theme.warning, 0.8),
                Room(x, heights[0], total, theme.success, 0.8),
                Upright(BARRIER, Look(theme.muted, (1.5, 2.0), 1.0)),
            ]
        )

    def _draw_curve(self) -> None:
        theme, swept = self._theme, self.swept
        batches = (self.kind.key if swept is None else swept.kind) == "batches"
        name = "batch size B" if batches else "size of the noise σ"
        self.curve.set_axes((name, "in the global minimum, %"), (batches, False))
        self.curve.set_home((1.0, float(BATCHES[-1])) if batches else (0.0, SWEPT[-1]), (-4.0, 104.0))
        if swept is None:
            self.curve.show_things([])
            return
        here = float(self.batch.value if batches else self.sigma.value)
        error = standard_error(swept.shares, swept.runs)
        shares = 100 * np.stack([swept.shares, swept.shares - error, swept.shares + error])
        things: list[Thing] = [
            Room(swept.over, shares[1], shares[2], theme.success, 0.25),
            Curve(swept.over, shares[0], Look(theme.success, width=2.4)),
            Marks(np.column_stack([swept.over, shares[0]]), theme.success, "o", 7, "measured", rim=False),
            Upright(here, Look(theme.muted, (1.5, 2.0), 1.0), "here"),
        ]
        self.curve.show_things(things)

    # Words ----------------------------------------------------------------------------------------------

    def _say(self, w: Floats, share: float) -> None:
        lost = int((~np.isfinite(w)).sum())
        if lost:
            self.say(
                f"{lost} of {len(w)} runs have run away and count nowhere: take a smaller learning rate or "
                "less noise.",
                warning=True,
            )
        elif self.at == 0:
            self.say(
                f"{len(w)} runs start at w = 1.2. Press Play, and then try too little, the right amount and "
                f"too much noise.{self._best()}"
            )
        else:
            self.say(self._seen(share, len(w)) + self._best())

    def _seen(self, share: float, runs: int) -> str:
        """Say what the runs do at the step that is shown, and at the end what the noise was."""
        crossed = float(self._arrived(0).mean())
        there = f"{round(share * runs)} of {runs} runs are in the global minimum"
        if self.at < self.most:
            rate = short(float(self.descent.rates(self.at - 1, 1)[0]))
            return f"After {self.at:,} steps {there}; the learning rate has fallen to {rate}."
        if crossed < LEAST:
            return (
                f"In the end {there}, and only {percent(crossed)} ever crossed the barrier: too little noise."
            )
        if crossed - share > LEAST_LOSS:
            return f"{percent(crossed)} crossed the barrier, but in the end {there}: too much noise."
        return f"In the end {there}: enough noise to cross, and little enough to stay as the rate falls."

    def _best(self) -> str:
        """Say where the measured curve is at its best."""
        swept = self.swept
        if swept is None:
            return " Press Measure to try them all." if self.at == self.most else ""
        best = int(np.argmax(swept.shares))
        name = "B" if swept.kind == "batches" else "σ"
        return f" Best measured: {percent(float(swept.shares[best]))} at {name} = {swept.over[best]:g}."

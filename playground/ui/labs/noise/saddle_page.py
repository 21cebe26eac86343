"""Many runs start exactly on the ridge of a saddle: beside each other those without noise, and those with."""

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from PySide6.QtWidgets import QGridLayout, QWidget

from playground.labs.escape import SADDLE, Floats, Ground
from playground.ui.figures import percent, short
from playground.ui.labs.context import LabContext
from playground.ui.labs.field_plot import FieldPlot
from playground.ui.labs.lab_plot import LabPlot
from playground.ui.labs.noise.crowd_page import CrowdPage
from playground.ui.labs.noise.share_bar import ShareBar
from playground.ui.labs.plot_choice import PlotChoice
from playground.ui.labs.things import Curve, Marks, Thing, Upright
from playground.ui.plots.loss import rounded_up
from playground.ui.plots.overlay import Look
from playground.ui.theme.tokens import Theme
from playground.ui.widgets import Item

INTRO = (
    "At (0, 0) the slope is 0, but it is no minimum: it is a saddle, and the minima lie above and below. "
    "From (1, 0) the slope leads straight to it. What gets a descent off the ridge?"
)
ACROSS, UP = (-1.3, 1.3), (-1.45, 1.45)
PIXELS = 81
TAIL = 8
"""Steps of the way behind each run that are drawn."""
SIDES = ("without noise", "with noise")
SOON = 60
"""Steps that the plot of shares shows at least."""
VIEWS = (
    Item("maps", "Maps", "The saddle with every run, without noise and with it."),
    Item("shares", "Shares", "The share that has escaped, over the steps."),
)


class SaddlePage(CrowdPage):
    """The saddle x² + (y² - 1)²."""

    ground: ClassVar[Ground] = SADDLE
    sigmas: ClassVar[Sequence[float]] = [0.0, 1e-9, 1e-6, 1e-5, 1e-4, 0.001, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0]
    usual_sigma: ClassVar[float] = 0.001
    usual_runs: ClassVar[int] = 100
    most: ClassVar[int] = 2000
    speed: ClassVar[int] = 20

    def __init__(self, context: LabContext) -> None:
        super().__init__(context, INTRO)
        self.fields = [
            FieldPlot(
                self._theme,
                f"The saddle, {side}",
                f"Where the runs {side} are on the map; blue is high, orange is low.",
                names=("x", "y"),
            )
            for side in SIDES
        ]
        self.bars = [
            ShareBar(f"Escaped, {side}", f"How many of the runs {side} have left the saddle.")
            for side in SIDES
        ]
        self.curve = LabPlot(
            self._theme,
            "Share escaped",
            "Which share of the runs has left the saddle after each step.",
            names=("step", "escaped, %"),
        )
        x, y = np.linspace(*ACROSS, PIXELS), np.linspace(*UP, PIXELS)
        heights = SADDLE.value(np.stack(np.meshgrid(x, y), axis=-1))
        for field in self.fields:
            field.show_field(heights, ACROSS, UP)
        both = QWidget()
        maps = QGridLayout(both)
        maps.setContentsMargins(0, 0, 0, 0)
        maps.setHorizontalSpacing(12)
        for column, (bar, field) in enumerate(zip(self.bars, self.fields, strict=True)):
            maps.addWidget(bar, 0, column)
            maps.addWidget(field, 1, column)
        maps.setRowStretch(1, 1)
        self.stage.addWidget(both, 3)
        self.stage.addWidget(self.curve, 1)
        views = list(zip(VIEWS, (both, self.curve), strict=True))
        self.column.insertWidget(self.column.count() - 1, PlotChoice(self, views))
        self.apply_theme(self._theme)

    def _sizes(self) -> Sequence[float]:
        return (0.0, self.sigma.value)

    # Drawing --------------------------------------------------------------------------------------------

    def _draw(self) -> None:
        shares = self.crowd.shares[self.at]
        runs = int(self.runs.value)
        for side, (field, bar) in enumerate(zip(self.fields, self.bars, strict=True)):
            field.show_things(self._runs(side))
            name = SIDES[side].capitalize() if not side else self._named()
            count = round(float(shares[side]) * runs)
            bar.show_share(float(shares[side]), f"{name}: {count} of {runs} escaped")
        self._draw_shares()
        self._say()

    def _named(self) -> str:
        """Return what the noisy side is called."""
        if self.kind.key == "batches":
            return f"Batches of {int(self.batch.value)}, σ = {short(self.sigma.value)}"
        return f"Noise σ = {short(self.sigma.value)}"

    def _runs(self, side: int) -> list[Thing]:
        """Return what is drawn of one side: where to go, the ways behind the runs, and the runs."""
        theme = self._theme
        out = self._arrived(side)
        places = self._places(side)
        return [
            *self._places_of_note,
            Curve(*self._tails(side), Look(theme.text, width=1.0)),
            Marks(places[~out], theme.warning, "o", 9, "still on the way"),
            Marks(places[out], theme.success, "d", 10, "escaped"),
        ]

    def _tails(self, side: int) -> tuple[Floats, Floats]:
        """Return the last steps of all runs as one line with gaps."""
        ways = np.stack([places[side] for places in self.crowd.path[max(0, self.at - TAIL) : self.at + 1]])
        if side == 0:
            ways = ways[:, :1]  # without noise all runs are one
        gaps = np.full((1, *ways.shape[1:]), np.nan)
        line = np.concatenate([ways, gaps]).swapaxes(0, 1).reshape(-1, 2)
        return line[:, 0], line[:, 1]

    def _draw_shares(self) -> None:
        theme = self._theme
        made = np.arange(self.crowd.step + 1, dtype=np.float64)
        shares = 100 * np.stack(self.crowd.shares)
        self.curve.set_home((0.0, rounded_up(max(SOON, self.crowd.step))), (-5.0, 135.0))
        self.curve.show_things(
            [
                Curve(made, shares[:, 0], Look(theme.warning, (5.0, 2.5)), SIDES[0]),
                Curve(made, shares[:, 1], Look(theme.success), SIDES[1]),
                Upright(float(self.at), Look(theme.muted, (1.5, 2.0), 1.0)),
            ]
        )

    # Words ----------------------------------------------------------------------------------------------

    def _say(self) -> None:
        runs = int(self.runs.value)
        lost = int(np.isnan(self._places(1)).any(axis=1).sum())
        if np.isnan(self._places(0)).any():
            self.say("Even without noise the runs have run away: take a smaller learning rate.", warning=True)
        elif lost:
            self.say(
                f"{lost} of {runs} runs with noise have run away and are out of the picture: take a smaller "
                "learning rate or less noise.",
                warning=True,
            )
        elif self.at == 0:
            self.say(
                f"All {runs} runs start at (1, 0), where the slope in y is exactly 0. Press Play: who gets "
                "away from y = 0?"
            )
        elif self.loudness == 0.0:
            self.say(self._silent())
        else:
            self.say(self._compared(runs))

    def _silent(self) -> str:
        if self.sigma.value:
            return "A batch of all rows has no noise, so both sides are the same. Take a smaller batch."
        return "σ is 0, so both sides are the same: the slope in y stays exactly 0. Raise σ a little."

    def _compared(self, runs: int) -> str:
        """Say how many got away with noise, and why none did without."""
        out = self._arrived(1)
        if not out.any():
            return (
                f"After {self.at:,} steps nobody has left yet, but with noise y is no longer exactly 0, and "
                "each step makes it larger: go on."
            )
        half = float(np.median(self.crowd.arrivals[1][out]))
        if out.all():
            return (
                f"All {runs} runs with noise have escaped, half of them within {half:.0f} steps. Without "
                "noise none ever does: the slope in y is exactly 0. Try a hundred times less noise."
            )
        return (
            f"After {self.at:,} steps {percent(float(out.mean()))} of the runs with noise have escaped, and "
            "none without: on the ridge the slope in y is exactly 0, and only noise tells up from down."
        )

    def apply_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        self._places_of_note = (
            Marks(np.array([[0.0, -1.0], [0.0, 1.0]]), theme.surface, "star", 15, "a minimum"),
            Marks(np.zeros((1, 2)), theme.surface, "x", 12, "the saddle"),
        )
        super().apply_theme(theme)
        # A map needs less room for its axes than a plot, but both have to fit the smallest window.
        self.curve.setMinimumHeight(theme.px(90))

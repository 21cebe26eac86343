"""The ladder of parameter counts: one rung for each network, from its rows to its parameters."""

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtGui import QFontMetrics, QResizeEvent

from playground.labs.ladder import Rung
from playground.ui.figures import short
from playground.ui.labs.lab_plot import LabPlot
from playground.ui.labs.things import Curve, Marks, Thing, Words
from playground.ui.plots.overlay import Look
from playground.ui.plots.ticks import Ticks
from playground.ui.theme.fonts import body_font, number_font
from playground.ui.theme.tokens import Theme

HELP = "A diamond for the training rows of each network, a circle for its parameters, on a logarithmic scale."
UNDER_DASH = (1.5, 2.0)
WORDS_AT = 0.3
"""How far behind a rung its gauge is written, in powers of ten."""
SEEN = (3.0, 3e14)


class LadderPlot(LabPlot):
    """The rungs from below to above in their order; the names of the networks stand at the left."""

    def __init__(self, theme: Theme) -> None:
        self._rungs: tuple[Rung, ...] = ()
        super().__init__(
            theme,
            "Ladder of parameters",
            HELP,
            names=("rows ◆ and parameters ● (log scale)", ""),
            log=(True, False),
        )

    @property
    def rungs(self) -> tuple[Rung, ...]:
        """The networks that are shown, the lowest first."""
        return self._rungs

    def show_rungs(self, rungs: Sequence[Rung]) -> None:
        """Show these networks."""
        self._rungs = tuple(rungs)
        self._axes()[0].setWidth(self._axis_room()[0])
        self._make_room()
        self._draw_rungs()

    def apply_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        super().apply_theme(theme)
        self._draw_rungs()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep room for the words behind the longest rung."""
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        """Show as much beyond the longest rung as its gauge takes in words."""
        low = math.log10(SEEN[0])
        longest = max((math.log10(max(one.rows, one.parameters, 1)) for one in self._rungs), default=low)
        metrics = QFontMetrics(body_font(self._theme, self._theme.size_small))
        words = max((metrics.horizontalAdvance(_gauge(rung)) for rung in self._rungs), default=0)
        free = max(self._view.rect().width() - words - self._theme.px(8), 1.0)
        across = (longest + WORDS_AT - low) * self._view.rect().width() / free
        most = low + min(max(across, math.log10(SEEN[1]) - low), 100.0)
        self.set_home((SEEN[0], 10.0**most), (-0.6, len(self._rungs) - 0.4))

    def _draw_rungs(self) -> None:
        drawn: list[Thing] = []
        for place, rung in enumerate(self._rungs):
            drawn += self._rung(float(place), rung)
        self.show_things(drawn)
        self._label_axes()

    def _rung(self, place: float, rung: Rung) -> list[Thing]:
        theme = self._theme
        ends = np.array([max(rung.rows, 1), max(rung.parameters, 1)], dtype=np.float64)
        colour = theme.warning if rung.is_over else theme.curve_test
        width = 5.0 if rung.key == "own" else 3.0
        where = (math.log10(float(ends.max())) + WORDS_AT, place)
        return [
            Curve(ends, np.full(2, place), Look(colour, () if rung.is_over else UNDER_DASH, width)),
            Marks(np.array([[ends[0], place]]), theme.surface, "d", 11.0),
            Marks(np.array([[ends[1], place]]), colour, "o", 13.0 if rung.key == "own" else 11.0),
            Words(_gauge(rung), where, theme.text, (0.0, 0.5)),
        ]

    def _y_ticks(self, low: float, high: float) -> Ticks:
        return [(float(place), rung.label) for place, rung in enumerate(self._rungs) if low <= place <= high]

    def _axis_room(self) -> tuple[int, int]:
        metrics = QFontMetrics(number_font(self._theme, self._theme.size_small, bold=False))
        widest = max((metrics.horizontalAdvance(rung.label) for rung in self._rungs), default=0)
        return widest + self._theme.px(14), super()._axis_room()[1]

    def _point_at(self, _x: float, y: float) -> str:
        place = round(y)
        if not 0 <= place < len(self._rungs):
            return ""
        rung = self._rungs[place]
        return (
            f"{rung.label}: {rung.parameters:,} parameters, {rung.rows:,} {rung.row}, "
            f"{short(rung.gauge)} for each. {rung.help}"
        )


def _gauge(rung: Rung) -> str:
    return f"{'▲ ' if rung.is_over else ''}{short(rung.gauge)} per row"

"""What plots of a run's signals have in common: they remember what they have seen since they were opened."""

import pyqtgraph as pg
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from playground.experiment.prepare import Prepared
from playground.experiment.words import layer_names
from playground.training.messages import Look, Snapshot
from playground.ui.plots.axes import AxesView
from playground.ui.plots.base import NO_RUN, PlotView
from playground.ui.plots.end_labels import EndLabels
from playground.ui.plots.loss import rounded_up
from playground.ui.plots.signal_store import SignalStore
from playground.ui.plots.ticks import Ticks, linear_ticks
from playground.ui.theme.fonts import body_font
from playground.ui.theme.tokens import Theme
from playground.ui.widgets.base import keep_font, role_label

LOW = 210  # design pixels of height below which a plot does without what is not needed
FEWEST_EPOCHS = 10.0
NOW = "Up to now, not to the epoch that is looked back at."
_ACROSS, _UP = 44, 18  # design pixels that a number needs beside the axis


class SignalPlot(PlotView):
    """A plot over the epochs whose parts are named on its right, with a line of words above.

    Subclasses draw in `_draw`, and say in `_value_range` what is shown, in `_verdict` what it means.
    """

    empty = ""
    """What is said before there is anything to see of a run."""

    def __init__(self, theme: Theme, label: str, help_text: str, parent: QWidget | None = None) -> None:
        self._ends = EndLabels()
        super().__init__(theme, label, help_text, parent)
        self._store = SignalStore()
        self._prepared: Prepared | None = None
        self._names: tuple[str, ...] = ()
        self._looks_back = False
        self._plot.getPlotItem().showAxis("right")
        self._note = role_label("", "muted")
        self._note.setWordWrap(True)
        self._note.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._header = QHBoxLayout()
        self._header.addWidget(self._note, 1)
        self._layout.insertLayout(0, self._header)

    @property
    def look(self) -> Look:
        """Ask for the signals."""
        return Look(signals=True)

    @property
    def note(self) -> str:
        """What is said above the plot."""
        return self._note.text()

    @property
    def named(self) -> tuple[str, ...]:
        """What is named on the right, from above."""
        return self._ends.names

    @property
    def store(self) -> SignalStore:
        """What has been seen."""
        return self._store

    # A run ----------------------------------------------------------------------------------------------

    def start_run(self, prepared: Prepared) -> None:
        """Begin anew."""
        self._prepared = prepared
        self._names = (*layer_names(prepared.plan.shapes[:-1]), "Output")
        self._begin(self.empty)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Add the signals, if they are new."""
        signals = snapshot.signals
        if self._prepared is None or signals is None or len(signals.layers) != len(self._names):
            return
        looked, self._looks_back = self._looks_back, snapshot.back is not None
        # What an earlier state measures is in the plot already, and what came after it is to stay there.
        added = not (self._looks_back and len(self._store)) and self._store.add(signals)
        if added or looked != self._looks_back:
            self._show_range()

    def clear(self) -> None:
        """Draw nothing."""
        self._prepared, self._names = None, ()
        self._begin(NO_RUN)

    def resemble(self, other: AxesView) -> None:
        """Show what another view has seen."""
        if isinstance(other, SignalPlot):
            self._store.take_over(other._store)
        super().resemble(other)

    def apply_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        super().apply_theme(theme)
        keep_font(self._note, body_font(theme, theme.size_small))
        self._header.setContentsMargins(theme.px(10), theme.px(2), theme.px(10), 0)
        self._header.setSpacing(theme.px(8))
        self._show_range()

    def _begin(self, why: str) -> None:
        self._store.clear()
        self._looks_back = False
        self._set_empty(True, why)
        self.fit()

    # For subclasses -------------------------------------------------------------------------------------

    def _draw(self) -> None:
        """Draw what the store holds; nothing when it is empty."""
        raise NotImplementedError

    def _has_something(self) -> bool:
        """Return whether there is anything to draw."""
        raise NotImplementedError

    def _value_range(self) -> tuple[float, float]:
        """Return the range of the upright axis that shows everything."""
        raise NotImplementedError

    def _verdict(self) -> tuple[str, bool]:
        """Return what the latest values mean, and whether that matters where there is little room."""
        return "", False

    # Drawing --------------------------------------------------------------------------------------------

    def _home(self) -> None:
        self._show_range()

    def showEvent(self, event: QShowEvent) -> None:
        """Draw what came while the plot was hidden."""
        super().showEvent(event)
        self._show_range()

    def _show_range(self) -> None:
        """Show all unless the person has zoomed; then draw it."""
        if not self.isVisible():
            return
        if self._store.latest is not None:
            self._set_empty(not self._has_something(), self.empty)
        if not self._zoomed:
            first, length = self._time()
            self._show_part((first, first + length * self._lengthened(), *self._value_range()))
        self._draw()
        self._label_axes()
        self._say()
        self._ends.setWidth(self._ends.room(self.width(), self._theme))

    def _lengthened(self) -> float:
        """Return by how much the plot is longer than the time that is shown."""
        return 1.0

    def _time(self) -> tuple[float, float]:
        """Return the epoch at which the plot begins, and how many there is room for."""
        seen = self._store.all
        if not seen:
            return 0.0, FEWEST_EPOCHS
        first = seen[0].position if seen[0].step else 0.0
        return first, rounded_up(max(seen[-1].position - first, FEWEST_EPOCHS))

    def _say(self) -> None:
        """Say above the plot when it begins, and what it shows."""
        words: list[str] = []
        if not self.is_empty:
            seen = self._store.all
            verdict, matters = self._verdict()
            words += [f"Measured since epoch {seen[0].position:,.0f}."] if seen and seen[0].step else []
            words += [NOW] if self._looks_back else []
            words += [verdict] if verdict and (matters or not self._is_low) else []
        self._note.setText(" ".join(words))
        self._note.setVisible(bool(words) and not self._posed)

    @property
    def _is_low(self) -> bool:
        return self.height() < self._theme.px(LOW)

    def _own_axes(self) -> dict[str, pg.AxisItem]:
        return {"right": self._ends}

    def _x_ticks(self, low: float, high: float) -> Ticks:
        room = int(self._view.width() / self._theme.px(_ACROSS))
        return linear_ticks(low, high, most=max(2, min(5, room)))

    def _most_rows(self) -> int:
        """Return how many numbers there is room for beside the upright axis."""
        return max(2, min(6, int(self._view.height() / self._theme.px(_UP))))

    def _margins(self) -> tuple[int, int]:
        return 0, self._theme.px(8)

    def _arrange(self) -> None:
        """Give the names the room they need at this width, and name the axis where there is room."""
        self._ends.setWidth(self._ends.room(self.width(), self._theme))
        if not self._posed:
            self._write_axes("" if self._is_low else "epoch", "")
            self._axes()[1].setHeight(self._axis_room()[1])
        super()._arrange()
        self._say()

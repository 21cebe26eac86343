"""The page "Cost": time and memory over the batch size, measured on this computer."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtWidgets import QHBoxLayout

from playground.engine.backends import make_backend
from playground.engine.backends.base import BackendUnavailableError
from playground.engine.layers import LayerShape
from playground.labs.batch_gradients import sizes_up_to
from playground.labs.batches import BatchRefused, Cancelled, Tell
from playground.labs.cost import Cost, dense_shapes, measure
from playground.ui.background import Background
from playground.ui.figures import short
from playground.ui.labs.context import LabContext
from playground.ui.labs.lab_plot import LabPlot
from playground.ui.labs.page import LabPage
from playground.ui.labs.parts import Button, WorkLine
from playground.ui.labs.plot_choice import PlotChoice
from playground.ui.labs.things import Curve, Marks, Thing
from playground.ui.plots.overlay import looks
from playground.ui.theme.tokens import Theme
from playground.ui.widgets import Choice, Item, LabelledSlider

NETWORKS = (
    Item("small", "Small, 2-8-8-1", "A network as in the playground: 105 weights and biases."),
    Item("medium", "Medium, 64-128-128-10", "A network for small pictures: 26,122 weights and biases."),
    Item("large", "Large, 256-512-512-10", "Wide layers: 399,370 weights and biases."),
    Item("open", "The open network", "The layers of the network in the window behind."),
)
WIDTHS = {"small": (2, 8, 8, 1), "medium": (64, 128, 128, 10), "large": (256, 512, 512, 10)}
ROWS = (64, 128, 256, 512, 1024, 2048, 4096)
STEPS = 200
END_SECONDS = 1.0

VIEWS = (
    Item("epoch", "Time per epoch", "How long an epoch takes, over the batch size."),
    Item("steps", "Steps per second", "How many steps are made in a second."),
    Item("memory", "Memory of a batch", "What the passes over a batch keep."),
)
AXES = ("seconds per epoch", "steps per second", "megabytes of a batch")

Results = dict[str, tuple[Cost, ...]]


class CostPage(LabPage):
    """Measures, on a thread, what each batch size costs; what was measured before stays for comparison."""

    def __init__(self, context: LabContext) -> None:
        super().__init__(
            context,
            "A large batch needs fewer steps an epoch and shares the price of a step among many rows, but "
            "keeps every one of them in memory. Plain descent on made-up rows, timed on this computer.",
        )
        self.results: Results = {}
        self._latest = ""
        self._work = Background(self, "playground-batches-cost", (BatchRefused, BackendUnavailableError))
        self._make_controls()
        self._make_plots()
        self._work.progressed.connect(lambda share: self.measuring.bar.show_share(share))
        self._work.done.connect(self._take)
        self._work.refused.connect(self._refuse)
        self.apply_theme(context.theme())
        self._show()

    def _make_controls(self) -> None:
        self.network = Choice("Network", "Whose steps are timed.")
        self.network.set_items(NETWORKS)
        self.network.set_key("medium")
        self.rows = LabelledSlider("Rows of data N", "How many rows an epoch has.", list(ROWS))
        self.rows.set_value(1024)
        self.rows.refused.connect(lambda words: self.say(words, warning=True))
        self.column.addWidget(self.network)
        self.column.addWidget(self.rows)
        self.measuring = WorkLine(
            "Measure",
            "Time a few steps of every batch size from 1 to N, or stop doing so.",
            "How many of the batch sizes have been timed.",
            "primary",
        )
        self.measuring.asked.connect(self._measure)
        self.measuring.stopped.connect(self._stop)
        self.put_below(self.measuring)
        self.forget = Button("Clear", "Forget what was measured.")
        self.forget.clicked.connect(self._forget)
        self.column.addWidget(self.forget)

    def _make_plots(self) -> None:
        theme, empty = self.context.theme(), "Press “Measure”: it takes a few seconds."
        self.plots = tuple(
            LabPlot(theme, view.label, view.help, empty, ("batch size B", axis), (True, True))
            for view, axis in zip(VIEWS, AXES, strict=True)
        )
        top = QHBoxLayout()
        top.addWidget(self.plots[0])
        top.addWidget(self.plots[1])
        self.stage.addLayout(top, 1)
        self.stage.addWidget(self.plots[2], 1)
        self.column.addWidget(PlotChoice(self, list(zip(VIEWS, self.plots, strict=True))))
        self.column.addStretch(1)

    # Measuring ------------------------------------------------------------------------------------------

    def _stop(self) -> None:
        self._work.cancel()
        self._settle("It was stopped; nothing of it is kept. Press “Measure” to begin again.")

    def _measure(self) -> None:
        shapes = self._shapes()
        if shapes is None:
            self.say(
                "There is no run in the network window. Open one, or choose another network.", warning=True
            )
            return
        rows, device = int(self.rows.value), self.context.device()
        name = f"{self._name()}, N = {rows:,}"

        def work(tell: Tell, cancelled: Cancelled) -> object:
            return name, measure(make_backend(device), shapes, rows, sizes_up_to(rows), tell, cancelled)

        self.measuring.show_busy(True)
        self.say("Every batch size is timed for a moment. Expect small batches to be slow for each epoch.")
        self._work.start(work)

    def _shapes(self) -> Sequence[LayerShape] | None:
        """Return the layers to be timed; None without the run that was asked for."""
        if self.network.key != "open":
            return dense_shapes(WIDTHS[self.network.key])
        seen = self.context.seen()
        return None if seen is None else seen.prepared.plan.shapes

    def _name(self) -> str:
        return next(item.label for item in NETWORKS if item.key == self.network.key)

    def _take(self, result: object) -> None:
        assert isinstance(result, tuple)
        name, costs = result
        if costs is not None:
            self.results.pop(name, None)
            self.results[name] = costs
            self._latest = name
        self._settle("")
        self._show()

    def _refuse(self, words: str) -> None:
        self._settle(words, warning=True)

    def _settle(self, words: str, warning: bool = False) -> None:
        self.measuring.show_busy(False)
        self.say(words, warning)

    def _forget(self) -> None:
        self.results.clear()
        self._latest = ""
        self._show()

    # Showing --------------------------------------------------------------------------------------------

    def _show(self) -> None:
        values = (_epoch_seconds, _steps_per_second, _megabytes)
        for plot, value in zip(self.plots, values, strict=True):
            named = value is _megabytes  # where the curves rise to their ends there is room for names
            things: list[Thing] = []
            for look, (name, costs) in zip(looks(self._theme), self.results.items(), strict=False):
                x = np.array([cost.batch for cost in costs], float)
                y = np.array([value(cost) for cost in costs])
                things += [
                    Curve(x, y, look, name if named else ""),
                    Marks(np.stack((x, y), axis=1), look.colour, name=name),
                ]
            plot.show_things(things)
        self.forget.setEnabled(bool(self.results))
        if self._latest:
            self.say(cost_words(self.results[self._latest]))
        else:
            self.say("Press “Measure” to time every batch size from 1 to N on this computer.")

    def end(self) -> None:
        """Call off the measurement."""
        super().end()
        self._work.end(END_SECONDS)

    def apply_theme(self, theme: Theme) -> None:
        """Draw everything in another theme."""
        super().apply_theme(theme)
        self._show()


def _epoch_seconds(cost: Cost) -> float:
    return cost.epoch_seconds


def _steps_per_second(cost: Cost) -> float:
    return cost.steps_per_second


def _megabytes(cost: Cost) -> float:
    return cost.memory / 1e6


def cost_words(costs: Sequence[Cost]) -> str:
    """Return in words what the smallest, the fastest and the largest batch cost."""
    first, last = costs[0], costs[-1]
    best = min(costs, key=lambda cost: cost.epoch_seconds)
    times = last.memory / first.memory
    return (
        f"An epoch takes {duration(first.epoch_seconds)} with B = 1 and {duration(best.epoch_seconds)} with "
        f"B = {best.batch:,}, {short(first.epoch_seconds / best.epoch_seconds)} times as fast; but that is "
        f"{best.iterations:,} instead of {first.iterations:,} steps. With B = {last.batch:,} a batch keeps "
        f"{times:,.0f} times as much in memory as one row. Try another network."
    )


def duration(seconds: float) -> str:
    """Return a time in the unit in which it is read best."""
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if seconds >= size:
            return f"{short(seconds / size)} {unit}"
    return f"{short(seconds / 1e-6)} µs"

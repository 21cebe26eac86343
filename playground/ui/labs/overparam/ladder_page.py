"""Parameters for each training row: in the open network, a wider one, and those in the news."""

from playground.experiment.model import Dense, Experiment
from playground.experiment.plan import layer_shapes
from playground.experiment.refused import EditRefused
from playground.experiment.variation import THINGS
from playground.labs.ladder import Rung, with_own
from playground.tables import by_key
from playground.ui.labs.context import LabContext
from playground.ui.labs.overparam import words
from playground.ui.labs.overparam.facts import Facts
from playground.ui.labs.overparam.gauge import Gauge
from playground.ui.labs.overparam.ladder_plot import LadderPlot
from playground.ui.labs.page import LabPage
from playground.ui.labs.parts import Button
from playground.ui.widgets import Item, LabelledSlider

INTRO = (
    "Networks of today have far more parameters than rows to learn from. Where does yours stand? "
    "Widen and deepen it, and watch the gauge cross 1."
)
WIDTH, DEPTH = by_key(THINGS, "width", "setting"), by_key(THINGS, "depth", "setting")
WIDTHS = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256]
WIDTHS = [*(one for one in WIDTHS if one < WIDTH.limits[1]), int(WIDTH.limits[1])]
ROWS = [round(first * 10**power) for power in range(1, 7) for first in (1, 2, 5)] + [10**7]
USUAL_ROWS = 100
MOST_LAYERS = 6
"""Sizes of layers that are written out."""
FACTS = (
    Item("layers", "Layers", "Inputs, hidden layers and outputs."),
    Item("parameters", "Parameters", "Weights and biases: the numbers that are learnt."),
    Item("rows", "Training rows", "How many rows there are to learn from."),
    Item(
        "per_number",
        "For each number",
        "Parameters for each number that is to be learnt: rows times outputs.",
    ),
)


class LadderPage(LabPage):
    """Shows the ladder with the open network on it, as it is or as the sliders have it."""

    def __init__(self, context: LabContext) -> None:
        super().__init__(context, INTRO)
        self._open: Experiment | None = None
        self._rows_seen: int | None = None
        self._shown: Experiment | None = None
        self._make_controls()
        self.plot = LadderPlot(context.theme())
        self.stage.addWidget(self.plot, 1)
        for slider in (self.width_slider, self.depth_slider, self.rows):
            slider.edited.connect(lambda _value, _gesture: self._change())
            slider.refused.connect(lambda why: self.say(why, warning=True))
        self.apply_theme(context.theme())

    def _make_controls(self) -> None:
        self.section("Your network")
        self.width_slider = LabelledSlider("Width", WIDTH.help, WIDTHS)
        self.depth_slider = LabelledSlider("Hidden layers", DEPTH.help, (1, int(DEPTH.limits[1]), 1))
        self.rows = LabelledSlider("Training rows N", "How many rows there would be to learn from.", ROWS)
        for slider in (self.width_slider, self.depth_slider, self.rows):
            self.column.addWidget(slider)
        self.back = Button("As it is open", "Go back to the network and the rows of the window.")
        self.back.clicked.connect(self._take_open)
        self.open_button = Button("Open this one", "Open the network of this width and depth in the window.")
        self.open_button.clicked.connect(self._open_shown)
        self.column.addWidget(self.back)
        self.column.addWidget(self.open_button)
        self.section("Parameters for each row")
        self.gauge = Gauge(self.context.theme())
        self.facts = Facts("Your network", FACTS)
        self.column.addWidget(self.gauge)
        self.column.addWidget(self.facts)
        self.column.addStretch(1)

    # For the window -------------------------------------------------------------------------------------

    @property
    def own(self) -> Rung:
        """The rung of the network that the sliders describe."""
        return next(rung for rung in self.plot.rungs if rung.key == "own")

    def refresh(self) -> None:
        """Take the open network up, if it is another one than before."""
        if self.context.experiment() is not self._open or self._rows_now() != self._rows_seen:
            self._take_open()

    # Inside ---------------------------------------------------------------------------------------------

    def _rows_now(self) -> int | None:
        seen = self.context.seen()
        return None if seen is None else len(seen.prepared.train_rows)

    def _take_open(self) -> None:
        experiment = self._open = self._shown = self.context.experiment()
        self._rows_seen = self._rows_now()
        self.rows.set_value(self._rows_seen or USUAL_ROWS)
        units = _units(experiment)
        has_layers = bool(units)
        self.depth_slider.set_value(max(len(units), 1))
        self.width_slider.set_value(max(units, default=1))
        for slider in (self.width_slider, self.depth_slider):
            slider.setEnabled(has_layers)
        self._show(experiment)

    def _change(self) -> None:
        """Show the network with this width and depth."""
        experiment = self._open
        if experiment is None:
            return
        try:
            if self.width_slider.isEnabled():
                experiment = DEPTH.apply(experiment, float(self.depth_slider.value))
                experiment = WIDTH.apply(experiment, float(self.width_slider.value))
        except EditRefused as refused:
            self.say(str(refused), warning=True)
            return
        self._shown = experiment
        self._show(experiment)

    def _show(self, experiment: Experiment) -> None:
        shapes = layer_shapes(experiment)
        parameters, rows = sum(shape.trained for shape in shapes), int(self.rows.value)
        units = [shapes[0].inputs, *_units(experiment), shapes[-1].units]
        label = "Your network"
        self.plot.show_rungs(with_own(label, parameters, rows))
        own, layers = self.own, "-".join(map(str, units))
        self.gauge.show_value(own.gauge)
        self.facts.show_facts(
            layers=layers if len(units) <= MOST_LAYERS else f"{len(units)} layers",
            parameters=f"{parameters:,}",
            rows=f"{rows:,}",
            per_number=words.gauge_text(parameters / (rows * units[-1])),
        )
        self.open_button.setEnabled(experiment is not self._open)
        self.say(words.of_ladder(own))

    def _open_shown(self) -> None:
        if self._shown is not None:
            self.context.open_experiment(self._shown)


def _units(experiment: Experiment) -> list[int]:
    """Return the sizes of the Dense layers."""
    return [layer.units for layer in experiment.layers if isinstance(layer, Dense)]

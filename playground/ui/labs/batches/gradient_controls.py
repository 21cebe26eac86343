"""The controls of "Noisy gradients": which network, which rows, how large a batch, how long a step."""

from PySide6.QtCore import QObject, Signal

from playground.ui.labs.page import LabPage
from playground.ui.widgets import Choice, Item, LabelledSlider, SeedLine

NETWORKS = (
    Item("linear", "Neuron, linear", "One linear neuron with a bias and a weight: a bowl."),
    Item("tanh", "Neuron, tanh", "One tanh neuron with a bias and a weight: no bowl, and flat far away."),
    Item("open", "The open network", "The network of the window behind, with its training rows."),
)
ROWS = (6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512)
RATES = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0, 2.0, 5.0)


class GradientControls(QObject):
    """Holds what is chosen.

    Signals:
        data_changed(): another network, or other rows.
        batch_changed(), rate_changed(): another batch size or rate.
        refused(str): why something cannot be chosen.
    """

    data_changed = Signal()
    batch_changed = Signal()
    rate_changed = Signal()
    refused = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.seed = 0
        self.network = Choice("Network", "Whose gradients are looked at.")
        self.network.set_items(NETWORKS)
        self.data_rows = LabelledSlider("Rows of data N", "How many rows the neuron learns from.", list(ROWS))
        self.data_rows.set_value(64)
        self.noise = LabelledSlider("Noise of the data", "How far rows lie off the truth.", (0.0, 2.0, 0.1))
        self.noise.set_value(0.5)
        self.seeds = SeedLine(
            "New draw", "Draw other rows and batches.", "Seed", "A whole number of 0 or more."
        )
        self.seeds.show_seed(0)
        self.size = LabelledSlider(
            "Batch size B", "How many rows are drawn for a step: from 1 to N.", list(range(1, 65))
        )
        self.size.set_value(4)
        self.step = LabelledSlider("Learning rate α", "How far a step goes downhill.", list(RATES))
        self.step.set_value(0.1)
        self._connect()

    def fill(self, page: LabPage) -> None:
        """Put the controls into the column of a page."""
        for widget in (self.network, self.data_rows, self.noise, self.seeds):
            page.column.addWidget(widget)
        page.section("Batch and step")
        for widget in (self.size, self.step):
            page.column.addWidget(widget)

    @property
    def kind(self) -> str:
        """The neuron's activation."""
        return self.network.key

    @property
    def is_open(self) -> bool:
        """Whether the open network is looked at."""
        return self.network.key == "open"

    @property
    def rows(self) -> int:
        """How many rows the neuron learns from."""
        return int(self.data_rows.value)

    @property
    def spread(self) -> float:
        """How far the neuron's rows lie off the truth."""
        return float(self.noise.value)

    @property
    def batch(self) -> int:
        """Rows in a batch."""
        return int(self.size.value)

    @property
    def rate(self) -> float:
        """The learning rate."""
        return float(self.step.value)

    def show_rows(self, rows: int) -> str:
        """Let B be at most so many; return a sentence when it had to become smaller, else nothing."""
        self.size.set_values(list(range(1, rows + 1)))
        if self.batch <= rows:
            return ""
        words = f"A batch of {self.batch:,} cannot be drawn from {rows:,} rows, so B is {rows:,} now."
        self.size.set_value(rows)
        return words

    def _connect(self) -> None:
        self.network.chosen.connect(self._choose_network)
        for slider in (self.data_rows, self.noise):
            slider.edited.connect(lambda _value, _gesture: self.data_changed.emit())
        self.size.edited.connect(lambda _value, _gesture: self.batch_changed.emit())
        self.step.edited.connect(lambda _value, _gesture: self.rate_changed.emit())
        for refusing in (self.data_rows, self.noise, self.step, self.seeds):
            refusing.refused.connect(self.refused)
        self.size.refused.connect(
            lambda words: self.refused.emit(
                f"{words} A batch is drawn from the rows without putting any back."
            )
        )
        self.seeds.next_asked.connect(lambda: self._take_seed(self.seed + 1))
        self.seeds.chosen.connect(self._take_seed)
        self.seeds.refused.connect(self.refused)

    def _choose_network(self, key: str) -> None:
        for control in (self.data_rows, self.noise):
            control.setEnabled(key != "open")
        self.data_changed.emit()

    def _take_seed(self, seed: int) -> None:
        self.seed = seed
        self.seeds.show_seed(seed)
        self.data_changed.emit()

"""The page "Memory": the data set against the card's memory, with the person's own figures."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtWidgets import QGridLayout

from playground.experiment.memory import numbers_of_a_row
from playground.labs.cost import NUMBER, dense_shapes
from playground.labs.memory_sum import GIGABYTE, MEGABYTE, Answer, Figures, SumRefused, batch_bytes, work_out
from playground.ui.figures import percent_in_tenths, short
from playground.ui.labs.batches.bars import Bars
from playground.ui.labs.context import LabContext
from playground.ui.labs.lab_plot import LabPlot
from playground.ui.labs.page import LabPage
from playground.ui.labs.things import Curve, Marks, Thing, Words
from playground.ui.plots.overlay import Look
from playground.ui.theme.fonts import body_font, number_font
from playground.ui.theme.tokens import Theme
from playground.ui.widgets import Choice, Item, LabelledSlider, NumberChoice, keep_font, role_label

NETWORKS = (
    Item("resnet", "ResNet-50", "25.6 million weights, and about 300 MB for each image of 224 × 224 pixels."),
    Item("dense", "Dense layers", "As deep and as wide as the sliders say, on images of 150,528 numbers."),
    Item("own", "Figures of my own", "Weights and memory as they are typed."),
)
PIXELS = 3 * 224 * 224
CLASSES = 1000


@dataclass(frozen=True, slots=True)
class Field:
    """A figure that can be typed: which one of `Figures`, and how many of them one of what is shown is."""

    key: str
    label: str
    help: str
    presets: tuple[float, ...]
    unit: float = 1.0


FIELDS = (
    Field(
        "images", "Images, million", "In the data set: COCO 0.33, ImageNet 14.", (14.0, 1.28, 0.33, 0.06), 1e6
    ),
    Field("data_gb", "Data, GB", "Gigabytes of the data set: ImageNet has about 300.", (300.0, 150.0, 25.0)),
    Field("card_gb", "Card, GB", "A GeForce RTX 2080 Ti has 11 GB of memory.", (11.0, 8.0, 24.0, 80.0)),
    Field("images_per_second", "Images a second", "How fast the card trains.", (300.0, 1000.0, 30.0)),
    Field("weights", "Weights, million", "Weights and biases.", (25.6, 11.7, 60.2, 175_000.0), 1e6),
    Field("image_mb", "MB an image", "What is kept of an image for the way back.", (300.0, 100.0, 10.0)),
)
NETWORK_FIELDS = ("weights", "image_mb")
LEAST, MOST = 1e-6, 1e9
ROOM = 3.0
"""How many times the largest batch that fits the plot shows."""


class MemoryPage(LabPage):
    """Works out what fits into a card's memory, of the data and of a batch."""

    def __init__(self, context: LabContext) -> None:
        super().__init__(
            context,
            "Why not B = N? All of ImageNet does not fit into the memory of a graphics card, and what a "
            "network keeps of a batch on its way forward grows with every row of it.",
        )
        self.figures = Figures()
        self.answer: Answer | None = None
        self._make_controls()
        self.plot = LabPlot(
            context.theme(),
            "Memory over batch size",
            "What a batch needs, the weights included, against the memory of the card.",
            "",
            ("batch size B", "gigabytes"),
        )
        self.bars = Bars(context.theme())
        self.stage.addWidget(self.bars)
        self.stage.addWidget(self.plot, 1)
        self.apply_theme(context.theme())
        self._choose_network("resnet")

    def _make_controls(self) -> None:
        self.fields: dict[str, NumberChoice] = {}
        self._add_fields([field for field in FIELDS if field.key not in NETWORK_FIELDS])
        self.network = Choice("Network", "Whose weights and memory are reckoned with.")
        self.network.set_items(NETWORKS)
        self.network.chosen.connect(self._choose_network)
        self.layers = LabelledSlider("Layers", "How many Dense layers lie before the output.", (1, 60, 1))
        self.neurons = LabelledSlider(
            "Neurons in each", "How wide they are.", [64, 128, 256, 512, 1024, 2048, 4096]
        )
        self.layers.set_value(8)
        self.neurons.set_value(512)
        self.column.addWidget(self.network)
        self._add_fields([field for field in FIELDS if field.key in NETWORK_FIELDS])
        for slider in (self.layers, self.neurons):
            slider.edited.connect(lambda _value, _gesture: self._take_dense())
            slider.refused.connect(lambda words: self.say(words, warning=True))
            self.column.addWidget(slider)
        self.section("Sums")
        self._labels = [(role_label("", "muted"), role_label("", "")) for _ in range(6)]
        for pair in self._labels:
            for label in pair:
                label.setWordWrap(True)
                self.column.addWidget(label)
        self.column.addStretch(1)

    def _add_fields(self, fields: Sequence[Field]) -> None:
        """Add lines of two fields each."""
        grid = QGridLayout()
        for place, one in enumerate(fields):
            field = NumberChoice(one.label, one.help, one.presets, LEAST, MOST)
            field.chosen.connect(lambda value, one=one: self._type(one.key, value * one.unit))
            field.refused.connect(lambda words: self.say(words, warning=True))
            self.fields[one.key] = field
            grid.addWidget(field, place // 2, place % 2)
        self.column.addLayout(grid)

    # Choosing -------------------------------------------------------------------------------------------

    def _type(self, name: str, value: float) -> None:
        if name in NETWORK_FIELDS and self.network.key != "own":
            self.network.set_key("own")
            self._show_sliders()
        self._take(replace(self.figures, **{name: value}))

    def _choose_network(self, key: str) -> None:
        self._show_sliders()
        if key == "dense":
            self._take_dense()
        elif key == "resnet":
            usual = Figures()
            self._take(replace(self.figures, weights=usual.weights, image_mb=usual.image_mb))
        else:
            self._take(self.figures)

    def _show_sliders(self) -> None:
        for slider in (self.layers, self.neurons):
            slider.setVisible(self.network.key == "dense")

    def _take_dense(self) -> None:
        """Reckon with Dense layers, by the engine's own sums."""
        shapes = dense_shapes((PIXELS, *[int(self.neurons.value)] * int(self.layers.value), CLASSES))
        weights = float(sum(shape.size for shape in shapes))
        self._take(
            replace(self.figures, weights=weights, image_mb=numbers_of_a_row(shapes) * NUMBER / MEGABYTE)
        )

    def _take(self, figures: Figures) -> None:
        try:
            self.answer = work_out(figures)
        except SumRefused as refusal:
            self.say(str(refusal), warning=True)
            return
        self.figures = figures
        for one in FIELDS:
            self.fields[one.key].set_value(float(f"{getattr(figures, one.key) / one.unit:.4g}"))
        self._show()

    # Showing --------------------------------------------------------------------------------------------

    def _show(self) -> None:
        if self.answer is None:
            return
        self.bars.show_bars((("The data", self.figures.data_gb), ("The card", self.figures.card_gb)))
        self.plot.show_things(memory_things(self.figures, self.answer, self._theme))
        for (name, value), pair in zip(sums(self.figures, self.answer), self._labels, strict=True):
            pair[0].setText(name)
            pair[1].setText(value)
        self.say(words(self.figures, self.answer))

    def apply_theme(self, theme: Theme) -> None:
        """Draw everything in another theme."""
        super().apply_theme(theme)
        for name, value in self._labels:
            keep_font(name, body_font(theme))
            keep_font(value, number_font(theme, theme.size_body))
        self.column.setSpacing(theme.px(4))
        self._show()


def memory_things(figures: Figures, answer: Answer, theme: Theme) -> list[Thing]:
    """Return what a batch needs as a line, the card as a level, and the largest batch that fits."""
    x = np.array([0.0, ROOM * max(answer.largest_batch, 8)])
    need = np.array([batch_bytes(figures, batch) for batch in x]) / GIGABYTE
    things: list[Thing] = [
        Curve(x, np.full_like(x, figures.card_gb), Look(theme.success, (5.0, 2.5), 2.0), "the card"),
        Curve(x, need, Look(theme.accent, width=2.4), "a batch and the weights"),
    ]
    if answer.largest_batch:
        place = answer.largest_batch, batch_bytes(figures, answer.largest_batch) / GIGABYTE
        things.append(Marks(np.array([place]), theme.accent, "o", 11.0, "largest batch that fits"))
        things.append(Words(f"B = {answer.largest_batch:,} fits ", place, theme.text, (1.0, 1.0)))
    return things


def sums(figures: Figures, answer: Answer) -> list[tuple[str, str]]:
    """Return the sums, each with its name."""
    largest = (
        f"{answer.largest_batch:,} images"
        if answer.largest_batch
        else "none: the weights alone fill the card"
    )
    return [
        (
            "Data against the card",
            f"{short(figures.data_gb)} GB / {short(figures.card_gb)} GB = {short(answer.loads)}",
        ),
        ("An image on the disk", in_bytes(answer.bytes_per_image)),
        ("Images that fit at once", f"{answer.images_at_once:,}, {percent_in_tenths(answer.share)} of them"),
        ("Weights, gradients, momentum", in_bytes(answer.weights_bytes)),
        ("Largest batch beside them", largest),
        ("B = N would need", in_bytes(answer.full_batch_bytes)),
    ]


def words(figures: Figures, answer: Answer) -> str:
    """Return in words what follows for training."""
    if not answer.largest_batch:
        return (
            f"Weights, gradients and momentum take {in_bytes(answer.weights_bytes)} of memory, so not even "
            "a batch of one image fits. Choose a smaller network or a larger card."
        )
    if answer.share >= 1.0:
        data = f"The data fit into {short(figures.card_gb)} GB"
    else:
        data = (
            f"Only {percent_in_tenths(answer.share)} of the data fit into {short(figures.card_gb)} GB at once"
        )
    return (
        f"{data}, and the network has room for batches of at most {answer.largest_batch:,}: an epoch is "
        f"{answer.iterations:,} iterations, about {hours(answer.epoch_seconds)}. Try another card."
    )


def in_bytes(count: float) -> str:
    """Return a number of bytes in the unit in which it is read best, by powers of ten."""
    for unit, size in (("PB", 1e15), ("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= size:
            return f"{short(count / size)} {unit}"
    return f"{short(count)} bytes"


def hours(seconds: float) -> str:
    """Return a time in days, hours, minutes or seconds."""
    for unit, size in (("days", 86_400.0), ("hours", 3600.0), ("minutes", 60.0)):
        if seconds >= 2 * size:
            return f"{short(seconds / size)} {unit}"
    return f"{short(seconds)} s"

"""What the person is looking at: the selected layer, the pinned and the hovered neuron, the example."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Signal

from playground.experiment.diff import same_numbering
from playground.experiment.flow import widths
from playground.experiment.model import INPUTS_ID, OUTPUT_ID, Experiment
from playground.experiment.plan import output_units
from playground.training.numbers import NumberRef
from playground.ui.document import Document


@dataclass(frozen=True, slots=True)
class NeuronRef:
    """One neuron: the id of its layer ("inputs" and "output" included) and its position there."""

    layer: str
    index: int


@dataclass(frozen=True, slots=True, eq=False)
class LayerNumbers:
    """Numbers that stand at the neurons of one layer for as long as somebody follows an example.

    `name` says what the `values` (units,) are: "a", "δ". On the way back, where values are the δ of a
    Dense layer, `below` (inputs,) is what comes in: their products are the gradients at the links. `neuron`
    is the one whose sum is being explained.
    """

    layer: str
    name: str
    values: npt.NDArray[np.floating]
    neuron: int
    below: npt.NDArray[np.floating] | None = None


class Selection(QObject):
    """What is selected; follows the document, so that it never names a layer that is gone.

    Signals:
        changed(): another layer or pinned neuron.
        shown_neuron_changed(NeuronRef | None): the neuron to enlarge, hovered before pinned.
        example_changed(int | None): the row whose way through the network is to be followed.
        followed_changed(int | None): that row while somebody follows it, so that it is to be marked.
        numbers_changed(LayerNumbers | None): numbers to be written into the diagram.
        hovered_link_changed(NumberRef | None): the weight or bias that is pointed at, wherever.
    """

    changed = Signal()
    shown_neuron_changed = Signal(object)
    example_changed = Signal(object)
    followed_changed = Signal(object)
    numbers_changed = Signal(object)
    hovered_link_changed = Signal(object)

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._layer: str | None = None
        self._neuron: NeuronRef | None = None
        self._hovered: NeuronRef | None = None
        self._example: int | None = None
        self._following = False
        document.experiment_changed.connect(self._drop_example)
        self._link: NumberRef | None = None
        document.experiment_changed.connect(self._drop_what_is_gone)

    @property
    def layer(self) -> str | None:
        """The selected layer's id, "inputs", "output", or None."""
        return self._layer

    @property
    def neuron(self) -> NeuronRef | None:
        """The pinned neuron."""
        return self._neuron

    @property
    def hovered(self) -> NeuronRef | None:
        """The neuron under the pointer."""
        return self._hovered

    @property
    def shown_neuron(self) -> NeuronRef | None:
        """The neuron to enlarge in the output plot."""
        return self._hovered or self._neuron

    @property
    def hovered_link(self) -> NumberRef | None:
        """The weight or bias that is pointed at: in the diagram, or as a number in an instrument."""
        return self._link

    def hover_link(self, link: NumberRef | None) -> None:
        """Light a weight or a bias wherever it is shown, for as long as it is pointed at."""
        if link != self._link:
            self._link = link
            self.hovered_link_changed.emit(link)

    def select(self, layer: str | None) -> None:
        """Select a layer, or nothing."""
        if layer != self._layer:
            self._layer = layer
            self.changed.emit()

    def pin(self, neuron: NeuronRef | None) -> None:
        """Keep a neuron enlarged; None lets go."""
        if neuron != self._neuron:
            shown = self.shown_neuron
            self._neuron = neuron
            self.changed.emit()
            self._tell(shown)

    def hover(self, neuron: NeuronRef | None) -> None:
        """Enlarge a neuron for as long as the pointer is on it."""
        if neuron != self._hovered:
            shown = self.shown_neuron
            self._hovered = neuron
            self._tell(shown)

    # The example ----------------------------------------------------------------------------------------

    @property
    def example(self) -> int | None:
        """The number of the row that was chosen as the example."""
        return self._example

    @property
    def followed(self) -> int | None:
        """The example while somebody follows it."""
        return self._example if self._following else None

    def choose_example(self, row: int | None) -> None:
        """Choose a row as the example; None lets go."""
        if row != self._example:
            followed, self._example = self.followed, row
            self.example_changed.emit(row)
            self._tell_followed(followed)

    def follow(self, on: bool) -> None:
        """Say whether somebody follows the example, so that it is marked where its row is drawn."""
        followed, self._following = self.followed, on
        self._tell_followed(followed)
        if not on:
            self.show_numbers(None)

    def show_numbers(self, numbers: LayerNumbers | None) -> None:
        """Have numbers written into the diagram; None takes them away."""
        self.numbers_changed.emit(numbers)

    def _tell_followed(self, before: int | None) -> None:
        if self.followed != before:
            self.followed_changed.emit(self.followed)

    def _drop_example(self, old: Experiment, new: Experiment) -> None:
        if self._example is not None and not same_numbering(old, new):
            self.choose_example(None)

    # Own ------------------------------------------------------------------------------------------------

    def _tell(self, before: NeuronRef | None) -> None:
        if self.shown_neuron != before:
            self.shown_neuron_changed.emit(self.shown_neuron)

    def _drop_what_is_gone(self) -> None:
        experiment = self._document.experiment
        places = [INPUTS_ID, *(layer.id for layer in experiment.layers)]
        hidden = dict(zip(places, widths(experiment), strict=True))
        sizes = {**hidden, OUTPUT_ID: output_units(experiment)}
        if self._layer is not None and self._layer not in sizes:
            self.select(None)
        self.hover_link(None)
        for ref, let_go in ((self._neuron, self.pin), (self._hovered, self.hover)):
            if ref is not None and ref.index >= sizes.get(ref.layer, 0):
                let_go(None)

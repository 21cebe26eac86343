"""What the person is looking at: the selected layer, the pinned and the hovered neuron."""

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from playground.experiment.flow import widths
from playground.experiment.model import INPUTS_ID, OUTPUT_ID
from playground.experiment.plan import output_units
from playground.training.numbers import NumberRef
from playground.ui.document import Document


@dataclass(frozen=True, slots=True)
class NeuronRef:
    """One neuron: the id of its layer ("inputs" and "output" included) and its position there."""

    layer: str
    index: int


class Selection(QObject):
    """What is selected; follows the document, so that it never names a layer that is gone.

    Signals:
        changed(): another layer or pinned neuron.
        shown_neuron_changed(NeuronRef | None): the neuron to enlarge, hovered before pinned.
        hovered_link_changed(NumberRef | None): the weight or bias that is pointed at, wherever.
    """

    changed = Signal()
    shown_neuron_changed = Signal(object)
    hovered_link_changed = Signal(object)

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._layer: str | None = None
        self._neuron: NeuronRef | None = None
        self._hovered: NeuronRef | None = None
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

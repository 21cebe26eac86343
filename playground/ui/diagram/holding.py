"""Freezing layers, and switching links and neurons off: by the menus of the diagram and from the keyboard."""

from playground.experiment import edits
from playground.experiment.hold_edits import is_frozen, is_link_off, neurons_off
from playground.experiment.model import Experiment
from playground.ui.diagram import outline
from playground.ui.document import Document
from playground.ui.selection import NeuronRef

SELECT = "Select a layer first, with the arrow keys or a click."
POINT = "Point at a neuron first, with the arrow keys or the mouse."
BOTH_ENDS = (
    "Keep one end of the link with a click or Enter, then point at the other end in the layer beside it."
)


def freeze_text(experiment: Experiment, layer: str) -> str:
    """Return what freezing does to a layer now."""
    return "Unfreeze" if is_frozen(experiment, layer) else "Freeze"


def toggle_frozen(document: Document, layer: str | None) -> bool:
    """Freeze a layer, or let it learn again; say so where none is selected."""
    if layer is None:
        document.refused.emit(SELECT)
        return False
    on = not is_frozen(document.experiment, layer)
    name = outline.layer_name(document.experiment, layer)
    return document.edit(f"{'Freeze' if on else 'Unfreeze'} {name}", edits.set_frozen, layer, on)


def is_neuron_off(experiment: Experiment, neuron: NeuronRef) -> bool:
    """Return whether a neuron is off."""
    return neuron.index in neurons_off(experiment, neuron.layer)


def toggle_neuron(document: Document, neuron: NeuronRef | None) -> bool:
    """Switch a neuron off or on; say so where none is pointed at."""
    if neuron is None:
        document.refused.emit(POINT)
        return False
    on = is_neuron_off(document.experiment, neuron)
    text = f"Switch neuron {'on' if on else 'off'}"
    return document.edit(text, edits.set_neuron, neuron.layer, neuron.index, on)


def toggle_link(document: Document, layer: str, unit: int, source: int) -> bool:
    """Switch a link off or on."""
    on = is_link_off(document.experiment, layer, unit, source)
    return document.edit(f"Switch link {'on' if on else 'off'}", edits.set_link, layer, unit, source, on)


def toggle_link_between(document: Document, kept: NeuronRef | None, pointed: NeuronRef | None) -> bool:
    """Switch the link between the neuron that is kept and the one that is pointed at off or on."""
    ends = _ends(document.experiment, kept, pointed)
    if ends is None:
        document.refused.emit(BOTH_ENDS)
        return False
    source, target = ends
    return toggle_link(document, target.layer, target.index, source.index)


def _ends(
    experiment: Experiment, one: NeuronRef | None, other: NeuronRef | None
) -> tuple[NeuronRef, NeuronRef] | None:
    """Return the neuron that a link comes from and the one it leads to; None unless they are neighbours."""
    if one is None or other is None:
        return None
    order = [spec.id for spec in outline.column_specs(experiment)]
    places = {ref.layer: order.index(ref.layer) for ref in (one, other) if ref.layer in order}
    if len(places) < 2 or abs(places[one.layer] - places[other.layer]) != 1:
        return None
    return (one, other) if places[one.layer] < places[other.layer] else (other, one)

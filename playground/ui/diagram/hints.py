"""The tooltip of every part of the diagram, as a sentence."""

from playground.engine.activations import ACTIVATIONS
from playground.engine.layers import LAYERS
from playground.experiment.hold_edits import is_frozen, is_link_off
from playground.experiment.model import INPUTS_ID
from playground.tables import by_key
from playground.training.numbers import NumberRef
from playground.ui.diagram import number_words, outline
from playground.ui.diagram.hits import Hit
from playground.ui.diagram.holding import is_neuron_off
from playground.ui.diagram.scene import DiagramScene
from playground.ui.selection import NeuronRef

PLAIN = {
    "minus": "One neuron fewer (−)",
    "plus": "One neuron more (+)",
    "grip": "Drag down or up for more or fewer neurons",
    "close": "Remove this layer (Delete)",
    "gap": "Add a Dense layer here (Insert)",
}


def hint(scene: DiagramScene, hit: Hit) -> str:
    """Return what the part under the pointer is and what can be done with it; empty for the canvas."""
    if hit.part in PLAIN:
        return PLAIN[hit.part]
    if hit.layer is None:
        return ""
    if hit.part == "badge":
        return scene.columns[hit.layer].face.badge
    if hit.part == "health":
        note = scene.columns[hit.layer].face.health
        return note.tip if note is not None else ""
    if hit.part == "link":
        return _number(scene, NumberRef(hit.layer, hit.index, hit.source))
    if hit.part == "activation":
        return _activation(scene, hit.layer)
    if hit.part == "bias":
        return _number(scene, NumberRef(hit.layer, hit.index))
    if hit.part == "tile":
        name = outline.neuron_name(scene.experiment, hit.layer, hit.index)
        if is_neuron_off(scene.experiment, NeuronRef(hit.layer, hit.index)):
            return f"{name} is switched off: nothing leads on from it. Right-click to switch it on (O)"
        return f"{name}: click to keep it enlarged"
    return _card(scene, hit.layer)


def _number(scene: DiagramScene, ref: NumberRef) -> str:
    title = number_words.title(scene.experiment, ref)
    if ref.source is not None and is_link_off(scene.experiment, ref.layer, ref.unit, ref.source):
        return f"{title}: switched off, its weight is 0. Right-click to switch it on"
    value = scene.value_of(ref)
    shown = "not known yet" if value is None else outline.signed(value)
    return f"{title}: {shown}\n{number_words.notation(scene.experiment, ref)} Click to change it."


def _activation(scene: DiagramScene, layer: str) -> str:
    key = outline.activation_of(scene.experiment, layer)
    if key is None:
        return ""
    record = by_key(ACTIVATIONS, key, "activation")
    return f"Activation {record.label}: {record.help} Click to choose another."


def _card(scene: DiagramScene, layer: str) -> str:
    name = outline.layer_name(scene.experiment, layer)
    if not is_frozen(scene.experiment, layer):
        return _card_words(scene, layer, name)
    return f"{_card_words(scene, layer, name)}\nFrozen: no step changes its numbers (F)"


def _card_words(scene: DiagramScene, layer: str, name: str) -> str:
    column = scene.layout.column(layer)
    units = column.spec.units if column is not None else 0
    if layer == INPUTS_ID:
        return "The inputs: right-click to choose features"
    if column is not None and column.spec.kind == "hidden":
        neurons = f"{units} neuron{'s' if units != 1 else ''}"
        activation = outline.activation_label(outline.activation_of(scene.experiment, layer) or "linear")
        return f"{name}: {neurons}, {activation}. Click to select, drag to move it to another gap"
    if column is not None and column.spec.kind == "slim":
        words = by_key(LAYERS, column.spec.sign, "kind of layer").help
        return f"{name}: {words}\nClick to select, drag to move it to another gap"
    return f"{name}: click to select"

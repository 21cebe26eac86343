"""What the diagram shows, read off the experiment: columns, labels, and the network in words."""

from collections.abc import Sequence

from playground.engine.activations import ACTIVATIONS
from playground.engine.layers import LAYERS
from playground.experiment.flow import source_of, widths
from playground.experiment.hold_edits import is_frozen, links_off, neurons_off
from playground.experiment.model import INPUTS_ID, OUTPUT_ID, Dense, Experiment, Layer
from playground.experiment.plan import feature_labels, output_units
from playground.experiment.words import kind_label, layer_names
from playground.tables import by_key
from playground.ui.diagram.layout import ColumnSpec


def column_specs(experiment: Experiment) -> tuple[ColumnSpec, ...]:
    """Return the columns from the inputs to the output."""
    inputs, *hidden = widths(experiment)
    return (
        ColumnSpec(INPUTS_ID, "inputs", inputs),
        *(_column(experiment.layers, index, units) for index, units in enumerate(hidden)),
        ColumnSpec(OUTPUT_ID, "output", output_units(experiment)),
    )


def _column(layers: Sequence[Layer], index: int, units: int) -> ColumnSpec:
    layer = layers[index]
    if isinstance(layer, Dense):
        return ColumnSpec(layer.id, "hidden", units)
    # The engine counts values as the diagram its columns: the inputs are number 0.
    adds = source_of(layers, index) if layer.kind == "skip" else None
    return ColumnSpec(layer.id, "slim", units, slim_label(layer), layer.kind, adds)


def slim_label(layer: Layer) -> str:
    """Return what a slim card says: its kind, and the parameter that nothing else in the diagram shows."""
    return (
        f"{kind_label(layer)} {layer.parameter('rate'):g}" if layer.kind == "dropout" else kind_label(layer)
    )


def activation_of(experiment: Experiment, layer_id: str) -> str | None:
    """Return the key of a layer's activation, None for one that has none or is gone."""
    if layer_id == OUTPUT_ID:
        return experiment.output.activation
    layer = next((layer for layer in experiment.layers if layer.id == layer_id), None)
    return layer.activation if isinstance(layer, Dense) else None


def activation_label(key: str) -> str:
    """Return an activation's label."""
    return by_key(ACTIVATIONS, key, "activation").label


def layer_name(experiment: Experiment, layer_id: str) -> str:
    """Return what a layer is called in sentences: "Inputs", "Dense 2" or "Output"."""
    if layer_id == INPUTS_ID:
        return "Inputs"
    if layer_id == OUTPUT_ID:
        return "Output"
    return layer_names(experiment.layers)[experiment.index(layer_id)]


def neuron_name(experiment: Experiment, layer_id: str, index: int) -> str:
    """Return what a neuron is called in sentences; an input goes by its label."""
    if layer_id == INPUTS_ID:
        return feature_labels(experiment)[index]
    if layer_id == OUTPUT_ID and output_units(experiment) == 1:
        return "Output"
    dense = layer_id == OUTPUT_ID or isinstance(experiment.layer(layer_id), Dense)
    return f"{layer_name(experiment, layer_id)}, {'neuron' if dense else 'value'} {index + 1}"


def network_in_words(experiment: Experiment) -> str:
    """Return the network as one sentence, for those who do not see it."""
    inputs = len(experiment.data.features)
    parts = [f"{inputs} input{'s' if inputs > 1 else ''}"]
    parts += [_in_words(layer) + _held_in_words(experiment, layer.id) for layer in experiment.layers]
    output = f"Output {output_units(experiment)} {activation_label(experiment.output.activation)}"
    parts.append(output + _held_in_words(experiment, OUTPUT_ID))
    return f"Network: {', '.join(parts)}"


def _held_in_words(experiment: Experiment, layer_id: str) -> str:
    """Return what of a layer does not learn, in brackets; empty where all of it does."""
    neurons, links = len(neurons_off(experiment, layer_id)), len(links_off(experiment, layer_id))
    parts = ["frozen"] if is_frozen(experiment, layer_id) else []
    parts += [
        f"{count} {what}{'s' if count > 1 else ''} off"
        for count, what in ((neurons, "neuron"), (links, "link"))
        if count
    ]
    return f" ({', '.join(parts)})" if parts else ""


def _in_words(layer: Layer) -> str:
    if isinstance(layer, Dense):
        return f"Dense {layer.units} {activation_label(layer.activation)}"
    parameters = by_key(LAYERS, layer.kind, "kind of layer").parameters
    return " ".join([kind_label(layer), *(f"{layer.parameter(spec.key):g}" for spec in parameters)])


def is_another(old: Experiment, new: Experiment) -> bool:
    """Return whether `new` is another network than `old` rather than an edit of it."""
    before, after = ({layer.id for layer in experiment.layers} for experiment in (old, new))
    grown = abs(len(after) - len(before))
    return grown > 1 or (bool(before) and bool(after) and before.isdisjoint(after))


def signed(value: float, digits: int = 3) -> str:
    """Return a number with a true minus sign."""
    return f"{value:.{digits}f}".replace("-", "−")


def title_forms(spec: ColumnSpec) -> Sequence[str]:
    """Return the title of a column from the long form to the shortest."""
    if spec.kind == "inputs":
        return (f"Inputs · {spec.units}", "Inputs", "In")
    if spec.kind == "output":
        return ("Output", "Out")
    if spec.kind == "slim":
        return (spec.label,)
    return (f"Dense · {spec.units}", f"{spec.units}")

"""What a Skip needs: sentences about one that cannot add, and edits that keep every other one able to."""

from collections.abc import Collection

from playground.experiment.flow import INPUTS, SkipFault, dense_before, skip_faults, span_of, tied, widths
from playground.experiment.model import Dense, Experiment, Layer
from playground.experiment.words import layer_names


def sentence(experiment: Experiment, fault: SkipFault) -> str:
    """Return what is wrong with a Skip, and what would put it right."""
    layers, names = experiment.layers, layer_names(experiment.layers)
    name, before = names[fault.index], dense_before(layers, fault.index)
    if not before:
        return f"{name} has nothing to bridge: it needs a Dense layer before it."
    span = span_of(layers[fault.index])
    if fault.added is None:
        stand = "only 1 stands" if len(before) == 1 else f"only {len(before)} stand"
        return f"{name} spans {span} Dense layers, but {stand} before it: let it span fewer."
    first, last = names[before[span - 1]], names[before[0]]
    mine = f"its {fault.present}" if first == last else f"the {fault.present} of {last}"
    return (
        f"{name} adds the {_count(fault.added, 'value')} that went into {first} to {mine}: "
        f"both need the same width. Let {last} have {_count(fault.added, 'neuron')}, "
        "or bridge layers that are equally wide."
    )


def sentence_there(experiment: Experiment, fault: SkipFault) -> str:
    """Return why a layer cannot stand where it was put."""
    name = layer_names(experiment.layers)[fault.index]
    if fault.added is None:
        return f"There, {name} would have no Dense layer before it to bridge."
    return f"There, {name} would add {fault.added} values to {fault.present}: both need the same width."


def sentence_without(removed: str, experiment: Experiment, fault: SkipFault) -> str:
    """Return why a layer cannot be removed."""
    name = layer_names(experiment.layers)[fault.index]
    if fault.added is None:
        return f"Without {removed}, {name} would have nothing to bridge: remove {name} first."
    return (
        f"Without {removed}, {name} would add {fault.added} values to {fault.present}, "
        f"and both need the same width: remove {name} first."
    )


def with_same_beginnings(
    before: Experiment, layers: tuple[Layer, ...], moved: str = "", gap: int = 0
) -> Experiment:
    """Return the experiment with these layers, where each Skip still begins where it began.

    So a Dense layer put inside what a Skip bridges is bridged as well, and one taken out no longer counts.
    `moved` names the layer that was put into the `gap` of `before`.
    """
    changed = [
        _with_span(layer, _span(before.layers, layers, index, moved, gap)) if layer.kind == "skip" else layer
        for index, layer in enumerate(layers)
    ]
    return before.replace(layers=tuple(changed))


def _span(before: tuple[Layer, ...], after: tuple[Layer, ...], index: int, moved: str, gap: int) -> int:
    """Return the span with which the Skip at `index` begins at the first layer it bridged `before`."""
    layer, now = after[index], dense_before(after, index)
    if layer not in before or layer.id == moved:
        return min(span_of(layer), max(len(now), 1))
    place = before.index(layer)
    was = dense_before(before, place)[: span_of(layer)]
    stays = bool(was) and was[-1] <= gap <= place
    bridged = {before[i].id for i in was if stays or before[i].id != moved}
    return max((count for count, i in enumerate(now, 1) if after[i].id in bridged), default=1)


def with_fitting_span(experiment: Experiment, layer_id: str) -> Experiment:
    """Let a Skip that cannot add bridge the fewest layers with which it can, where there are such."""
    layers, counts = list(experiment.layers), widths(experiment)
    for index in [fault.index for fault in skip_faults(experiment) if layers[fault.index].id == layer_id]:
        for span, place in enumerate(dense_before(layers, index), 1):
            if counts[place] == counts[index]:
                layers[index] = _with_span(layers[index], span)
                return experiment.replace(layers=tuple(layers))
    return experiment


def _with_span(layer: Layer, span: int) -> Layer:
    if span == span_of(layer):
        return layer
    others = {key: value for key, value in layer.parameters.items() if key != "span"}
    return layer.replace(parameters={**others, "span": float(span)})


def with_tied_width(experiment: Experiment, index: int) -> Experiment:
    """Make a new Dense layer as wide as what a Skip adds to it."""
    others = tied(experiment.layers, index) - {index}
    if not others:
        return experiment
    return with_widths(experiment, {index}, widths(experiment)[min(others) + 1])


def with_tied_inputs(experiment: Experiment) -> Experiment:
    """Give the layers that a Skip adds the inputs to as many neurons as there are inputs."""
    return with_widths(experiment, tied(experiment.layers, INPUTS), len(experiment.data.features))


def with_widths(experiment: Experiment, places: Collection[int], units: int) -> Experiment:
    """Give the Dense layers at these places `units` neurons."""
    layers = tuple(
        layer.replace(units=units) if index in places and isinstance(layer, Dense) else layer
        for index, layer in enumerate(experiment.layers)
    )
    return experiment.replace(layers=layers)


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"

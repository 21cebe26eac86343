"""The edits that keep something out of the training: freezing layers, switching links and neurons off."""

from playground.engine.layers import LAYERS
from playground.experiment.flow import Names, incoming, source_of
from playground.experiment.held import MAX_OFF, Held, Link, Neuron
from playground.experiment.model import INPUTS_ID, OUTPUT_ID, Dense, Experiment
from playground.experiment.refused import EditRefused, edit
from playground.experiment.words import kind_label, layer_names
from playground.tables import by_key


@edit
def set_frozen(experiment: Experiment, layer_id: str, on: bool) -> Experiment:
    """Keep all numbers of a hidden layer or of the output as they are, or let them learn again."""
    if layer_id == INPUTS_ID:
        raise EditRefused("The inputs have nothing to learn, so there is nothing to freeze.")
    if layer_id != OUTPUT_ID:
        layer = experiment.layers[_place(experiment, layer_id)]
        if not can_freeze(layer.kind):
            raise EditRefused(f"{kind_label(layer)} has nothing to learn, so there is nothing to freeze.")
    others = tuple(one for one in experiment.held.frozen if one != layer_id)
    if on == (others != experiment.held.frozen):
        return experiment
    return _holding(experiment, experiment.held.replace(frozen=(*others, layer_id) if on else others))


def can_freeze(kind: str) -> bool:
    """Return whether layers of a kind have numbers that training changes."""
    return by_key(LAYERS, kind, "kind of layer").columns(1) > 0


@edit
def set_link(experiment: Experiment, layer_id: str, unit: int, source: int, on: bool) -> Experiment:
    """Switch a link to a unit of a layer on or off; `source` is the place of the value it comes from."""
    link = link_of(experiment, layer_id, unit, source)
    held = experiment.held
    if any((one.layer, one.unit) == link.source for one in held.neurons):
        layer, place = link.source
        name = layer_names(experiment.layers)[experiment.index(layer)]
        raise EditRefused(
            f"{name}, neuron {int(place) + 1} is switched off with all its links: switch the neuron on first."
        )
    if on != (link in held.links):
        return experiment
    _require_room(len(held.links), on, "links")
    others = tuple(one for one in held.links if one != link)
    return _holding(experiment, held.replace(links=others if on else (*others, link)))


def link_of(experiment: Experiment, layer_id: str, unit: int, source: int) -> Link:
    """Return the name of a link by the places of its ends; EditRefused where there is none."""
    if layer_id == INPUTS_ID:
        raise EditRefused("No links lead to the inputs.")
    sources, units = _ends(experiment, layer_id)
    if not 0 <= source < len(sources) or (units is not None and not 0 <= unit < units) or unit < 0:
        raise EditRefused("There is no such link any more.")
    return Link(layer=layer_id, unit=unit, source=sources[source])


def _ends(experiment: Experiment, layer_id: str) -> tuple[Names, int | None]:
    """Return what comes into a layer with links, and its units; None at the output, which the data size."""
    if layer_id == OUTPUT_ID:
        return incoming(experiment, layer_id), None
    layer = experiment.layers[_place(experiment, layer_id)]
    if not isinstance(layer, Dense):
        raise EditRefused(f"{kind_label(layer)} has no links of its own: switch one of a Dense layer off.")
    return incoming(experiment, layer_id), layer.units


@edit
def set_neuron(experiment: Experiment, layer_id: str, unit: int, on: bool) -> Experiment:
    """Switch a neuron of a hidden layer on or off, with all links that lead on from it."""
    if layer_id == INPUTS_ID:
        raise EditRefused("The inputs are switched on and off in the Data panel, under Features.")
    if layer_id == OUTPUT_ID:
        raise EditRefused("The outputs are what the network answers: none of them can be switched off.")
    index = _place(experiment, layer_id)
    layer, name = experiment.layers[index], layer_names(experiment.layers)[index]
    if not isinstance(layer, Dense):
        raise EditRefused(f"{kind_label(layer)} has no neurons: switch one of a Dense layer off.")
    if not 0 <= unit < layer.units:
        raise EditRefused(f"{name} has no neuron {unit + 1} any more.")
    held, neuron = experiment.held, Neuron(layer=layer_id, unit=unit)
    if on != (neuron in held.neurons):
        return experiment
    others = tuple(one for one in held.neurons if one != neuron)
    if not on:
        _require_way_out(experiment, index, name)
        off = {one.unit for one in others if one.layer == layer_id and one.unit < layer.units}
        if len(off) + 1 == layer.units:
            raise EditRefused(f"It is the last neuron of {name} that is on: without it nothing gets through.")
        _require_room(len(held.neurons), on, "neurons")
    return _holding(experiment, held.replace(neurons=others if on else (*others, neuron)))


def other_way_out(experiment: Experiment, index: int) -> str:
    """Return what takes the values of the Dense layer at `index` beside its links, in words; "" for nothing.

    With all its links off, such a neuron would still have a say.
    """
    layers, names = experiment.layers, layer_names(experiment.layers)
    later = [place for place in range(index + 1, len(layers)) if layers[place].kind == "dense"]
    end = later[0] if later else len(layers)
    for place in range(index + 1, len(layers)):
        kind = layers[place].kind
        if place < end and kind == "layer_norm":
            return f"{names[place]} measures all values of an example together"
        if kind == "skip":
            source = source_of(layers, place)
            added = source is not None and index < source <= end
            if place < end or added:
                return f"{names[place]} adds its values to others"
    return ""


def _require_way_out(experiment: Experiment, index: int, name: str) -> None:
    why = other_way_out(experiment, index)
    if why:
        raise EditRefused(
            f"A neuron of {name} cannot be switched off by its links alone, because {why}: remove that first."
        )


def _require_room(count: int, on: bool, what: str) -> None:
    if not on and count >= MAX_OFF:
        raise EditRefused(f"{MAX_OFF:,} {what} are switched off already, the most there can be.")


def _place(experiment: Experiment, layer_id: str) -> int:
    try:
        return experiment.index(layer_id)
    except KeyError:
        raise EditRefused(f"There is no layer {layer_id!r} any more.") from None


def _holding(experiment: Experiment, held: Held) -> Experiment:
    return experiment.replace(held=held)


# What is so now -----------------------------------------------------------------------------------------


def is_frozen(experiment: Experiment, layer_id: str) -> bool:
    """Return whether a layer is frozen."""
    return layer_id in experiment.held.frozen


def is_link_off(experiment: Experiment, layer_id: str, unit: int, source: int) -> bool:
    """Return whether a link is off, by itself or with the neuron that it comes from."""
    link, held = link_of(experiment, layer_id, unit, source), experiment.held
    return link in held.links or any((one.layer, one.unit) == link.source for one in held.neurons)


def why_not_set(experiment: Experiment, layer_id: str, unit: int, source: int | None) -> str:
    """Return why a weight cannot be set by hand; empty when it can."""
    has_links = layer_id == OUTPUT_ID or isinstance(experiment.layer(layer_id), Dense)
    if source is None or not has_links or not is_link_off(experiment, layer_id, unit, source):
        return ""
    return "This link is switched off, so it weighs 0. Right-click it in the diagram to switch it on first."


def neurons_off(experiment: Experiment, layer_id: str) -> frozenset[int]:
    """Return which neurons of a layer are off, by their places."""
    return frozenset(one.unit for one in experiment.held.neurons if one.layer == layer_id)


def links_off(experiment: Experiment, layer_id: str) -> frozenset[tuple[int, int]]:
    """Return which links to a layer are off, as (unit, place of the source), without those of neurons."""
    held = experiment.held
    mine = [one for one in held.links if one.layer == layer_id]
    if not mine:
        return frozenset()
    places = {name: place for place, name in enumerate(incoming(experiment, layer_id))}
    return frozenset((one.unit, places[one.source]) for one in mine if one.source in places)


def sources_off(experiment: Experiment, layer_id: str) -> frozenset[int]:
    """Return the places of the values that come into a layer from neurons that are off."""
    off = {(one.layer, one.unit) for one in experiment.held.neurons}
    if not off:
        return frozenset()
    return frozenset(place for place, name in enumerate(incoming(experiment, layer_id)) if name in off)

"""What flows through the hidden layers: how many values, and which of them a Skip adds.

Values are counted as the engine counts sources: 0 for the network's inputs, l + 1 for what layer l answers.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from playground.experiment.held import INPUT, ValueName
from playground.experiment.model import OUTPUT_ID, Dense, Experiment, Layer

INPUTS = -1
"""The place of the inputs among the layers' places."""


def widths(experiment: Experiment) -> tuple[int, ...]:
    """Return how many inputs there are, then how many values leave each hidden layer."""
    result = [len(experiment.data.features)]
    for layer in experiment.layers:
        result.append(layer.units if isinstance(layer, Dense) else result[-1])
    return tuple(result)


Names = tuple[ValueName, ...]


def names_of_values(features: Iterable[str], layers: Iterable[tuple[str, int | None]]) -> tuple[Names, ...]:
    """Return what the inputs are called, then the values that leave each layer.

    A layer is given as its id and its own units, None where it passes on the values that come in.
    """
    names: list[Names] = [tuple((INPUT, key) for key in features)]
    for layer, units in layers:
        names.append(names[-1] if units is None else tuple((layer, unit) for unit in range(units)))
    return tuple(names)


def value_names(experiment: Experiment) -> tuple[Names, ...]:
    """Return what the inputs are called, then the values that leave each hidden layer."""
    layers = ((one.id, one.units if isinstance(one, Dense) else None) for one in experiment.layers)
    return names_of_values(experiment.data.features, layers)


def incoming(experiment: Experiment, layer_id: str) -> Names:
    """Return what the values are called that come into a hidden layer or the output."""
    place = len(experiment.layers) if layer_id == OUTPUT_ID else experiment.index(layer_id)
    return value_names(experiment)[place]


def width_of(experiment: Experiment, layer_id: str) -> int:
    """Return how many values leave the hidden layer `layer_id`; KeyError when there is none."""
    return widths(experiment)[experiment.index(layer_id) + 1]


def dense_before(layers: Sequence[Layer], index: int) -> list[int]:
    """Return the places of the Dense layers before the one at `index`, the nearest first."""
    return [place for place in reversed(range(index)) if layers[place].kind == "dense"]


def span_of(layer: Layer) -> int:
    """Return how many Dense layers a Skip bridges."""
    return int(layer.parameter("span"))


def source_of(layers: Sequence[Layer], index: int) -> int | None:
    """Return which values the Skip at `index` adds; None when it spans more Dense layers than there are."""
    dense, span = dense_before(layers, index), span_of(layers[index])
    return dense[span - 1] if span <= len(dense) else None


@dataclass(frozen=True, slots=True)
class SkipFault:
    """A Skip, at `index`, that cannot add `added` values to `present`; None when there are too few layers."""

    index: int
    added: int | None
    present: int


def skip_faults(experiment: Experiment) -> Iterator[SkipFault]:
    """Yield every Skip that cannot add what it is to add."""
    layers, counts = experiment.layers, widths(experiment)
    for index, layer in enumerate(layers):
        if layer.kind == "skip":
            source = source_of(layers, index)
            added = None if source is None else counts[source]
            if added != counts[index]:
                yield SkipFault(index, added, counts[index])


def tied(layers: Sequence[Layer], place: int) -> frozenset[int]:
    """Return the places whose width has to be that of `place`, itself among them, because a Skip adds them.

    `place` is that of a Dense layer, or INPUTS.
    """
    giver = [INPUTS]  # of every count of values: the place that gives it
    for index, layer in enumerate(layers):
        giver.append(index if layer.kind == "dense" else giver[-1])
    sources = [(index, source_of(layers, index)) for index, x in enumerate(layers) if x.kind == "skip"]
    pairs = [{giver[source], giver[index]} for index, source in sources if source is not None]
    group = {place}
    while more := [pair for pair in pairs if pair & group and not pair <= group]:
        group.update(*more)
    return frozenset(group)

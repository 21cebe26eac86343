"""Networks with layers of every kind, for the tests of all packages."""

from playground.engine.layers import LAYERS
from playground.experiment.model import Dense, Experiment, Layer

OTHER_KINDS = tuple(record.key for record in LAYERS if record.key != "dense")


def stack(*layers: int | str, **changes: object) -> Experiment:
    """Return the default experiment with layers layer1, layer2 and so on.

    A number is a Dense layer of that width; "dropout" any other kind, "skip 2" one with its only parameter.
    """
    made = [_layer(f"layer{number}", what) for number, what in enumerate(layers, 1)]
    return Experiment(layers=tuple(made)).replace(**changes)


def _layer(layer_id: str, what: int | str) -> Layer:
    if isinstance(what, int):
        return Dense(id=layer_id, units=what)
    kind, *value = what.split()
    record = next(record for record in LAYERS if record.key == kind)
    parameters = {record.parameters[0].key: float(value[0])} if value else {}
    return Layer(id=layer_id, kind=kind, parameters=parameters)


def shorthand(experiment: Experiment) -> list[int | str]:
    """Return the layers as `stack` takes them."""
    return [
        layer.units
        if isinstance(layer, Dense)
        else " ".join([layer.kind, *(f"{value:g}" for value in layer.parameters.values())])
        for layer in experiment.layers
    ]

"""One number of a network, by its place or by name: which one somebody has set by hand.

A place counts layers, units and inputs as they are in one run; a name, made of the names that
`training/carry.py` matches, is found again in the next one, as long as what it connects is there.
"""

from dataclasses import dataclass

import numpy as np

from playground.engine.layers import LAYERS
from playground.experiment.plan import Plan
from playground.tables import by_key
from playground.training.carry import unit_names
from playground.training.messages import FloatArray, SetNumber

IN_THE_PAST = "This is an earlier state, which stays as it was: resume from here, or go back to now, first."

Values = tuple[FloatArray, ...]
Name = tuple[str, int | str]


@dataclass(frozen=True, slots=True)
class NumberRef:
    """The weight that leads to `unit` of a layer from `source`; without a source, the unit's bias.

    Of a norm the bias is beta, and the sources are gamma, mean and variance.
    """

    layer: str
    unit: int
    source: int | None = None


@dataclass(frozen=True, slots=True)
class NumberName:
    """A number by the names of the two values it connects; that of a norm by its column."""

    layer: str
    target: Name
    source: Name | None


def sources_of(plan: Plan, layer_id: str) -> int | None:
    """Return how many numbers each unit of a layer has beside its bias; None where it has none at all."""
    layer = _layer(plan, layer_id)
    if layer is None or not plan.shapes[layer].columns:
        return None
    return plan.shapes[layer].columns - 1 - _kept(plan, layer)


def name_of(plan: Plan, ref: NumberRef) -> NumberName | None:
    """Return the name of a number, None where the plan has none that can be set."""
    layer = _layer(plan, ref.layer)
    if layer is None or not 0 <= ref.unit < plan.shapes[layer].units:
        return None
    columns = _sources(plan, layer)
    if ref.source is not None and not 0 <= ref.source < len(columns):
        return None
    if ref.source is None and not plan.shapes[layer].columns:
        return None
    source = None if ref.source is None else columns[ref.source]
    return NumberName(ref.layer, unit_names(plan)[layer + 1][ref.unit], source)


def find(plan: Plan, name: NumberName) -> NumberRef | None:
    """Return where the number with this name is in a network, None where it is no longer."""
    layer = _layer(plan, name.layer)
    if layer is None or not plan.shapes[layer].columns:
        return None
    units, columns = unit_names(plan)[layer + 1], _sources(plan, layer)
    if name.target not in units:
        return None
    unit = units.index(name.target)
    if name.source is None:
        return NumberRef(name.layer, unit)
    return NumberRef(name.layer, unit, columns.index(name.source)) if name.source in columns else None


def place_of(plan: Plan, command: SetNumber) -> int | None:
    """Return the index in the flat vector of the parameters, None where there is no such number."""
    layer = _layer(plan, command.layer)
    if layer is None:
        return None
    shape, column = plan.shapes[layer], 0 if command.source is None else command.source + 1
    is_column = 0 <= column < shape.columns - _kept(plan, layer) and command.source != -1
    if not (is_column and 0 <= command.unit < shape.units):
        return None
    start = sum(one.size for one in plan.shapes[:layer])
    return start + command.unit * shape.columns + column


def value_at(plan: Plan, weights: Values, biases: Values, ref: NumberRef) -> float | None:
    """Return the value of a number, None where there is none."""
    layer = _layer(plan, ref.layer)
    if layer is None or not 0 <= ref.unit < len(biases[layer]):
        return None
    if ref.source is None:
        return float(biases[layer][ref.unit])
    there = 0 <= ref.source < weights[layer].shape[1]
    return float(weights[layer][ref.unit, ref.source]) if there else None


def with_number(
    plan: Plan, weights: Values, biases: Values, name: NumberName, value: float
) -> tuple[Values, Values]:
    """Return the weights and biases with one number changed, the others shared; as they are without it."""
    ref = find(plan, name)
    layer = None if ref is None else _layer(plan, ref.layer)
    if ref is None or layer is None:
        return weights, biases
    changed = biases if ref.source is None else weights
    array = np.array(changed[layer])
    array[ref.unit if ref.source is None else (ref.unit, ref.source)] = value
    array.flags.writeable = False
    result = (*changed[:layer], array, *changed[layer + 1 :])
    return (weights, result) if ref.source is None else (result, biases)


def refusal(value: float | None, text: str, precision: str) -> str:
    """Return why a number that was typed as `text` cannot be a weight; empty when it can."""
    if value is None:
        return f"“{text.strip()}” is no number. Type one such as 0.25, −1,5 or 3e-4."
    with np.errstate(over="ignore"):
        fits = bool(np.isfinite(np.dtype(precision).type(value)))
    return "" if fits else f"{text.strip()} is too large for {precision}. Type a smaller number."


def _layer(plan: Plan, layer_id: str) -> int | None:
    return plan.layer_ids.index(layer_id) if layer_id in plan.layer_ids else None


def _kept(plan: Plan, layer: int) -> int:
    """Return how many of a layer's columns are running averages, which are nobody's to set."""
    return by_key(LAYERS, plan.shapes[layer].kind, "kind of layer").kept


def _sources(plan: Plan, layer: int) -> tuple[Name, ...]:
    """Return the names of the columns of a layer's weights that can be set."""
    shape = plan.shapes[layer]
    if shape.kind == "dense":
        return unit_names(plan)[layer]
    return tuple(("column", index) for index in range(shape.columns - 1 - _kept(plan, layer)))

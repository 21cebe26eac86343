"""Trained weights that survive a change of structure: matched by the names of what they connect.

Every weight is named by (unit it leads to, unit it comes from), every unit by its layer's id and position,
every input by its feature. What has the same name in the new network keeps its value; the rest starts
afresh. So a layer that is moved, widened or given another activation keeps what it has learnt, as far as
its inputs are still there.

The values behind a Dropout, a norm or a Skip are still those of the Dense layer before it and keep their
names, so that such a layer comes and goes without a loss on either side. What a norm has learnt is named by
the value it belongs to and by what it is: shift, scale, running mean, running variance.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from playground.experiment.flow import Names, names_of_values
from playground.experiment.model import OUTPUT_ID
from playground.experiment.plan import Plan
from playground.training.messages import Carried, FloatArray

Pair = tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]


@dataclass(frozen=True, slots=True)
class Carry:
    """The weights of a run that ends, for the one that takes over; and how far it had come."""

    plan: Plan
    weights: tuple[FloatArray, ...]
    biases: tuple[FloatArray, ...]
    epoch: int
    step: int
    position: float

    def fits(self, plan: Plan) -> bool:
        """Whether every weight of a network with this plan has its value here."""
        mine, theirs = ((p.layer_ids, p.shapes, p.feature_keys, p.encoding) for p in (self.plan, plan))
        return mine == theirs

    @property
    def nbytes(self) -> int:
        """Memory held."""
        return sum(array.nbytes for array in (*self.weights, *self.biases))


def unit_names(plan: Plan) -> tuple[Names, ...]:
    """Return the names of the inputs, then of the values that leave every layer."""
    layers = zip(plan.layer_ids, plan.shapes, strict=True)
    return names_of_values(
        plan.feature_keys, ((key, shape.units if shape.kind == "dense" else None) for key, shape in layers)
    )


def fitting(carry: Carry, plan: Plan) -> int:
    """Return how many weights and biases of a network with this plan have a value in `carry`."""
    return sum(overlap.count for overlap in _overlaps(carry, plan))


def carry_over(
    carry: Carry, plan: Plan, weights: tuple[FloatArray, ...], biases: tuple[FloatArray, ...]
) -> Carried:
    """Write what fits of `carry` into the host arrays of a new network, in place."""
    kept = 0
    for overlap in _overlaps(carry, plan):
        (new_rows, old_rows), (new_columns, old_columns) = overlap.rows, overlap.columns
        source = carry.weights[overlap.old][np.ix_(old_rows, old_columns)]
        weights[overlap.new][np.ix_(new_rows, new_columns)] = source
        biases[overlap.new][new_rows] = carry.biases[overlap.old][old_rows]
        kept += overlap.count
    return Carried(kept, plan.parameters)


@dataclass(frozen=True, slots=True)
class _Overlap:
    """A layer that is in both networks: its places, and the units and columns it has in both, (new, old).

    `trained` is how many numbers of each such unit training changes.
    """

    new: int
    old: int
    rows: Pair
    columns: Pair
    trained: int

    @property
    def count(self) -> int:
        """Numbers it keeps of those that training changes."""
        return len(self.rows[0]) * self.trained


def _overlaps(carry: Carry, plan: Plan) -> Iterator[_Overlap]:
    """Yield what both networks have in common; a layer without a common source has nothing to keep."""
    old_names, new_names = unit_names(carry.plan), unit_names(plan)
    for new, old in _same_layers(carry, plan):
        rows = _matches(new_names[new + 1], old_names[old + 1])
        shape = plan.shapes[new]
        if shape.kind == "dense":
            columns = _matches(new_names[new], old_names[old])
            if len(columns[0]):
                yield _Overlap(new, old, rows, columns, len(columns[0]) + 1)
        elif shape.columns and len(rows[0]):
            every = np.arange(shape.columns - 1)  # a norm has the same columns whatever its width
            yield _Overlap(new, old, rows, (every, every), shape.trained // shape.units)


def _same_layers(carry: Carry, plan: Plan) -> Iterator[tuple[int, int]]:
    """Yield the places, new and old, of the layers whose units still mean what they meant."""
    for new, layer_id in enumerate(plan.layer_ids):
        if layer_id not in carry.plan.layer_ids:
            continue
        old = carry.plan.layer_ids.index(layer_id)
        now, then = plan.shapes[new], carry.plan.shapes[old]
        if (now.kind, now.initializer) != (then.kind, then.initializer):
            continue
        if layer_id == OUTPUT_ID and plan.encoding != carry.plan.encoding:
            continue  # the same output unit stands for another class now
        yield new, old


def _matches(new: Names, old: Names) -> Pair:
    """Return the positions in `new` and in `old` of the names that are in both."""
    position = {name: index for index, name in enumerate(old)}
    pairs = [(index, position[name]) for index, name in enumerate(new) if name in position]
    table = np.array(pairs, dtype=np.intp).reshape(-1, 2)
    return table[:, 0], table[:, 1]

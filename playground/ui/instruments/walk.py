"""The way that an example goes through a network, step by step: forwards to the loss, and back. No Qt."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from playground.data.features import design_matrix
from playground.data.scaling import SCALINGS
from playground.engine.losses import LOSSES
from playground.engine.trace import FloatArray, Trace, trace
from playground.experiment.model import INPUTS_ID, OUTPUT_ID
from playground.experiment.prepare import Prepared
from playground.tables import by_key

Kind = Literal["inputs", "forward", "loss", "backward"]


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what happens, and in which layer, counted as the plan's; -1 for the inputs."""

    kind: Kind
    layer: int = -1


def steps_of(layers: int) -> tuple[Step, ...]:
    """Return the steps through so many layers."""
    there = [Step("forward", layer) for layer in range(layers)]
    back = [Step("backward", layer) for layer in reversed(range(layers))]
    return (Step("inputs"), *there, Step("loss", layers - 1), *back)


@dataclass(frozen=True, slots=True, eq=False)
class Walk:
    """An example of a run with all its numbers.

    `raw` (inputs,) are the chosen features before scaling; None where scaling mixes them. `names` are
    those of the network's inputs.
    """

    prepared: Prepared
    row: int
    trace: Trace
    raw: FloatArray | None
    names: tuple[str, ...]
    steps: tuple[Step, ...]
    loss_key: str

    def layer_id(self, step: Step) -> str:
        """Return the id of the column of the diagram at which a step happens."""
        return INPUTS_ID if step.kind == "inputs" else self.prepared.plan.layer_ids[step.layer]

    def units(self, step: Step) -> int:
        """Return how many numbers a step makes."""
        return len(self.trace.x) if step.kind == "inputs" else len(self.trace.layers[step.layer].a)

    def is_output(self, step: Step) -> bool:
        """Return whether a step happens at the output."""
        return self.layer_id(step) == OUTPUT_ID


def walk_of(
    prepared: Prepared,
    weights: Sequence[npt.NDArray[np.floating]],
    biases: Sequence[npt.NDArray[np.floating]],
    row: int,
    loss: str,
) -> Walk:
    """Return the way of a row through a network's numbers; ValueError when they are of other layers."""
    found = trace(
        prepared.plan.shapes,
        weights,
        biases,
        prepared.x[row],
        prepared.y[row],
        by_key(LOSSES, loss, "loss"),
    )
    steps = steps_of(len(prepared.plan.shapes))
    raw = raw_features(prepared, row)
    return Walk(prepared, row, found, raw, prepared.plan.feature_labels, steps, loss)


def raw_features(prepared: Prepared, row: int) -> FloatArray | None:
    """Return a row's chosen features before they are scaled, (inputs,); None where scaling mixes them."""

    if by_key(SCALINGS, prepared.plan.scaling, "scaling").mixes:
        return None
    one = prepared.sample.inputs[row : row + 1]
    raw: FloatArray = design_matrix(one, prepared.plan.feature_keys, prepared.columns)[0]
    return raw

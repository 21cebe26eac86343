"""A stack of linear layers is one matrix: which layers of a network are such a stack, and which matrix.

Between two Dense layers without a bent activation everything is of the form x -> A x + c, and so is one after
the other: A2 (A1 x + c1) + c2 = (A2 A1) x + (A2 c1 + c2). The last Dense layer of a stack may have any
activation, which comes after its weighted sums. As in use: Dropout passes on, batch norm takes its averages.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from playground.engine.backends.base import HostArray
from playground.engine.layers import EPSILON, LayerShape

Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Stack:
    """The layers from `first` to `last`, both Dense, which are one; `dense` are its Dense ones' places."""

    first: int
    last: int
    dense: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Affine:
    """x -> matrix x + shift: (units, inputs) and (units,)."""

    matrix: Matrix
    shift: Matrix


def stacks(layers: Sequence[LayerShape]) -> tuple[Stack, ...]:
    """Return the longest stacks of two or more Dense layers, from the inputs on."""
    found, place = list[Stack](), 0
    while place < len(layers):
        dense = tuple(_run(layers, place))
        if len(dense) > 1:
            found.append(Stack(place, dense[-1], dense))
        place = max(dense[-1], place) + 1 if dense else place + 1
    return tuple(found)


def _run(layers: Sequence[LayerShape], first: int) -> Iterator[int]:
    """Yield the places of the Dense layers of the stack that begins at `first`."""
    for place in range(first, len(layers)):
        layer = layers[place]
        if layer.kind == "dense":
            yield place
            if layer.activation != "linear":
                return
        elif place == first or layer.kind == "layer_norm" or (layer.kind == "skip" and layer.source < first):
            return


def affine(layer: LayerShape, weights: HostArray, biases: HostArray) -> Affine:
    """Return what a layer of a stack does to the values that come in, but for its activation.

    `weights` and `biases` are those of a network. Raises ValueError for a layer that no matrix stands for
    alone: a layer norm, or a Skip.
    """
    if layer.kind == "dense":
        return Affine(np.asarray(weights, dtype=np.float64), np.asarray(biases, dtype=np.float64))
    if layer.kind == "dropout":
        return Affine(np.eye(layer.units), np.zeros(layer.units))
    if layer.kind == "batch_norm":
        gamma, mean, variance = np.asarray(weights, dtype=np.float64).T
        with np.errstate(all="ignore"):
            scale = gamma / np.sqrt(variance + EPSILON)
            return Affine(np.diag(scale), np.asarray(biases, dtype=np.float64) - scale * mean)
    raise ValueError(f"a {layer.kind} is no matrix")


def collapsed(
    layers: Sequence[LayerShape], weights: Sequence[HostArray], biases: Sequence[HostArray], stack: Stack
) -> Affine:
    """Return the one matrix and shift, in double precision, that a stack is, before its last activation.

    `weights` (units, columns - 1) and `biases` (units,) are those of all layers of the network.
    """
    inputs = layers[stack.first].inputs
    values = [Affine(np.eye(inputs), np.zeros(inputs))]  # what comes in, and what each layer of it passes on
    with np.errstate(all="ignore"):
        for place in range(stack.first, stack.last + 1):
            below = values[-1]
            if layers[place].kind == "skip":
                added = values[layers[place].source - stack.first]
                values.append(Affine(below.matrix + added.matrix, below.shift + added.shift))
                continue
            step = affine(layers[place], weights[place], biases[place])
            shift = step.matrix @ below.shift + step.shift
            values.append(Affine(step.matrix @ below.matrix, shift))
    return values[-1]


def products(layers: Sequence[LayerShape], stack: Stack) -> int:
    """Return about how many products of two numbers it takes to collapse a stack."""
    inputs = layers[stack.first].inputs
    return sum(
        layer.units * layer.inputs * inputs for layer in layers[stack.first : stack.last + 1] if layer.size
    )

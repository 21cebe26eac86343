"""What the kernels work on: a network as whole numbers over flat arrays, and its buffers.

Compiled once, the kernels run every network: its layers are rows of `ops`, its choices are places in the
tables.
"""

from typing import Any, NamedTuple

import numpy as np

from playground.engine.activations import ACTIVATIONS
from playground.engine.backends.kernels.lanes import LANES, WIDE
from playground.engine.dice import silenced_below
from playground.engine.layers import LAYERS, LayerShape

DENSE, DROPOUT, BATCH_NORM, LAYER_NORM, SKIP = range(len(LAYERS))
assert tuple(kind.key for kind in LAYERS) == ("dense", "dropout", "batch_norm", "layer_norm", "skip")

# Columns of `ops`.
KIND, UNITS, COLUMNS, ACTIVATION, FIRST, BELOW, START, SOURCE, LIMIT = range(9)

SOFTMAX = next(place for place, activation in enumerate(ACTIVATIONS) if not activation.elementwise)


class Machine(NamedTuple):
    """A network for the kernels.

    `ops` is (layers, 9): kind, units, columns of the block, activation, first number of the block, row of
    ones of what comes in and of what comes out, the row of ones of what a skip adds, and the 32-bit number
    below which Dropout silences. `numbers` (layers,) is Dropout's scale or the momentum of batch norm.
    `values`, `sums`, `grads`, `deltas` are flat buffers of rows x capacity; `input` and `target` hold a
    batch's columns.
    """

    ops: Any
    numbers: Any
    parameters: Any
    gradients: Any
    mask: Any
    values: Any
    sums: Any
    grads: Any
    deltas: Any
    target: Any
    turned: Any


def padded(count: int) -> int:
    """Return `count` rounded up to whole lanes."""
    return -(-count // LANES) * LANES


def make_machine(
    layers: tuple[LayerShape, ...], parameters: Any, gradients: Any, mask: Any, capacity: int
) -> Machine:
    """Return the machine of a network for up to `capacity` examples at a time."""
    dtype = parameters.dtype
    starts = np.concatenate([[0], np.cumsum([layers[0].inputs + 1, *(layer.units + 1 for layer in layers)])])
    firsts = np.concatenate([[0], np.cumsum([layer.size for layer in layers])])
    ops = np.zeros((len(layers), 9), dtype=np.int64)
    numbers = np.zeros(len(layers), dtype=dtype)
    kinds = {kind.key: place for place, kind in enumerate(LAYERS)}
    places = {activation.key: place for place, activation in enumerate(ACTIVATIONS)}
    for index, layer in enumerate(layers):
        limit, numbers[index] = _numbers(layer)
        ops[index] = (
            *(kinds[layer.kind], layer.units, layer.columns, places[layer.activation], firsts[index]),
            *(starts[index], starts[index + 1], starts[layer.source], limit),
        )
    size = int(starts[-1]) * padded(capacity)
    target = np.zeros(layers[-1].units * padded(capacity), dtype=dtype)
    values, sums, grads, deltas = (np.zeros(size, dtype=dtype) for _ in range(4))
    turned = np.zeros(WIDE * padded(capacity), dtype=dtype)
    return Machine(ops, numbers, parameters, gradients, mask, values, sums, grads, deltas, target, turned)


def _numbers(layer: LayerShape) -> tuple[int, float]:
    """Return the number below which a Dropout silences, and its scale or batch norm's momentum."""
    if layer.kind == "dropout":
        return silenced_below(layer.parameters[0]), 1.0 / (1.0 - layer.parameters[0])
    return 0, layer.parameters[0] if layer.kind == "batch_norm" else 0.0

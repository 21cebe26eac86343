"""The buffers of one batch size, and the step through them, operation by operation.

A small network's step is little arithmetic and many calls, so all arrays and views are made once and a step
is a walk over the layers' operations. The compiled backend does the same without the calls.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from playground.engine.backends.base import Array, Backend
from playground.engine.layers import LayerShape
from playground.engine.losses import Loss
from playground.engine.operations import OPERATIONS, Dense, Dropout, Operation, Skip


def with_ones(backend: Backend, rows: Array) -> Array:
    """Return a C-contiguous copy of `rows` (n, d) with a column of ones before it, (n, 1 + d)."""
    result = backend.xp.ones((rows.shape[0], rows.shape[1] + 1), dtype=rows.dtype)
    result[:, 1:] = rows
    return result


class Workspace:
    """Forward and backward pass of a network for batches of exactly `rows` examples.

    `blocks[i]` is layer i's part of the parameters, (units, columns), and `gradient_blocks[i]` of the
    gradients; both are read and written in place.
    """

    def __init__(
        self,
        backend: Backend,
        shapes: Sequence[LayerShape],
        blocks: Sequence[Array],
        gradient_blocks: Sequence[Array],
        rows: int,
    ) -> None:
        self.rows = rows
        dtype = blocks[-1].dtype
        self.x: Array = backend.xp.ones((rows, shapes[0].inputs + 1), dtype=dtype)
        self._inverse_rows: Array = backend.asarray(1.0 / rows, dtype)
        self._operations: list[Operation] = [
            OPERATIONS[shape.kind](backend, shape, block, gradient, rows, index)
            for index, (shape, block, gradient) in enumerate(
                zip(shapes, blocks, gradient_blocks, strict=True)
            )
        ]
        output = self._operations[-1]
        assert isinstance(output, Dense)
        self._output = output
        self._targets_of_loss = (output.z.T, output.a.T)
        self.outputs: Array = output.a.T
        self._skips = [one for one in self._operations if isinstance(one, Skip)]
        self._dropouts = [one for one in self._operations if isinstance(one, Dropout)]
        self._backward: list[tuple[Operation, Any, Any, list[Any]]] = [
            self._way_back(index) for index in range(len(shapes) - 1, -1, -1)
        ]

    def _way_back(self, index: int) -> tuple[Operation, Any, Any, list[Any]]:
        """Return a layer's operation, values and errors below it, and the errors that skips add to those."""
        if index == 0:
            return self._operations[0], None, None, []
        below = self._operations[index - 1]
        added = [skip.error for skip in self._skips if skip.shape.source == index and skip.index >= index]
        return self._operations[index], below.values, below.errors, [(below.error, error) for error in added]

    def begin(self, bits: int, step: int) -> None:
        """Get ready for a step: what is left to chance depends on its number and the run's bits."""
        for operation in self._dropouts:
            operation.begin(bits, step)

    def chances(self, bits: int, step: int) -> list[int]:
        """Return where the counters of each Dropout begin at a step."""
        return [operation.chance(bits, step) for operation in self._dropouts]

    def take_chances(self, bases: Array) -> None:
        """Let the counters begin, from now on, where `bases` (1, number of Dropouts) says at each step."""
        for place, operation in enumerate(self._dropouts):
            operation.base = bases[0, place]

    def forward(self, columns: Array) -> None:
        """Fill `outputs` (rows, outputs) from examples as columns, (1 + inputs, rows), the first row ones."""
        for skip in self._skips:
            source = skip.shape.source
            skip.source = self._operations[source - 1].values if source else columns
        below = columns
        for operation in self._operations:
            operation.forward(below)
            below = operation.values

    def backward(self, rows: Array, targets: Array, loss: Loss) -> None:
        """Write all gradients of the mean loss of the batch last passed forward.

        `rows` (rows, 1 + inputs) are its examples with their ones, `targets` is (rows, outputs).
        """
        output = self._output
        z, a = self._targets_of_loss
        if loss.from_logits:
            loss.write_gradient(z, a, targets, output.delta.T)
        else:
            loss.write_gradient(z, a, targets, output.error.T)
            output.pull_back()
        np.multiply(output.delta, self._inverse_rows, output.delta)
        columns = rows.T
        for operation, below, errors_below, added in self._backward:
            values = columns if below is None else below
            if operation is output:
                output.pass_on(values, errors_below)
            else:
                operation.backward(values, errors_below)
            for target, error in added:
                np.add(target, error, target)

    @property
    def values(self) -> list[Array]:
        """What each layer answered to the batch last passed forward, beginning with ones."""
        return [operation.values for operation in self._operations[:-1]] + [self._output.a]

    def mean_loss(self, targets: Array, loss: Loss) -> float:
        """Return the mean loss of the batch last passed forward."""
        z, a = self._targets_of_loss
        return float(np.sum(loss.value(z, a, targets))) / self.rows

"""The buffers of one batch size, and the step through them: the code that is run most often.

A small network's step takes some 15 us, of which the arithmetic is the lesser part, so every Python operation
counts: all arrays and views are made once, and a step is a walk over tuples of ready arguments. Hence also
the layout. Examples are columns, (units, n), and each layer's activations have a first row of ones, so that
one matrix product with [b W] adds the bias too, and one more gives the gradients of b and W together.
Records (activations, losses) get the transposed views, (n, units).
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from playground.engine.activations import Activation
from playground.engine.backends.base import Array, Backend
from playground.engine.losses import Loss


def with_ones(backend: Backend, rows: Array) -> Array:
    """Return a C-contiguous copy of `rows` (n, d) with a column of ones before it, (n, 1 + d)."""
    result = backend.xp.ones((rows.shape[0], rows.shape[1] + 1), dtype=rows.dtype)
    result[:, 1:] = rows
    return result


class Workspace:
    """Forward and backward pass of a network for batches of exactly `rows` examples.

    `blocks[i]` is layer i's [b W], (units, 1 + inputs), and `gradient_blocks[i]` its gradient; both are read
    and written in place.
    """

    def __init__(
        self,
        backend: Backend,
        blocks: Sequence[Array],
        gradient_blocks: Sequence[Array],
        activations: Sequence[Activation],
        rows: int,
    ) -> None:
        self.rows = rows
        xp, dtype = backend.xp, blocks[0].dtype
        self.x: Array = xp.ones((rows, blocks[0].shape[1]), dtype=dtype)
        self._inverse_rows: Array = backend.asarray(1.0 / rows, dtype)
        units = [block.shape[0] for block in blocks]
        # Activations with their row of ones, weighted sums, dL/da and dL/dz of each layer.
        with_bias = [xp.ones((count + 1, rows), dtype=dtype) for count in units]
        z = [xp.zeros((count, rows), dtype=dtype) for count in units]
        grad_with_bias = [xp.zeros((count + 1, rows), dtype=dtype) for count in units]
        delta = [xp.zeros((count, rows), dtype=dtype) for count in units]
        a = [array[1:] for array in with_bias]
        grad_a = [array[1:] for array in grad_with_bias]

        self.outputs: Array = a[-1].T
        self._first: tuple[Any, ...] = (blocks[0].dot, z[0], activations[0].apply, z[0].T, a[0].T)
        self._forward: list[tuple[Any, ...]] = [
            (blocks[i].dot, with_bias[i - 1], z[i], activations[i].apply, z[i].T, a[i].T)
            for i in range(1, len(blocks))
        ]
        self._output: tuple[Any, ...] = (z[-1].T, a[-1].T, grad_a[-1].T, delta[-1].T)
        self._output_pull_back = activations[-1].pull_back
        self._backward: list[tuple[Any, ...]] = [
            (
                *(delta[i].dot, with_bias[i - 1].T, gradient_blocks[i]),
                # The gradient of the ones comes along unused: `dot` would copy the block without them.
                *(blocks[i].T.dot, delta[i], grad_with_bias[i - 1]),
                *(activations[i - 1].pull_back, grad_a[i - 1].T, z[i - 1].T, a[i - 1].T, delta[i - 1].T),
            )
            for i in range(len(blocks) - 1, 0, -1)
        ]
        self._last: tuple[Any, ...] = (delta[0].dot, gradient_blocks[0])

    def forward(self, columns: Array) -> None:
        """Fill `outputs` (rows, outputs) from examples as columns, (1 + inputs, rows), the first row ones."""
        multiply, z, apply, z_rows, a_rows = self._first
        multiply(columns, z)
        apply(z_rows, a_rows)
        for multiply, below, z, apply, z_rows, a_rows in self._forward:
            multiply(below, z)
            apply(z_rows, a_rows)

    def backward(self, rows: Array, y: Array, loss: Loss) -> None:
        """Write the gradients of the mean loss, after `forward` on the same examples.

        `rows` are the examples (rows, 1 + inputs), the first column ones, and `y` their targets.
        """
        z, a, grad_a, delta = self._output
        if loss.from_logits:
            loss.gradient(z, a, y, delta)
            np.multiply(delta, self._inverse_rows, delta)
        else:
            loss.gradient(z, a, y, grad_a)
            np.multiply(grad_a, self._inverse_rows, grad_a)
            self._output_pull_back(grad_a, z, a, delta)
        for (
            times,
            below,
            gradient,
            weights_times,
            above,
            grad_columns,
            pull_back,
            grad_a,
            z,
            a,
            delta,
        ) in self._backward:
            times(below, gradient)
            weights_times(above, grad_columns)
            pull_back(grad_a, z, a, delta)
        times, gradient = self._last
        times(rows, gradient)

    def mean_loss(self, y: Array, loss: Loss) -> float:
        """Return the mean loss of the last `forward`, as a Python float."""
        z, a, _, _ = self._output
        return float(np.mean(loss.value(z, a, y)))

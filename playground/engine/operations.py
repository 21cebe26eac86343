"""What each kind of layer computes, forward and backward, with NumPy functions that dispatch.

Examples are columns: a layer's values are (1 + units, rows), a first row of ones and then its units, so
that one product with [b W] adds the bias too, and one more gives the gradients of b and W together. All
arrays are made once for a batch size; records (activations, losses) get transposed views, (rows, units).
"""

from typing import Any

import numpy as np

from playground.engine import dice
from playground.engine.activations import ACTIVATIONS
from playground.engine.backends.base import Array, Backend
from playground.engine.layers import EPSILON, LayerShape
from playground.tables import by_key


class Operation:
    """One layer for batches of exactly `rows` examples.

    `block` is the layer's part of the parameters, (units, columns), `gradient` that of the gradients.
    `values` and `errors` are (1 + units, rows); the first row of `errors` means nothing.
    """

    def __init__(
        self, backend: Backend, shape: LayerShape, block: Array, gradient: Array, rows: int, index: int
    ) -> None:
        xp, dtype = backend.xp, block.dtype
        self.shape, self.index = shape, index
        self.block, self.gradient = block, gradient
        self.values: Array = xp.ones((shape.units + 1, rows), dtype=dtype)
        self.errors: Array = xp.zeros((shape.units + 1, rows), dtype=dtype)
        self.a: Array = self.values[1:]
        self.error: Array = self.errors[1:]

    def begin(self, bits: int, step: int) -> None:
        """Get ready for a step: its number, and the bits that stand for the run's seed."""

    def forward(self, below: Array) -> None:
        """Write `values` from those of the layer below, (1 + inputs, rows)."""
        raise NotImplementedError

    def backward(self, below: Array, errors_below: Array | None) -> None:
        """Write `gradient`, and the errors of the layer below unless that is None."""
        raise NotImplementedError


class Dense(Operation):
    """a = g([b W] [1 x])."""

    def __init__(
        self, backend: Backend, shape: LayerShape, block: Array, gradient: Array, rows: int, index: int
    ) -> None:
        super().__init__(backend, shape, block, gradient, rows, index)
        self.activation = by_key(ACTIVATIONS, shape.activation, "activation")
        self.z: Array = backend.xp.zeros((shape.units, rows), dtype=block.dtype)
        self.delta: Array = backend.xp.zeros((shape.units, rows), dtype=block.dtype)
        self._views = (self.error.T, self.z.T, self.a.T, self.delta.T)
        self._weighted_sums, self._weighted_errors = backend.product(block), backend.product(block.T)
        self._products = backend.product(self.delta)

    def forward(self, below: Array) -> None:
        """Write z and a."""
        self._weighted_sums(below, self.z)
        self.activation.apply(self._views[1], self._views[2])

    def pull_back(self) -> None:
        """Write delta, dL/dz, from the errors dL/da."""
        self.activation.pull_back(*self._views)

    def backward(self, below: Array, errors_below: Array | None) -> None:
        """Write gradients and errors from the errors of this layer."""
        self.pull_back()
        self.pass_on(below, errors_below)

    def pass_on(self, below: Array, errors_below: Array | None) -> None:
        """Write gradients and errors from delta."""
        self._products(below.T, self.gradient)
        if errors_below is not None:
            # The error of the ones comes along unused: the block without them would be copied.
            self._weighted_errors(self.delta, errors_below)


class Dropout(Operation):
    """a = x m / (1 - p), m = 0 with probability p (Srivastava et al. 2014, "inverted")."""

    def __init__(
        self, backend: Backend, shape: LayerShape, block: Array, gradient: Array, rows: int, index: int
    ) -> None:
        super().__init__(backend, shape, block, gradient, rows, index)
        (rate,) = shape.parameters
        self._scale, self._limit = 1.0 / (1.0 - rate), dice.silenced_below(rate)
        counters = np.arange(shape.units * rows, dtype=np.uint32).reshape(shape.units, rows)
        self._counters: Array = backend.asarray(counters, np.uint32)
        self.base: Array = backend.asarray(0, np.uint32)
        self._factors: Array = backend.xp.ones((shape.units, rows), dtype=block.dtype)

    def begin(self, bits: int, step: int) -> None:
        """Move on to the chances of a step."""
        self.base[...] = np.uint32(self.chance(bits, step))

    def chance(self, bits: int, step: int) -> int:
        """Return where the counters of this layer begin at a step."""
        return dice.step_base(bits, step, self.index)

    def forward(self, below: Array) -> None:
        """Silence some of the values."""
        chances = dice.mix(self._counters + self.base)
        np.multiply(chances >= self._limit, self._scale, out=self._factors, casting="same_kind")
        np.multiply(below[1:], self._factors, self.a)

    def backward(self, below: Array, errors_below: Array | None) -> None:
        """Pass errors back where values passed."""
        if errors_below is not None:
            np.multiply(self.error, self._factors, errors_below[1:])


class BatchNorm(Operation):
    """Normalization over the batch (Ioffe and Szegedy 2015, algorithm 1); the variance is the batch's own."""

    def forward(self, below: Array) -> None:
        """Normalise, and move the running averages."""
        (momentum,) = self.shape.parameters
        x = below[1:]
        mean = np.mean(x, axis=1, keepdims=True)
        self._centred = x - mean
        variance = np.mean(self._centred * self._centred, axis=1, keepdims=True)
        self._inverse = 1.0 / np.sqrt(variance + EPSILON)
        self._normal = self._centred * self._inverse
        block = self.block
        block[:, 2:3] = momentum * block[:, 2:3] + (1.0 - momentum) * mean
        block[:, 3:4] = momentum * block[:, 3:4] + (1.0 - momentum) * variance
        self.a[...] = block[:, 1:2] * self._normal + block[:, 0:1]

    def backward(self, below: Array, errors_below: Array | None) -> None:
        """Write the gradients of beta and gamma; the averages have none."""
        count = self.error.shape[1]
        beta = np.sum(self.error, axis=1, keepdims=True)
        gamma = np.sum(self.error * self._normal, axis=1, keepdims=True)
        self.gradient[:, 0:1] = beta
        self.gradient[:, 1:2] = gamma
        if errors_below is not None:
            shift = beta * (1.0 / count) + self._normal * (gamma * (1.0 / count))
            errors_below[1:] = self.block[:, 1:2] * self._inverse * (self.error - shift)


class LayerNorm(Operation):
    """Normalization over the units of each example (Ba, Kiros and Hinton 2016, equation 3)."""

    def forward(self, below: Array) -> None:
        """Normalise each column."""
        self._normal, self._inverse = _normalised(below[1:])
        self.a[...] = self.block[:, 1:2] * self._normal + self.block[:, 0:1]

    def backward(self, below: Array, errors_below: Array | None) -> None:
        """Write the gradients of beta and gamma, and the errors."""
        self.gradient[:, 0] = np.sum(self.error, axis=1)
        self.gradient[:, 1] = np.sum(self.error * self._normal, axis=1)
        if errors_below is not None:
            error = self.block[:, 1:2] * self.error
            along = np.mean(error * self._normal, axis=0, keepdims=True)
            mean = np.mean(error, axis=0, keepdims=True)
            errors_below[1:] = self._inverse * (error - mean - self._normal * along)


class Skip(Operation):
    """a = x + the values of an earlier layer, which `source` is set to before the pass (He et al. 2016)."""

    source: Array

    def forward(self, below: Array) -> None:
        """Add the two."""
        np.add(below[1:], self.source[1:], self.a)

    def backward(self, below: Array, errors_below: Array | None) -> None:
        """Pass the errors straight on; what goes to the source is added by who writes the source's errors."""
        if errors_below is not None:
            errors_below[1:] = self.error


OPERATIONS: dict[str, type[Operation]] = {
    "dense": Dense,
    "dropout": Dropout,
    "batch_norm": BatchNorm,
    "layer_norm": LayerNorm,
    "skip": Skip,
}


def _normalised(x: Array) -> tuple[Array, Array]:
    """Return each column of `x` (units, rows) at mean 0 and variance 1, and the factor that made it so."""
    centred = x - np.mean(x, axis=0, keepdims=True)
    inverse = 1.0 / np.sqrt(np.mean(centred * centred, axis=0, keepdims=True) + EPSILON)
    return centred * inverse, inverse


def look(backend: Backend, shape: LayerShape, block: Array, values: list[Array]) -> tuple[Any, Array]:
    """Return z (None but for Dense) and the values (1 + units, rows) of a layer that is not being trained.

    `values` are those of the network's inputs and of all layers before, in fresh arrays like the result.
    """
    below = values[-1]
    result = backend.xp.empty((shape.units + 1, below.shape[1]), dtype=block.dtype)
    result[0] = 1.0
    z = None
    if shape.kind == "dense":
        z = backend.xp.empty((shape.units, below.shape[1]), dtype=block.dtype)
        backend.product(block)(below, z)
        by_key(ACTIVATIONS, shape.activation, "activation").apply(z.T, result[1:].T)
    elif shape.kind == "batch_norm":
        inverse = 1.0 / np.sqrt(block[:, 3:4] + EPSILON)
        result[1:] = block[:, 1:2] * (below[1:] - block[:, 2:3]) * inverse + block[:, 0:1]
    elif shape.kind == "layer_norm":
        result[1:] = block[:, 1:2] * _normalised(below[1:])[0] + block[:, 0:1]
    elif shape.kind == "skip":
        np.add(below[1:], values[shape.source][1:], result[1:])
    else:
        result[1:] = below[1:]
    return z, result

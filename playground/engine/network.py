"""A multi-layer perceptron: its parameters, the forward and the backward pass."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from playground.engine.activations import ACTIVATIONS
from playground.engine.backends.base import Array, Backend, HostArray, check_dtype
from playground.engine.initializers import INITIALIZERS
from playground.engine.layers import LayerShape
from playground.engine.losses import Loss
from playground.engine.tables import by_key
from playground.engine.workspace import Workspace, with_ones

MAX_WORKSPACES = 4
"""Batch sizes whose buffers are kept: the full batch, the last one of an epoch, and two more."""


DenseShape = LayerShape


class Network:
    """Layers on a backend, with all parameters in one flat vector.

    The vector holds, layer after layer and unit after unit, the bias and then the weights: the rows
    [w_i0 w_i1 ...] of the matrix W in z = W [1 x]. Everything else are views of it, so that writing to
    `weights[i]` changes the network.

    Attributes:
        parameters, gradients: (P,), of `dtype`, on the backend.
        weights: per layer (units, inputs); `weights[l][i, j]` leads from input j to unit i.
        biases: per layer (units,).
        weight_mask: (P,), 1 at weights and 0 at biases.

    Raises:
        ValueError: when the layers do not fit together, or for a dtype that is not float32/float64.
        UnknownChoiceError: for an unknown activation or initializer.
    """

    def __init__(self, backend: Backend, layers: Sequence[DenseShape], dtype: str = "float32") -> None:
        _check_layers(layers)
        self.backend = backend
        self.layers = tuple(layers)
        self.dtype: np.dtype[Any] = check_dtype(dtype)
        self.size = sum(layer.size for layer in layers)
        self.parameters: Array = backend.xp.zeros(self.size, dtype=self.dtype)
        self.gradients: Array = backend.xp.zeros(self.size, dtype=self.dtype)
        self.weight_mask: Array = backend.xp.ones(self.size, dtype=self.dtype)
        for block in self._blocks_of(self.weight_mask):
            block[:, 0] = 0.0
        self._blocks = tuple(self._blocks_of(self.parameters))
        self._gradient_blocks = tuple(self._blocks_of(self.gradients))
        self.weights: tuple[Array, ...] = tuple(block[:, 1:] for block in self._blocks)
        self.biases: tuple[Array, ...] = tuple(block[:, 0] for block in self._blocks)
        self._activations = tuple(by_key(ACTIVATIONS, layer.activation, "activation") for layer in layers)
        self._initializers = tuple(by_key(INITIALIZERS, layer.initializer, "initializer") for layer in layers)
        self._workspaces: dict[int, Workspace] = {}
        self._current: Workspace | None = None

    def _blocks_of(self, flat: Array) -> Iterator[Array]:
        """Yield the view of each layer's [b W], (units, 1 + inputs), in a flat vector (P,)."""
        start = 0
        for layer in self.layers:
            yield flat[start : start + layer.size].reshape(layer.units, layer.inputs + 1)
            start += layer.size

    # Parameters ---------------------------------------------------------------------------------------

    def initialise(self, seed: int) -> None:
        """Draw all parameters anew.

        Layer i has its own stream of random numbers, `default_rng([seed, i])`: another width of one layer
        changes the draws of the next only in number. Drawn on the host, so equal on every backend.
        """
        host = np.empty(self.size, dtype=np.float64)
        rows = zip(self.layers, self._initializers, self._blocks_of(host), strict=True)
        for index, (layer, initializer, block) in enumerate(rows):
            rng = np.random.default_rng([seed, index])
            block[:, 0] = initializer.bias
            block[:, 1:] = initializer.weights(rng, layer.inputs, layer.units)
        self.set_parameters(host)

    def get_parameters(self) -> HostArray:
        """Return a host copy of the flat parameter vector, (P,)."""
        return self.backend.to_host(self.parameters)

    def set_parameters(self, host: npt.ArrayLike) -> None:
        """Set all parameters from a host array (P,); ValueError when it has another shape."""
        values = np.asarray(host)
        if values.shape != (self.size,):
            raise ValueError(f"this network has {self.size} parameters; got an array of shape {values.shape}")
        self.parameters[...] = self.backend.asarray(values, self.dtype)

    def is_finite(self) -> bool:
        """Return whether all parameters are numbers: neither infinite nor nan."""
        with np.errstate(all="ignore"):
            # One pass settles the usual case; a sum may overflow though every number is finite.
            if bool(np.isfinite(np.sum(self.parameters))):
                return True
            return bool(np.all(np.isfinite(self.parameters)))

    # Training passes ------------------------------------------------------------------------------------

    def workspace(self, rows: int) -> Workspace:
        """Return the buffers for batches of `rows` examples, made when they are first asked for."""
        if rows not in self._workspaces:
            if len(self._workspaces) >= MAX_WORKSPACES:
                del self._workspaces[next(iter(self._workspaces))]
            self._workspaces[rows] = Workspace(
                self.backend, self._blocks, self._gradient_blocks, self._activations, rows
            )
        return self._workspaces[rows]

    def forward(self, x: Array) -> Array:
        """Return the outputs (n, outputs) for examples `x` (n, inputs), of any number n > 0.

        What is returned is a buffer that the next pass with as many examples overwrites.
        """
        rows = self.as_rows(x)
        work = self.workspace(rows.shape[0])
        work.x[:, 1:] = rows
        with np.errstate(all="ignore"):
            work.forward(work.x.T)
        self._current = work
        return work.outputs

    def backward(self, y: Array, loss: Loss) -> None:
        """Write to `gradients` those of the mean loss over the last `forward`'s examples.

        `y` is (n, outputs). No regularization is added here.

        Raises:
            RuntimeError: without a `forward` before.
        """
        work = self._current
        if work is None:
            raise RuntimeError("backward needs a forward pass before it")
        targets = self.as_targets(y, work.rows)
        with np.errstate(all="ignore"):
            work.backward(work.x, targets, loss)

    def loss_and_gradients(self, x: Array, y: Array, loss: Loss) -> float:
        """Return the mean loss over `x` (n, inputs), `y` (n, outputs), and write its gradients."""
        self.forward(x)
        self.backward(y, loss)
        assert self._current is not None
        with np.errstate(all="ignore"):
            return self._current.mean_loss(self.as_targets(y, self._current.rows), loss)

    # Looking ----------------------------------------------------------------------------------------------

    def outputs(self, x: Array) -> list[Array]:
        """Return the activations (n, units) of every layer, the output layer last, in fresh arrays.

        The buffers of the training are left alone. The arrays are stored unit after unit: `.T` of each is
        contiguous.
        """
        return [a for _, a in self._layers_of(self.as_rows(x))]

    def evaluate(self, x: Array, y: Array, loss: Loss, chunk: int = 8192) -> tuple[float, HostArray]:
        """Return the mean loss (nan without examples) and the outputs, a host array (n, outputs).

        Works through `chunk` examples at a time to bound the memory used; training buffers are left alone.
        """
        rows = self.as_rows(x)
        count = rows.shape[0]
        targets = self.as_targets(y, count)
        outputs = np.empty((count, self.layers[-1].units), dtype=self.dtype)
        total = 0.0
        for start in range(0, count, chunk):
            part = slice(start, start + chunk)
            z, a = self._layers_of(rows[part])[-1]
            with np.errstate(all="ignore"):
                total += float(np.sum(loss.value(z, a, targets[part])))
            outputs[part] = self.backend.to_host(a)
        return (total / count if count else float("nan")), outputs

    def _layers_of(self, rows: Array) -> list[tuple[Array, Array]]:
        """Return fresh (z, a) of every layer, each (n, units), for `rows` (n, inputs)."""
        xp, count = self.backend.xp, rows.shape[0]
        below = with_ones(self.backend, rows).T
        result = []
        with np.errstate(all="ignore"):
            for block, activation in zip(self._blocks, self._activations, strict=True):
                z = block.dot(below)
                below = xp.empty((block.shape[0] + 1, count), dtype=self.dtype)
                below[0] = 1.0
                activation.apply(z.T, below[1:].T)
                result.append((z.T, below[1:].T))
        return result

    # Data in ------------------------------------------------------------------------------------------------

    def as_rows(self, x: Array) -> Array:
        """Return examples (n, inputs) on the backend; ValueError when they have another shape."""
        return self._moved(x, None, self.layers[0].inputs, "inputs")

    def as_targets(self, y: Array, rows: int) -> Array:
        """Return targets (rows, outputs) on the backend; ValueError when they have another shape."""
        return self._moved(y, rows, self.layers[-1].units, "targets")

    def _moved(self, array: Array, rows: int | None, columns: int, what: str) -> Array:
        """Return `array` as it is when it lives on the backend, moved there when it is a host array."""
        shape = array.shape
        if len(shape) != 2 or shape[1] != columns or (rows is not None and shape[0] != rows):
            raise ValueError(f"{what} must have the shape ({rows or 'n'}, {columns}); got {shape}")
        if isinstance(array, self.backend.xp.ndarray) and array.dtype == self.dtype:
            return array
        return self.backend.asarray(array, self.dtype)


def _check_layers(layers: Sequence[DenseShape]) -> None:
    """Raise ValueError unless each layer takes what the one before it gives."""
    if not layers:
        raise ValueError("a network needs at least one layer")
    for index, layer in enumerate(layers):
        if layer.inputs < 1 or layer.units < 1:
            raise ValueError(f"layer {index} needs at least one input and one unit")
        if index and layer.inputs != layers[index - 1].units:
            raise ValueError(
                f"layer {index} takes {layer.inputs} inputs, but the layer before it has "
                f"{layers[index - 1].units} units"
            )
        if index < len(layers) - 1 and by_key(ACTIVATIONS, layer.activation, "activation").output_only:
            raise ValueError(f"{layer.activation} can be used in the output layer only")
